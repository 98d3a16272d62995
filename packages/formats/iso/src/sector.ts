import type { ByteReader, ByteWriter } from "@adk/core";

/** Bytes of a logical sector, of ISO 9660 as of UDF on such discs. */
export const SECTOR = 2048;

/** A number that is written twice, little and big endian; readers take the first (ECMA-119 7.3.3). */
export function readBoth32(reader: ByteReader): number {
  const value = reader.u32();
  reader.skip(4);
  return value;
}

export function writeBoth32(writer: ByteWriter, value: number): void {
  writer.u32(value).bytes(bigEndian(value, 4));
}

export function readBoth16(reader: ByteReader): number {
  const value = reader.u16();
  reader.skip(2);
  return value;
}

export function writeBoth16(writer: ByteWriter, value: number): void {
  writer.u16(value).bytes(bigEndian(value, 2));
}

export function bigEndian(value: number, size: 2 | 4): Uint8Array {
  const bytes = new Uint8Array(size);
  const view = new DataView(bytes.buffer);
  if (size === 2) view.setUint16(0, value);
  else view.setUint32(0, value);
  return bytes;
}

/** Sectors that bytes take. */
export function sectorsOf(bytes: number): number {
  return Math.ceil(bytes / SECTOR);
}
