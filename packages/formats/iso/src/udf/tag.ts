import { AdkError, ByteReader } from "@adk/core";

// Descriptor tags, ECMA-167 3/7.2 and 4/7.2.

const TAG_SIZE = 16;

export const TagId = {
  PRIMARY_VOLUME: 1,
  ANCHOR: 2,
  VOLUME_DESCRIPTOR_POINTER: 3,
  IMPLEMENTATION_USE: 4,
  PARTITION: 5,
  LOGICAL_VOLUME: 6,
  UNALLOCATED_SPACE: 7,
  TERMINATING: 8,
  LOGICAL_VOLUME_INTEGRITY: 9,
  FILE_SET: 256,
  FILE_IDENTIFIER: 257,
  ALLOCATION_EXTENT: 258,
  INDIRECT_ENTRY: 259,
  TERMINAL_ENTRY: 260,
  FILE_ENTRY: 261,
  EXTENDED_FILE_ENTRY: 266,
} as const;

export interface DescriptorTag {
  readonly id: number;
  /** 2 up to UDF 1.50, 3 from 2.00 on. */
  readonly version: number;
  /** Block that the descriptor says it is in. */
  readonly location: number;
  readonly crcLength: number;
}

/**
 * @param bytes the descriptor with its tag
 * @returns undefined for bytes that are no descriptor: of another checksum
 */
export function parseTag(bytes: Uint8Array): DescriptorTag | undefined {
  if (bytes.length < TAG_SIZE || tagChecksum(bytes) !== bytes[4]) return undefined;
  const reader = new ByteReader(bytes);
  const id = reader.u16();
  const version = reader.u16();
  reader.skip(4);
  const crc = reader.u16();
  const crcLength = reader.u16();
  const location = reader.u32();
  // Descriptors of UDF's own have the number 0; so do zeros, which are none.
  if ((id === 0 && crcLength === 0) || TAG_SIZE + crcLength > bytes.length) return undefined;
  return crc16(bytes.subarray(TAG_SIZE, TAG_SIZE + crcLength)) === crc
    ? { id, version, location, crcLength }
    : undefined;
}

/** @throws AdkError `UDF_BAD_DESCRIPTOR` unless the bytes are a sound descriptor of one of the kinds */
export function requireTag(bytes: Uint8Array, ids: readonly number[], file: string, offset: number): DescriptorTag {
  const tag = parseTag(bytes);
  if (tag && ids.includes(tag.id)) return tag;
  throw new AdkError("UDF_BAD_DESCRIPTOR", "A descriptor of the file system is damaged or not where it should be.", {
    file,
    offset,
    expected: `a descriptor of kind ${ids.join(" or ")}`,
    found: tag ? `one of kind ${tag.id}` : "none with a valid checksum",
  });
}

/** Fills in the tag of a descriptor whose other bytes are complete. @param location block that it goes to */
export function writeTag(bytes: Uint8Array, id: number, location: number, crcLength = bytes.length - TAG_SIZE): void {
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  bytes.fill(0, 0, TAG_SIZE);
  view.setUint16(0, id, true);
  view.setUint16(2, 2, true);
  view.setUint16(8, crc16(bytes.subarray(TAG_SIZE, TAG_SIZE + crcLength)), true);
  view.setUint16(10, crcLength, true);
  view.setUint32(12, location, true);
  bytes[4] = tagChecksum(bytes);
}

/** Sum of the tag's bytes but that of the checksum itself. */
function tagChecksum(bytes: Uint8Array): number {
  let sum = 0;
  for (let i = 0; i < TAG_SIZE; i++) if (i !== 4) sum += bytes[i] as number;
  return sum & 0xff;
}

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte << 8;
  for (let bit = 0; bit < 8; bit++) crc = crc & 0x8000 ? (crc << 1) ^ 0x1021 : crc << 1;
  return crc;
});

/** CRC-16 with the polynomial 0x1021, from 0, without reflection (ECMA-167 1/7.2.6). */
function crc16(bytes: Uint8Array): number {
  let crc = 0;
  for (let i = 0; i < bytes.length; i++) {
    crc = ((crc << 8) ^ (CRC_TABLE[(crc >> 8) ^ (bytes[i] as number)] as number)) & 0xffff;
  }
  return crc;
}
