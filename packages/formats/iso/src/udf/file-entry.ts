import { AdkError, ByteReader, type Filetime } from "@adk/core";
import { SECTOR, sectorsOf } from "../sector.ts";
import { AllocationKind, allocationCount, allocationSize, type NewExtent, putAllocations } from "./allocation.ts";
import { entityId } from "./entity-id.ts";
import { requireTag, TagId, writeTag } from "./tag.ts";
import { parseTimestamp, TIMESTAMP_SIZE, timestampBytes } from "./timestamp.ts";

// File entries, ECMA-167 4/14.9 and 4/14.17.

export const FileType = { UNSPECIFIED: 0, DIRECTORY: 4, FILE: 5, SYMLINK: 12, VAT: 248, REAL_TIME: 249 } as const;

export interface FileEntry {
  /** How further entries of the file are found: 4 for none, 4096 for a chain. */
  readonly strategy: number;
  /** A `FileType`. */
  readonly fileType: number;
  /** An `AllocationKind`. */
  readonly allocationKind: number;
  readonly linkCount: number;
  /** Bytes of the data. */
  readonly size: number;
  readonly modified: Filetime;
  readonly created: Filetime;
  /** Allocation descriptors, or the data itself where it is embedded. */
  readonly allocation: Uint8Array;
  /** Whether it has named streams. */
  readonly hasStreams: boolean;
}

/** @param bytes the block of the entry. @throws AdkError `UDF_BAD_DESCRIPTOR`, `UDF_BAD_FILE_ENTRY` */
export function parseFileEntry(bytes: Uint8Array, file: string, offset: number): FileEntry {
  const { id } = requireTag(bytes, [TagId.FILE_ENTRY, TagId.EXTENDED_FILE_ENTRY], file, offset);
  const extended = id === TagId.EXTENDED_FILE_ENTRY;
  const reader = new ByteReader(bytes, { file, base: offset });
  reader.seek(16 + 4);
  const strategy = reader.u16();
  reader.skip(5);
  const fileType = reader.u8();
  reader.skip(6);
  const allocationKind = reader.u16() & 7;
  reader.seek(48);
  const linkCount = reader.u16();
  reader.seek(56);
  const size = reader.size64();
  // The extended entry has the size of all streams, and a time of creation more.
  reader.seek(extended ? 80 : 72);
  const time = () => parseTimestamp(reader.slice(TIMESTAMP_SIZE));
  time();
  const modified = time();
  const created = extended ? time() : modified;
  // The length of the stream directory's ICB.
  const hasStreams = extended && (reader.seek(152).u32() & 0x3fff_ffff) !== 0;
  reader.seek(extended ? 208 : 168);
  const attributesLength = reader.u32();
  const allocationLength = reader.u32();
  const start = (extended ? 216 : 176) + attributesLength;
  const embedded = allocationKind === AllocationKind.EMBEDDED;
  if (start + allocationLength > bytes.length || (embedded && size > allocationLength)) {
    throw new AdkError("UDF_BAD_FILE_ENTRY", "The entry of a file is larger than its block.", {
      file,
      offset,
      expected: `at most ${bytes.length} bytes`,
      found: `${start + allocationLength} bytes`,
    });
  }
  const allocation = bytes.slice(start, start + (embedded ? size : allocationLength));
  return { strategy, fileType, allocationKind, linkCount, size, modified, created, allocation, hasStreams };
}

/** Bytes of an entry before what follows it: allocation, or the data itself. */
const ENTRY_SIZE = 176;
/** Most bytes that lie in the entry itself. */
export const MOST_EMBEDDED = SECTOR - ENTRY_SIZE;
/** Everybody may read, and enter directories (ECMA-167 4/14.9.5). */
const PERMISSIONS = { directory: 0x14a5, file: 0x1084 };

const IMPLEMENTATION = entityId("*adk");

/** Whether the entry has room for the allocation of a file of a size, in one piece. */
export function canAllocate(size: number, long: boolean): boolean {
  return allocationCount(size) * allocationSize(long) <= MOST_EMBEDDED;
}

/** How many holes a file of a size may have, so that all that lies between them finds room in the entry. */
export function mostHoles(size: number, long: boolean): number {
  const room = Math.floor(MOST_EMBEDDED / allocationSize(long));
  return Math.max(0, Math.floor((room - allocationCount(size) - 1) / 2));
}

export interface NewFileEntry {
  readonly isDirectory: boolean;
  readonly linkCount: number;
  readonly size: number;
  readonly modified: Filetime;
  readonly uniqueId: number;
  /** Where the data lies; the data itself to embed it. */
  readonly data: readonly NewExtent[] | Uint8Array;
  readonly longAllocation: boolean;
  /** Block that the entry goes to. */
  readonly location: number;
}

/** @param block where to write it. @returns the block of the entry */
export function fileEntryBytes(entry: NewFileEntry, block: Uint8Array = new Uint8Array(SECTOR)): Uint8Array {
  const { isDirectory, size, data, location, longAllocation } = entry;
  const view = new DataView(block.buffer, block.byteOffset);
  block.fill(0);
  const embedded = data instanceof Uint8Array;
  const kind = embedded ? AllocationKind.EMBEDDED : longAllocation ? AllocationKind.LONG : AllocationKind.SHORT;
  // ICB tag: strategy 4, one entry.
  view.setUint16(20, 4, true);
  view.setUint16(24, 1, true);
  block[27] = isDirectory ? FileType.DIRECTORY : FileType.FILE;
  view.setUint16(34, kind, true);
  view.setUint32(36, 0xffff_ffff, true);
  view.setUint32(40, 0xffff_ffff, true);
  view.setUint32(44, isDirectory ? PERMISSIONS.directory : PERMISSIONS.file, true);
  view.setUint16(48, entry.linkCount, true);
  setSize64(view, 56, size);
  setSize64(view, 64, embedded ? 0 : recordedBlocks(data));
  const modified = timestampBytes(entry.modified);
  for (const offset of [72, 84, 96]) block.set(modified, offset);
  view.setUint32(108, 1, true);
  block.set(IMPLEMENTATION, 128);
  setSize64(view, 160, entry.uniqueId);
  let used = data.length;
  if (embedded) block.set(data, ENTRY_SIZE);
  else used = putAllocations(view, ENTRY_SIZE, data, longAllocation);
  view.setUint32(172, used, true);
  writeTag(block, TagId.FILE_ENTRY, location, ENTRY_SIZE + used - 16);
  return block;
}

function recordedBlocks(extents: readonly NewExtent[]): number {
  return extents.reduce((sum, { length, block }) => sum + (block === undefined ? 0 : sectorsOf(length)), 0);
}

function setSize64(view: DataView, at: number, value: number): void {
  view.setUint32(at, value % 2 ** 32, true);
  view.setUint32(at + 4, Math.floor(value / 2 ** 32), true);
}
