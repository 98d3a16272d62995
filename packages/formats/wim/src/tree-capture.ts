import { createHash } from "node:crypto";
import {
  compareNames,
  digest,
  equalNames,
  type Findings,
  isRealDirectory,
  type LongOperation,
  ProgressCounter,
  throwIfCancelled,
  toHex,
  type Volume,
  type VolumeEntry,
  type VolumeStream,
} from "@adk/core";
import type { CaptureConfig } from "./capture-config.ts";
import { type Dentry, newDentry, REPARSE_NOT_FIXED } from "./dentry.ts";
import { setInodeStreams } from "./inode-streams.ts";
import { ZERO_HASH } from "./lookup-table.ts";
import type { ImageMetadata } from "./metadata.ts";
import { LARGE_BLOB, type NewBlob } from "./new-blob.ts";
import { NO_SECURITY } from "./security-data.ts";
import { inSolidOrder } from "./solid-encoder.ts";
import type { WimWriter } from "./wim-writer.ts";

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
interface Source {
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

/**
 * Writes the data of trees that the file lacks, and sets the streams of their dentries.
 *
 * @param phase what the progress is called
 * @returns bytes of the blobs that were new to the file, and what they take in it
 */
export async function storeTrees(
  writer: WimWriter,
  trees: readonly CapturedTree[],
  phase: string,
  operation: LongOperation,
): Promise<{ newBytes: number; storedBytes: number }> {
  const total = trees.flatMap(({ sources }) => sources).reduce((sum, { entry }) => sum + dataBytes(entry), 0);
  const progress = new ProgressCounter(operation, phase, "bytes", total);
  let newBytes = 0;
  let storedBytes = 0;
  for (const { volume, sources, links } of trees) {
    const blobs = newBlobs(writer, volume, sources, progress, operation);
    if (writer.isSolid) {
      const waiting: NewBlob[] = [];
      for await (const blob of blobs) waiting.push(blob);
      const size = waiting.reduce((sum, blob) => sum + blob.size, 0);
      storedBytes += await writer.writeSolid(inSolidOrder(waiting), size, operation);
      newBytes += size;
    } else {
      await writer.writeBlobs(blobs, operation, ({ size, storedSize }) => {
        newBytes += size;
        storedBytes += storedSize;
      });
    }
    for (const { dentry, streams } of sources) setInodeStreams(dentry, streams);
    // Further names of a file have its streams.
    for (const [dentry, first] of links) {
      dentry.mainHash = first.mainHash;
      dentry.extraStreams = first.extraStreams;
    }
  }
  return { newBytes, storedBytes };
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

function dataBytes({ size, streams }: VolumeEntry): number {
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

/** Reads each stream once, hashes it, and gives out those that the file does not have. */
async function* newBlobs(
  writer: WimWriter,
  volume: Volume,
  sources: readonly Source[],
  progress: ProgressCounter,
  operation: LongOperation,
): AsyncGenerator<NewBlob> {
  for (const { entry, dentry, streams } of sources) {
    if (entry.reparseTag !== 0) {
      const point = await volume.reparsePoint(entry);
      if (point) {
        dentry.reparseReserved = point.reserved;
        dentry.reparseFlags = point.fixed ? 0 : REPARSE_NOT_FIXED;
        streams.reparse = digest("sha1", point.data);
        if (writer.claim(streams.reparse)) {
          yield { sha1: streams.reparse, size: point.data.length, bytes: point.data };
        }
      }
    }
    if (entry.size > 0) {
      const { sha1, blob } = await readStream(
        writer,
        volume,
        entry,
        { name: "", size: entry.size, sha1: entry.sha1 },
        operation,
      );
      streams.data = sha1;
      if (blob && writer.claim(sha1)) yield blob;
      progress.add(entry.size, entry.path);
    }
    for (const stream of entry.streams) {
      const { sha1, blob } = await readStream(writer, volume, entry, stream, operation);
      streams.named.push({ name: stream.name, sha1 });
      if (blob && writer.claim(sha1)) yield blob;
      progress.add(stream.size, entry.path);
    }
  }
}

/**
 * Hashes a stream. Data whose hash the volume stores and that the file has already is not read.
 *
 * @returns `blob` is missing where there is nothing to write
 */
async function readStream(
  writer: WimWriter,
  volume: Volume,
  entry: VolumeEntry,
  { name, size, sha1: known }: VolumeStream,
  operation: LongOperation,
): Promise<{ sha1: string; blob?: NewBlob }> {
  if (known !== undefined && writer.has(known)) return { sha1: known };
  if (size <= LARGE_BLOB) {
    const bytes = await volume.read(entry, name);
    if (bytes.length === 0) return { sha1: ZERO_HASH };
    const sha1 = digest("sha1", bytes);
    // A solid resource is written when all is hashed, and in another order: its data is read again.
    const again = writer.isSolid ? () => volume.open(entry, name) : bytes;
    return { sha1, blob: { sha1, size: bytes.length, bytes: again, name: entry.name } };
  }
  const access = await volume.open(entry, name);
  try {
    if (access.size === 0) return { sha1: ZERO_HASH };
    const hash = createHash("sha1");
    const buffer = new Uint8Array(1 << 20);
    for (let offset = 0; offset < access.size; offset += buffer.length) {
      throwIfCancelled(operation);
      hash.update(await access.read(offset, Math.min(buffer.length, access.size - offset), buffer));
    }
    const sha1 = hash.digest("hex");
    return { sha1, blob: { sha1, size: access.size, bytes: () => volume.open(entry, name), name: entry.name } };
  } finally {
    await access.close();
  }
}
