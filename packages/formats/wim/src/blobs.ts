import type { Findings, RandomAccess } from "@adk/core";
import { parseSolidHeader, SOLID_HEADER_SIZE, type SolidHeader } from "./chunk-table.ts";
import type { WimHeader } from "./header.ts";
import { type LookupEntry, ZERO_HASH } from "./lookup-table.ts";
import { RESOURCE_FREE, RESOURCE_METADATA, RESOURCE_SOLID, type ResourceHeader } from "./resource-header.ts";

/** Data that images refer to by its hash. */
export interface Blob {
  /** SHA-1 of the data, 40 hex digits. */
  readonly sha1: string;
  /** Uncompressed bytes. */
  readonly size: number;
  readonly referenceCount: number;
  readonly storage: BlobStorage;
}

/** A blob is a resource of its own, or a range of what a solid resource holds. */
export type BlobStorage =
  | { readonly kind: "resource"; readonly resource: ResourceHeader }
  | { readonly kind: "solid"; readonly solid: SolidResource; readonly offset: number };

/** Many blobs, compressed together. */
export interface SolidResource {
  readonly resource: ResourceHeader;
  readonly header: SolidHeader;
}

export interface BlobTable {
  readonly blobs: ReadonlyMap<string, Blob>;
  /** The metadata resources in the order of the table: the first is image 1. */
  readonly metadata: readonly Blob[];
}

/** The size that marks an entry of a solid run as the solid resource itself. */
const SOLID_MARK = 0x1_0000_0000;

/**
 * Tells what the entries of a lookup table stand for. Entries that make no sense are left out with a finding; what refers to
 * them is then missing its data.
 */
export async function resolveBlobs(
  entries: readonly LookupEntry[],
  header: WimHeader,
  access: RandomAccess,
  findings: Findings,
): Promise<BlobTable> {
  const blobs = new Map<string, Blob>();
  const metadata: Blob[] = [];
  const add = (entry: LookupEntry, size: number, storage: BlobStorage) => {
    const { sha1, referenceCount } = entry;
    if (sha1 === ZERO_HASH || size === 0 || blobs.has(sha1)) return;
    blobs.set(sha1, { sha1, size, referenceCount, storage });
  };

  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as LookupEntry;
    const { resource } = entry;
    if (isSolid(entry, header)) {
      const start = i;
      while (i + 1 < entries.length && isSolid(entries[i + 1] as LookupEntry, header)) i++;
      const run = entries.slice(start, i + 1);
      for (const [blob, storage] of await resolveSolidRun(run, header, access, findings)) {
        add(blob, blob.resource.storedSize, storage);
      }
      continue;
    }
    // The other parts of a split set list what they hold themselves.
    if (entry.partNumber !== header.partNumber || resource.flags & RESOURCE_FREE) continue;
    if (resource.offset + resource.storedSize > access.size) {
      findings.error("WIM_RESOURCE_OUTSIDE_FILE", "A blob does not lie within the file; it cannot be read.", {
        file: access.name,
        offset: resource.offset,
      });
      continue;
    }
    const storage: BlobStorage = { kind: "resource", resource };
    if (resource.flags & RESOURCE_METADATA) {
      // Old Windows tools leave entries of deleted images behind, without references.
      if (entry.referenceCount === 0) continue;
      metadata.push({ sha1: entry.sha1, size: resource.size, referenceCount: entry.referenceCount, storage });
    } else {
      add(entry, resource.size, storage);
    }
  }
  return { blobs, metadata };
}

function isSolid(entry: LookupEntry, header: WimHeader): boolean {
  return header.version === 0xe00 && (entry.resource.flags & RESOURCE_SOLID) !== 0;
}

/**
 * A run holds entries of solid resources and entries of blobs; a blob's offset counts through all resources of the run as if
 * they were one.
 */
async function resolveSolidRun(
  run: readonly LookupEntry[],
  header: WimHeader,
  access: RandomAccess,
  findings: Findings,
): Promise<[LookupEntry, BlobStorage][]> {
  const resources: SolidResource[] = [];
  const members: LookupEntry[] = [];
  for (const entry of run) {
    const { resource } = entry;
    if (resource.size !== SOLID_MARK) {
      if (resource.storedSize > 0) members.push(entry);
      continue;
    }
    const where = { file: access.name, offset: resource.offset };
    if (entry.partNumber !== header.partNumber) {
      findings.error("WIM_OTHER_PART", `A solid resource lies in part ${entry.partNumber} of the set.`, where);
      continue;
    }
    if (resource.storedSize < SOLID_HEADER_SIZE || resource.offset + resource.storedSize > access.size) {
      findings.error("WIM_RESOURCE_OUTSIDE_FILE", "A solid resource does not lie within the file.", where);
      continue;
    }
    const bytes = await access.read(resource.offset, SOLID_HEADER_SIZE);
    resources.push({ resource, header: parseSolidHeader(bytes, access.name, resource.offset) });
  }

  const resolved: [LookupEntry, BlobStorage][] = [];
  for (const entry of members) {
    let offset = entry.resource.offset;
    const size = entry.resource.storedSize;
    const solid = resources.find(({ header: { size: held } }) => {
      if (offset + size <= held) return true;
      offset -= held;
      return false;
    });
    if (solid) resolved.push([entry, { kind: "solid", solid, offset }]);
    else {
      findings.error("WIM_BLOB_OUTSIDE_SOLID", `Blob ${entry.sha1} lies in no solid resource; it cannot be read.`, {
        file: access.name,
        offset: entry.resource.offset,
      });
    }
  }
  return resolved;
}
