import { AdkError, check, digest, type LongOperation, type RandomAccess } from "@adk/core";
import { BlobEncoder } from "./blob-encoder.ts";
import { changeablePath, isReadOnly } from "./changeable.ts";
import type { SolidMember } from "./contents.ts";
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
import type { ImageCounts } from "./image-counts.ts";
import { type ImageMetadata, writeMetadata } from "./metadata.ts";
import type { NewBlob } from "./new-blob.ts";
import { copySolidPiece, wholeSolid } from "./raw-copy.ts";
import {
  isPresent,
  NO_RESOURCE,
  RESOURCE_COMPRESSED,
  RESOURCE_METADATA,
  type ResourceHeader,
} from "./resource-header.ts";
import type { SolidResource } from "./solid-run.ts";
import type { WimFile } from "./wim-file.ts";
import { appendOutput, copyBytes, createOutput, type WimOutput } from "./wim-output.ts";
import { guidOf, writeTables } from "./wim-tables.ts";
import {
  type AppendOptions,
  defaultChunkSize,
  type FinishOptions,
  solidChunkSize,
  type WriteOptions,
} from "./write-options.ts";
import { WrittenTable } from "./written-table.ts";
import { type ImageProperties, XmlData } from "./xml-data.ts";

/**
 * Writes a WIM file: blobs, then images, then the tables. Nothing counts before `finish`: until then the place of a new file
 * stays free, and an existing file is as it was.
 */
export class WimWriter implements AsyncDisposable {
  readonly #output: WimOutput;
  readonly #encoder: BlobEncoder;
  readonly #table: WrittenTable;
  readonly #xml: XmlData;
  /** Bytes of a chunk of solid resources; 0 in a file that is not solid. */
  #solidChunkSize = 0;
  readonly #header: WimHeader;
  #open = true;

  private constructor(output: WimOutput, encoder: BlobEncoder, header: WimHeader, xml: XmlData, file?: WimFile) {
    this.#output = output;
    this.#encoder = encoder;
    this.#header = header;
    this.#xml = xml;
    this.#table = new WrittenTable(file);
  }

  /** @throws AdkError `ALREADY_EXISTS` unless `overwrite`, `WIM_BAD_CHUNK_SIZE` */
  static async create(
    path: string,
    options: WriteOptions & { overwrite?: boolean | undefined } = {},
  ): Promise<WimWriter> {
    const { solid = false, compression = solid ? "lzms" : "xpress" } = options;
    const usual = defaultChunkSize(compression);
    const chunkSize = options.chunkSize ?? (solid ? solidChunkSize(compression) : usual);
    if (!isChunkSize(compression, chunkSize) || (solid && compression === "none")) {
      throw new AdkError("WIM_BAD_CHUNK_SIZE", `The chunk size does not fit ${compression}.`, {
        kind: "usage",
        found: chunkSize,
      });
    }
    const output = await createOutput(path, options.overwrite ?? false);
    output.position = WIM_HEADER_SIZE;
    const header = newHeader(compression, solid ? usual : chunkSize, new Uint8Array(16), solid);
    const encoder = await createEncoder(output, header, compression, options);
    const writer = new WimWriter(output, encoder, header, XmlData.empty());
    writer.#solidChunkSize = solid ? chunkSize : 0;
    return writer;
  }

  /** Adds to a file. What it holds is kept as it is. @throws AdkError `WIM_NOT_CHANGEABLE` */
  static async append(file: WimFile, options: AppendOptions = {}): Promise<WimWriter> {
    const { header } = file;
    const path = changeablePath(file, options);
    const encodable = options.store ? "none" : header.compression;
    const output = await appendOutput(path);
    const encoder = await createEncoder(output, header, encodable, options);
    return new WimWriter(output, encoder, header, file.xml.copy(), file);
  }

  get compression(): WimCompression {
    return this.#header.compression;
  }

  get chunkSize(): number {
    return this.#header.chunkSize;
  }

  /** Whether data is to be written by `writeSolid`. */
  get isSolid(): boolean {
    return this.#solidChunkSize > 0;
  }

  get imageCount(): number {
    return this.#table.imageCount;
  }

  get imageNames(): string[] {
    return this.#xml.images.map(({ name }) => name);
  }

  has(sha1: string): boolean {
    return this.#table.has(sha1);
  }

  /** True for a blob that the file does not have: whoever asks then writes it. True once for each. */
  claim(sha1: string): boolean {
    return this.#table.claim(sha1);
  }

  /** Compresses and writes blobs that were claimed. @param onWritten told for each, in order */
  async writeBlobs(
    blobs: AsyncIterable<NewBlob>,
    operation?: LongOperation,
    onWritten?: (resource: ResourceHeader) => void,
  ): Promise<void> {
    for await (const { sha1, resource } of this.#encoder.write(blobs, operation)) {
      this.#table.add(sha1, resource);
      onWritten?.(resource);
    }
  }

  /**
   * Compresses blobs that were claimed together, in the order in which they come.
   *
   * @param total bytes of all of them
   * @returns bytes that they take in the file
   */
  async writeSolid(blobs: AsyncIterable<NewBlob>, total: number, operation?: LongOperation): Promise<number> {
    if (total === 0) return 0;
    const { resource, members } = await this.#encoder.writeSolid(blobs, total, this.#solidChunkSize, operation);
    this.#table.addSolid(resource, total, members);
    return resource.storedSize;
  }

  /** Copies a solid resource with blobs that were claimed, as it is stored. */
  async copySolid(solid: SolidResource, members: readonly SolidMember[], operation: LongOperation = {}): Promise<void> {
    const { resource, size } = await copySolidPiece(this.#output, await wholeSolid(solid, members), operation);
    this.#table.addSolid(resource, size, members);
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
    this.#table.add(sha1, { ...resource, flags: resource.flags & RESOURCE_COMPRESSED, offset });
  }

  /**
   * Adds an image whose blobs were written.
   *
   * @param like properties to take over
   * @returns its properties, to be completed before `finish`
   */
  async addImage(metadata: ImageMetadata, like?: ImageProperties): Promise<ImageProperties> {
    const { sha1, resource } = await this.#writeMetadata(metadata);
    const counts = this.#table.addImage(sha1, resource, metadata.root);
    const properties = this.#xml.addImage(this.imageCount, like);
    setCounts(properties, counts);
    return properties;
  }

  /**
   * Gives an image another tree, whose blobs were written. Blobs that no image refers to any more leave the lookup table.
   *
   * @returns its properties, to be completed before `finish`
   * @throws AdkError `WIM_NO_SUCH_IMAGE`
   */
  async replaceImage(index: number, metadata: ImageMetadata): Promise<ImageProperties> {
    const properties = this.properties(index);
    const { sha1, resource } = await this.#writeMetadata(metadata);
    setCounts(properties, this.#table.replaceImage(index, sha1, resource, metadata.root));
    return properties;
  }

  /** The properties of an image, to be changed before `finish`. @throws AdkError `WIM_NO_SUCH_IMAGE` */
  properties(index: number): ImageProperties {
    this.#checkImage(index, 1);
    return this.#xml.image(index) ?? this.#xml.addImage(index);
  }

  /**
   * Writes the tables and makes the file permanent. After an error, here or in what came before, the writer can only be
   * discarded.
   *
   * @throws AdkError `WIM_NO_SUCH_IMAGE` for the image to boot, `WIM_INCOMPLETE` after a failed capture or export
   */
  async finish(options: FinishOptions = {}): Promise<void> {
    if (!this.#open) throw new TypeError("the writer was finished or discarded");
    const entries = await this.#table.finish(this.#header);
    const bootIndex = this.#bootIndex(options.bootIndex);
    const isNew = this.#header.guid.every((byte) => byte === 0);
    const header = {
      ...this.#header,
      guid: isNew ? guidOf(entries) : this.#header.guid,
      flags: this.#flags(options.readOnly),
      imageCount: this.imageCount,
      bootIndex,
    };
    const integrity = options.integrity ?? isPresent(this.#header.integrityTable);
    const complete = await writeTables(this.#output, header, entries, this.#xml, { ...options, integrity });
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

  /** One that the file has from before and that is no image is dropped. */
  #bootIndex(wanted: number | undefined): number {
    if (wanted === undefined) return this.#header.bootIndex <= this.imageCount ? this.#header.bootIndex : 0;
    this.#checkImage(wanted, 0);
    return wanted;
  }

  #checkImage(index: number, least: number): void {
    check(Number.isInteger(index) && index >= least && index <= this.imageCount, () => {
      return new AdkError("WIM_NO_SUCH_IMAGE", `The file has no image ${index}.`, {
        kind: "usage",
        expected: `${least} to ${this.imageCount}`,
        found: index,
      });
    });
  }

  #flags(readOnly = isReadOnly(this.#header)): number {
    const others = this.#header.flags & ~(HEADER_WRITE_IN_PROGRESS | HEADER_READONLY);
    return readOnly ? others | HEADER_READONLY : others;
  }

  async #writeMetadata(metadata: ImageMetadata): Promise<{ sha1: string; resource: ResourceHeader }> {
    const bytes = writeMetadata(metadata);
    const sha1 = digest("sha1", bytes);
    let resource = NO_RESOURCE;
    for await (const written of this.#encoder.write(one({ sha1, size: bytes.length, bytes })))
      resource = written.resource;
    return { sha1, resource: { ...resource, flags: resource.flags | RESOURCE_METADATA } };
  }
}

async function createEncoder(
  output: WimOutput,
  header: WimHeader,
  compression: WimCompression,
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

function setCounts(properties: ImageProperties, counts: ImageCounts): void {
  properties.set("DIRCOUNT", String(counts.directories));
  properties.set("FILECOUNT", String(counts.files));
  properties.set("TOTALBYTES", String(counts.totalBytes));
  properties.set("HARDLINKBYTES", String(counts.hardLinkBytes));
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}
