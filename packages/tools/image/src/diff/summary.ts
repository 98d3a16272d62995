import type { VolumeEntry } from "@adk/core";
import type { Aspect, Difference, DiffSummary } from "./schema.ts";

/** A difference with the entries that it is about. */
export interface FoundDifference {
  readonly difference: Difference;
  readonly before?: VolumeEntry;
  readonly after?: VolumeEntry;
}

/** What was compared of one side. Bytes of unnamed data, hard-linked files counted once. */
export interface TreeSize {
  readonly entries: number;
  readonly bytes: number;
}

export function treeSize(entries: readonly VolumeEntry[]): TreeSize {
  return { entries: entries.length, bytes: bytesOf(entries) };
}

/**
 * @param before all entries of the first side that were compared
 * @param after those of the second
 */
export function summarize(
  found: readonly FoundDifference[],
  before: readonly VolumeEntry[],
  after: readonly VolumeEntry[],
): DiffSummary {
  const counts = { added: 0, removed: 0, changed: 0, moved: 0 };
  const what: Partial<Record<Aspect, number>> = {};
  const gone = new Set<VolumeEntry>();
  const come = new Set<VolumeEntry>();
  for (const { difference, ...entries } of found) {
    counts[difference.kind]++;
    for (const aspect of difference.what) what[aspect] = (what[aspect] ?? 0) + 1;
    const sameData = difference.what.length > 0 && !difference.what.includes("content");
    if (entries.before && !sameData) gone.add(entries.before);
    if (entries.after && !sameData) come.add(entries.after);
  }
  return { ...counts, bytesAdded: bytesAmong(come, after), bytesRemoved: bytesAmong(gone, before), what };
}

/** Bytes of some entries, without those whose data has a further name that is none of them. */
function bytesAmong(some: ReadonlySet<VolumeEntry>, all: readonly VolumeEntry[]): number {
  const kept = new Set(all.filter((entry) => !some.has(entry)).map(({ linkId }) => linkId));
  return bytesOf([...some].filter(({ linkId }) => linkId === undefined || !kept.has(linkId)));
}

function bytesOf(entries: readonly VolumeEntry[]): number {
  const seen = new Set<string>();
  let bytes = 0;
  for (const { linkId, size } of entries) {
    if (linkId !== undefined && seen.size === seen.add(linkId).size) continue;
    bytes += size;
  }
  return bytes;
}
