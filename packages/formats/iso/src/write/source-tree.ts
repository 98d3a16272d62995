import {
  AdkError,
  childPath,
  compareNames,
  digest,
  type Filetime,
  IncrementalDigest,
  isRealDirectory,
  type LongOperation,
  ProgressCounter,
  readPieces,
  type Volume,
  type VolumeEntry,
} from "@adk/core";

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
  readonly content: Content;
}

export type SourceNode = SourceDirectory | SourceFile;

/** Data that is on the disc once, whatever number of files have it. */
export interface Content {
  readonly size: number;
  readonly volume: Volume;
  readonly entry: VolumeEntry;
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

export interface Duplicate {
  readonly path: string;
  readonly of: string;
}

export interface ScanOptions extends LongOperation {
  /** Equal files share their data. */
  readonly dedup: boolean;
  /** FILETIME of all files, in place of their own. */
  readonly time: Filetime | undefined;
  /** Paths of files whose data comes first, in this order; the rest follows by path. */
  readonly order: readonly string[];
}

/**
 * Reads the tree of a volume. Reparse points are refused: a disc has none.
 *
 * @throws AdkError `ISO_LINK`
 */
export async function scanTree(volume: Volume, options: ScanOptions): Promise<SourceTree> {
  const scanner = new Scanner(volume, options);
  const root = await scanner.directory(volume.root);
  return scanner.finish(root);
}

class Scanner {
  readonly #volume: Volume;
  readonly #options: ScanOptions;
  readonly #progress: ProgressCounter;
  readonly #files: { path: string; size: number; entry: VolumeEntry; content: Content | undefined }[] = [];
  #directories = 0;

  constructor(volume: Volume, options: ScanOptions) {
    this.#volume = volume;
    this.#options = options;
    this.#progress = new ProgressCounter(options, "scan", "files", 0);
  }

  async directory(entry: VolumeEntry): Promise<SourceDirectory> {
    this.#directories++;
    const children: SourceNode[] = [];
    const entries = [...(await this.#volume.list(entry))].sort((a, b) => compareNames(a.name, b.name));
    for (const each of entries) {
      if (each.reparseTag !== 0) throw linkRefused(each.path);
      children.push(isRealDirectory(each) ? await this.directory(each) : this.#file(each));
    }
    this.#progress.add(entries.length);
    const { time = entry.lastWriteTime } = this.#options;
    return { kind: "directory", name: entry.name, path: entry.path, time, hidden: isHidden(entry), children };
  }

  async finish(root: SourceDirectory): Promise<SourceTree> {
    const { saved, duplicates } = this.#options.dedup ? await this.#shareEqual() : NOTHING_SHARED;
    for (const file of this.#files) file.content ??= { size: file.size, volume: this.#volume, entry: file.entry };
    const places = new Map(this.#options.order.map((path, place) => [normalize(path), place]));
    const placeOf = (path: string) => places.get(normalize(path)) ?? places.size;
    const ordered = [...this.#files].sort((a, b) => placeOf(a.path) - placeOf(b.path));
    const contents = [...new Set(ordered.flatMap(({ content }) => (content && content.size > 0 ? [content] : [])))];
    return { root, files: this.#files.length, directories: this.#directories, contents, saved, duplicates };
  }

  #file(entry: VolumeEntry): SourceFile {
    const file = { path: entry.path, size: entry.size, entry, content: undefined as Content | undefined };
    this.#files.push(file);
    const { time = entry.lastWriteTime } = this.#options;
    return {
      kind: "file",
      name: entry.name,
      path: entry.path,
      time,
      hidden: isHidden(entry),
      get content(): Content {
        // Set when all files are known.
        return file.content as Content;
      },
    };
  }

  /** Files of one size and one SHA-256 are equal. */
  async #shareEqual(): Promise<Pick<SourceTree, "saved" | "duplicates">> {
    const duplicates: Duplicate[] = [];
    let bytes = 0;
    for (const group of Map.groupBy(this.#files, ({ size }) => size).values()) {
      if (group.length < 2 || group[0]?.size === 0) continue;
      const known = new Map<string, Content>();
      for (const file of group) {
        const hash = await this.#hash(file.entry);
        const content = known.get(hash);
        if (content) {
          file.content = content;
          duplicates.push({ path: file.path, of: content.entry.path });
          bytes += file.size;
        } else {
          file.content = { size: file.size, volume: this.#volume, entry: file.entry };
          known.set(hash, file.content);
        }
      }
    }
    return { saved: { files: duplicates.length, bytes }, duplicates };
  }

  async #hash(entry: VolumeEntry): Promise<string> {
    this.#progress.add(0, entry.path);
    if (entry.size <= SMALL) return digest("sha256", await this.#volume.read(entry));
    const access = await this.#volume.open(entry);
    try {
      const hash = new IncrementalDigest("sha256");
      for await (const piece of readPieces(access)) hash.update(piece);
      return hash.finish();
    } finally {
      await access.close();
    }
  }
}

const NOTHING_SHARED = { saved: { files: 0, bytes: 0 }, duplicates: [] };

/** Files up to this size are read at once. */
const SMALL = 1 << 20;

function isHidden(entry: VolumeEntry): boolean {
  return (entry.attributes & 2) !== 0;
}

function normalize(path: string): string {
  return childPath("/", path.replaceAll("\\", "/").replace(/^\/+/, "")).toLowerCase();
}

function linkRefused(path: string): AdkError {
  return new AdkError("ISO_LINK", "A link cannot be put on a disc.", {
    file: path,
    hint: "Put what it leads to in its place.",
  });
}
