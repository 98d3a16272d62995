import { createHash } from "node:crypto";
import { ByteWriter } from "@adk/core";

// The least WIM file that other implementations open: one image with the given files in its root, whose chunks are encoded by
// the caller. It is there to let peers judge the encoders alone, so it shares nothing with the WIM package.

const HEADER_SIZE = 208;
const VERSION = 0x10d00;
/** Of files with LZMS or solid resources. */
const SOLID_VERSION = 0xe00;
const COMPRESSED_FILE = 0x2;
const FORMAT_FLAGS = { xpress: 0x2_0000, lzx: 0x4_0000, lzms: 0x8_0000 };
const LZMS = 3;
const METADATA = 0x02;
const COMPRESSED = 0x04;
const SOLID = 0x10;
/** In place of the size of a solid resource. */
const SOLID_SIZE = 2 ** 32;
const DIRECTORY_ATTRIBUTE = 0x10;
const NORMAL_ATTRIBUTE = 0x80;
const NO_SECURITY = 0xffff_ffff;
const DENTRY_SIZE = 102;
/** 2020-01-01 in units of 100 ns since 1601. */
const FILETIME = 132_223_104_000_000_000n;

export interface MinimalWim {
  readonly format: "xpress" | "lzx" | "lzms";
  /** All files in one resource, for `lzms`. */
  readonly solid?: boolean;
  readonly chunkSize: number;
  /** By name: ASCII, in ascending order. Not empty, no two alike. */
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Returns 0 for a chunk that is to be stored as it is. */
  encode(input: Uint8Array, output: Uint8Array): number;
}

interface Entry {
  readonly stored: number;
  readonly flags: number;
  readonly offset: number;
  readonly size: number;
}

export function minimalWim(wim: MinimalWim): Uint8Array {
  const file = new ByteWriter(1 << 20).zeros(HEADER_SIZE);
  const table = new ByteWriter();
  let blobs = 0;
  const add = (data: Uint8Array, flags: number, stored: Uint8Array) => {
    const entry = { stored: stored.length, flags, offset: file.position, size: data.length };
    file.bytes(stored);
    writeEntry(table, entry).u16(1).u32(1).bytes(sha1(data));
    blobs++;
    return entry;
  };
  if (wim.solid) {
    const data = concatenate(wim.files.values());
    const stored = encodeSolidResource(wim, data);
    const entry = { stored: stored.length, flags: SOLID, offset: file.position, size: SOLID_SIZE };
    writeEntry(table, entry).u16(1).u32(1).zeros(20);
    file.bytes(stored);
    let offset = 0;
    for (const blob of wim.files.values()) {
      writeEntry(table, { stored: blob.length, flags: SOLID, offset, size: 0 }).u16(1).u32(1).bytes(sha1(blob));
      offset += blob.length;
    }
    blobs = 1 + wim.files.size;
  }
  for (const data of wim.solid ? [] : wim.files.values()) {
    const stored = encodeResource(wim, data);
    add(data, stored.length < data.length ? COMPRESSED : 0, stored.length < data.length ? stored : data);
  }
  const metadata = writeMetadata(wim.files);
  add(metadata, METADATA, metadata);

  const lookupTable = { stored: blobs * 50, flags: METADATA, offset: file.position, size: blobs * 50 };
  file.bytes(table.finish());
  const text = `\ufeff<WIM><TOTALBYTES>${file.position}</TOTALBYTES><IMAGE INDEX="1"><NAME>chunks</NAME></IMAGE></WIM>`;
  const xml = { stored: text.length * 2, flags: METADATA, offset: file.position, size: text.length * 2 };
  file.utf16(text);

  const header = new ByteWriter(HEADER_SIZE).bytes(new TextEncoder().encode("MSWIM\0\0\0"));
  header.u32(HEADER_SIZE).u32(wim.format === "lzms" ? SOLID_VERSION : VERSION);
  header.u32(COMPRESSED_FILE | FORMAT_FLAGS[wim.format]).u32(wim.chunkSize);
  header.bytes(new Uint8Array(16).fill(0x5a)).u16(1).u16(1).u32(1);
  writeEntry(writeEntry(header, lookupTable), xml);
  header.zeros(HEADER_SIZE - header.position);
  const bytes = file.finish();
  bytes.set(header.finish());
  return bytes;
}

/** The offsets of all chunks but the first, then the chunks. */
function encodeResource({ chunkSize, encode }: MinimalWim, data: Uint8Array): Uint8Array {
  const offsets = new ByteWriter();
  const chunks = new ByteWriter(data.length);
  const output = new Uint8Array(chunkSize);
  for (let start = 0; start < data.length; start += chunkSize) {
    if (start > 0) offsets.u32(chunks.position);
    const chunk = data.subarray(start, start + chunkSize);
    const size = encode(chunk, output);
    chunks.bytes(size === 0 ? chunk : output.subarray(0, size));
  }
  return offsets.bytes(chunks.finish()).finish();
}

/** What the resource holds, the sizes of all chunks, then the chunks. */
function encodeSolidResource({ chunkSize, encode }: MinimalWim, data: Uint8Array): Uint8Array {
  const sizes = new ByteWriter().size64(data.length).u32(chunkSize).u32(LZMS);
  const chunks = new ByteWriter(data.length);
  const output = new Uint8Array(chunkSize);
  for (let start = 0; start < data.length; start += chunkSize) {
    const chunk = data.subarray(start, start + chunkSize);
    const size = encode(chunk, output);
    sizes.u32(size === 0 ? chunk.length : size);
    chunks.bytes(size === 0 ? chunk : output.subarray(0, size));
  }
  return sizes.bytes(chunks.finish()).finish();
}

function concatenate(parts: Iterable<Uint8Array>): Uint8Array {
  const all = new ByteWriter();
  for (const part of parts) all.bytes(part);
  return all.finish();
}

/** No security descriptors, the root, and the files in it. */
function writeMetadata(files: ReadonlyMap<string, Uint8Array>): Uint8Array {
  const metadata = new ByteWriter().u32(8).u32(0);
  const rootSize = align8(DENTRY_SIZE + 2);
  writeDentry(metadata, "", DIRECTORY_ATTRIBUTE, 8 + rootSize + 8, new Uint8Array(20));
  metadata.zeros(8);
  for (const [name, data] of files) writeDentry(metadata, name, NORMAL_ATTRIBUTE, 0, sha1(data));
  return metadata.zeros(8).finish();
}

function writeDentry(to: ByteWriter, name: string, attributes: number, children: number, hash: Uint8Array): void {
  const nameBytes = name.length * 2;
  to.size64(align8(DENTRY_SIZE + nameBytes + 2))
    .u32(attributes)
    .u32(NO_SECURITY)
    .size64(children)
    .zeros(16);
  to.u64(FILETIME).u64(FILETIME).u64(FILETIME).bytes(hash).zeros(12);
  to.u16(0).u16(0).u16(nameBytes).utf16(name).u16(0).align(8);
}

function writeEntry(to: ByteWriter, { stored, flags, offset, size }: Entry): ByteWriter {
  return to.size56(stored).u8(flags).size64(offset).size64(size);
}

function align8(size: number): number {
  return (size + 7) & ~7;
}

function sha1(data: Uint8Array): Uint8Array {
  return createHash("sha1").update(data).digest();
}
