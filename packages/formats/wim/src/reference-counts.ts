import { AdkError, Findings } from "@adk/core";
import { isSolid } from "./blobs.ts";
import type { WimHeader } from "./header.ts";
import { countImage } from "./image-counts.ts";
import type { LookupEntry } from "./lookup-table.ts";
import { RESOURCE_FREE, RESOURCE_METADATA } from "./resource-header.ts";
import { SOLID_MARK } from "./solid-run.ts";
import type { WimFile } from "./wim-file.ts";

/** How often images refer to each blob, by SHA-1. */
export type References = ReadonlyMap<string, number>;

/** What an image of a file refers to; undefined where that cannot be told in full, because its metadata is damaged. */
export async function readReferences(file: WimFile, index: number): Promise<References | undefined> {
  const findings = new Findings();
  try {
    const { root } = await file.readMetadata(index, findings);
    return findings.hasErrors ? undefined : countImage(root, () => 0).references;
  } catch (error) {
    if (error instanceof AdkError && error.kind === "input") return undefined;
    throw error;
  }
}

/**
 * Counts the references of all entries of a lookup table anew, and leaves out blobs that nothing refers to.
 *
 * Of a solid run only blobs are left out, never one of its resources: the offsets of its blobs count through them. A run
 * goes as a whole when no blob of it is left. Two runs never come to lie side by side, as they would be read as one.
 *
 * @param images what each image refers to; where one is not known, nothing is left out
 */
export function recountEntries(
  entries: readonly LookupEntry[],
  header: WimHeader,
  images: readonly (References | undefined)[],
): LookupEntry[] {
  const total = new Map<string, number>();
  for (const image of images) {
    for (const [sha1, count] of image ?? []) total.set(sha1, (total.get(sha1) ?? 0) + count);
  }
  const isKnown = !images.includes(undefined);
  const recounted = (entry: LookupEntry): LookupEntry => {
    const count = total.get(entry.sha1) ?? 0;
    return { ...entry, referenceCount: isKnown ? count : Math.max(count, entry.referenceCount) };
  };
  const isNeeded = ({ referenceCount }: LookupEntry) => referenceCount > 0 || !isKnown;

  const kept: LookupEntry[] = [];
  let leftOut: LookupEntry | undefined;
  for (let i = 0; i < entries.length; i++) {
    const entry = entries[i] as LookupEntry;
    if (!isSolid(entry, { header })) {
      const counted = isBlob(entry) ? recounted(entry) : entry;
      if (!isBlob(entry) || isNeeded(counted)) kept.push(counted);
      else leftOut = counted;
      continue;
    }
    const start = i;
    while (i + 1 < entries.length && isSolid(entries[i + 1] as LookupEntry, { header })) i++;
    const run = entries.slice(start, i + 1).map((each) => (isSolidResource(each) ? each : recounted(each)));
    const needed = run.filter((each) => isSolidResource(each) || isNeeded(each));
    if (needed.every(isSolidResource)) continue;
    const last = kept.at(-1);
    if (last && leftOut && isSolid(last, { header })) kept.push(leftOut);
    kept.push(...needed);
  }
  return kept;
}

function isBlob({ resource }: LookupEntry): boolean {
  return (resource.flags & (RESOURCE_METADATA | RESOURCE_FREE)) === 0;
}

function isSolidResource({ resource }: LookupEntry): boolean {
  return resource.size === SOLID_MARK;
}
