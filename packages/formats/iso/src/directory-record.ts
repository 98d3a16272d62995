import { AdkError, ByteReader, ByteWriter, type Filetime, type Origin } from "@adk/core";
import { readBoth16, readBoth32, writeBoth16, writeBoth32 } from "./sector.ts";
import { readRecordTime, writeRecordTime } from "./time.ts";
import { decodeUcs2, encodeUcs2 } from "./ucs2.ts";

// Directory records, ECMA-119 9.1.

/** Bytes of a record whose name has one byte: the root's, and those of a directory itself and its parent. */
export const DIRECTORY_RECORD_MIN = 34;

export const RecordFlag = {
  HIDDEN: 0x01,
  DIRECTORY: 0x02,
  ASSOCIATED: 0x04,
  /** The file goes on in the next record of the same name. */
  MULTI_EXTENT: 0x80,
} as const;

export interface DirectoryRecord {
  /** As it is written, a version (`;1`) included; "\0" for the directory itself, "\x01" for its parent. */
  readonly name: string;
  /** Sector of the data. */
  readonly extent: number;
  /** Bytes of the data. */
  readonly size: number;
  readonly time: Filetime;
  /** Bits of `RecordFlag`. */
  readonly flags: number;
  readonly isDirectory: boolean;
}

/**
 * @param bytes from the record on; its first byte says how long it is
 * @returns undefined where a sector has no further record
 * @throws AdkError `ISO_BAD_RECORD`
 */
export function parseDirectoryRecord(bytes: Uint8Array, joliet: boolean, origin: Origin): DirectoryRecord | undefined {
  const length = bytes[0] ?? 0;
  if (length === 0) return undefined;
  const nameLength = bytes[32] ?? 0;
  if (length < DIRECTORY_RECORD_MIN || length > bytes.length || 33 + nameLength > length || nameLength === 0) {
    throw new AdkError("ISO_BAD_RECORD", "A directory record is damaged.", {
      file: origin.file,
      offset: origin.base,
      expected: `at least ${DIRECTORY_RECORD_MIN} bytes with its name`,
      found: `${length} bytes, a name of ${nameLength}`,
    });
  }
  const reader = new ByteReader(bytes, origin);
  reader.skip(1);
  // An extended attribute record lies before the data.
  const attributeSectors = reader.u8();
  const extent = readBoth32(reader) + attributeSectors;
  const size = readBoth32(reader);
  const time = readRecordTime(reader);
  const flags = reader.u8();
  reader.skip(2);
  readBoth16(reader);
  reader.skip(1);
  const name = decodeName(reader.slice(nameLength), joliet);
  return { name, extent, size, time, flags, isDirectory: (flags & RecordFlag.DIRECTORY) !== 0 };
}

/** @returns the record, of an even number of bytes */
export function writeDirectoryRecord(record: DirectoryRecord, joliet: boolean): Uint8Array {
  const name = encodeName(record.name, joliet);
  const length = recordLength(name.length);
  const writer = new ByteWriter(length);
  writer.u8(length).u8(0);
  writeBoth32(writer, record.extent);
  writeBoth32(writer, record.size);
  writeRecordTime(writer, record.time);
  writer.u8(record.flags).zeros(2);
  writeBoth16(writer, 1);
  writer.u8(name.length).bytes(name);
  writer.align(2);
  return writer.finish();
}

/** Bytes of a record with a name of so many. */
export function recordLength(nameBytes: number): number {
  return (33 + nameBytes + 1) & ~1;
}

/** The names of a directory itself and of its parent are single bytes, in Joliet too. */
export function encodeName(name: string, joliet: boolean): Uint8Array {
  if (joliet && name !== "\0" && name !== "\x01") return encodeUcs2(name);
  return Uint8Array.from(name, (character) => character.charCodeAt(0));
}

function decodeName(bytes: Uint8Array, joliet: boolean): string {
  return joliet && bytes.length > 1 ? decodeUcs2(bytes) : String.fromCharCode(...bytes);
}
