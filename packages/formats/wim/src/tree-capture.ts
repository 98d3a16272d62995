import {
  compareNames,
  equalNames,
  type Findings,
  isRealDirectory,
  type LongOperation,
  ProgressCounter,
  toHex,
  type Volume,
  type VolumeEntry,
} from "@adk/core";
import type { CaptureConfig } from "./capture-config.ts";
import { type Dentry, newDentry } from "./dentry.ts";
import { ZERO_HASH } from "./lookup-table.ts";
import type { ImageMetadata } from "./metadata.ts";
import { NO_SECURITY } from "./security-data.ts";

/** What all entries of an image share: its security descriptors, and the numbers of its hard links. */
export class ImageParts {
  readonly security: Uint8Array[];
  readonly #securityIds = new Map<string, number>();
  #groups = 0n;

  /** @param image one that is to be added to; default: a new one */
  constructor(image?: ImageMetadata) {
    this.security = [...(image?.security ?? [])];
    for (const [id, descriptor] of this.security.entries()) {
      const key = toHex(descriptor);
      if (!this.#securityIds.has(key)) this.#securityIds.set(key, id);
    }
    const pending = image ? [image.root] : [];
    for (let dentry = pending.pop(); dentry; dentry = pending.pop()) {
      if (dentry.hardLinkGroup > this.#groups) this.#groups = dentry.hardLinkGroup;
      for (const child of dentry.children ?? []) pending.push(child);
    }
  }

  securityId(descriptor: Uint8Array | undefined): number {
    if (!descriptor) return NO_SECURITY;
    const key = toHex(descriptor);
    const known = this.#securityIds.get(key);
    if (known !== undefined) return known;
    this.#securityIds.set(key, this.security.length);
    return this.security.push(descriptor) - 1;
  }

  newLinkGroup(): bigint {
    return ++this.#groups;
  }
}

/** A part of a volume as dentries. Their streams are set when the data is stored. */
export interface CapturedTree {
  readonly volume: Volume;
  readonly root: Dentry;
  readonly sources: readonly Source[];
  /** Dentries that are further names of an earlier one. */
  readonly links: readonly (readonly [dentry: Dentry, first: Dentry])[];
  readonly files: number;
  readonly directories: number;
  /** Of all data, every hard link counted once. */
  readonly bytes: number;
}

export interface TreeOptions extends LongOperation {
  /** What to leave out; default nothing. */
  readonly config?: CaptureConfig | undefined;
  /** Told of names that an image can hold and that Windows will not tell apart. */
  readonly findings?: Findings | undefined;
}

/** An entry whose data is to be stored. The hashes are filled in while it is read. */
export interface Source {
  readonly entry: VolumeEntry;
  readonly dentry: Dentry;
  readonly streams: { data: string; reparse: string; named: { name: string; sha1: string }[] };
}

/** Makes the dentries of an entry and of all that lies below it. */
export async function captureTree(
  volume: Volume,
  from: VolumeEntry,
  parts: ImageParts,
  options: TreeOptions,
): Promise<CapturedTree> {
  const builder = new TreeBuilder(volume, parts, options);
  const root = await builder.build(from, options);
  const { sources, links, files, directories, bytes } = builder;
  return { volume, root, sources, links, files, directories, bytes };
}

/** Walks a volume and makes the dentries of an image of it, without data. */
class TreeBuilder {
  readonly sources: Source[] = [];
  readonly links: [dentry: Dentry, first: Dentry][] = [];
  files = 0;
  directories = 0;
  bytes = 0;
  readonly #volume: Volume;
  readonly #parts: ImageParts;
  readonly #config: CaptureConfig | undefined;
  readonly #findings: Findings | undefined;
  readonly #byLink = new Map<string, Dentry>();

  constructor(volume: Volume, parts: ImageParts, { config, findings }: TreeOptions) {
    this.#volume = volume;
    this.#parts = parts;
    this.#config = config;
    this.#findings = findings;
  }

  async build(from: VolumeEntry, operation: LongOperation): Promise<Dentry> {
    const root = await this.#dentry(from);
    if (isRealDirectory(from)) await this.#walk(from, root, operation);
    return root;
  }

  async #walk(from: VolumeEntry, root: Dentry, operation: LongOperation): Promise<void> {
    const progress = new ProgressCounter(operation, "scan", "files", 0);
    const pending: [VolumeEntry, Dentry][] = [[from, root]];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const [directory, parent] = next;
      const children: Dentry[] = [];
      const below: [VolumeEntry, Dentry][] = [];
      const listed = [...(await this.#volume.list(directory))].sort((a, b) => compareNames(a.name, b.name));
      for (const entry of listed) {
        if (this.#config?.isExcluded(entry.path)) continue;
        const dentry = await this.#dentry(entry);
        // Sorted names that Windows takes for the same stand together.
        if (equalNames(children.at(-1)?.name ?? "", entry.name)) {
          this.#findings?.warning("NAME_DIFFERS_IN_CASE", "Windows takes two names of the directory for the same.", {
            path: entry.path,
          });
        }
        children.push(dentry);
        if (isRealDirectory(entry)) below.push([entry, dentry]);
      }
      parent.children = children;
      pending.push(...below.reverse());
      progress.add(listed.length, directory.path);
    }
  }

  async #dentry(entry: VolumeEntry): Promise<Dentry> {
    const dentry = baseDentry(entry);
    dentry.securityId = this.#parts.securityId(await this.#volume.securityDescriptor(entry));
    if (isRealDirectory(entry)) this.directories++;
    else this.files++;
    if (entry.linkId !== undefined && entry.reparseTag === 0) {
      const first = this.#byLink.get(entry.linkId);
      if (first) {
        if (first.hardLinkGroup === 0n) first.hardLinkGroup = this.#parts.newLinkGroup();
        dentry.hardLinkGroup = first.hardLinkGroup;
        this.links.push([dentry, first]);
        return dentry;
      }
      this.#byLink.set(entry.linkId, dentry);
    }
    if (entry.size > 0 || entry.reparseTag !== 0 || entry.streams.length > 0) {
      this.sources.push({ entry, dentry, streams: { data: ZERO_HASH, reparse: ZERO_HASH, named: [] } });
      this.bytes += dataBytes(entry);
    }
    return dentry;
  }
}

/** Bytes of the unnamed data and of all alternate data streams. */
export function dataBytes({ size, streams }: VolumeEntry): number {
  return streams.reduce((sum, stream) => sum + stream.size, size);
}

function baseDentry(entry: VolumeEntry): Dentry {
  const dentry = newDentry(entry.name, entry.attributes, entry.lastWriteTime);
  dentry.shortName = entry.shortName;
  dentry.creationTime = entry.creationTime;
  dentry.lastAccessTime = entry.lastAccessTime;
  dentry.reparseTag = entry.reparseTag;
  dentry.items = entry.items;
  return dentry;
}
