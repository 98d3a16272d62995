import { AdkError, ByteReader, type Filetime, type Origin } from "@adk/core";
import { readBoth16, readBoth32 } from "./sector.ts";
import { putRecordTime, readRecordTime } from "./time.ts";
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
  const bytes = new Uint8Array(recordLengthOf(record.name, joliet));
  putDirectoryRecord(new DataView(bytes.buffer), 0, record, joliet);
  return bytes;
}

/** Writes a record to a place where all is zeros. @returns its bytes, an even number */
export function putDirectoryRecord(view: DataView, at: number, record: DirectoryRecord, joliet: boolean): number {
  const { name, extent, size, time, flags } = record;
  const wide = isWide(name, joliet);
  const length = recordLengthOf(name, joliet);
  view.setUint8(at, length);
  view.setUint32(at + 2, extent, true);
  view.setUint32(at + 6, extent);
  view.setUint32(at + 10, size, true);
  view.setUint32(at + 14, size);
  putRecordTime(view, at + 18, time);
  view.setUint8(at + 25, flags);
  view.setUint8(at + 28, 1);
  view.setUint8(at + 31, 1);
  view.setUint8(at + 32, name.length * (wide ? 2 : 1));
  for (let i = 0; i < name.length; i++) {
    if (wide) view.setUint16(at + 33 + 2 * i, name.charCodeAt(i));
    else view.setUint8(at + 33 + i, name.charCodeAt(i));
  }
  return length;
}

/** Bytes of a record with this name. */
export function recordLengthOf(name: string, joliet: boolean): number {
  return (33 + name.length * (isWide(name, joliet) ? 2 : 1) + 1) & ~1;
}

/** The names of a directory itself and of its parent are single bytes, in Joliet too. */
export function encodeName(name: string, joliet: boolean): Uint8Array {
  return isWide(name, joliet) ? encodeUcs2(name) : Uint8Array.from(name, (character) => character.charCodeAt(0));
}

function isWide(name: string, joliet: boolean): boolean {
  return joliet && name !== "\0" && name !== "\x01";
}

function decodeName(bytes: Uint8Array, joliet: boolean): string {
  return joliet && bytes.length > 1 ? decodeUcs2(bytes) : String.fromCharCode(...bytes);
}
