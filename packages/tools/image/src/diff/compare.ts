import {
  Findings,
  type LongOperation,
  type PathMatcher,
  ProgressCounter,
  throwIfCancelled,
  upcase,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import { EntryDescriber } from "../describe-entry.ts";
import { type ComparedVolume, EntryComparer } from "./compare-entries.ts";
import { DataHashes } from "./data-hashes.ts";
import { differentlyLinked, LinkGroups } from "./hard-links.ts";
import { type Matching, matchEntries, type Pair } from "./match.ts";
import { findMoves, wantMoveHashes } from "./moves.ts";
import type { Aspect, Difference, DifferenceKind, DiffSummary } from "./schema.ts";
import { StateTeller } from "./states.ts";
import { type FoundDifference, summarize, type TreeSize, treeSize } from "./summary.ts";

export interface CompareOptions extends LongOperation {
  /** Only entries whose path it takes: what was moved out of them is removed. */
  readonly path?: PathMatcher | undefined;
  /** Differences of these kinds alone. */
  readonly only?: readonly DifferenceKind[] | undefined;
  readonly ignore?: readonly Aspect[] | undefined;
  /**
   * One side is a directory of the host without a sidecar: only what it can hold is compared, which is types, data, links, and
   * the time of the last change to a microsecond.
   */
  readonly host?: boolean | undefined;
  /** Told of data that cannot be read; it counts as different. */
  readonly findings?: Findings | undefined;
}

export interface Comparison {
  readonly before: TreeSize;
  readonly after: TreeSize;
  readonly summary: DiffSummary;
  /** By path, without regard to case. */
  readonly differences: Difference[];
}

/** Compares two volumes. Data is read only where one of them does not store its hash, and of files of equal size. */
export async function compareVolumes(before: Volume, after: Volume, options: CompareOptions = {}): Promise<Comparison> {
  const { path, only, host = false, findings = new Findings() } = options;
  const ignored = new Set(options.ignore);
  const [old, young] = [comparedVolume(before), comparedVolume(after)];
  const found = await matchEntries(before, after, path, options);
  await readHashes(found, old, young, findings, options);
  const { pairs, moved, removed, added } = findMoves(found, old, young);

  const both = [...pairs, ...moved];
  const oldEntries = [...both.map((pair) => pair.before), ...removed];
  const youngEntries = [...both.map((pair) => pair.after), ...added];
  const linked = ignored.has("hard-links") ? new Set<Pair>() : differentlyLinked(both);
  const comparer = new EntryComparer(old, young, host);
  const oldStates = new StateTeller(old, new LinkGroups(oldEntries));
  const youngStates = new StateTeller(young, new LinkGroups(youngEntries));

  const wanted = (kind: DifferenceKind) => only?.includes(kind) ?? true;
  const differences: FoundDifference[] = [];
  const compare = async (kind: "changed" | "moved", list: readonly Pair[]) => {
    for (const pair of wanted(kind) ? list : []) {
      throwIfCancelled(options);
      const what = (await comparer.compare(pair)).filter((aspect) => !ignored.has(aspect));
      if (linked.has(pair)) what.push("hard-links");
      if (what.length === 0) continue;
      const states = StateTeller.differing(what, await oldStates.all(pair.before), await youngStates.all(pair.after));
      differences.push({ difference: { path: pair.after.path, kind, what, ...states }, ...pair });
    }
  };
  await compare("changed", pairs);
  await compare("moved", moved);
  for (const before of wanted("removed") ? removed : []) {
    const state = await oldStates.all(before);
    differences.push({ difference: { path: before.path, kind: "removed", what: [], before: state }, before });
  }
  for (const after of wanted("added") ? added : []) {
    const state = await youngStates.all(after);
    differences.push({ difference: { path: after.path, kind: "added", what: [], after: state }, after });
  }
  return {
    before: treeSize(oldEntries),
    after: treeSize(youngEntries),
    summary: summarize(differences, oldEntries, youngEntries),
    differences: byPath(differences.map(({ difference }) => difference)),
  };
}

function comparedVolume(volume: Volume): ComparedVolume {
  return { volume, hashes: new DataHashes(volume), describer: new EntryDescriber(volume) };
}

async function readHashes(
  matching: Matching,
  before: ComparedVolume,
  after: ComparedVolume,
  findings: Findings,
  options: LongOperation,
): Promise<void> {
  for (const pair of matching.pairs) {
    if (pair.before.size === pair.after.size) wantBoth(pair, "", before, after);
    for (const { name, size } of pair.before.streams) {
      if (sizeOfStream(pair.after, name) === size) wantBoth(pair, name, before, after);
    }
  }
  wantMoveHashes(matching, before, after);
  const bytes = before.hashes.wantedBytes + after.hashes.wantedBytes;
  if (bytes === 0) return;
  const progress = new ProgressCounter(options, "compare", "bytes", bytes);
  await before.hashes.readWanted(progress, findings);
  await after.hashes.readWanted(progress, findings);
}

function wantBoth(pair: Pair, stream: string, before: ComparedVolume, after: ComparedVolume): void {
  before.hashes.want(pair.before, stream);
  after.hashes.want(pair.after, stream);
}

function sizeOfStream(entry: VolumeEntry, stream: string): number | undefined {
  return entry.streams.find(({ name }) => name === stream)?.size;
}

/** A directory before what it holds, and that before what follows the directory. */
function byPath(differences: readonly Difference[]): Difference[] {
  const keyed = differences.map((difference) => ({ difference, key: upcase(difference.path).replaceAll("/", "\0") }));
  keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return keyed.map(({ difference }) => difference);
}
