import {
  AdkError,
  childPath,
  equalNames,
  type RandomAccess,
  type Volume,
  type VolumeEntry,
  type VolumeItem,
  type VolumeReparsePoint,
  type VolumeStream,
} from "@adk/core";
import { openBlob, readBlob } from "./blob-access.ts";
import { type Dentry, REPARSE_NOT_FIXED } from "./dentry.ts";
import { DirectoryIndexes } from "./directory-index.ts";
import { inodeStreams, linkIdOf } from "./inode-streams.ts";
import { ZERO_HASH } from "./lookup-table.ts";
import type { ImageMetadata } from "./metadata.ts";
import type { WimFile } from "./wim-file.ts";

/** An image of a WIM file as a volume. Closing it closes the file where the volume owns it. */
export async function openImage(file: WimFile, index: number, own = false): Promise<Volume> {
  return new ImageVolume(file, `${file.access.name}:${index}`, await file.metadata(index), own);
}

/** The entry of a dentry under any path, for the volume of its image. */
export function imageEntry(file: WimFile, dentry: Dentry, path: string): VolumeEntry {
  return new ImageEntry(file, dentry, path);
}

class ImageVolume implements Volume {
  readonly name: string;
  readonly root: ImageEntry;
  readonly #file: WimFile;
  readonly #metadata: ImageMetadata;
  readonly #own: boolean;
  /** The directories that were looked into. */
  readonly #indexes = new DirectoryIndexes();

  constructor(file: WimFile, name: string, metadata: ImageMetadata, own: boolean) {
    this.#file = file;
    this.name = name;
    this.#metadata = metadata;
    this.#own = own;
    this.root = new ImageEntry(file, metadata.root, "/");
  }

  async lookup(path: string): Promise<VolumeEntry | undefined> {
    let dentry = this.root.dentry;
    let at = "/";
    for (const name of path.split("/")) {
      if (name === "") continue;
      const child = this.#indexes.find(dentry, name);
      if (!child) return undefined;
      dentry = child;
      at = childPath(at, child.name);
    }
    return new ImageEntry(this.#file, dentry, at);
  }

  async list(directory: VolumeEntry): Promise<readonly VolumeEntry[]> {
    const { dentry, path } = own(directory);
    return (dentry.children ?? []).map((child) => new ImageEntry(this.#file, child, childPath(path, child.name)));
  }

  async open(entry: VolumeEntry, stream = ""): Promise<RandomAccess> {
    const name = `${this.name}${entry.path}${stream ? `:${stream}` : ""}`;
    return openBlob(this.#file, own(entry).sha1Of(stream, name), name);
  }

  async read(entry: VolumeEntry, stream = ""): Promise<Uint8Array> {
    const name = `${this.name}${entry.path}${stream ? `:${stream}` : ""}`;
    return readBlob(this.#file, own(entry).sha1Of(stream, name), name);
  }

  async reparsePoint(entry: VolumeEntry): Promise<VolumeReparsePoint | undefined> {
    const { dentry } = own(entry);
    if (dentry.reparseTag === 0) return undefined;
    const { reparse } = inodeStreams(dentry);
    const data = await readBlob(this.#file, reparse, `${this.name}${entry.path}`);
    return { data, reserved: dentry.reparseReserved, fixed: (dentry.reparseFlags & REPARSE_NOT_FIXED) === 0 };
  }

  async securityDescriptor(entry: VolumeEntry): Promise<Uint8Array | undefined> {
    return this.#metadata.security[own(entry).dentry.securityId];
  }

  async close(): Promise<void> {
    if (this.#own) await this.#file.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

class ImageEntry implements VolumeEntry {
  readonly dentry: Dentry;
  readonly path: string;
  readonly size: number;
  readonly sha1: string | undefined;
  readonly reparseSha1: string | undefined;
  readonly streams: readonly VolumeStream[];

  constructor(file: WimFile, dentry: Dentry, path: string) {
    this.dentry = dentry;
    this.path = path;
    const { data, reparse, named } = inodeStreams(dentry);
    this.size = sizeOf(file, data);
    this.sha1 = known(data);
    this.reparseSha1 = known(reparse);
    this.streams =
      named.length === 0
        ? NO_STREAMS
        : named.map(({ name, sha1 }) => ({ name, size: sizeOf(file, sha1), sha1: known(sha1) }));
  }

  get name(): string {
    return this.dentry.name;
  }

  get shortName(): string {
    return this.dentry.shortName;
  }

  get attributes(): number {
    return this.dentry.attributes;
  }

  get creationTime(): bigint {
    return this.dentry.creationTime;
  }

  get lastAccessTime(): bigint {
    return this.dentry.lastAccessTime;
  }

  get lastWriteTime(): bigint {
    return this.dentry.lastWriteTime;
  }

  get reparseTag(): number {
    return this.dentry.reparseTag;
  }

  get linkId(): string | undefined {
    return linkIdOf(this.dentry);
  }

  get items(): readonly VolumeItem[] {
    return this.dentry.items;
  }

  sha1Of(stream: string, name: string): string {
    const { data, named } = inodeStreams(this.dentry);
    if (stream === "") return data;
    const found = named.find((each) => equalNames(each.name, stream));
    if (found) return found.sha1;
    throw new AdkError("STREAM_NOT_FOUND", `There is no stream named "${stream}".`, { file: name });
  }
}

const NO_STREAMS: readonly VolumeStream[] = [];

function sizeOf(file: WimFile, sha1: string): number {
  return sha1 === ZERO_HASH ? 0 : (file.blob(sha1)?.size ?? 0);
}

function known(sha1: string): string | undefined {
  return sha1 === ZERO_HASH ? undefined : sha1;
}

function own(entry: VolumeEntry): ImageEntry {
  if (entry instanceof ImageEntry) return entry;
  throw new TypeError("the entry belongs to another volume");
}
