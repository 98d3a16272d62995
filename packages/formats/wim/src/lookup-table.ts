import { AdkError, ByteReader, ByteWriter, check, fromHex } from "@adk/core";
import {
  parseResourceHeader,
  RESOURCE_FREE,
  RESOURCE_METADATA,
  type ResourceHeader,
  writeResourceHeader,
} from "./resource-header.ts";

export const LOOKUP_ENTRY_SIZE = 50;

/** Stands for "no data": files without content have this hash and no entry. */
export const ZERO_HASH = "0".repeat(40);

/** An entry of the lookup table ("blob table", "offset table") as it is stored. */
export interface LookupEntry {
  readonly resource: ResourceHeader;
  /** Part of a split set that holds the data, from 1. */
  readonly partNumber: number;
  /** How often the images refer to the blob. */
  readonly referenceCount: number;
  /** SHA-1 of the uncompressed data, 40 hex digits. */
  readonly sha1: string;
}

/** @throws AdkError `WIM_BAD_LOOKUP_TABLE` if the table is no whole number of entries */
export function parseLookupTable(bytes: Uint8Array, file?: string, base = 0): LookupEntry[] {
  check(
    bytes.length % LOOKUP_ENTRY_SIZE === 0,
    () =>
      new AdkError("WIM_BAD_LOOKUP_TABLE", "The lookup table ends inside an entry.", {
        file,
        offset: base,
        expected: `a multiple of ${LOOKUP_ENTRY_SIZE} bytes`,
        found: bytes.length,
      }),
  );
  const reader = new ByteReader(bytes, { file, base });
  const entries: LookupEntry[] = [];
  while (reader.remaining > 0) {
    const resource = parseResourceHeader(reader);
    const partNumber = reader.u16();
    const referenceCount = reader.u32();
    entries.push({ resource, partNumber, referenceCount, sha1: reader.hex(20) });
  }
  return entries;
}

/** Places in the table of one file of the metadata of its images. */
export function imagePlaces(entries: readonly LookupEntry[]): number[] {
  const places: number[] = [];
  for (const [i, { resource, referenceCount }] of entries.entries()) {
    // Old Windows tools leave entries of deleted images behind, without references.
    const isImage = (resource.flags & (RESOURCE_METADATA | RESOURCE_FREE)) === RESOURCE_METADATA;
    if (isImage && referenceCount > 0) places.push(i);
  }
  return places;
}

export function writeLookupTable(entries: readonly LookupEntry[]): Uint8Array {
  const writer = new ByteWriter(entries.length * LOOKUP_ENTRY_SIZE);
  for (const entry of entries) {
    writeResourceHeader(writer, entry.resource);
    writer.u16(entry.partNumber).u32(entry.referenceCount).bytes(fromHex(entry.sha1));
  }
  return writer.finish();
}
