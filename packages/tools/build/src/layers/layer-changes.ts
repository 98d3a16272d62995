import {
  AdkError,
  checkName,
  childPath,
  type EntrySource,
  type Findings,
  globToMatcher,
  isRealDirectory,
  type LayeredEntry,
  type LayeredVolume,
  openDirectory,
  type PutResult,
  parseReparseData,
  REPARSE_TAG_SYMLINK,
  type Volume,
  type VolumeEntry,
  walk,
} from "@adk/core";
import { type Amount, addTo, noAmount } from "../tree/survey.ts";

/** A file that a layer put in the place of another. */
export interface Override {
  readonly path: string;
  /** The layer that replaced it, and the one whose file it replaced; 0 is the base. */
  readonly layer: number;
  readonly replaces: number;
}

export interface TreeOptions {
  /** Matched against paths below the source: `/sub/readme.bak`. */
  readonly exclude?: readonly string[] | undefined;
  /** Only files that match, where given. */
  readonly include?: string | undefined;
}

/** What one layer does to the tree, and the account of it. */
export class LayerChanges {
  /** From 1. */
  readonly layer: number;
  readonly added: Amount = noAmount();
  readonly removed: Amount = noAmount();
  readonly overrides: Override[] = [];
  /** What was put into the tree, in order; a later entry may have replaced an earlier one. */
  readonly entries: LayeredEntry[] = [];
  readonly removedPaths: string[] = [];
  /** Host directories that were read as a whole. */
  readonly hostDirectories: string[] = [];
  readonly #volume: LayeredVolume;
  readonly #findings: Findings;
  readonly #latest: bigint | undefined;

  /** @param latest FILETIME that no time of a file of the host exceeds in the tree */
  constructor(volume: LayeredVolume, layer: number, findings: Findings, latest: bigint | undefined) {
    this.#volume = volume;
    this.layer = layer;
    this.#findings = findings;
    this.#latest = latest;
  }

  get volume(): Volume {
    return this.#volume;
  }

  /** Puts the files of a host directory, or some of them, below a path. */
  async addTree(host: string, to: string, options: TreeOptions = {}): Promise<void> {
    const source = await this.openHost(host);
    if (options.include === undefined) this.hostDirectories.push(host);
    await this.addBelow(source, source.volume.root, to, options);
  }

  /** Opens a host directory whose entries this layer puts into the tree. */
  async openHost(directory: string): Promise<EntrySource> {
    const volume = await openDirectory(directory, { findings: this.#findings });
    return this.#volume.addSource(volume, this.#latest);
  }

  /** Puts what a directory of a source holds below a path. */
  async addBelow(source: EntrySource, from: VolumeEntry, to: string, options: TreeOptions = {}): Promise<void> {
    const excluded = (options.exclude ?? []).map(globToMatcher);
    const included = options.include === undefined ? undefined : globToMatcher(options.include);
    const inner = (entry: VolumeEntry) => entry.path.slice(from.path === "/" ? 0 : from.path.length);
    const enter = (entry: VolumeEntry) =>
      entry === from || (isName(entry, this.#findings) && !excluded.some((matches) => matches(inner(entry))));
    if (!included) await this.addDirectory(to);
    for await (const batch of walk(source.volume, from, enter)) {
      for (const entry of batch) {
        if (entry === from || (included && (isRealDirectory(entry) || !included(inner(entry))))) continue;
        await this.addEntry(source, entry, to === "/" ? inner(entry) : to + inner(entry));
      }
    }
  }

  /** Puts one entry of a source at a path, without what is below it. */
  async addEntry(source: EntrySource, entry: VolumeEntry, path: string): Promise<void> {
    const origin = { kind: "entry", source, entry } as const;
    if (isRealDirectory(entry)) this.#count(await this.#volume.putDirectory(path, this.layer, origin));
    else if (await this.#staysInImage(source, entry)) {
      this.#countFile(await this.#volume.putFile(path, origin, this.layer));
    }
  }

  /** Puts a file that the layer made. @param time FILETIME */
  async addFile(path: string, bytes: Uint8Array, time: bigint): Promise<void> {
    const latest = this.#latest;
    const origin = { kind: "bytes", bytes, time: latest !== undefined && latest < time ? latest : time } as const;
    this.#countFile(await this.#volume.putFile(path, origin, this.layer));
  }

  async addDirectory(path: string): Promise<void> {
    this.#count(await this.#volume.putDirectory(path, this.layer));
  }

  /** Takes away an entry and what is below it. @returns whether there was one */
  async remove(path: string): Promise<boolean> {
    const entry = await this.#volume.lookup(path);
    if (!entry || entry.path === "/") return false;
    for await (const batch of walk(this.#volume, entry)) {
      for (const each of batch) addTo(this.removed, each as LayeredEntry);
    }
    await this.#volume.remove(entry.path);
    this.removedPaths.push(entry.path);
    return true;
  }

  #countFile({ entry, replaced, made }: PutResult): void {
    this.#count([...made, entry]);
    if (!replaced) return;
    const { path } = entry;
    this.overrides.push({ path, layer: this.layer, replaces: replaced.layer });
    if (replaced.layer === this.layer) {
      this.#findings.warning("BUILD_NAME_TWICE", "The layer has two files of this name; the later one stays.", {
        path,
      });
    }
  }

  #count(entries: readonly LayeredEntry[]): void {
    for (const entry of entries) addTo(this.added, entry);
    this.entries.push(...entries);
  }

  /** A link to an absolute path of the host leads nowhere in an image, and would tell what the host is like. */
  async #staysInImage({ volume }: EntrySource, entry: VolumeEntry): Promise<boolean> {
    if (entry.reparseTag !== REPARSE_TAG_SYMLINK) return true;
    const data = (await volume.reparsePoint(entry))?.data ?? new Uint8Array(0);
    const point = parseReparseData(entry.reparseTag, data, { file: entry.path });
    if (point.kind === "symlink" && point.relative) return true;
    const { path } = entry;
    this.#findings.warning("BUILD_LINK_ABSOLUTE", "A link to an absolute path of this host is left out.", { path });
    return false;
  }
}

function isName(entry: VolumeEntry, findings: Findings): boolean {
  const problem = checkName(entry.name);
  if (!problem) return true;
  const message = `Windows has no file of such a name (${problem}); the entry is left out.`;
  findings.warning("NAME_NOT_FOR_WINDOWS", message, { path: entry.path });
  return false;
}

/** The entry of a host directory by its name. @throws AdkError `FILE_NOT_FOUND` */
export async function requireEntry({ volume }: EntrySource, name: string, host: string): Promise<VolumeEntry> {
  const entry = await volume.lookup(childPath("/", name));
  if (entry) return entry;
  throw new AdkError("FILE_NOT_FOUND", "The file or directory does not exist.", { file: host });
}
