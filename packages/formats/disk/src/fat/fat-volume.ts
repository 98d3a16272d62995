import {
  AdkError,
  childPath,
  equalNames,
  FileAttribute,
  isPlainName,
  type RandomAccess,
  splitPath,
  upcase,
  type Volume,
  type VolumeEntry,
  type VolumeReparsePoint,
} from "@adk/core";
import { type NamedEntry, parseDirectory } from "./directory.ts";
import { type FatFileSystem, openFatFile, readDirectoryBytes } from "./file-system.ts";
import { fatTimeToFiletime } from "./time.ts";

interface FatEntry extends VolumeEntry {
  /** Undefined for the root. */
  readonly stored: NamedEntry | undefined;
  /** First clusters of the directories above: one that lies in itself has no end. */
  readonly above: readonly number[];
}

/** Directories below each other: paths of Windows end long before. */
const MOST_DEPTH = 256;
const { READONLY, HIDDEN, SYSTEM, DIRECTORY, ARCHIVE } = FileAttribute;
const KEPT = READONLY | HIDDEN | SYSTEM | ARCHIVE;

/** A FAT volume as a core `Volume`; what is wrong in it becomes a finding of the file system. */
export function openFatVolume(fileSystem: FatFileSystem): Volume {
  return new FatVolume(fileSystem);
}

class FatVolume implements Volume {
  readonly name: string;
  readonly root: FatEntry;
  readonly #fat: FatFileSystem;
  readonly #listed = new WeakMap<FatEntry, Promise<readonly FatEntry[]>>();

  constructor(fat: FatFileSystem) {
    this.name = fat.access.name;
    this.#fat = fat;
    this.root = rootEntry();
  }

  async lookup(path: string): Promise<VolumeEntry | undefined> {
    let entry: FatEntry | undefined = this.root;
    for (const name of splitPath(path)) {
      if (!entry || !(entry.attributes & DIRECTORY)) return undefined;
      const entries: readonly FatEntry[] = await this.#list(entry);
      entry =
        entries.find((each) => equalNames(each.name, name)) ?? entries.find((each) => equalNames(each.shortName, name));
    }
    return entry;
  }

  async list(directory: VolumeEntry): Promise<readonly VolumeEntry[]> {
    return this.#list(directory as FatEntry);
  }

  async open(entry: VolumeEntry): Promise<RandomAccess> {
    const { stored, attributes } = entry as FatEntry;
    const name = `${this.name}!${entry.path}`;
    if (stored && !(attributes & DIRECTORY)) return openFatFile(this.#fat, stored, name);
    throw new AdkError("IS_A_DIRECTORY", "A file was expected here, this is a directory.", { file: name });
  }

  async read(entry: VolumeEntry): Promise<Uint8Array> {
    return (await this.open(entry)).read(0, entry.size);
  }

  async reparsePoint(): Promise<VolumeReparsePoint | undefined> {
    return undefined;
  }

  async securityDescriptor(): Promise<Uint8Array | undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    await this.#fat.access.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #list(directory: FatEntry): Promise<readonly FatEntry[]> {
    let listed = this.#listed.get(directory);
    if (!listed) {
      listed = this.#read(directory);
      this.#listed.set(directory, listed);
    }
    return listed;
  }

  async #read({ stored, path, above }: FatEntry): Promise<readonly FatEntry[]> {
    const { findings, root } = this.#fat;
    const where = { file: this.name, path };
    if (!stored) return this.#named(root.entries, path, above);
    const { firstCluster } = stored;
    if (above.includes(firstCluster) || above.length >= MOST_DEPTH) {
      findings.error("FAT_CYCLE", "A directory lies within itself; it is taken as empty.", where);
      return [];
    }
    try {
      const { entries } = parseDirectory(await readDirectoryBytes(this.#fat, firstCluster, path));
      return this.#named(entries, path, [...above, firstCluster]);
    } catch (error) {
      if (!(error instanceof AdkError) || error.kind !== "input") throw error;
      findings.error(error.code, error.message, where);
      return [];
    }
  }

  #named(stored: readonly NamedEntry[], path: string, above: readonly number[]): FatEntry[] {
    const { findings } = this.#fat;
    const seen = new Set<string>();
    const entries: FatEntry[] = [];
    for (const each of stored) {
      const where = { file: this.name, path: childPath(path, each.longName) };
      const key = upcase(each.longName);
      if (!isPlainName(each.longName)) {
        findings.warning("FAT_BAD_NAME", "An entry has a name that leads elsewhere; it is left out.", where);
      } else if (seen.has(key)) {
        findings.warning("FAT_NAME_COLLISION", "Two entries have one name; the first one counts.", where);
      } else {
        seen.add(key);
        entries.push(volumeEntry(each, where.path, above));
      }
    }
    return entries;
  }
}

const COMMON = { reparseTag: 0, linkId: undefined, sha1: undefined, streams: [], items: [] } as const;

function rootEntry(): FatEntry {
  return {
    ...COMMON,
    path: "/",
    name: "",
    shortName: "",
    attributes: DIRECTORY,
    size: 0,
    creationTime: 0n,
    lastAccessTime: 0n,
    lastWriteTime: 0n,
    stored: undefined,
    above: [],
  };
}

function volumeEntry(stored: NamedEntry, path: string, above: readonly number[]): FatEntry {
  const isDirectory = (stored.attributes & DIRECTORY) !== 0;
  const kept = stored.attributes & KEPT;
  return {
    ...COMMON,
    path,
    name: stored.longName,
    shortName: stored.shortName,
    attributes: isDirectory ? kept | DIRECTORY : kept || FileAttribute.NORMAL,
    size: isDirectory ? 0 : stored.size,
    creationTime: fatTimeToFiletime(stored.created),
    lastAccessTime: fatTimeToFiletime(stored.accessed),
    lastWriteTime: fatTimeToFiletime(stored.written),
    stored,
    above,
  };
}
