import { ByteWriter, guidToBytes } from "@adk/core";

// Writes a small program database, for tests.

export interface SamplePdb {
  readonly guid?: string;
  readonly age?: number;
  /** Public symbols: section, offset, name. */
  readonly publics?: readonly (readonly [section: number, offset: number, name: string])[];
  /** Functions of the one module: section, offset, bytes of code, name. */
  readonly functions?: readonly (readonly [section: number, offset: number, size: number, name: string])[];
  /** Lines of the first function: offset, line. */
  readonly lines?: readonly (readonly [offset: number, line: number])[];
  /** Texts of annotations of the module. */
  readonly annotations?: readonly (readonly string[])[];
  /** Pairs of addresses before and after code was moved. */
  readonly omap?: readonly (readonly [from: number, to: number])[];
  /** Bytes of a block: small ones scatter the streams. */
  readonly blockSize?: number;
}

/** Sections begin at 0x1000 and 0x2000; the first holds code. */
const SECTIONS = [
  [0x1000, 0x6000_0020],
  [0x2000, 0x4000_0040],
] as const;

const SOURCE = "C:\\src\\main.cpp";

export function makeSamplePdb(sample: SamplePdb = {}): Uint8Array {
  const { guid = "12345678-9abc-def0-1234-56789abcdef0", age = 2, blockSize = 512, omap } = sample;
  const module = moduleStream(sample);
  const sections = sectionHeaders();
  const streams = [
    new Uint8Array(0),
    infoStream(guid, age),
    new Uint8Array(0),
    dbiStream(age, module.symbolBytes, module.c13Bytes, omap !== undefined),
    publicSymbols(sample.publics ?? []),
    module.bytes,
    sections,
    namesStream(),
    omapTable(omap ?? []),
  ];
  return writeMsf(streams, blockSize);
}

/** Blocks of the streams are written in turns, so that none lies in one piece. */
function writeMsf(streams: readonly Uint8Array[], blockSize: number): Uint8Array {
  const blockLists = streams.map(() => [] as number[]);
  const data: Uint8Array[] = [];
  const first = 3;
  const most = Math.max(...streams.map(({ length }) => Math.ceil(length / blockSize)));
  for (let block = 0; block < most; block++) {
    for (const [i, bytes] of streams.entries()) {
      if (block * blockSize >= bytes.length) continue;
      blockLists[i]?.push(first + data.length);
      const padded = new Uint8Array(blockSize);
      padded.set(bytes.subarray(block * blockSize, (block + 1) * blockSize));
      data.push(padded);
    }
  }
  const directory = new ByteWriter().u32(streams.length);
  for (const { length } of streams) directory.u32(length);
  for (const block of blockLists.flat()) directory.u32(block);
  const directoryBytes = directory.finish();
  const directoryBlocks = Math.ceil(directoryBytes.length / blockSize);
  const mapBlock = first + data.length;
  const out = new ByteWriter();
  out.bytes(Buffer.from("Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0", "latin1"));
  out
    .u32(blockSize)
    .u32(1)
    .u32(mapBlock + 1 + directoryBlocks);
  out.u32(directoryBytes.length).u32(0).u32(mapBlock).align(blockSize);
  out.zeros(2 * blockSize);
  for (const block of data) out.bytes(block);
  for (let i = 0; i < directoryBlocks; i++) out.u32(mapBlock + 1 + i);
  return out.align(blockSize).bytes(directoryBytes).align(blockSize).finish();
}

function infoStream(guid: string, age: number): Uint8Array {
  const out = new ByteWriter().u32(20_000_404).u32(0).u32(age).bytes(guidToBytes(guid));
  const name = text("/names");
  out.u32(name.length).bytes(name).u32(1).u32(1);
  // The sets of present and deleted places of the table.
  return out.u32(1).u32(1).u32(0).u32(0).u32(7).finish();
}

function dbiStream(age: number, symbolBytes: number, c13Bytes: number, moved: boolean): Uint8Array {
  const modules = new ByteWriter().zeros(34).u16(5).u32(symbolBytes).u32(0).u32(c13Bytes);
  modules
    .zeros(64 - modules.position)
    .bytes(text("main.obj"))
    .bytes(text("main.obj"))
    .align(4);
  const debug = new ByteWriter();
  for (let i = 0; i < 11; i++) debug.u16(i === 5 || (moved && i === 10) ? 6 : moved && i === 4 ? 8 : 0xffff);
  const list = modules.finish();
  const out = new ByteWriter().u32(0xffff_ffff).u32(19_990_903).u32(age);
  out.u16(0xffff).u16(0).u16(0xffff).u16(0).u16(4).u16(0);
  out.u32(list.length).u32(0).u32(0).u32(0).u32(0).u32(0).u32(debug.position).u32(0).u16(0).u16(0x8664).u32(0);
  return out.bytes(list).bytes(debug.finish()).finish();
}

function publicSymbols(publics: NonNullable<SamplePdb["publics"]>): Uint8Array {
  const out = new ByteWriter();
  for (const [section, offset, name] of publics) {
    const flags = section === 1 ? 2 : 0;
    record(out, 0x110e, new ByteWriter().u32(flags).u32(offset).u16(section).bytes(text(name)));
  }
  return out.finish();
}

function moduleStream({ functions = [], lines = [], annotations = [] }: SamplePdb) {
  const out = new ByteWriter().u32(4);
  for (const [section, offset, size, name] of functions) {
    const body = new ByteWriter().u32(0).u32(0).u32(0).u32(size).u32(0).u32(size).u32(0x1000);
    record(out, 0x1110, body.u32(offset).u16(section).u8(0).bytes(text(name)));
    record(out, 0x0006, new ByteWriter());
  }
  for (const texts of annotations) {
    const body = new ByteWriter().u32(0).u16(1).u16(texts.length);
    for (const each of texts) body.bytes(text(each));
    record(out, 0x1019, body);
  }
  const symbolBytes = out.position;
  const [first] = functions;
  if (first && lines.length > 0) {
    out.u32(0xf4).u32(24).u32(1).u8(16).u8(1).bytes(new Uint8Array(16).fill(0xab)).zeros(2);
    out
      .u32(0xf2)
      .u32(24 + lines.length * 8)
      .u32(first[1])
      .u16(first[0])
      .u16(0)
      .u32(first[2]);
    out
      .u32(0)
      .u32(lines.length)
      .u32(12 + lines.length * 8);
    for (const [offset, line] of lines) out.u32(offset).u32((line | 0x8000_0000) >>> 0);
  }
  return { bytes: out.finish(), symbolBytes, c13Bytes: out.position - symbolBytes };
}

function record(out: ByteWriter, kind: number, body: ByteWriter): void {
  const bytes = body.align(4).finish();
  // Length and kind are six bytes before the body at the next multiple of four.
  const padding = -(bytes.length + 4) & 3;
  out
    .u16(bytes.length + 2 + padding)
    .u16(kind)
    .bytes(bytes)
    .zeros(padding);
}

function sectionHeaders(): Uint8Array {
  const out = new ByteWriter();
  for (const [address, characteristics] of SECTIONS) {
    out.zeros(8).u32(0x1000).u32(address).zeros(20).u32(characteristics);
  }
  return out.finish();
}

function namesStream(): Uint8Array {
  const names = Buffer.concat([text(""), text(SOURCE)]);
  return new ByteWriter().u32(0xeffe_effe).u32(1).u32(names.length).bytes(names).finish();
}

function omapTable(omap: NonNullable<SamplePdb["omap"]>): Uint8Array {
  const out = new ByteWriter();
  for (const [from, to] of omap) out.u32(from).u32(to);
  return out.finish();
}

function text(value: string): Uint8Array {
  return Buffer.from(`${value}\0`, "utf8");
}
