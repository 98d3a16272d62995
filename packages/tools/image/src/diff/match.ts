import {
  isRealDirectory,
  type LongOperation,
  type PathMatcher,
  throwIfCancelled,
  upcase,
  type Volume,
  type VolumeEntry,
  walk,
} from "@adk/core";

/** An entry of each side that are taken for the same. */
export interface Pair {
  readonly before: VolumeEntry;
  readonly after: VolumeEntry;
}

/** The entries of two volumes. */
export interface Matching {
  readonly pairs: readonly Pair[];
  readonly removed: readonly VolumeEntry[];
  readonly added: readonly VolumeEntry[];
}

/**
 * Finds the entries that are on both sides. Names are matched as they are written first, those that are left as Windows
 * compares them, without regard to case.
 *
 * @param path only entries whose path it takes; default all
 */
export async function matchEntries(
  before: Volume,
  after: Volume,
  path: PathMatcher = () => true,
  operation?: LongOperation,
): Promise<Matching> {
  const pairs: Pair[] = [];
  const removed: VolumeEntry[] = [];
  const added: VolumeEntry[] = [];
  const pending: Pair[] = [{ before: before.root, after: after.root }];
  for (let pair = pending.pop(); pair; pair = pending.pop()) {
    throwIfCancelled(operation);
    if (path(pair.after.path)) pairs.push(pair);
    const [old, young] = [await entriesOf(before, pair.before), await entriesOf(after, pair.after)];
    const names = matchNames(old, young);
    for (const each of names.pairs) {
      if (isRealDirectory(each.before) || isRealDirectory(each.after)) pending.push(each);
      else if (path(each.after.path)) pairs.push(each);
    }
    for (const entry of names.removed) await collect(before, entry, path, removed);
    for (const entry of names.added) await collect(after, entry, path, added);
  }
  return { pairs, removed, added };
}

async function entriesOf(volume: Volume, entry: VolumeEntry): Promise<readonly VolumeEntry[]> {
  return isRealDirectory(entry) ? volume.list(entry) : [];
}

async function collect(volume: Volume, from: VolumeEntry, path: PathMatcher, into: VolumeEntry[]): Promise<void> {
  for await (const batch of walk(volume, from)) for (const entry of batch) if (path(entry.path)) into.push(entry);
}

function matchNames(old: readonly VolumeEntry[], young: readonly VolumeEntry[]): Matching {
  const byName = new Map(young.map((entry) => [entry.name, entry]));
  const pairs: Pair[] = [];
  const unmatched: VolumeEntry[] = [];
  for (const before of old) {
    const after = byName.get(before.name);
    if (after && byName.delete(before.name)) pairs.push({ before, after });
    else unmatched.push(before);
  }
  if (unmatched.length === 0 || byName.size === 0) return { pairs, removed: unmatched, added: [...byName.values()] };
  const byUpcase = new Map([...byName.values()].map((entry) => [upcase(entry.name), entry]));
  const removed: VolumeEntry[] = [];
  for (const before of unmatched) {
    const key = upcase(before.name);
    const after = byUpcase.get(key);
    if (after && byUpcase.delete(key) && byName.delete(after.name)) pairs.push({ before, after });
    else removed.push(before);
  }
  return { pairs, removed, added: [...byName.values()] };
}
