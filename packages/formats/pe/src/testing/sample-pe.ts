import { ByteWriter } from "@adk/core";
import { Directory } from "../optional-header.ts";
import { sampleMetadata } from "./sample-metadata.ts";
import { sampleResources } from "./sample-resources.ts";

const HEADERS = 0x400;
const PE_OFFSET = 0x100;

/** Writes structures bottom up. Addresses are offsets in the file, since the only section lies where its address says. */
export class SampleSection {
  readonly #writer = new ByteWriter().zeros(HEADERS);

  place(bytes: Uint8Array): number {
    this.#writer.align(8);
    const at = this.#writer.position;
    this.#writer.bytes(bytes);
    return at;
  }

  get next(): number {
    return Math.ceil(this.#writer.position / 8) * 8;
  }

  text(value: string): number {
    return this.place(Buffer.from(`${value}\0`, "latin1"));
  }

  words(...values: readonly number[]): number {
    const writer = new ByteWriter();
    for (const value of values) writer.u32(value);
    return this.place(writer.finish());
  }

  finish(): Uint8Array {
    return this.#writer.align(512).finish();
  }
}

/** A small DLL for x64 with one of most things. Always the same bytes. For tests only. */
export function makeSamplePe(): Uint8Array {
  const section = new SampleSection();
  const directories: [index: number, address: number, size: number][] = [
    [Directory.EXPORT, ...exportTable(section)],
    [Directory.IMPORT, importTable(section), 60],
    [Directory.RESOURCE, ...sampleResources(section)],
    [Directory.DEBUG, ...debugDirectory(section)],
    [Directory.TLS, tlsDirectory(section), 40],
    [Directory.LOAD_CONFIG, loadConfig(section), 208],
    [Directory.BOUND_IMPORT, ...boundImports(section)],
    [Directory.DELAY_IMPORT, delayImports(section), 64],
    [Directory.CLR, clrHeader(section), 72],
  ];
  const bytes = section.finish();
  writeHeaders(bytes, directories);
  return bytes;
}

const IMAGE_BASE = 0x1_8000_0000n;

function writeHeaders(bytes: Uint8Array, directories: readonly [number, number, number][]): void {
  const dos = new ByteWriter().bytes(Buffer.from("MZ")).u16(0x90).u16(3).zeros(54).u32(PE_OFFSET);
  bytes.set(dos.finish());
  bytes.set(richHeader(dos.finish()), 0x80);
  const header = new ByteWriter().bytes(Buffer.from("PE\0\0"));
  header.u16(0x8664).u16(1).u32(1_700_000_000).u32(0).u32(0).u16(240).u16(0x2022);
  header
    .u16(0x20b)
    .u8(14)
    .u8(40)
    .u32(bytes.length - HEADERS)
    .u32(0)
    .u32(0)
    .u32(HEADERS)
    .u32(HEADERS);
  header.u64(IMAGE_BASE).u32(0x200).u32(0x200).u16(6).u16(1).u16(7).u16(2).u16(6).u16(3).u32(0);
  header.u32(bytes.length).u32(HEADERS).u32(0).u16(3).u16(0x4160);
  header.u64(0x100000n).u64(0x1000n).u64(0x100000n).u64(0x1000n).u32(0).u32(16);
  const table = new Uint32Array(32);
  for (const [index, address, size] of directories) table.set([address, size], index * 2);
  for (const word of table) header.u32(word);
  header
    .bytes(Buffer.from(".rdata\0\0"))
    .u32(bytes.length - HEADERS)
    .u32(HEADERS)
    .u32(bytes.length - HEADERS)
    .u32(HEADERS);
  header.zeros(12).u32(0x4000_0040);
  bytes.set(header.finish(), PE_OFFSET);
}

/** Two tools, masked with the checksum of the DOS header and themselves. */
function richHeader(dosHeader: Uint8Array): Uint8Array {
  const rotate = (value: number, by: number) =>
    ((value << (by & 31)) | (by & 31 ? value >>> (32 - (by & 31)) : 0)) >>> 0;
  const entries = [
    [0x0105_7809, 3],
    [0x0102_7809, 1],
  ] as const;
  let key = 0x80;
  dosHeader.forEach((byte, at) => {
    if (at < 0x3c) key += rotate(byte, at);
  });
  for (const [id, count] of entries) key += rotate(id, count);
  key %= 0x1_0000_0000;
  const mask = (value: number) => (value ^ key) >>> 0;
  const writer = new ByteWriter().u32(mask(0x536e6144)).u32(key).u32(key).u32(key);
  for (const [id, count] of entries) writer.u32(mask(id)).u32(mask(count));
  return writer.bytes(Buffer.from("Rich")).u32(key).finish();
}

function thunks(section: SampleSection, functions: readonly (string | number)[]): number {
  const values = functions.map((each) => {
    if (typeof each === "number") return 0x8000_0000_0000_0000n | BigInt(each);
    return BigInt(
      section.place(
        new ByteWriter()
          .u16(7)
          .bytes(Buffer.from(`${each}\0`))
          .finish(),
      ),
    );
  });
  const writer = new ByteWriter();
  for (const value of values) writer.u64(value);
  return section.place(writer.u64(0n).finish());
}

function importTable(section: SampleSection): number {
  const kernel = thunks(section, ["CreateFileW", "ExitProcess"]);
  const winsock = thunks(section, [1, 500]);
  const [kernelName, winsockName] = [section.text("KERNEL32.dll"), section.text("WS2_32.dll")];
  return section.words(kernel, 0, 0, kernelName, kernel, winsock, 0, 0, winsockName, winsock, 0, 0, 0, 0, 0);
}

function delayImports(section: SampleSection): number {
  const names = thunks(section, ["MsgBox"]);
  const dll = section.text("LATER.dll");
  return section.words(1, dll, 0, names, names, 0, 0, 0, ...Array<number>(8).fill(0));
}

function boundImports(section: SampleSection): [address: number, size: number] {
  const names = Buffer.from("KERNEL32.dll\0NTDLL.dll\0");
  const writer = new ByteWriter().u32(0x1111).u16(24).u16(1).u32(0x2222).u16(37).u16(0).zeros(8).bytes(names);
  return [section.place(writer.finish()), writer.position];
}

function exportTable(section: SampleSection): [address: number, size: number] {
  const start = section.next;
  const place = (at: number) => start + at;
  // Directory of 40 bytes, 3 addresses, 2 names, 2 ordinals, texts.
  const texts = "sample.dll\0First\0Second\0NTDLL.RtlGetVersion\0";
  const writer = new ByteWriter().u32(0).u32(0x3333).u32(0).u32(place(64)).u32(5).u32(3).u32(2);
  writer
    .u32(place(40))
    .u32(place(52))
    .u32(place(60))
    .u32(0x2000)
    .u32(place(64 + texts.indexOf("NTDLL")))
    .u32(0x2010);
  writer
    .u32(place(64 + texts.indexOf("First")))
    .u32(place(64 + texts.indexOf("Second")))
    .u16(0)
    .u16(1);
  writer.bytes(Buffer.from(texts));
  return [section.place(writer.finish()), writer.position];
}

function debugDirectory(section: SampleSection): [address: number, size: number] {
  const guid = Buffer.from("00112233445566778899aabbccddeeff", "hex");
  const path = Buffer.from("C:\\build\\sample.pdb\0");
  const pdb = new ByteWriter().bytes(Buffer.from("RSDS")).bytes(guid).u32(2).bytes(path).finish();
  const repro = new ByteWriter().u32(4).u32(0xfeedface).finish();
  const pogo = Buffer.from("GCTL");
  const characteristics = new ByteWriter().u32(1).finish();
  const data = [
    [2, pdb],
    [13, pogo],
    [16, repro],
    [20, characteristics],
  ] as const;
  const entries = data.flatMap(([type, bytes]) => {
    const at = section.place(bytes);
    return [0, 1_700_000_000, 0, type, bytes.length, at, at];
  });
  return [section.words(...entries), entries.length * 4];
}

function tlsDirectory(section: SampleSection): number {
  const address = (rva: number) => IMAGE_BASE + BigInt(rva);
  const callbacks = section.place(new ByteWriter().u64(address(HEADERS)).u64(0n).finish());
  const [start, index] = [section.words(1, 2), section.words(0)];
  const writer = new ByteWriter()
    .u64(address(start))
    .u64(address(start + 8))
    .u64(address(index))
    .u64(address(callbacks));
  return section.place(writer.u32(16).u32(0).finish());
}

function loadConfig(section: SampleSection): number {
  const writer = new ByteWriter()
    .u32(208)
    .zeros(84)
    .u64(IMAGE_BASE + 0x500n)
    .zeros(48)
    .u32(0x10500)
    .zeros(52)
    .u64(IMAGE_BASE);
  return section.place(writer.finish());
}

function clrHeader(section: SampleSection): number {
  const metadata = sampleMetadata();
  const at = section.place(metadata);
  return section.place(new ByteWriter().u32(72).u16(2).u16(5).u32(at).u32(metadata.length).u32(1).zeros(52).finish());
}
