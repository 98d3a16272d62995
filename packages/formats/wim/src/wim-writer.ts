import type { CompressionLevel } from "@adk/compression";
import { AdkError, check, digest, type LongOperation, type RandomAccess } from "@adk/core";
import { BlobEncoder, type NewBlob } from "./blob-encoder.ts";
import type { EncodableCompression } from "./encode-worker.ts";
import {
  HEADER_READONLY,
  HEADER_WRITE_IN_PROGRESS,
  isChunkSize,
  newHeader,
  WIM_HEADER_SIZE,
  type WimCompression,
  type WimHeader,
  writeHeader,
} from "./header.ts";
import { countImage } from "./image-counts.ts";
import type { LookupEntry } from "./lookup-table.ts";
import { type ImageMetadata, writeMetadata } from "./metadata.ts";
import { isPresent, RESOURCE_COMPRESSED, RESOURCE_METADATA, type ResourceHeader } from "./resource-header.ts";
import type { WimFile } from "./wim-file.ts";
import { appendOutput, copyBytes, createOutput, type WimOutput } from "./wim-output.ts";
import { guidOf, writeTables } from "./wim-tables.ts";
import { type ImageProperties, XmlData } from "./xml-data.ts";

export interface WriteOptions {
  /** Default `xpress`, as DISM has it. */
  readonly compression?: WimCompression | undefined;
  /** Uncompressed bytes of a chunk; default 32 KiB, the only size that Windows reads. */
  readonly chunkSize?: number | undefined;
  readonly level?: CompressionLevel | undefined;
  /** Worker threads; 1 for none. Default: one a CPU. */
  readonly threads?: number | undefined;
}

export interface FinishOptions extends LongOperation {
  /** Image to boot, from 1; 0 for none. Default: as it was. */
  readonly bootIndex?: number | undefined;
  /** Write an integrity table. Default: where the file had one. */
  readonly integrity?: boolean | undefined;
}

const DEFAULT_CHUNK_SIZE = 32768;

/**
 * Writes a WIM file: blobs, then images, then the tables. Nothing counts before `finish`: until then the place of a new file
 * stays free, and an existing file is as it was.
 */
export class WimWriter implements AsyncDisposable {
  readonly #output: WimOutput;
  readonly #encoder: BlobEncoder;
  readonly #entries: LookupEntry[];
  /** Places in `#entries`; -1 for a blob that was claimed and is not written yet. */
  readonly #places = new Map<string, number>();
  readonly #sizes = new Map<string, number>();
  readonly #xml: XmlData;
  /** Metadata of the images. */
  readonly #images: ResourceHeader[];
  readonly #header: WimHeader;
  #open = true;

  private constructor(
    output: WimOutput,
    encoder: BlobEncoder,
    header: WimHeader,
    xml: XmlData,
    entries: LookupEntry[] = [],
    images: ResourceHeader[] = [],
  ) {
    this.#output = output;
    this.#encoder = encoder;
    this.#header = header;
    this.#xml = xml;
    this.#entries = entries;
    this.#images = images;
  }

  /** @throws AdkError `ALREADY_EXISTS` unless `overwrite`, `WIM_BAD_CHUNK_SIZE`, `WIM_NOT_ENCODABLE` */
  static async create(
    path: string,
    options: WriteOptions & { overwrite?: boolean | undefined } = {},
  ): Promise<WimWriter> {
    const compression = options.compression ?? "xpress";
    const chunkSize = options.chunkSize ?? DEFAULT_CHUNK_SIZE;
    if (!isChunkSize(compression, chunkSize)) {
      throw new AdkError("WIM_BAD_CHUNK_SIZE", `The chunk size does not fit ${compression}.`, {
        kind: "usage",
        found: chunkSize,
      });
    }
    const encodable = encodableCompression(compression);
    const output = await createOutput(path, options.overwrite ?? false);
    output.position = WIM_HEADER_SIZE;
    const header = newHeader(compression, chunkSize, new Uint8Array(16));
    const encoder = await createEncoder(output, header, encodable, options);
    return new WimWriter(output, encoder, header, XmlData.empty());
  }

  /** Adds to a file. What it holds is kept as it is. @throws AdkError `WIM_NOT_CHANGEABLE`, `WIM_NOT_ENCODABLE` */
  static async append(
    file: WimFile,
    options: Omit<WriteOptions, "compression" | "chunkSize"> = {},
  ): Promise<WimWriter> {
    const { access, header } = file;
    const why = whyNotChangeable(file);
    if (why !== undefined || access.path === undefined) {
      throw new AdkError("WIM_NOT_CHANGEABLE", `The file cannot be changed: ${why ?? "it is no file of this host"}.`, {
        kind: "unsupported",
        file: access.name,
        hint: "Export its images to a new file.",
      });
    }
    const encodable = encodableCompression(header.compression);
    const output = await appendOutput(access.path);
    const encoder = await createEncoder(output, header, encodable, options);
    const images = file.table.metadata.map(({ storage }) => storage.resource);
    const writer = new WimWriter(output, encoder, header, file.xml.copy(), [...file.entries], images);
    for (const [i, { sha1, resource }] of file.entries.entries()) {
      const blob = file.blob(sha1);
      if (!blob || resource.flags & RESOURCE_METADATA || writer.#places.has(sha1)) continue;
      writer.#places.set(sha1, i);
      writer.#sizes.set(sha1, blob.size);
    }
    return writer;
  }

  get compression(): WimCompression {
    return this.#header.compression;
  }

  get chunkSize(): number {
    return this.#header.chunkSize;
  }

  get imageCount(): number {
    return this.#images.length;
  }

  get imageNames(): string[] {
    return this.#xml.images.map(({ name }) => name);
  }

  has(sha1: string): boolean {
    return this.#places.has(sha1);
  }

  /** True for a blob that the file does not have: whoever asks then writes it. True once for each. */
  claim(sha1: string): boolean {
    if (this.#places.has(sha1)) return false;
    this.#places.set(sha1, -1);
    return true;
  }

  /** Compresses and writes blobs that were claimed. @param onWritten told for each, in order */
  async writeBlobs(
    blobs: AsyncIterable<NewBlob>,
    operation?: LongOperation,
    onWritten?: (resource: ResourceHeader) => void,
  ): Promise<void> {
    for await (const { sha1, resource } of this.#encoder.write(blobs, operation)) {
      this.#add(sha1, resource);
      onWritten?.(resource);
    }
  }

  /** Copies a blob that was claimed as it is stored in a file of the same compression and chunk size. */
  async copyResource(
    sha1: string,
    source: RandomAccess,
    resource: ResourceHeader,
    operation?: LongOperation,
  ): Promise<void> {
    const offset = this.#output.position;
    await copyBytes(this.#output, source, resource.offset, resource.storedSize, operation);
    this.#add(sha1, { ...resource, flags: resource.flags & RESOURCE_COMPRESSED, offset });
  }

  /**
   * Adds an image whose blobs were written.
   *
   * @param like properties to take over
   * @returns its properties, to be completed before `finish`
   */
  async addImage(metadata: ImageMetadata, like?: ImageProperties): Promise<ImageProperties> {
    const bytes = writeMetadata(metadata);
    const sha1 = digest("sha1", bytes);
    const blob: NewBlob = { sha1, size: bytes.length, bytes };
    for await (const written of this.#encoder.write(one(blob))) {
      const resource = { ...written.resource, flags: written.resource.flags | RESOURCE_METADATA };
      this.#entries.push({ resource, partNumber: 1, referenceCount: 1, sha1 });
      this.#images.push(resource);
    }
    const counts = countImage(metadata.root, (hash) => this.#sizes.get(hash) ?? 0);
    for (const [hash, count] of counts.references) {
      const place = this.#places.get(hash);
      const entry = place === undefined ? undefined : this.#entries[place];
      if (entry) this.#entries[place as number] = { ...entry, referenceCount: entry.referenceCount + count };
    }
    const properties = this.#xml.addImage(this.imageCount, like);
    properties.set("DIRCOUNT", String(counts.directories));
    properties.set("FILECOUNT", String(counts.files));
    properties.set("TOTALBYTES", String(counts.totalBytes));
    properties.set("HARDLINKBYTES", String(counts.hardLinkBytes));
    return properties;
  }

  /**
   * Writes the tables and makes the file permanent. After an error, here or in what came before, the writer can only be
   * discarded.
   *
   * @throws AdkError `WIM_NO_SUCH_IMAGE` for the image to boot, `WIM_INCOMPLETE` after a failed capture or export
   */
  async finish(options: FinishOptions = {}): Promise<void> {
    if (!this.#open) throw new TypeError("the writer was finished or discarded");
    this.#checkComplete();
    const bootIndex = this.#bootIndex(options.bootIndex);
    const isNew = this.#header.guid.every((byte) => byte === 0);
    const header = {
      ...this.#header,
      guid: isNew ? guidOf(this.#entries) : this.#header.guid,
      flags: this.#header.flags & ~HEADER_WRITE_IN_PROGRESS,
      imageCount: this.imageCount,
      bootIndex,
    };
    const integrity = options.integrity ?? isPresent(this.#header.integrityTable);
    const complete = await writeTables(this.#output, header, this.#entries, this.#xml, { ...options, integrity });
    await this.#encoder.close();
    this.#open = false;
    await this.#output.commit(writeHeader(complete));
  }

  /** Gives everything up that was written; nothing after `finish`. */
  async discard(): Promise<void> {
    if (!this.#open) return;
    this.#open = false;
    await this.#encoder.close();
    await this.#output.discard();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.discard();
  }

  #checkComplete(): void {
    const missing = [...this.#places].find(([, place]) => place < 0);
    check(missing === undefined, () => {
      return new AdkError("WIM_INCOMPLETE", "Data was to be written and was not: an earlier step failed.", {
        kind: "environment",
        expected: `blob ${missing?.[0]}`,
      });
    });
  }

  /** One that the file has from before and that is no image is dropped. */
  #bootIndex(wanted: number | undefined): number {
    if (wanted === undefined) return this.#header.bootIndex <= this.imageCount ? this.#header.bootIndex : 0;
    check(Number.isInteger(wanted) && wanted >= 0 && wanted <= this.imageCount, () => {
      return new AdkError("WIM_NO_SUCH_IMAGE", "The image to boot is not in the file.", {
        kind: "usage",
        expected: `0 to ${this.imageCount}`,
        found: wanted,
      });
    });
    return wanted;
  }

  #add(sha1: string, resource: ResourceHeader): void {
    this.#places.set(sha1, this.#entries.length);
    this.#sizes.set(sha1, resource.size);
    this.#entries.push({ resource, partNumber: 1, referenceCount: 0, sha1 });
  }
}

async function createEncoder(
  output: WimOutput,
  header: WimHeader,
  compression: EncodableCompression | "none",
  options: WriteOptions,
): Promise<BlobEncoder> {
  try {
    const { level = "default", threads } = options;
    return await BlobEncoder.create(output, { compression, chunkSize: header.chunkSize, level, threads });
  } catch (error) {
    await output.discard();
    throw error;
  }
}

function encodableCompression(compression: WimCompression): EncodableCompression | "none" {
  if (compression !== "lzms") return compression;
  throw new AdkError("WIM_NOT_ENCODABLE", "LZMS can be read, but not written yet.", {
    kind: "unsupported",
    hint: "Use --compress lzx or --compress xpress.",
  });
}

function whyNotChangeable({ header, imageCount }: WimFile): string | undefined {
  if (header.pipable) return "it is a pipable file, which can only be written as a whole";
  if (header.totalParts > 1) return "it is one part of a split set";
  if (header.flags & HEADER_READONLY) return "it is marked read-only";
  if (header.imageCount !== imageCount) return "its header and its lookup table count different images";
  return undefined;
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}
