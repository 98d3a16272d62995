import {
  AdkError,
  childPath,
  equalNames,
  FileAttribute,
  type RandomAccess,
  splitPath,
  type Volume,
  type VolumeEntry,
  type VolumeReparsePoint,
} from "@adk/core";
import type { DiscEntry, DiscTree } from "./disc-entry.ts";
import { ExtentAccess } from "./extent-access.ts";
import type { IsoImage } from "./iso-image.ts";

interface IsoEntry extends VolumeEntry {
  readonly entry: DiscEntry;
  /** Byte offsets of the directories above: one that lies in itself has no end. */
  readonly above: readonly number[];
}

/** Directories below each other, more than any disc has. */
const MOST_DEPTH = 256;

/**
 * A disc as a volume, by the file system that Windows would take.
 *
 * @param kind another of its file systems
 * @throws AdkError `ISO_NO_SUCH_TREE`
 */
export function openIsoVolume(image: IsoImage, kind?: DiscTree["kind"]): Volume {
  const tree = kind === undefined ? image.trees[0] : image.trees.find((each) => each.kind === kind);
  if (tree) return new IsoVolume(image, tree);
  throw new AdkError("ISO_NO_SUCH_TREE", "The disc has no such file system.", {
    kind: "usage",
    file: image.access.name,
    expected: image.trees.map((each) => each.kind).join(", "),
    found: kind,
  });
}

class IsoVolume implements Volume {
  readonly name: string;
  readonly root: IsoEntry;
  readonly #image: IsoImage;
  readonly #tree: DiscTree;
  readonly #listed = new WeakMap<DiscEntry, Promise<readonly IsoEntry[]>>();

  constructor(image: IsoImage, tree: DiscTree) {
    this.name = image.access.name;
    this.#image = image;
    this.#tree = tree;
    this.root = volumeEntry(tree.root, "/", []);
  }

  async lookup(path: string): Promise<VolumeEntry | undefined> {
    let entry: IsoEntry | undefined = this.root;
    for (const name of splitPath(path)) {
      if (!entry?.entry.isDirectory) return undefined;
      const entries: readonly IsoEntry[] = await this.#list(entry);
      entry = entries.find((each) => each.name === name) ?? entries.find((each) => equalNames(each.name, name));
    }
    return entry;
  }

  async list(directory: VolumeEntry): Promise<readonly VolumeEntry[]> {
    return this.#list(directory as IsoEntry);
  }

  async open(entry: VolumeEntry): Promise<RandomAccess> {
    const { entry: found } = entry as IsoEntry;
    if (!found.isDirectory) return new ExtentAccess(this.#image.access, found, `${this.name}!${entry.path}`);
    throw new AdkError("IS_A_DIRECTORY", "A file was expected here, this is a directory.", {
      file: `${this.name}!${entry.path}`,
    });
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
    await this.#image.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #list({ entry, path, above }: IsoEntry): Promise<readonly IsoEntry[]> {
    let listed = this.#listed.get(entry);
    if (!listed) {
      listed = this.#read(entry, path, above);
      this.#listed.set(entry, listed);
    }
    return listed;
  }

  async #read(entry: DiscEntry, path: string, above: readonly number[]): Promise<readonly IsoEntry[]> {
    const { place } = entry;
    if (above.includes(place) || above.length >= MOST_DEPTH) {
      this.#image.findings.error("ISO_CYCLE", "A directory lies within itself; it is taken as empty.", {
        file: this.name,
        path,
      });
      return [];
    }
    const entries: IsoEntry[] = [];
    for (const each of await this.#tree.list(entry)) {
      if (isName(each.name)) entries.push(volumeEntry(each, childPath(path, each.name), [...above, place]));
      else {
        const message = "An entry has a name that leads elsewhere; it is left out.";
        this.#image.findings.warning("ISO_BAD_NAME", message, { file: this.name, path: childPath(path, each.name) });
      }
    }
    return entries;
  }
}

function isName(name: string): boolean {
  return name !== "" && name !== "." && name !== ".." && !/[/\\\0]/.test(name);
}

function volumeEntry(entry: DiscEntry, path: string, above: readonly number[]): IsoEntry {
  const kind = entry.isDirectory ? FileAttribute.DIRECTORY : FileAttribute.NORMAL;
  return {
    path,
    name: entry.name,
    shortName: "",
    attributes: entry.hidden ? (kind & ~FileAttribute.NORMAL) | FileAttribute.HIDDEN : kind,
    size: entry.isDirectory ? 0 : entry.size,
    creationTime: entry.created,
    lastAccessTime: entry.modified,
    lastWriteTime: entry.modified,
    reparseTag: 0,
    linkId: undefined,
    sha1: undefined,
    streams: [],
    items: [],
    entry,
    above,
  };
}
