import {
  isRealDirectory,
  type LayeredEntry,
  type LayeredVolume,
  type LongOperation,
  ProgressCounter,
  splitPath,
  walk,
} from "@adk/core";

/** How much there is of something. */
export interface Amount {
  files: number;
  directories: number;
  /** Bytes of unnamed data and streams, every name of a hard-linked file counted. */
  bytes: number;
}

/** A directory with the sizes of what is below it. */
export interface DirectorySize {
  readonly name: string;
  /** Bytes of the files in it, and of all below where the tree is not told deeper. */
  bytes: number;
  readonly children: Map<string, DirectorySize>;
}

export interface Survey extends Amount {
  readonly tree: DirectorySize;
  /** The largest files, largest first. */
  readonly largest: readonly LayeredEntry[];
}

/** Directories are told apart down to this depth; what lies deeper counts for its ancestor there. */
const TREE_DEPTH = 5;
const LARGEST_FILES = 2000;

/** Walks a tree once and says what is in it. */
export async function survey(volume: LayeredVolume, operation: LongOperation, phase: string): Promise<Survey> {
  const amount = noAmount();
  const tree: DirectorySize = { name: "", bytes: 0, children: new Map() };
  let largest: LayeredEntry[] = [];
  const progress = new ProgressCounter(operation, phase, "files", 0);
  for await (const batch of walk(volume)) {
    const entries = batch as readonly LayeredEntry[];
    for (const entry of entries) {
      addTo(amount, entry);
      if (isRealDirectory(entry)) continue;
      directoryOf(tree, entry.path).bytes += bytesOf(entry);
      largest.push(entry);
    }
    if (largest.length > LARGEST_FILES * 8) largest = keepLargest(largest);
    progress.add(entries.length);
  }
  return { ...amount, tree, largest: keepLargest(largest) };
}

export function noAmount(): Amount {
  return { files: 0, directories: 0, bytes: 0 };
}

export function addTo(amount: Amount, entry: LayeredEntry): void {
  if (isRealDirectory(entry)) amount.directories++;
  else amount.files++;
  amount.bytes += bytesOf(entry);
}

function bytesOf({ size, streams }: LayeredEntry): number {
  return streams.reduce((sum, stream) => sum + stream.size, size);
}

function keepLargest(entries: readonly LayeredEntry[]): LayeredEntry[] {
  return [...entries]
    .sort((a, b) => b.size - a.size || (a.path < b.path ? -1 : a.path > b.path ? 1 : 0))
    .slice(0, LARGEST_FILES);
}

function directoryOf(tree: DirectorySize, path: string): DirectorySize {
  let at = tree;
  for (const name of splitPath(path).slice(0, -1).slice(0, TREE_DEPTH)) {
    let child = at.children.get(name);
    if (!child) {
      child = { name, bytes: 0, children: new Map() };
      at.children.set(name, child);
    }
    at = child;
  }
  return at;
}
