import { type Blob, isStoredWell, type MetadataBlob, type WimPart } from "./blobs.ts";
import { WIM_VERSION_SOLID } from "./header.ts";
import { LOOKUP_ENTRY_SIZE, ZERO_HASH } from "./lookup-table.ts";
import { RESOURCE_FREE, RESOURCE_METADATA, type ResourceHeader } from "./resource-header.ts";

// Most lookup tables have nothing that must be told of: then what they list can be read when it is asked for, which for a
// file of 100,000 blobs is most of the time that opening it takes.

/** The blobs of a lookup table that is in order. */
export interface PlainTable {
  readonly metadata: readonly MetadataBlob[];
  /** Reads the table, each time anew. */
  readBlobs(): Map<string, Blob>;
}

/**
 * Looks at the lookup table of a file or of one part of a set.
 *
 * @returns undefined where an entry is of a solid resource or makes no sense: `resolveBlobs` can tell more
 */
export function plainTable(bytes: Uint8Array, part: WimPart): PlainTable | undefined {
  if (part.header.version === WIM_VERSION_SOLID || bytes.length % LOOKUP_ENTRY_SIZE !== 0) return undefined;
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const metadata: MetadataBlob[] = [];
  for (let at = 0; at < bytes.length; at += LOOKUP_ENTRY_SIZE) {
    if (!isCounted(buffer, at, part)) continue;
    const resource = resourceAt(buffer, at);
    if (!isStoredWell(resource, part)) return undefined;
    if (!(resource.flags & RESOURCE_METADATA) || buffer.readUInt32LE(at + 26) === 0) continue;
    metadata.push({ sha1: hashAt(buffer, at), size: resource.size, storage: { kind: "resource", part, resource } });
  }
  return { metadata, readBlobs: () => readBlobs(buffer, part) };
}

function readBlobs(buffer: Buffer, part: WimPart): Map<string, Blob> {
  const blobs = new Map<string, Blob>();
  for (let at = 0; at < buffer.length; at += LOOKUP_ENTRY_SIZE) {
    const resource = resourceAt(buffer, at);
    const { flags, size } = resource;
    if (!isCounted(buffer, at, part) || flags & RESOURCE_METADATA || size === 0) continue;
    const sha1 = hashAt(buffer, at);
    if (sha1 === ZERO_HASH || blobs.has(sha1)) continue;
    blobs.set(sha1, { sha1, size, storage: { kind: "resource", part, resource } });
  }
  return blobs;
}

/** Entries of other parts, whose own tables list the same, and those of nothing are passed over. */
function isCounted(buffer: Buffer, at: number, { header }: WimPart): boolean {
  return buffer.readUInt16LE(at + 24) === header.partNumber && !((buffer[at + 7] as number) & RESOURCE_FREE);
}

function resourceAt(buffer: Buffer, at: number): ResourceHeader {
  return {
    storedSize: buffer.readUIntLE(at, 6) + (buffer[at + 6] as number) * 2 ** 48,
    flags: buffer[at + 7] as number,
    offset: buffer.readUInt32LE(at + 8) + buffer.readUInt32LE(at + 12) * 2 ** 32,
    size: buffer.readUInt32LE(at + 16) + buffer.readUInt32LE(at + 20) * 2 ** 32,
  };
}

function hashAt(buffer: Buffer, at: number): string {
  return buffer.toString("hex", at + 30, at + LOOKUP_ENTRY_SIZE);
}
