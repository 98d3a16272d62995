import {
  AdkError,
  childPath,
  equalNames,
  FileAttribute,
  type Limits,
  limitExceeded,
  MemoryAccess,
  type RandomAccess,
  splitPath,
  upcase,
  type Volume,
  type VolumeEntry,
  type VolumeReparsePoint,
  withLimits,
} from "@adk/core";
import type { CabFile, CabinetSet } from "./cabinet-set.ts";
import { readFiles } from "./folder-reader.ts";

/**
 * The files of a cabinet as a volume. To read one, its folder is decompressed up to its end, and the file is held in memory.
 *
 * @param owned close the set with the volume
 */
export function openCabVolume(set: CabinetSet, owned = false, limits: Partial<Limits> = {}): Volume {
  return new CabVolume(set, owned, withLimits(limits));
}

interface CabEntry extends VolumeEntry {
  readonly file: CabFile | undefined;
  readonly children: CabEntry[];
}

class CabVolume implements Volume {
  readonly name: string;
  readonly root: CabEntry;
  readonly #set: CabinetSet;
  readonly #owned: boolean;
  readonly #limits: Limits;

  constructor(set: CabinetSet, owned: boolean, limits: Limits) {
    this.name = set.name;
    this.#set = set;
    this.#owned = owned;
    this.#limits = limits;
    this.root = treeOf(set.files, limits);
  }

  async lookup(path: string): Promise<VolumeEntry | undefined> {
    let entry: CabEntry | undefined = this.root;
    for (const name of splitPath(path)) entry = childOf(entry, name);
    return entry;
  }

  async list(directory: VolumeEntry): Promise<readonly VolumeEntry[]> {
    return (directory as CabEntry).children;
  }

  async open(entry: VolumeEntry): Promise<RandomAccess> {
    return new MemoryAccess(await this.read(entry), `${this.name}!${entry.path}`);
  }

  async read(entry: VolumeEntry): Promise<Uint8Array> {
    const { file } = entry as CabEntry;
    if (!file) {
      throw new AdkError("IS_A_DIRECTORY", "A file was expected here, this is a directory.", {
        file: `${this.name}!${entry.path}`,
      });
    }
    if (file.size > this.#limits.memoryBytes) throw limitExceeded("memoryBytes", file.size, this.#limits);
    return readCabFile(file);
  }

  async reparsePoint(): Promise<VolumeReparsePoint | undefined> {
    return undefined;
  }

  async securityDescriptor(): Promise<Uint8Array | undefined> {
    return undefined;
  }

  async close(): Promise<void> {
    if (this.#owned) await this.#set.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** The whole of one file. @throws AdkError as `readFiles` */
export async function readCabFile(file: CabFile): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  // Not allocated at once: the size in the entry may be a lie.
  for await (const { bytes } of readFiles(file.folder, [file])) pieces.push(bytes.slice());
  const joined = Buffer.concat(pieces);
  return new Uint8Array(joined.buffer, joined.byteOffset, joined.length);
}

/** Names that no tree can have are left out; of two files with one name the first counts. */
function treeOf(files: readonly CabFile[], limits: Limits): CabEntry {
  const root = newEntry("", "", undefined);
  const directories = new Map<string, CabEntry>();
  for (const file of files) {
    if (file.path.length > limits.depth || file.path.some((name) => name === "" || name === "." || name === ".."))
      continue;
    let parent = root;
    for (const [i, name] of file.path.entries()) {
      const path = childPath(parent.path, name);
      const known = directories.get(upcase(path));
      const isLast = i === file.path.length - 1;
      if (known && (isLast || known.file)) break;
      const entry = known ?? newEntry(path, name, isLast ? file : undefined);
      if (!known) {
        parent.children.push(entry);
        directories.set(upcase(path), entry);
      }
      parent = entry;
    }
  }
  return root;
}

function childOf(entry: CabEntry | undefined, name: string): CabEntry | undefined {
  return (
    entry?.children.find((child) => child.name === name) ??
    entry?.children.find((child) => equalNames(child.name, name))
  );
}

function newEntry(path: string, name: string, file: CabFile | undefined): CabEntry {
  return {
    path: path || "/",
    name,
    shortName: "",
    attributes: file ? file.attributes : FileAttribute.DIRECTORY,
    size: file?.size ?? 0,
    creationTime: 0n,
    lastAccessTime: 0n,
    lastWriteTime: file?.lastWriteTime ?? 0n,
    reparseTag: 0,
    linkId: undefined,
    sha1: undefined,
    streams: [],
    items: [],
    file,
    children: [],
  };
}
