import { AdkError, type Findings, type Limits, type RandomAccess } from "@adk/core";
import { chunkCount, chunkTableSize } from "./chunk-table.ts";
import { WIM_VERSION_SOLID, type WimHeader } from "./header.ts";
import { type LookupEntry, ZERO_HASH } from "./lookup-table.ts";
import {
  checkResource,
  RESOURCE_COMPRESSED,
  RESOURCE_FREE,
  RESOURCE_METADATA,
  RESOURCE_SOLID,
  type ResourceHeader,
} from "./resource-header.ts";
import { resolveSolidRun, type SolidResource } from "./solid-run.ts";

/** A file in which stored bytes lie: the only one, one part of a split set, or one that is referred to. */
export interface WimPart {
  readonly access: RandomAccess;
  readonly header: WimHeader;
}

/** Data that images refer to by its hash. */
export interface Blob {
  /** SHA-1 of the data, 40 hex digits. */
  readonly sha1: string;
  /** Uncompressed bytes. */
  readonly size: number;
  readonly storage: BlobStorage;
}

/** A blob is a resource of its own, or a range of what a solid resource holds. */
export type BlobStorage = OwnStorage | SolidStorage;

export interface OwnStorage {
  readonly kind: "resource";
  readonly part: WimPart;
  readonly resource: ResourceHeader;
}

export interface SolidStorage {
  readonly kind: "solid";
  readonly solid: SolidResource;
  /** Where the blob begins in the uncompressed resource. */
  readonly offset: number;
}

/** The metadata of an image; it is never solid. Where it lies has not been checked. */
export interface MetadataBlob extends Blob {
  readonly storage: OwnStorage;
}

export interface BlobTable {
  /** By SHA-1. Each lies within the file. */
  readonly blobs: ReadonlyMap<string, Blob>;
  /** In the order of the table: the first is image 1. */
  readonly metadata: readonly MetadataBlob[];
}

/**
 * Tells what the entries of a part's lookup table stand for. Entries that make no sense are left out with a finding; what
 * refers to them is then missing its data.
 *
 * @param parts the parts that are open, by their number: usually this one alone
 */
export async function resolveBlobs(
  entries: readonly LookupEntry[],
  part: WimPart,
  parts: ReadonlyMap<number, WimPart>,
  limits: Limits,
  findings: Findings,
): Promise<BlobTable> {
  const blobs = new Map<string, Blob>();
  const metadata: MetadataBlob[] = [];
  const add = (sha1: string, size: number, storage: BlobStorage) => {
    if (sha1 === ZERO_HASH || size === 0 || blobs.has(sha1)) return;
    blobs.set(sha1, { sha1, size, storage });
  };

  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as LookupEntry;
    const { resource, sha1, referenceCount } = entry;
    if (isSolid(entry, part)) {
      const start = i;
      while (i + 1 < entries.length && isSolid(entries[i + 1] as LookupEntry, part)) i++;
      const run = entries.slice(start, i + 1);
      for (const [blob, storage] of await resolveSolidRun(run, part, parts, limits, findings)) {
        add(blob.sha1, blob.resource.storedSize, storage);
      }
      continue;
    }
    // The data may lie in a part that is not open; that one lists it too.
    const holder = parts.get(entry.partNumber);
    if (!holder || resource.flags & RESOURCE_FREE) continue;
    const storage: OwnStorage = { kind: "resource", part: holder, resource };
    if (resource.flags & RESOURCE_METADATA) {
      // Old Windows tools leave entries of deleted images behind, without references. A damaged one counts all the same: the
      // images behind it keep their numbers.
      if (referenceCount > 0) metadata.push({ sha1, size: resource.size, storage });
      continue;
    }
    try {
      checkStored(resource, holder);
      add(sha1, resource.size, storage);
    } catch (error) {
      findings.fromError(error);
    }
  }
  return { blobs, metadata };
}

/** Whether an entry belongs to a run of solid entries. */
export function isSolid({ resource }: LookupEntry, { header }: Pick<WimPart, "header">): boolean {
  return header.version === WIM_VERSION_SOLID && (resource.flags & RESOURCE_SOLID) !== 0;
}

/** Refuses a resource by whose sizes nothing may be read: outside the file, or longer than its data can make it. */
export function checkStored(resource: ResourceHeader, { access, header }: WimPart): void {
  checkResource(resource, "data", access.size, access.name);
  const most = mostStored(resource, header);
  if (resource.storedSize <= most) return;
  throw new AdkError("WIM_RESOURCE_BAD_SIZE", "Data is compressed to more bytes than it can be.", {
    file: access.name,
    offset: resource.offset,
    expected: `at most ${most} bytes`,
    found: resource.storedSize,
  });
}

/** Whether `checkStored` has nothing to say. */
export function isStoredWell(resource: ResourceHeader, { access, header }: WimPart): boolean {
  const { flags, offset, size, storedSize } = resource;
  if (offset + storedSize > access.size || size > Number.MAX_SAFE_INTEGER) return false;
  const plain = (flags & (RESOURCE_COMPRESSED | RESOURCE_SOLID)) === 0;
  return plain ? storedSize === size : storedSize <= mostStored(resource, header);
}

function mostStored({ flags, size }: ResourceHeader, { compression, chunkSize, pipable }: WimHeader): number {
  if (!(flags & RESOURCE_COMPRESSED) || compression === "none") return Number.POSITIVE_INFINITY;
  const prefixes = pipable ? 4 * chunkCount(size, chunkSize) : 0;
  return size + chunkTableSize(size, chunkSize) + prefixes;
}
