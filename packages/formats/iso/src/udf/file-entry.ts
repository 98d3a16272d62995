import { AdkError, ByteReader, type Filetime } from "@adk/core";
import { AllocationKind } from "./allocation.ts";
import { requireTag, TagId } from "./tag.ts";
import { parseTimestamp, TIMESTAMP_SIZE } from "./timestamp.ts";

// File entries, ECMA-167 4/14.9 and 4/14.17.

export const FileType = { DIRECTORY: 4, FILE: 5, SYMLINK: 12, METADATA: 250, METADATA_MIRROR: 251 } as const;

export interface FileEntry {
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
}

/** @param bytes the block of the entry. @throws AdkError `UDF_BAD_DESCRIPTOR`, `UDF_BAD_FILE_ENTRY` */
export function parseFileEntry(bytes: Uint8Array, file: string, offset: number): FileEntry {
  const { id } = requireTag(bytes, [TagId.FILE_ENTRY, TagId.EXTENDED_FILE_ENTRY], file, offset);
  const extended = id === TagId.EXTENDED_FILE_ENTRY;
  const reader = new ByteReader(bytes, { file, base: offset });
  reader.seek(16 + 11);
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
  return { fileType, allocationKind, linkCount, size, modified, created, allocation };
}
