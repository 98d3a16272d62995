import { ByteReader, type ByteWriter } from "@adk/core";
import type { FatTime } from "./time.ts";

export const DIRECTORY_ENTRY_BYTES = 32;

/** Attributes beyond those that mean the same in Windows (read-only 1, hidden 2, system 4, directory 0x10, archive 0x20). */
export const ATTRIBUTE_VOLUME_LABEL = 0x08;
/** Read-only, hidden, system and label at once: part of a long name. */
export const ATTRIBUTE_LONG_NAME = 0x0f;
/** First bytes of an entry: nothing follows; the entry was deleted; a name that really begins with 0xE5. */
const END = 0x00;
const DELETED = 0xe5;
const STANDS_FOR_E5 = 0x05;

/** An entry of a directory with an 8.3 name. */
export interface DirectoryEntry {
  /** Eleven bytes as they are stored, padded with spaces. */
  readonly name: Uint8Array;
  readonly attributes: number;
  /** 0x08 the base, 0x10 the extension is shown in lower case: Windows NT keeps plain names so, without a long one. */
  readonly lowerCase: number;
  readonly created: FatTime;
  /** A date only. */
  readonly accessed: FatTime;
  readonly written: FatTime;
  /** 0 for an empty file. */
  readonly firstCluster: number;
  /** 0 for a directory. */
  readonly size: number;
}

export function isEndOfDirectory(bytes: Uint8Array): boolean {
  return bytes[0] === END;
}

export function isDeleted(bytes: Uint8Array): boolean {
  return bytes[0] === DELETED;
}

/** @param bytes 32 of them */
export function parseDirectoryEntry(bytes: Uint8Array): DirectoryEntry {
  const reader = new ByteReader(bytes);
  const name = reader.slice(11).slice();
  if (name[0] === STANDS_FOR_E5) name[0] = DELETED;
  const [attributes, lowerCase, hundredths] = [reader.u8(), reader.u8(), reader.u8()];
  const [createdTime, createdDate, accessedDate] = [reader.u16(), reader.u16(), reader.u16()];
  const clusterHigh = reader.u16();
  const [writtenTime, writtenDate] = [reader.u16(), reader.u16()];
  return {
    name,
    attributes,
    lowerCase,
    created: { date: createdDate, time: createdTime, hundredths },
    accessed: { date: accessedDate, time: 0, hundredths: 0 },
    written: { date: writtenDate, time: writtenTime, hundredths: 0 },
    firstCluster: ((clusterHigh << 16) | reader.u16()) >>> 0,
    size: reader.u32(),
  };
}

export function writeDirectoryEntry(writer: ByteWriter, entry: DirectoryEntry): void {
  const { name, attributes, lowerCase, created, accessed, written, firstCluster, size } = entry;
  const start = name[0] === DELETED ? STANDS_FOR_E5 : (name[0] ?? 0);
  writer.u8(start).bytes(name.subarray(1)).u8(attributes).u8(lowerCase).u8(created.hundredths);
  writer
    .u16(created.time)
    .u16(created.date)
    .u16(accessed.date)
    .u16(firstCluster >>> 16);
  writer
    .u16(written.time)
    .u16(written.date)
    .u16(firstCluster & 0xffff)
    .u32(size);
}
