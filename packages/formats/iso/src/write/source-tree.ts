import {
  AdkError,
  compareNames,
  type Filetime,
  isRealDirectory,
  type LongOperation,
  ProgressCounter,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import { type DataOrder, inDataOrder } from "./data-order.ts";
import { type Duplicate, shareEqual } from "./equal-files.ts";
import { type Hole, holesOf } from "./holes.ts";

/** A directory of the tree that is written. */
export interface SourceDirectory {
  readonly kind: "directory";
  readonly name: string;
  readonly path: string;
  readonly time: Filetime;
  readonly hidden: boolean;
  readonly children: readonly SourceNode[];
}

export interface SourceFile {
  readonly kind: "file";
  readonly name: string;
  readonly path: string;
  readonly time: Filetime;
  readonly hidden: boolean;
  /** Until the tree is complete, another file's that is equal may take its place. */
  content: Content;
}

export type SourceNode = SourceDirectory | SourceFile;

/** Data that is on the disc once, whatever number of files have it. */
export interface Content {
  readonly size: number;
  readonly volume: Volume;
  readonly entry: VolumeEntry;
  /** Parts that are zeros and take no room on the disc, in their order. */
  holes?: readonly Hole[];
}

export interface SourceTree {
  readonly root: SourceDirectory;
  readonly files: number;
  readonly directories: number;
  /** Distinct ones, in the order in which they are to lie on the disc. */
  readonly contents: readonly Content[];
  /** What equal files save. */
  readonly saved: { readonly files: number; readonly bytes: number };
  /** Files that share the data of an earlier one, each with that one's path. */
  readonly duplicates: readonly Duplicate[];
}

export interface ScanOptions extends LongOperation, DataOrder {
  /** Equal files share their data. */
  readonly dedup: boolean;
  /** FILETIME of all files, in place of their own. */
  readonly time: Filetime | undefined;
  /** How many parts of zeros a file of a size may leave out; none without it. */
  readonly mostHoles?: ((size: number) => number) | undefined;
}

/**
 * Reads the tree of a volume. Reparse points are refused: a disc has none.
 *
 * @throws AdkError `ISO_LINK`
 */
export async function scanTree(volume: Volume, options: ScanOptions): Promise<SourceTree> {
  const scanner = new Scanner(volume, options);
  const root = await scanner.directory(volume.root);
  const { files, directories } = scanner;
  const progress = new ProgressCounter(options, "compare", "files", 0);
  const { saved, duplicates } = options.dedup
    ? await shareEqual(files, progress)
    : { saved: { files: 0, bytes: 0 }, duplicates: [] };
  const distinct = new Set<Content>();
  for (const { content } of inDataOrder(files, options)) if (content.size > 0) distinct.add(content);
  if (options.mostHoles) {
    for (const content of distinct) {
      progress.add(1, content.entry.path);
      content.holes = await holesOf(content, options.mostHoles(content.size));
    }
  }
  return { root, files: files.length, directories, contents: [...distinct], saved, duplicates };
}

class Scanner {
  readonly files: SourceFile[] = [];
  directories = 0;
  readonly #volume: Volume;
  readonly #time: Filetime | undefined;
  readonly #progress: ProgressCounter;

  constructor(volume: Volume, options: ScanOptions) {
    this.#volume = volume;
    this.#time = options.time;
    this.#progress = new ProgressCounter(options, "scan", "files", 0);
  }

  async directory(entry: VolumeEntry): Promise<SourceDirectory> {
    this.directories++;
    const children: SourceNode[] = [];
    const entries = [...(await this.#volume.list(entry))].sort((a, b) => compareNames(a.name, b.name));
    for (const each of entries) {
      if (each.reparseTag !== 0) throw linkRefused(each.path);
      children.push(isRealDirectory(each) ? await this.directory(each) : this.#file(each));
    }
    this.#progress.add(entries.length);
    const { name, path, lastWriteTime } = entry;
    return { kind: "directory", name, path, time: this.#time ?? lastWriteTime, hidden: isHidden(entry), children };
  }

  #file(entry: VolumeEntry): SourceFile {
    const { name, path, size, lastWriteTime } = entry;
    const content: Content = { size, volume: this.#volume, entry };
    const file: SourceFile = {
      kind: "file",
      name,
      path,
      time: this.#time ?? lastWriteTime,
      hidden: isHidden(entry),
      content,
    };
    this.files.push(file);
    return file;
  }
}

function isHidden(entry: VolumeEntry): boolean {
  return (entry.attributes & 2) !== 0;
}

function linkRefused(path: string): AdkError {
  return new AdkError("ISO_LINK", "A link cannot be put on a disc.", {
    file: path,
    hint: "Put what it leads to in its place.",
  });
}
