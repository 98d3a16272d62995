import { AdkError, check } from "./errors.ts";
import { type EntryOrigin, type EntrySource, LayeredEntry } from "./layered-entry.ts";
import { listBase, OverlayDirectory, type TreeChange } from "./overlay-directory.ts";
import { MemoryAccess, type RandomAccess } from "./random-access.ts";
import { childPath, isRealDirectory, type Volume, type VolumeEntry, type VolumeReparsePoint } from "./volume.ts";
import { joinPath, splitPath } from "./windows-path.ts";

export interface LayeredVolumeOptions {
  /** FILETIME of the directories that are made on the way to what is added. */
  readonly time: bigint;
  /** FILETIME that no time of the base's entries exceeds; default: they are as they are. */
  readonly latest?: bigint | undefined;
}

/** What a change replaced. */
export interface PutResult {
  readonly entry: LayeredEntry;
  /** The file or link that was there before. */
  readonly replaced: LayeredEntry | undefined;
  /** Directories that were made on the way. */
  readonly made: readonly LayeredEntry[];
}

/**
 * A base volume with entries added, replaced and removed, in memory: nothing is copied, and of the base only those directories
 * are read that changes go to. Names are matched without regard to case, and the case that is there stays: what is added as
 * `/windows/panther/x` lands in `/Windows/Panther`. Hard links, streams, reparse points and security of the base are kept;
 * replacing one name of a hard-linked file leaves its other names as they were.
 */
export class LayeredVolume implements Volume {
  readonly name: string;
  readonly #base: EntrySource;
  readonly #sources: EntrySource[] = [];
  readonly #root: OverlayDirectory;
  readonly #time: bigint;

  /** Closing it closes the base and the sources that layers opened. */
  constructor(base: Volume, { time, latest }: LayeredVolumeOptions) {
    this.name = base.name;
    this.#time = time;
    this.#base = this.addSource(base, latest);
    const root = new LayeredEntry("/", "", 0, { kind: "entry", source: this.#base, entry: base.root });
    this.#root = new OverlayDirectory(root, { source: this.#base, directory: base.root });
  }

  get root(): LayeredEntry {
    return this.#root.entry;
  }

  /** Takes a volume over, so that entries of it can be put into the tree. */
  addSource(volume: Volume, latest?: bigint): EntrySource {
    const source = { volume, id: this.#sources.length, latest };
    this.#sources.push(source);
    return source;
  }

  async lookup(path: string): Promise<LayeredEntry | undefined> {
    let at: OverlayDirectory = this.#root;
    const names = splitPath(path);
    for (const [i, name] of names.entries()) {
      const found = await at.find(name);
      if (found instanceof OverlayDirectory) {
        at = found;
        continue;
      }
      if (!found || i === names.length - 1) return found;
      return this.#lookupBelow(found, names.slice(i + 1));
    }
    return at.entry;
  }

  async list(directory: VolumeEntry): Promise<readonly LayeredEntry[]> {
    const entry = own(directory);
    const overlay = this.#overlay(entry.path);
    if (overlay) return overlay.list();
    const { origin } = entry;
    return entry.layer === 0 && origin.kind === "entry" ? listBase(origin.source, origin.entry) : [];
  }

  async open(entry: VolumeEntry, stream = ""): Promise<RandomAccess> {
    const { origin, path } = own(entry);
    if (origin.kind === "entry") return origin.source.volume.open(origin.entry, stream);
    return new MemoryAccess(madeBytes(origin, stream, path), path);
  }

  async read(entry: VolumeEntry, stream = "", into?: Uint8Array): Promise<Uint8Array> {
    const { origin, path } = own(entry);
    if (origin.kind === "entry") return origin.source.volume.read(origin.entry, stream, into);
    return madeBytes(origin, stream, path);
  }

  async reparsePoint(entry: VolumeEntry): Promise<VolumeReparsePoint | undefined> {
    const { origin } = own(entry);
    return origin.kind === "entry" ? origin.source.volume.reparsePoint(origin.entry) : undefined;
  }

  async securityDescriptor(entry: VolumeEntry): Promise<Uint8Array | undefined> {
    const { origin } = own(entry);
    return origin.kind === "entry" ? origin.source.volume.securityDescriptor(origin.entry) : undefined;
  }

  /**
   * Puts a file or link at a path; directories that are missing above it are made. A file or link that is there is replaced,
   * and its names stay: the long one as it is written, the short one.
   *
   * @throws AdkError `PATH_IN_USE` where a directory is in the way, or a file where a directory is needed;
   *   `PATH_THROUGH_LINK`
   */
  async putFile(path: string, origin: EntryOrigin, layer: number): Promise<PutResult> {
    const names = splitPath(path);
    const name = names.pop();
    check(name !== undefined, () => inUse("/", "The root of an image is a directory."));
    const { directory, made } = await this.#makeDirectory(names, layer);
    const found = await directory.find(name);
    check(!(found instanceof OverlayDirectory) && !(found && isRealDirectory(found)), () => {
      return inUse(path, "A directory is where a file is to be put.");
    });
    const place = found?.name ?? name;
    const entry = new LayeredEntry(childPath(directory.entry.path, place), place, layer, origin, found?.shortName);
    directory.set(place, entry);
    return { entry, replaced: found, made };
  }

  /**
   * Makes a directory, and those above it.
   *
   * @param like an entry whose times and attributes a new directory gets
   * @returns the directories that were not there
   * @throws AdkError `PATH_IN_USE` where a file is in the way, `PATH_THROUGH_LINK`
   */
  async putDirectory(path: string, layer: number, like?: EntryOrigin): Promise<readonly LayeredEntry[]> {
    return (await this.#makeDirectory(splitPath(path), layer, like)).made;
  }

  /** Takes away an entry and all below it. @returns what was there; undefined for nothing */
  async remove(path: string): Promise<LayeredEntry | undefined> {
    const entry = await this.lookup(path);
    if (!entry || entry.path === "/") return undefined;
    const { directory } = await this.#makeDirectory(splitPath(entry.path).slice(0, -1), entry.layer);
    directory.remove(entry.name);
    return entry;
  }

  /** What differs from the base: each entry after what it replaces, a directory before what it holds. */
  differences(): AsyncGenerator<TreeChange> {
    return this.#root.differences();
  }

  async close(): Promise<void> {
    for (const { volume } of this.#sources.splice(0)) await volume.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Below a directory that no layer touched the base knows the way. */
  async #lookupBelow(entry: LayeredEntry, names: readonly string[]): Promise<LayeredEntry | undefined> {
    if (entry.layer !== 0) return undefined;
    const found = await this.#base.volume.lookup(joinPath(...splitPath(entry.path), ...names));
    return found && new LayeredEntry(found.path, found.name, 0, { kind: "entry", source: this.#base, entry: found });
  }

  #overlay(path: string): OverlayDirectory | undefined {
    let at = this.#root;
    for (const name of splitPath(path)) {
      const found = at.changed(name);
      if (!found) return undefined;
      at = found;
    }
    return at;
  }

  async #makeDirectory(
    names: readonly string[],
    layer: number,
    like?: EntryOrigin,
  ): Promise<{ directory: OverlayDirectory; made: LayeredEntry[] }> {
    let at = this.#root;
    const made: LayeredEntry[] = [];
    for (const [i, name] of names.entries()) {
      const found = await at.find(name);
      if (found instanceof OverlayDirectory) at = found;
      else if (found) at = at.continue(checkEnterable(found));
      else {
        const path = childPath(at.entry.path, name);
        const origin = i === names.length - 1 && like ? like : ({ kind: "directory", time: this.#time } as const);
        const directory = new OverlayDirectory(new LayeredEntry(path, name, layer, origin));
        at.set(name, directory);
        made.push(directory.entry);
        at = directory;
      }
    }
    return { directory: at, made };
  }
}

function checkEnterable(entry: LayeredEntry): LayeredEntry {
  check(entry.reparseTag === 0, () => {
    return new AdkError("PATH_THROUGH_LINK", `The path leads through the link ${entry.path}.`, {
      found: entry.path,
      hint: "Links are not followed: write the path that the link leads to.",
    });
  });
  check(isRealDirectory(entry), () => inUse(entry.path, "A file is where a directory is needed."));
  return entry;
}

function inUse(path: string, message: string): AdkError {
  return new AdkError("PATH_IN_USE", message, { found: path, hint: "Remove it first." });
}

function madeBytes(origin: Exclude<EntryOrigin, { kind: "entry" }>, stream: string, path: string): Uint8Array {
  check(stream === "", () => {
    return new AdkError("STREAM_NOT_FOUND", `There is no stream named "${stream}".`, { file: path });
  });
  return origin.kind === "bytes" ? origin.bytes : new Uint8Array(0);
}

function own(entry: VolumeEntry): LayeredEntry {
  if (entry instanceof LayeredEntry) return entry;
  throw new TypeError("the entry belongs to another volume");
}
