import {
  AdkError,
  childPath,
  equalNames,
  FileAttribute,
  isPlainName,
  limitExceeded,
  type RandomAccess,
  REPARSE_TAG_SYMLINK,
  reparseDataToBytes,
  splitPath,
  symlinkTo,
  type Volume,
  type VolumeEntry,
  type VolumeReparsePoint,
} from "@adk/core";
import { DIRECTORY_RECORD_MIN } from "./directory-record.ts";
import type { DiscEntry, DiscTree } from "./disc-entry.ts";
import { ExtentAccess } from "./extent-access.ts";
import type { IsoImage } from "./iso-image.ts";

interface IsoEntry extends VolumeEntry {
  readonly entry: DiscEntry;
  /** Directories above. */
  readonly depth: number;
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

/** What the disc itself says about an entry of a volume of `openIsoVolume`. */
export function discEntryOf(entry: VolumeEntry): DiscEntry {
  return (entry as IsoEntry).entry;
}

class IsoVolume implements Volume {
  readonly name: string;
  readonly root: IsoEntry;
  readonly #image: IsoImage;
  readonly #tree: DiscTree;
  readonly #listed = new WeakMap<DiscEntry, Promise<readonly IsoEntry[]>>();
  /** Paths by where their directories begin. */
  readonly #places = new Map<number, string>();
  #entries = 0;

  constructor(image: IsoImage, tree: DiscTree) {
    this.name = image.access.name;
    this.#image = image;
    this.#tree = tree;
    this.root = volumeEntry(tree.root, "/", 0);
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
    const file = `${this.name}!${entry.path}`;
    if (found.link !== undefined) {
      throw new AdkError("ISO_IS_A_LINK", "A file was expected here, this is a link.", {
        kind: "unsupported",
        file,
        found: found.link,
      });
    }
    if (!found.isDirectory) return new ExtentAccess(this.#image.access, found, file);
    throw new AdkError("IS_A_DIRECTORY", "A file was expected here, this is a directory.", { file });
  }

  async read(entry: VolumeEntry): Promise<Uint8Array> {
    const { limits } = this.#image;
    if (entry.size > limits.memoryBytes) throw limitExceeded("memoryBytes", entry.size, limits, { file: this.name });
    return (await this.open(entry)).read(0, entry.size);
  }

  async reparsePoint(entry: VolumeEntry): Promise<VolumeReparsePoint | undefined> {
    const { link } = discEntryOf(entry);
    return link === undefined ? undefined : { data: reparseDataToBytes(symlinkTo(link)), reserved: 0, fixed: false };
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

  #list(directory: IsoEntry): Promise<readonly IsoEntry[]> {
    let listed = this.#listed.get(directory.entry);
    if (!listed) {
      listed = this.#read(directory);
      this.#listed.set(directory.entry, listed);
    }
    return listed;
  }

  async #read({ entry, path, depth }: IsoEntry): Promise<readonly IsoEntry[]> {
    const { findings, access } = this.#image;
    const place = entry.extents[0]?.offset ?? entry.place;
    const other = this.#places.get(place);
    if (other !== undefined) {
      const isAbove = path.startsWith(other === "/" ? other : `${other}/`);
      const message = isAbove
        ? "A directory lies within itself; it is taken as empty."
        : `A directory is the same as ${other}; it is taken as empty.`;
      findings.error(isAbove ? "ISO_CYCLE" : "ISO_SHARED_DIRECTORY", message, { file: this.name, path });
      return [];
    }
    if (depth >= MOST_DEPTH) {
      findings.error("ISO_TOO_DEEP", "A directory lies too deep; it is taken as empty.", { file: this.name, path });
      return [];
    }
    this.#places.set(place, path);
    const entries: IsoEntry[] = [];
    const names = new Set<string>();
    for (const each of await this.#tree.list(entry)) {
      const at = childPath(path, each.name);
      if (!isPlainName(each.name)) {
        const message = "An entry has a name that leads elsewhere; it is left out.";
        findings.warning("ISO_BAD_NAME", message, { file: this.name, path: at });
      } else if (names.has(each.name)) {
        // ISO 9660 lists the highest version of a file first.
        const message = "A directory has two entries of this name; the first is taken.";
        findings.warning("ISO_DUPLICATE_NAME", message, { file: this.name, path: at });
      } else {
        names.add(each.name);
        entries.push(volumeEntry(each, at, depth + 1));
      }
    }
    this.#entries += entries.length;
    // More than lie side by side in the image: directories share their data.
    const limits = { ...this.#image.limits, entries: this.#mostEntries(access.size) };
    if (this.#entries > limits.entries) throw limitExceeded("entries", this.#entries, limits, { file: this.name });
    return entries;
  }

  #mostEntries(bytes: number): number {
    return Math.min(this.#image.limits.entries, Math.ceil(bytes / DIRECTORY_RECORD_MIN));
  }
}

function volumeEntry(entry: DiscEntry, path: string, depth: number): IsoEntry {
  const { DIRECTORY, HIDDEN, NORMAL, REPARSE_POINT } = FileAttribute;
  const isLink = entry.link !== undefined;
  const attributes =
    (entry.isDirectory ? DIRECTORY : 0) | (entry.hidden ? HIDDEN : 0) | (isLink ? REPARSE_POINT : 0) || NORMAL;
  return {
    path,
    name: entry.name,
    shortName: "",
    attributes,
    size: entry.isDirectory || isLink ? 0 : entry.size,
    creationTime: entry.created,
    lastAccessTime: entry.modified,
    lastWriteTime: entry.modified,
    reparseTag: isLink ? REPARSE_TAG_SYMLINK : 0,
    linkId: entry.isShared ? `${entry.place}` : undefined,
    sha1: undefined,
    streams: [],
    items: [],
    entry,
    depth,
  };
}
