import { AdkError, ByteReader, ByteWriter } from "@adk/core";
import { isChunkSize, type WimCompression } from "./header.ts";

/**
 * Where the chunks of a compressed resource lie, each an independent stream of its own. A chunk whose stored size equals its
 * uncompressed size is stored as it is.
 */
export interface ChunkTable {
  /** Uncompressed bytes of every chunk but the last. */
  readonly chunkSize: number;
  /** Uncompressed bytes of the resource. */
  readonly size: number;
  /** Offset of each chunk in the file, and one more: the end of the last. */
  readonly offsets: Float64Array;
  /** Bytes before the data of each chunk: in pipable files its stored size, 4 bytes; otherwise none. */
  readonly prefix: 0 | 4;
}

export function chunkCount(size: number, chunkSize: number): number {
  return Math.ceil(size / chunkSize);
}

/** Uncompressed bytes of chunk `index`. */
export function chunkLength(table: ChunkTable, index: number): number {
  return Math.min(table.chunkSize, table.size - index * table.chunkSize);
}

/** Where the data of chunk `index` lies in the file. */
export function chunkRange(table: ChunkTable, index: number): { start: number; end: number } {
  return { start: (table.offsets[index] as number) + table.prefix, end: table.offsets[index + 1] as number };
}

/** Bytes of the table at the start of a non-solid compressed resource: an entry for each chunk but the first. */
export function chunkTableSize(size: number, chunkSize: number): number {
  return Math.max(0, chunkCount(size, chunkSize) - 1) * entrySize(size);
}

function entrySize(size: number): 4 | 8 {
  return size > 0xffff_ffff ? 8 : 4;
}

/**
 * @param bytes the table: the offset of each chunk after the first, counted from the first and without prefixes
 * @param start where the first chunk begins in the file
 * @param end where the last one ends
 */
export function parseChunkTable(
  bytes: Uint8Array,
  shape: { size: number; chunkSize: number; prefix: 0 | 4 },
  start: number,
  end: number,
  file?: string,
): ChunkTable {
  const { size, chunkSize, prefix } = shape;
  const count = chunkCount(size, chunkSize);
  const reader = new ByteReader(bytes, { file });
  const wide = entrySize(size) === 8;
  const offsets = new Float64Array(count + 1);
  offsets[0] = start;
  for (let i = 1; i < count; i++) offsets[i] = start + i * prefix + (wide ? reader.size64() : reader.u32());
  offsets[count] = end;
  return checkOffsets({ chunkSize, size, offsets, prefix }, start, file);
}

/** @param storedSizes bytes of each chunk in the file */
export function writeChunkTable(storedSizes: readonly number[], size: number): Uint8Array {
  const wide = entrySize(size) === 8;
  const writer = new ByteWriter(Math.max(0, storedSizes.length - 1) * entrySize(size));
  let offset = 0;
  for (const stored of storedSizes.slice(0, -1)) {
    offset += stored;
    if (wide) writer.size64(offset);
    else writer.u32(offset);
  }
  return writer.finish();
}

/** Bytes of the header of a solid resource, before its table of chunk sizes. */
export const SOLID_HEADER_SIZE = 16;

/** By their numbers in the header of a solid resource. */
const SOLID_COMPRESSIONS: readonly WimCompression[] = ["none", "xpress", "lzx", "lzms"];

export interface SolidHeader {
  readonly size: number;
  readonly chunkSize: number;
  readonly compression: WimCompression;
}

/** A solid resource says its own size, chunk size and compression, whatever the file's header says. */
export function parseSolidHeader(bytes: Uint8Array, file?: string, base = 0): SolidHeader {
  const reader = new ByteReader(bytes, { file, base });
  const size = reader.size64();
  const chunkSize = reader.u32();
  const number = reader.u32();
  const compression = SOLID_COMPRESSIONS[number];
  if (compression === undefined || !isChunkSize(compression, chunkSize)) {
    throw new AdkError("WIM_BAD_SOLID_RESOURCE", "The header of a solid resource makes no sense.", {
      file,
      offset: base,
      found: `chunk size ${chunkSize}, compression ${number}`,
    });
  }
  return { size, chunkSize, compression };
}

/** The header with the table that follows it. @param storedSizes bytes of each chunk in the file */
export function writeSolidHeader(header: SolidHeader, storedSizes: readonly number[]): Uint8Array {
  const writer = new ByteWriter(SOLID_HEADER_SIZE + storedSizes.length * 4);
  writer.size64(header.size).u32(header.chunkSize).u32(SOLID_COMPRESSIONS.indexOf(header.compression));
  for (const size of storedSizes) writer.u32(size);
  return writer.finish();
}

/** @param bytes the stored size of each chunk, the first included, as 32-bit numbers */
export function parseSolidChunkTable(
  bytes: Uint8Array,
  header: SolidHeader,
  start: number,
  end: number,
  file?: string,
): ChunkTable {
  const reader = new ByteReader(bytes, { file, base: start + SOLID_HEADER_SIZE });
  const count = bytes.length / 4;
  const offsets = new Float64Array(count + 1);
  let offset = start + SOLID_HEADER_SIZE + bytes.length;
  for (let i = 0; i < count; i++) {
    offsets[i] = offset;
    offset += reader.u32();
  }
  offsets[count] = offset;
  const table = checkOffsets({ chunkSize: header.chunkSize, size: header.size, offsets, prefix: 0 }, start, file);
  if (offset > end) throw badTable("The chunks reach beyond their resource.", start, end, offset, file);
  return table;
}

/** Offsets must rise, and no chunk may be stored in more bytes than it holds. */
function checkOffsets(table: ChunkTable, start: number, file: string | undefined): ChunkTable {
  const { offsets } = table;
  for (let i = 0; i + 1 < offsets.length; i++) {
    const stored = (offsets[i + 1] as number) - (offsets[i] as number) - table.prefix;
    const length = chunkLength(table, i);
    if (stored <= 0 || stored > length) {
      throw badTable(`The stored size of chunk ${i} is impossible.`, start, `1 to ${length}`, stored, file);
    }
  }
  return table;
}

function badTable(
  message: string,
  offset: number,
  expected: string | number,
  found: number,
  file: string | undefined,
): AdkError {
  return new AdkError("WIM_BAD_CHUNK_TABLE", message, { file, offset, expected, found });
}
