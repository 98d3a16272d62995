import { isRealDirectory, parentPath, upcase, type VolumeEntry } from "@adk/core";
import type { ComparedVolume } from "./compare-entries.ts";
import type { Matching, Pair } from "./match.ts";

/** A matching that also tells what was moved or renamed; those entries are neither among the removed nor the added. */
export interface MatchingWithMoves extends Matching {
  readonly moved: readonly Pair[];
}

/** Asks for the hashes that `findMoves` needs: of files whose size is on both sides. */
export function wantMoveHashes({ removed, added }: Matching, before: ComparedVolume, after: ComparedVolume): void {
  const sizesRemoved = new Set(removed.filter(hasData).map(({ size }) => size));
  const candidates = added.filter((entry) => hasData(entry) && sizesRemoved.has(entry.size));
  const sizes = new Set(candidates.map(({ size }) => size));
  for (const entry of candidates) after.hashes.want(entry);
  for (const entry of removed) if (hasData(entry) && sizes.has(entry.size)) before.hashes.want(entry);
}

/**
 * A file was moved or renamed where a removed and an added one have the same data, and no other removed or added file has
 * it; or where, of several with it, one of each has the same name. Empty files are never taken for moved. A directory was
 * moved where all that was moved out of it went, under the same names, into one added directory, and nothing else did.
 */
export function findMoves(matching: Matching, before: ComparedVolume, after: ComparedVolume): MatchingWithMoves {
  const moved: Pair[] = [];
  const moveUnique = (byName: boolean) => {
    const taken = new Set<VolumeEntry>(moved.flatMap((pair) => [pair.before, pair.after]));
    const keysOf = (entries: readonly VolumeEntry[], { hashes }: ComparedVolume) =>
      uniqueBy(
        entries.filter((entry) => hasData(entry) && !taken.has(entry)),
        (entry) => {
          const sha1 = hashes.of(entry);
          return byName && sha1 !== undefined ? `${sha1} ${upcase(entry.name)}` : sha1;
        },
      );
    const added = keysOf(matching.added, after);
    for (const [key, entry] of keysOf(matching.removed, before)) {
      const to = entry && added.get(key);
      if (to) moved.push({ before: entry, after: to });
    }
  };
  moveUnique(false);
  moveUnique(true);
  moved.push(...movedDirectories(matching, moved));

  const gone = new Set<VolumeEntry>(moved.flatMap((pair) => [pair.before, pair.after]));
  const rest = (entries: readonly VolumeEntry[]) => entries.filter((entry) => !gone.has(entry));
  return { pairs: matching.pairs, moved, removed: rest(matching.removed), added: rest(matching.added) };
}

function hasData(entry: VolumeEntry): boolean {
  return entry.size > 0 && !isRealDirectory(entry) && entry.reparseTag === 0;
}

/** The entries by key; undefined where several have the same. */
function uniqueBy(entries: readonly VolumeEntry[], keyOf: (entry: VolumeEntry) => string | undefined) {
  const unique = new Map<string, VolumeEntry | undefined>();
  for (const entry of entries) {
    const key = keyOf(entry);
    if (key !== undefined) unique.set(key, unique.has(key) ? undefined : entry);
  }
  return unique;
}

function movedDirectories(matching: Matching, files: readonly Pair[]): Pair[] {
  const removed = directoriesByPath(matching.removed);
  const added = directoriesByPath(matching.added);
  const moved: Pair[] = [];
  let level = files;
  while (level.length > 0) {
    const to = new Map<VolumeEntry, VolumeEntry | undefined>();
    const from = new Map<VolumeEntry, VolumeEntry | undefined>();
    for (const pair of level) {
      if (upcase(pair.before.name) !== upcase(pair.after.name)) continue;
      const before = removed.get(parentPath(pair.before.path));
      const after = added.get(parentPath(pair.after.path));
      if (!before || !after) continue;
      to.set(before, to.has(before) && to.get(before) !== after ? undefined : after);
      from.set(after, from.has(after) && from.get(after) !== before ? undefined : before);
    }
    const found: Pair[] = [];
    for (const [before, after] of to) if (after && from.get(after) === before) found.push({ before, after });
    for (const pair of found) {
      removed.delete(pair.before.path);
      added.delete(pair.after.path);
    }
    moved.push(...found);
    level = found;
  }
  return moved;
}

function directoriesByPath(entries: readonly VolumeEntry[]): Map<string, VolumeEntry> {
  return new Map(entries.filter(isRealDirectory).map((entry) => [entry.path, entry]));
}
