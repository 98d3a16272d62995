import { createHash } from "node:crypto";
import {
  compareNames,
  digest,
  equalNames,
  type Findings,
  isRealDirectory,
  type LongOperation,
  ProgressCounter,
  readPieces,
  stampTime,
  throwIfCancelled,
  toHex,
  type Volume,
  type VolumeEntry,
  type VolumeStream,
} from "@adk/core";
import { LARGE_BLOB, type NewBlob } from "./blob-encoder.ts";
import { CaptureConfig } from "./capture-config.ts";
import { type Dentry, newDentry, REPARSE_NOT_FIXED } from "./dentry.ts";
import { setInodeStreams } from "./inode-streams.ts";
import { ZERO_HASH } from "./lookup-table.ts";
import { NO_SECURITY } from "./security-data.ts";
import type { WimWriter } from "./wim-writer.ts";

export interface CaptureOptions extends LongOperation {
  readonly name: string;
  readonly description?: string | undefined;
  /** Edition id, as `Professional`: the XML data's FLAGS. */
  readonly flags?: string | undefined;
  /** Default: what DISM leaves out. */
  readonly config?: CaptureConfig | undefined;
  /** FILETIME that the image is stamped with. Default: now, or SOURCE_DATE_EPOCH. */
  readonly time?: bigint | undefined;
  /** Told of names that an image can hold and that Windows will not tell apart. */
  readonly findings?: Findings | undefined;
}

export interface CaptureResult {
  readonly index: number;
  readonly files: number;
  readonly directories: number;
  /** Bytes of all data of the tree, every hard link counted once. */
  readonly bytes: number;
  /** Bytes of the blobs that were new to the file, and what they take in it. */
  readonly newBytes: number;
  readonly storedBytes: number;
}

/** Adds a volume to a file as an image. The writer is not finished: more images may follow. */
export async function captureVolume(
  writer: WimWriter,
  volume: Volume,
  options: CaptureOptions,
): Promise<CaptureResult> {
  const tree = await TreeBuilder.build(volume, options);
  const progress = new ProgressCounter(options, "capture", "bytes", tree.bytes);
  let newBytes = 0;
  let storedBytes = 0;
  const blobs = newBlobs(writer, volume, tree.sources, progress, options);
  await writer.writeBlobs(blobs, options, ({ size, storedSize }) => {
    newBytes += size;
    storedBytes += storedSize;
  });
  for (const { dentry, streams } of tree.sources) setInodeStreams(dentry, streams);
  // Further names of a file have its streams.
  for (const [dentry, first] of tree.links) {
    dentry.mainHash = first.mainHash;
    dentry.extraStreams = first.extraStreams;
  }

  const properties = await writer.addImage({ security: tree.security, root: tree.root });
  const time = options.time ?? stampTime();
  properties.setTime("CREATIONTIME", time);
  properties.setTime("LASTMODIFICATIONTIME", time);
  properties.set("NAME", options.name);
  properties.set("DESCRIPTION", options.description);
  properties.set("FLAGS", options.flags);
  const { files, directories, bytes } = tree;
  return { index: writer.imageCount, files, directories, bytes, newBytes, storedBytes };
}

/** An entry whose data is to be stored. The hashes are filled in while it is read. */
interface Source {
  readonly entry: VolumeEntry;
  readonly dentry: Dentry;
  readonly streams: { data: string; reparse: string; named: { name: string; sha1: string }[] };
}

/** Walks a volume and makes the dentries of an image of it, without data. */
class TreeBuilder {
  readonly root: Dentry;
  readonly security: Uint8Array[] = [];
  readonly sources: Source[] = [];
  /** Dentries that are further names of an earlier one. */
  readonly links: [dentry: Dentry, first: Dentry][] = [];
  files = 0;
  directories = 1;
  bytes = 0;
  readonly #volume: Volume;
  readonly #config: CaptureConfig;
  readonly #findings: Findings | undefined;
  readonly #securityIds = new Map<string, number>();
  readonly #byLink = new Map<string, Dentry>();
  #groups = 0n;

  private constructor(volume: Volume, options: CaptureOptions, root: Dentry) {
    this.#volume = volume;
    this.#config = options.config ?? CaptureConfig.DEFAULT;
    this.#findings = options.findings;
    this.root = root;
  }

  static async build(volume: Volume, options: CaptureOptions): Promise<TreeBuilder> {
    const builder = new TreeBuilder(volume, options, baseDentry(volume.root));
    builder.root.securityId = await builder.#securityId(volume.root);
    await builder.#walk(options);
    return builder;
  }

  async #walk(operation: LongOperation): Promise<void> {
    const progress = new ProgressCounter(operation, "scan", "files", 0);
    const pending: [VolumeEntry, Dentry][] = [[this.#volume.root, this.root]];
    for (let next = pending.pop(); next; next = pending.pop()) {
      const [directory, parent] = next;
      const children: Dentry[] = [];
      const below: [VolumeEntry, Dentry][] = [];
      const listed = [...(await this.#volume.list(directory))].sort((a, b) => compareNames(a.name, b.name));
      for (const entry of listed) {
        if (this.#config.isExcluded(entry.path)) continue;
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
    dentry.securityId = await this.#securityId(entry);
    if (isRealDirectory(entry)) this.directories++;
    else this.files++;
    if (entry.linkId !== undefined && entry.reparseTag === 0) {
      const first = this.#byLink.get(entry.linkId);
      if (first) {
        if (first.hardLinkGroup === 0n) first.hardLinkGroup = ++this.#groups;
        dentry.hardLinkGroup = first.hardLinkGroup;
        this.links.push([dentry, first]);
        return dentry;
      }
      this.#byLink.set(entry.linkId, dentry);
    }
    if (entry.size > 0 || entry.reparseTag !== 0 || entry.streams.length > 0) {
      this.sources.push({ entry, dentry, streams: { data: ZERO_HASH, reparse: ZERO_HASH, named: [] } });
      this.bytes += entry.size + entry.streams.reduce((sum, { size }) => sum + size, 0);
    }
    return dentry;
  }

  async #securityId(entry: VolumeEntry): Promise<number> {
    const descriptor = await this.#volume.securityDescriptor(entry);
    if (!descriptor) return NO_SECURITY;
    const key = toHex(descriptor);
    const known = this.#securityIds.get(key);
    if (known !== undefined) return known;
    this.#securityIds.set(key, this.security.length);
    return this.security.push(descriptor) - 1;
  }
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
    return { sha1, blob: { sha1, size: bytes.length, bytes } };
  }
  const access = await volume.open(entry, name);
  try {
    if (access.size === 0) return { sha1: ZERO_HASH };
    const hash = createHash("sha1");
    for await (const piece of readPieces(access)) {
      throwIfCancelled(operation);
      hash.update(piece);
    }
    const sha1 = hash.digest("hex");
    return { sha1, blob: { sha1, size: access.size, bytes: () => volume.open(entry, name) } };
  } finally {
    await access.close();
  }
}
