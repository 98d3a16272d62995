import { encodeMsZip } from "@adk/compression";
import { encodeLzxStreamSample } from "@adk/compression/testing";
import { ByteWriter } from "@adk/core";
import { BLOCK_SIZE, blockChecksum } from "./data-block.ts";

// Writes cabinets and sets of them, for tests.

export interface SampleFile {
  readonly name: string;
  readonly data: Uint8Array;
  /** Attribute bits of CFFILE. Default: archive. */
  readonly attributes?: number;
  /** MS-DOS date and time. Default: 2026-11-22 17:18:20. */
  readonly date?: number;
  readonly time?: number;
}

export interface SampleFolder {
  readonly compression: "none" | "mszip" | "lzx" | "quantum";
  readonly files: readonly SampleFile[];
  /** Of LZX. Default 16. */
  readonly windowOrder?: number;
  /** Of LZX: translate x86 calls. */
  readonly callSize?: number;
}

export interface SampleOptions {
  /** Bytes of the reserved areas. */
  readonly reserve?: { readonly header: number; readonly folder: number; readonly data: number };
  /** Write no checksums. */
  readonly noChecksums?: boolean;
  readonly setId?: number;
  /** Of a set: name every file in each cabinet, as cabextract wants it. */
  readonly listAll?: boolean;
}

interface StoredBlock {
  readonly stored: Uint8Array;
  /** 0 for the first part of a block that is divided. */
  readonly size: number;
}

interface PlacedFile extends SampleFile {
  readonly offset: number;
  readonly folder: number;
}

interface CabinetParts {
  readonly folders: readonly { readonly type: number; readonly blocks: readonly StoredBlock[] }[];
  readonly files: readonly PlacedFile[];
  readonly number: number;
  readonly previous?: string;
  readonly next?: string;
}

const TYPES = { none: 0, mszip: 1, quantum: 2, lzx: 3 };

export function sampleCabinet(folders: readonly SampleFolder[], options: SampleOptions = {}): Uint8Array {
  const files = folders.flatMap(({ files: own }, folder) => place(own, folder));
  return write({ folders: folders.map(encodeFolder), files, number: 0 }, options);
}

/**
 * A set of cabinets that one folder goes through; each but the last ends with a part of a block.
 *
 * @param blocksPerCabinet blocks that begin in each cabinet; the rest goes to the last
 */
export function sampleSet(
  folder: SampleFolder,
  blocksPerCabinet: readonly number[],
  options: SampleOptions = {},
): { readonly name: string; readonly bytes: Uint8Array }[] {
  const { type, blocks } = encodeFolder(folder);
  const placed = place(folder.files, 0);
  const count = blocksPerCabinet.length + 1;
  const nameOf = (number: number) => `part${number + 1}.cab`;
  let [from, rest]: [number, StoredBlock | undefined] = [0, undefined];
  return Array.from({ length: count }, (_, number) => {
    const isLast = number === count - 1;
    const to = isLast ? blocks.length : from + (blocksPerCabinet[number] as number);
    const own = [...(rest ? [rest] : []), ...blocks.slice(from, to)];
    rest = undefined;
    if (!isLast) {
      const { stored, size } = own.pop() as StoredBlock;
      const cut = stored.length >> 1;
      own.push({ stored: stored.subarray(0, cut), size: 0 });
      rest = { stored: stored.subarray(cut), size };
    }
    const startBlock = number === 0 ? 0 : from - 1;
    from = to;
    const files = placed.flatMap((file) => {
      if (options.listAll) return [{ ...file, folder: number === 0 ? 0xfffe : isLast ? 0xfffd : 0xffff }];
      const first = Math.floor(file.offset / BLOCK_SIZE);
      const last = Math.floor(Math.max(file.offset, file.offset + file.data.length - 1) / BLOCK_SIZE);
      if (last < startBlock || first >= to) return [];
      const comesOver = number > 0 && first <= startBlock;
      const goesOn = !isLast && last >= to - 1;
      return [{ ...file, folder: comesOver ? (goesOn ? 0xffff : 0xfffd) : goesOn ? 0xfffe : 0 }];
    });
    const parts = {
      folders: [{ type, blocks: own }],
      files,
      number,
      ...(number > 0 && { previous: nameOf(number - 1) }),
      ...(!isLast && { next: nameOf(number + 1) }),
    };
    return { name: nameOf(number), bytes: write(parts, { setId: 77, ...options }) };
  });
}

function place(files: readonly SampleFile[], folder: number): PlacedFile[] {
  let offset = 0;
  return files.map((file) => {
    const placed = { ...file, folder, offset };
    offset += file.data.length;
    return placed;
  });
}

function encodeFolder({ compression, files, windowOrder = 16, callSize }: SampleFolder) {
  const data = new Uint8Array(Buffer.concat(files.map((file) => file.data)));
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < data.length; at += BLOCK_SIZE) pieces.push(data.subarray(at, at + BLOCK_SIZE));
  const type = TYPES[compression] | (compression === "lzx" ? windowOrder << 8 : 0);
  const sizes = pieces.map(({ length }) => length);
  if (compression === "lzx") {
    const frames = encodeLzxStreamSample(data, { windowOrder, callSize, blockSizes: [40_000], kinds: [1, 2, 3] });
    return { type, blocks: frames.map((stored, i) => ({ stored, size: sizes[i] as number })) };
  }
  const blocks = pieces.map((piece, i) => {
    const stored = compression === "mszip" ? encodeMsZip(piece, data.subarray(0, i * BLOCK_SIZE)) : piece;
    return { stored, size: piece.length };
  });
  return { type, blocks };
}

function write(parts: CabinetParts, { reserve, noChecksums = false, setId = 1 }: SampleOptions): Uint8Array {
  const { folders, files, number, previous, next } = parts;
  const writer = new ByteWriter();
  const text = (value: string) => writer.bytes(new TextEncoder().encode(`${value}\0`));
  writer.bytes(new TextEncoder().encode("MSCF")).u32(0).u32(0).u32(0).u32(0).u32(0).u8(3).u8(1);
  writer.u16(folders.length).u16(files.length);
  writer
    .u16((previous ? 1 : 0) | (next ? 2 : 0) | (reserve ? 4 : 0))
    .u16(setId)
    .u16(number);
  if (reserve) writer.u16(reserve.header).u8(reserve.folder).u8(reserve.data).bytes(filler(reserve.header));
  for (const name of [previous, next]) {
    if (name !== undefined) text(name).bytes(new TextEncoder().encode("disk\0"));
  }
  const foldersAt = writer.position;
  for (const { type, blocks } of folders) {
    writer
      .u32(0)
      .u16(blocks.length)
      .u16(type)
      .bytes(filler(reserve?.folder ?? 0));
  }
  writer.patchU32(16, writer.position);
  for (const { name, data, offset, folder, attributes = 0x20, date = 0x5d76, time = 0x8a4a } of files) {
    const isAscii = /^[ -~]*$/.test(name);
    writer
      .u32(data.length)
      .u32(offset)
      .u16(folder)
      .u16(date)
      .u16(time)
      .u16(attributes | (isAscii ? 0 : 0x80));
    text(name);
  }
  for (const [i, { blocks }] of folders.entries()) {
    writer.patchU32(foldersAt + i * (8 + (reserve?.folder ?? 0)), writer.position);
    for (const { stored, size } of blocks) {
      const block = new ByteWriter()
        .u16(stored.length)
        .u16(size)
        .bytes(filler(reserve?.data ?? 0))
        .bytes(stored)
        .finish();
      writer.u32(noChecksums ? 0 : blockChecksum(block, block.length - stored.length)).bytes(block);
    }
  }
  return writer.patchU32(8, writer.position).finish();
}

function filler(size: number): Uint8Array {
  return new Uint8Array(size).fill(0x5a);
}

/** Bytes that compress to about a third and are never the same twice. */
export function sampleText(size: number, seed = 1): Uint8Array {
  let text = "";
  for (let i = seed; text.length < size; i = Math.imul(i, 48271) % 0x7fffffff) text += `line ${i} of the file\r\n`;
  return new TextEncoder().encode(text.slice(0, size));
}
