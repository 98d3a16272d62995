import { type CompressionFormat, createDecoder, type Decoder } from "@adk/compression";
import { AdkError, type Limits, limitExceeded, type RandomAccess } from "@adk/core";
import {
  type ChunkTable,
  chunkCount,
  chunkLength,
  chunkRange,
  chunkTableSize,
  parseChunkTable,
  parseSolidChunkTable,
  SOLID_HEADER_SIZE,
} from "./chunk-table.ts";
import type { WimCompression, WimHeader } from "./header.ts";
import { checkResource, RESOURCE_COMPRESSED, type ResourceHeader } from "./resource-header.ts";
import type { SolidResource } from "./solid-run.ts";

/** What the layout of a resource depends on besides the resource. */
type FileForm = Pick<WimHeader, "compression" | "chunkSize" | "pipable">;

/** How a resource is stored: in chunks of a compression, or as it is. */
export type ResourceLayout = { readonly kind: "plain"; readonly start: number; readonly size: number } | ChunkLayout;

export interface ChunkLayout {
  readonly kind: "chunks";
  readonly compression: WimCompression;
  readonly table: ChunkTable;
}

/** Where the table of chunks of a compressed resource lies: before the chunks, in a pipable file behind them. */
function tablePlace(resource: ResourceHeader, header: FileForm, file: string): { start: number; size: number } {
  const { offset, storedSize } = resource;
  if (header.compression === "none") throw unexpectedlyCompressed({ file, offset });
  const size = chunkTableSize(resource.size, header.chunkSize);
  checkTableFits(size, storedSize, offset, file);
  return { start: header.pipable ? offset + storedSize - size : offset, size };
}

function layoutFrom(bytes: Uint8Array, resource: ResourceHeader, header: FileForm, file: string): ResourceLayout {
  const { size, offset, storedSize } = resource;
  const { compression, chunkSize, pipable } = header;
  const end = offset + storedSize;
  const shape = { size, chunkSize, prefix: pipable ? 4 : 0 } as const;
  const table = pipable
    ? parseChunkTable(bytes, shape, offset, end - bytes.length, file)
    : parseChunkTable(bytes, shape, offset + bytes.length, end, file);
  return { kind: "chunks", compression, table };
}

/** Reads where the chunks of a resource lie. The table is never larger than the resource, so its memory is bounded. */
export async function readLayout(
  access: RandomAccess,
  resource: ResourceHeader,
  header: WimHeader,
): Promise<ResourceLayout> {
  checkResource(resource, "resource", access.size, access.name);
  if (!(resource.flags & RESOURCE_COMPRESSED)) return { kind: "plain", start: resource.offset, size: resource.size };
  const place = tablePlace(resource, header, access.name);
  return layoutFrom(await access.read(place.start, place.size), resource, header, access.name);
}

/** What `parseLayout` must see of the file. */
export function layoutPlace(resource: ResourceHeader, header: FileForm, file: string): { start: number; size: number } {
  if (!(resource.flags & RESOURCE_COMPRESSED)) return { start: resource.offset, size: 0 };
  return tablePlace(resource, header, file);
}

/** The same from bytes of the file that hold the table at least. @param base offset of the bytes in the file */
export function parseLayout(
  bytes: Uint8Array,
  base: number,
  resource: ResourceHeader,
  header: FileForm,
  file: string,
): ResourceLayout {
  if (!(resource.flags & RESOURCE_COMPRESSED)) return { kind: "plain", start: resource.offset, size: resource.size };
  const place = tablePlace(resource, header, file);
  return layoutFrom(bytes.subarray(place.start - base, place.start - base + place.size), resource, header, file);
}

/** Solid resources have a table of chunks even without compression. */
export async function readSolidLayout(solid: SolidResource): Promise<ChunkLayout> {
  const { resource, header } = solid;
  const { access } = solid.part;
  const start = resource.offset;
  const end = start + resource.storedSize;
  const tableSize = chunkCount(header.size, header.chunkSize) * 4;
  checkTableFits(tableSize, resource.storedSize - SOLID_HEADER_SIZE, start, access.name);
  const bytes = await access.read(start + SOLID_HEADER_SIZE, tableSize);
  const table = parseSolidChunkTable(bytes, header, start, end, access.name);
  return { kind: "chunks", compression: header.compression, table };
}

/** A whole resource in memory: for metadata and tables. @throws AdkError `LIMIT_EXCEEDED` before memory is taken */
export async function readResource(
  access: RandomAccess,
  resource: ResourceHeader,
  header: WimHeader,
  limits: Limits,
): Promise<Uint8Array> {
  const { size, offset } = resource;
  const where = { file: access.name, offset };
  if (size > limits.memoryBytes) throw limitExceeded("memoryBytes", size, limits, where);
  if (size > limits.ratio * access.size) throw limitExceeded("ratio", Math.ceil(size / access.size), limits, where);
  const layout = await readLayout(access, resource, header);
  return new LayoutReader(access, layout).read(0, size);
}

/** Random access to the uncompressed bytes of a resource; it keeps the last chunk that it decoded. */
export class LayoutReader {
  readonly #access: RandomAccess;
  readonly #layout: ResourceLayout;
  #last: { readonly index: number; readonly bytes: Uint8Array } | undefined;

  constructor(access: RandomAccess, layout: ResourceLayout) {
    this.#access = access;
    this.#layout = layout;
  }

  async read(offset: number, length: number, into: Uint8Array = new Uint8Array(length)): Promise<Uint8Array> {
    const layout = this.#layout;
    if (layout.kind === "plain") return this.#access.read(layout.start + offset, length, into);
    const { chunkSize } = layout.table;
    let done = 0;
    while (done < length) {
      const index = Math.floor((offset + done) / chunkSize);
      const from = (offset + done) % chunkSize;
      const chunk = await this.#load(layout.compression, layout.table, index);
      const part = chunk.subarray(from, Math.min(chunk.length, from + length - done));
      into.set(part, done);
      done += part.length;
    }
    return into.subarray(0, length);
  }

  /** Each chunk gets memory of its own: another read may still be copying from the last one. */
  async #load(compression: WimCompression, table: ChunkTable, index: number): Promise<Uint8Array> {
    if (this.#last?.index === index) return this.#last.bytes;
    const { start, end } = chunkRange(table, index);
    const stored = await this.#access.read(start, end - start);
    const bytes = new Uint8Array(chunkLength(table, index));
    decodeChunk(compression, table.chunkSize, stored, bytes, { file: this.#access.name, offset: start });
    this.#last = { index, bytes };
    return bytes;
  }
}

/** One decoder a compression: each keeps memory for a chunk, and files use one chunk size at a time. */
const decoders = new Map<CompressionFormat, { chunkSize: number; decoder: Decoder }>();

function decoderFor(compression: CompressionFormat, chunkSize: number): Decoder {
  const last = decoders.get(compression);
  if (last?.chunkSize === chunkSize) return last.decoder;
  const decoder = createDecoder(compression, chunkSize);
  decoders.set(compression, { chunkSize, decoder });
  return decoder;
}

/** Decodes one chunk; stored in as many bytes as it holds, it is not compressed. @throws AdkError at `where` */
function decodeChunk(
  compression: WimCompression,
  chunkSize: number,
  stored: Uint8Array,
  output: Uint8Array,
  where: { file?: string | undefined; offset: number },
): void {
  if (stored.length === output.length) {
    output.set(stored);
    return;
  }
  if (compression === "none") throw unexpectedlyCompressed(where);
  try {
    decoderFor(compression, chunkSize).decode(stored, output);
  } catch (error) {
    throw error instanceof AdkError ? error.at(where) : error;
  }
}

/**
 * Decodes the chunks from `first` on that make up `size` bytes.
 *
 * @param bytes the file from `base` on, as far as the chunks lie
 * @returns a view of memory that holds until the next chunk is decoded
 */
export function decodeChunks(
  { compression, table }: ChunkLayout,
  first: number,
  size: number,
  bytes: Uint8Array,
  base: number,
  file: string,
): Uint8Array {
  if (compression === "none") return plainChunks(table, first, size, bytes, base, file);
  const decoder = decoderFor(compression, table.chunkSize);
  decoder.reserve(size);
  for (let index = first, done = 0; done < size; index++) {
    const { start, end } = chunkRange(table, index);
    const length = chunkLength(table, index);
    try {
      decoder.decodeAt(done, bytes.subarray(start - base, end - base), length);
    } catch (error) {
      throw error instanceof AdkError ? error.at({ file, offset: start }) : error;
    }
    done += length;
  }
  return decoder.view(size);
}

/** Chunks of a solid resource without compression, which follow each other. */
function plainChunks(
  table: ChunkTable,
  first: number,
  size: number,
  bytes: Uint8Array,
  base: number,
  file: string,
): Uint8Array {
  const { start } = chunkRange(table, first);
  const { end } = chunkRange(table, first + chunkCount(size, table.chunkSize) - 1);
  if (end - start !== size) throw unexpectedlyCompressed({ file, offset: start });
  return bytes.subarray(start - base, end - base);
}

function unexpectedlyCompressed(where: { file?: string | undefined; offset: number }): AdkError {
  return new AdkError("WIM_BAD_RESOURCE", "The data is compressed, but should not be by what stands before it.", where);
}

function checkTableFits(tableSize: number, room: number, offset: number, file: string): void {
  if (tableSize <= room) return;
  throw new AdkError("WIM_BAD_CHUNK_TABLE", "The resource is too short for its table of chunks.", {
    file,
    offset,
    expected: `at least ${tableSize} bytes`,
    found: `${room} bytes`,
  });
}
