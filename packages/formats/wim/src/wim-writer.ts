import { AdkError, check, digest, type LongOperation, type RandomAccess } from "@adk/core";
import { BlobEncoder } from "./blob-encoder.ts";
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
import { countImage, type ImageCounts } from "./image-counts.ts";
import { imagePlaces, type LookupEntry, ZERO_HASH } from "./lookup-table.ts";
import { type ImageMetadata, writeMetadata } from "./metadata.ts";
import type { NewBlob } from "./new-blob.ts";
import { copySolidPiece, wholeSolid } from "./raw-copy.ts";
import { type References, readReferences, recountEntries } from "./reference-counts.ts";
import {
  isPresent,
  NO_RESOURCE,
  RESOURCE_COMPRESSED,
  RESOURCE_METADATA,
  RESOURCE_SOLID,
  type ResourceHeader,
} from "./resource-header.ts";
import { solidMember, type WrittenSolid } from "./solid-encoder.ts";
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
import { type ImageProperties, XmlData } from "./xml-data.ts";

/**
 * Writes a WIM file: blobs, then images, then the tables. Nothing counts before `finish`: until then the place of a new file
 * stays free, and an existing file is as it was.
 */
export class WimWriter implements AsyncDisposable {
  readonly #output: WimOutput;
  readonly #encoder: BlobEncoder;
  /** The file that is added to. */
  readonly #file: WimFile | undefined;
  #entries: LookupEntry[];
  /** Places in `#entries`; -1 for a blob that was claimed and is not written yet. */
  readonly #places = new Map<string, number>();
  readonly #sizes = new Map<string, number>();
  readonly #xml: XmlData;
  /** Metadata of the images. */
  readonly #images: ResourceHeader[];
  /** What the images refer to that were written here. */
  readonly #references = new Map<number, References>();
  #replaced = false;
  /** Bytes of a chunk of solid resources; 0 in a file that is not solid. */
  #solidChunkSize = 0;
  /** Uncompressed bytes of the solid run that the table ends with. */
  #solidRunSize = 0;
  readonly #header: WimHeader;
  #open = true;

  private constructor(output: WimOutput, encoder: BlobEncoder, header: WimHeader, xml: XmlData, file?: WimFile) {
    this.#output = output;
    this.#encoder = encoder;
    this.#header = header;
    this.#xml = xml;
    this.#file = file;
    this.#entries = [...(file?.entries ?? [])];
    this.#images = (file?.table.metadata ?? []).map(({ storage }) => storage.resource);
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
    const { access, header } = file;
    const why = whyNotChangeable(file, options);
    if (why !== undefined || access.path === undefined) {
      throw new AdkError("WIM_NOT_CHANGEABLE", `The file cannot be changed: ${why ?? "it is no file of this host"}.`, {
        kind: "unsupported",
        file: access.name,
        hint: isReadOnly(file)
          ? "Take the mark off with `adk wim set --writable`."
          : "Export its images to a new file.",
      });
    }
    const encodable = options.store ? "none" : header.compression;
    const output = await appendOutput(access.path);
    const encoder = await createEncoder(output, header, encodable, options);
    const writer = new WimWriter(output, encoder, header, file.xml.copy(), file);
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

  /** Whether data is to be written by `writeSolid`. */
  get isSolid(): boolean {
    return this.#solidChunkSize > 0;
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

  /**
   * Compresses blobs that were claimed together, in the order in which they come.
   *
   * @param total bytes of all of them
   * @returns bytes that they take in the file
   */
  async writeSolid(blobs: AsyncIterable<NewBlob>, total: number, operation?: LongOperation): Promise<number> {
    if (total === 0) return 0;
    const { resource, members } = await this.#encoder.writeSolid(blobs, total, this.#solidChunkSize, operation);
    this.#addSolid(resource, total, members);
    return resource.storedSize;
  }

  /** Copies a solid resource with blobs that were claimed, as it is stored. */
  async copySolid(solid: SolidResource, members: readonly SolidMember[], operation: LongOperation = {}): Promise<void> {
    const { resource, size } = await copySolidPiece(this.#output, await wholeSolid(solid, members), operation);
    this.#addSolid(resource, size, members);
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
    const { sha1, resource } = await this.#writeMetadata(metadata);
    this.#entries.push({ resource, partNumber: 1, referenceCount: 1, sha1 });
    this.#images.push(resource);
    const counts = this.#count(this.imageCount, metadata);
    for (const [hash, count] of counts.references) {
      const place = this.#places.get(hash);
      const entry = place === undefined ? undefined : this.#entries[place];
      if (entry) this.#entries[place as number] = { ...entry, referenceCount: entry.referenceCount + count };
    }
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
    // The place in the table makes the number of the image.
    const place = imagePlaces(this.#entries)[index - 1] as number;
    this.#entries[place] = { resource, partNumber: 1, referenceCount: 1, sha1 };
    this.#images[index - 1] = resource;
    this.#replaced = true;
    setCounts(properties, this.#count(index, metadata));
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
    this.#checkComplete();
    const bootIndex = this.#bootIndex(options.bootIndex);
    if (this.#replaced) await this.#recount();
    const isNew = this.#header.guid.every((byte) => byte === 0);
    const header = {
      ...this.#header,
      guid: isNew ? guidOf(this.#entries) : this.#header.guid,
      flags: this.#flags(options.readOnly),
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

  #flags(readOnly = isReadOnly({ header: this.#header })): number {
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

  #count(index: number, { root }: ImageMetadata): ImageCounts {
    const counts = countImage(root, (sha1) => this.#sizes.get(sha1) ?? this.#file?.blob(sha1)?.size ?? 0);
    this.#references.set(index, counts.references);
    return counts;
  }

  /** Images that were not written here are read again, one by one: all trees of a file would fill the memory. */
  async #recount(): Promise<void> {
    const images: (References | undefined)[] = [];
    for (let index = 1; index <= this.imageCount; index++) {
      images.push(this.#references.get(index) ?? (this.#file && (await readReferences(this.#file, index))));
    }
    this.#entries = recountEntries(this.#entries, this.#header, images);
  }

  /** A resource of a run, then its blobs, whose offsets count through all resources of the run. */
  #addSolid(resource: ResourceHeader, size: number, members: WrittenSolid["members"]): void {
    const last = this.#entries.at(-1);
    if (!last || !(last.resource.flags & RESOURCE_SOLID)) this.#solidRunSize = 0;
    this.#entries.push({ resource, partNumber: 1, referenceCount: 1, sha1: ZERO_HASH });
    for (const { sha1, size: blobSize, offset } of members) {
      this.#add(sha1, solidMember(blobSize, this.#solidRunSize + offset));
      this.#sizes.set(sha1, blobSize);
    }
    this.#solidRunSize += size;
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

function isReadOnly({ header }: Pick<WimFile, "header">): boolean {
  return (header.flags & HEADER_READONLY) !== 0;
}

function whyNotChangeable(file: WimFile, options: AppendOptions): string | undefined {
  const { header, imageCount } = file;
  if (header.pipable) return "it is a pipable file, which can only be written as a whole";
  if (header.totalParts > 1) return "it is one part of a split set";
  if (isReadOnly(file) && !options.ignoreReadOnly) return "it is marked read-only";
  if (header.imageCount !== imageCount) return "its header and its lookup table count different images";
  return undefined;
}

async function* one<T>(value: T): AsyncGenerator<T> {
  yield value;
}
