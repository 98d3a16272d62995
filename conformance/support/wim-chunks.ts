import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { CompressionFormat } from "@adk/compression";

// A minimal reader of WIM files for tests of the codecs: it knows the header, the lookup table and the two chunk tables,
// trusts the file, and shares no code with the packages that it judges.

/** One chunk as it lies in a file. */
export interface Chunk {
  readonly compressed: Uint8Array;
  /** Bytes that it decodes to. */
  readonly size: number;
  /** Stored without compression. */
  readonly raw: boolean;
}

/** Consecutive chunks and the blobs in what they decode to. */
export interface Resource {
  readonly format: CompressionFormat;
  readonly chunkSize: number;
  readonly chunks: readonly Chunk[];
  readonly blobs: readonly Blob[];
}

interface Blob {
  readonly offset: number;
  readonly size: number;
  readonly sha1: string;
}

const FORMATS: Record<number, CompressionFormat> = { 1: "xpress", 2: "lzx", 3: "lzms" };
const COMPRESSED = 0x04;
const SOLID = 0x10;
const SOLID_RESOURCE_SIZE = 2 ** 32;

/** The compressed resources of a WIM or ESD file that is not pipable. */
export function readResources(path: string): Resource[] {
  const file = readFileSync(path);
  const headerFlags = file.readUInt32LE(0x10);
  const chunkSize = file.readUInt32LE(0x14);
  const format: CompressionFormat = headerFlags & 0x8_0000 ? "lzms" : headerFlags & 0x4_0000 ? "lzx" : "xpress";
  const part = file.readUInt16LE(0x28);
  const table = readEntry(file, 0x30);

  const resources: Resource[] = [];
  let solid: { start: number; resource: Resource & { blobs: Blob[] } }[] = [];
  let solidSize = 0;
  for (let at = table.offset; at < table.offset + table.size; at += 50) {
    const entry = readEntry(file, at);
    const sha1 = file.toString("hex", at + 30, at + 50);
    if (!(entry.flags & SOLID)) {
      solid = [];
      solidSize = 0;
      if (file.readUInt16LE(at + 24) !== part || !(entry.flags & COMPRESSED)) continue;
      const chunks = chunksByOffset(file, entry, chunkSize);
      resources.push({ format, chunkSize, chunks, blobs: [{ offset: 0, size: entry.size, sha1 }] });
    } else if (entry.size === SOLID_RESOURCE_SIZE) {
      const resource = { ...solidResource(file, entry.offset), blobs: [] };
      solid.push({ start: solidSize, resource });
      solidSize += resource.size;
      resources.push(resource);
    } else {
      // Offsets count over all solid resources of the run.
      const holder = solid.findLast(({ start }) => start <= entry.offset);
      holder?.resource.blobs.push({ offset: entry.offset - holder.start, size: entry.stored, sha1 });
    }
  }
  return resources;
}

interface Entry {
  readonly stored: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
}

function readEntry(file: Buffer, at: number): Entry {
  return {
    stored: file.readUIntLE(at, 6),
    flags: file.readUInt8(at + 7),
    offset: Number(file.readBigUInt64LE(at + 8)),
    size: Number(file.readBigUInt64LE(at + 16)),
  };
}

function chunksByOffset(file: Buffer, entry: Entry, chunkSize: number): Chunk[] {
  const count = Math.ceil(entry.size / chunkSize);
  const width = entry.size > 0xffff_ffff ? 8 : 4;
  const first = entry.offset + (count - 1) * width;
  const starts = [first];
  for (let i = 1; i < count; i++) starts.push(first + file.readUIntLE(entry.offset + (i - 1) * width, 4));
  starts.push(entry.offset + entry.stored);
  return starts.slice(1).map((end, i) => {
    const compressed = file.subarray(starts[i], end);
    const size = Math.min(chunkSize, entry.size - i * chunkSize);
    return { compressed, size, raw: compressed.length === size };
  });
}

function solidResource(file: Buffer, offset: number): Omit<Resource, "blobs"> & { size: number } {
  const size = Number(file.readBigUInt64LE(offset));
  const chunkSize = file.readUInt32LE(offset + 8);
  const format = FORMATS[file.readUInt32LE(offset + 12)];
  if (!format) throw new Error("a solid resource without compression");
  const count = Math.ceil(size / chunkSize);
  let start = offset + 16 + count * 4;
  const chunks: Chunk[] = [];
  for (let i = 0; i < count; i++) {
    const end = start + file.readUInt32LE(offset + 16 + i * 4);
    const compressed = file.subarray(start, end);
    const chunkBytes = Math.min(chunkSize, size - i * chunkSize);
    chunks.push({ compressed, size: chunkBytes, raw: compressed.length === chunkBytes });
    start = end;
  }
  return { format, chunkSize, chunks, size };
}

export function sha1(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}
