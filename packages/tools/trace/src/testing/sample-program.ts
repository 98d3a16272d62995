import { ByteWriter, encodeUtf16, guidToBytes } from "@adk/core";

const HEADERS = 0x400;
const PE_OFFSET = 0x80;
const HIGH_BIT = 0x8000_0000;
const ENGLISH = 0x409;
const MESSAGE_TABLE = 11;
const EXECUTABLE = 0x6000_0020;

export interface SampleProgram {
  readonly resources?: readonly { readonly type: string | number; readonly bytes: Uint8Array }[];
  /** Relative virtual addresses by name, of what is exported. */
  readonly exports?: Readonly<Record<string, number>>;
  readonly codeView?: { readonly guid: string; readonly age: number; readonly path: string };
  readonly timeDateStamp?: number;
  /** Bytes in memory; there are two sections of code before: from 0x10000 and from 0x20000. */
  readonly sizeOfImage?: number;
}

/** A DLL for x64 with the parts that are asked for; what lies in its sections of code is not there. */
export function sampleProgram(options: SampleProgram = {}): Uint8Array {
  const { resources = [], exports = {}, codeView, timeDateStamp = 0x6500_0000, sizeOfImage = 0x30000 } = options;
  const writer = new ByteWriter().zeros(HEADERS);
  const directories = new Uint32Array(32);
  const put = (index: number, [at, size]: readonly [number, number]) => directories.set([at, size], index * 2);
  if (Object.keys(exports).length > 0) put(0, writeExports(writer, exports));
  if (resources.length > 0) put(2, writeResources(writer, resources));
  if (codeView) put(6, writeDebugDirectory(writer, codeView));
  const bytes = writer.align(512).finish();
  const length = bytes.length - HEADERS;
  const header = new ByteWriter().bytes(Buffer.from("PE\0\0"));
  header.u16(0x8664).u16(3).u32(timeDateStamp).u32(0).u32(0).u16(240).u16(0x2022);
  header.u16(0x20b).u16(0).u32(length).zeros(16).u64(0x1_8000_0000n).u32(0x200).u32(0x200);
  header.u32(6).u32(0).u32(6).u32(0).u32(sizeOfImage).u32(HEADERS).u32(0).u32(3).zeros(36).u32(16);
  for (const word of directories) header.u32(word);
  writeSection(header, ".rdata", HEADERS, length, HEADERS, 0x4000_0040);
  writeSection(header, ".text", 0x10000, 0x8000, 0, EXECUTABLE);
  writeSection(header, "PAGE", 0x20000, 0x8000, 0, EXECUTABLE);
  bytes.set(new ByteWriter().bytes(Buffer.from("MZ")).zeros(58).u32(PE_OFFSET).finish());
  bytes.set(header.finish(), PE_OFFSET);
  return bytes;
}

/** Addresses of data are offsets in the file. */
function writeSection(
  header: ByteWriter,
  name: string,
  address: number,
  size: number,
  offset: number,
  characteristics: number,
): void {
  header
    .bytes(Buffer.from(name.padEnd(8, "\0")))
    .u32(size)
    .u32(address);
  header
    .u32(offset === 0 ? 0 : size)
    .u32(offset)
    .zeros(12)
    .u32(characteristics);
}

function writeExports(writer: ByteWriter, exports: Readonly<Record<string, number>>): [number, number] {
  const names = Object.keys(exports).sort();
  const texts = names.map((name) => place(writer, Buffer.from(`${name}\0`)));
  const words = (values: readonly number[]) =>
    place(writer, values.reduce((out, value) => out.u32(value), new ByteWriter()).finish());
  const addresses = words(names.map((name) => exports[name] as number));
  const pointers = words(texts);
  const ordinals = place(writer, names.reduce((out, _, i) => out.u16(i), new ByteWriter()).finish());
  const table = new ByteWriter()
    .zeros(12)
    .u32(texts[0] as number)
    .u32(1)
    .u32(names.length)
    .u32(names.length);
  const bytes = table.u32(addresses).u32(pointers).u32(ordinals).finish();
  return [place(writer, bytes), bytes.length];
}

function writeDebugDirectory(
  writer: ByteWriter,
  { guid, age, path }: NonNullable<SampleProgram["codeView"]>,
): [number, number] {
  const record = new ByteWriter().bytes(Buffer.from("RSDS")).bytes(guidToBytes(guid)).u32(age);
  const bytes = record.bytes(Buffer.from(`${path}\0`)).finish();
  const at = place(writer, bytes);
  const entry = new ByteWriter().zeros(12).u32(2).u32(bytes.length).u32(at).u32(at).finish();
  return [place(writer, entry), entry.length];
}

/** Root, for each type a directory of one name and one language, data entries, names. */
function writeResources(
  writer: ByteWriter,
  resources: readonly { readonly type: string | number; readonly bytes: Uint8Array }[],
): [number, number] {
  const sorted = [...resources].sort((a, b) => Number(typeof a.type === "number") - Number(typeof b.type === "number"));
  const places = sorted.map(({ bytes }) => place(writer, bytes));
  const count = sorted.length;
  const named = sorted.filter(({ type }) => typeof type === "string").length;
  const rootSize = 16 + count * 8;
  const entries = rootSize + count * 48;
  const tree = new ByteWriter()
    .zeros(12)
    .u16(named)
    .u16(count - named);
  let nameAt = entries + count * 16;
  sorted.forEach(({ type }, i) => {
    tree.u32(typeof type === "number" ? type : (HIGH_BIT | nameAt) >>> 0).u32((HIGH_BIT | (rootSize + i * 48)) >>> 0);
    if (typeof type === "string") nameAt += 2 + type.length * 2;
  });
  sorted.forEach((_, i) => {
    tree
      .zeros(12)
      .u16(0)
      .u16(1)
      .u32(1)
      .u32((HIGH_BIT | (rootSize + i * 48 + 24)) >>> 0);
    tree
      .zeros(12)
      .u16(0)
      .u16(1)
      .u32(ENGLISH)
      .u32(entries + i * 16);
  });
  for (const [i, { bytes }] of sorted.entries())
    tree
      .u32(places[i] as number)
      .u32(bytes.length)
      .zeros(8);
  for (const { type } of sorted) if (typeof type === "string") tree.u16(type.length).utf16(type);
  const bytes = tree.finish();
  return [place(writer, bytes), bytes.length];
}

function place(writer: ByteWriter, bytes: Uint8Array): number {
  writer.align(8);
  const at = writer.position;
  writer.bytes(bytes);
  return at;
}

/** A message table (RT_MESSAGETABLE) with one message. */
export function messageTable(id: number, text: string) {
  const bytes = encodeUtf16(`${text}\0`);
  const table = new ByteWriter()
    .u32(1)
    .u32(id)
    .u32(id)
    .u32(16)
    .u16(4 + bytes.length)
    .u16(1)
    .bytes(bytes);
  return { type: MESSAGE_TABLE, bytes: table.finish() };
}

/** A WEVT_TEMPLATE resource: one provider with event 7 of version 0, whose field is a 32-bit number. */
export function eventTemplate(guid: string, provider: string, messageId: number, field: string) {
  const writer = new ByteWriter().bytes(Buffer.from("CRIM")).u32(0).u32(0).u32(1).bytes(guidToBytes(guid)).u32(36);
  writer.bytes(Buffer.from("WEVT")).u32(0).u32(0).u32(2).u32(0);
  const elements = writer.position;
  writer.zeros(16);
  const nameAt = writer.position;
  writer
    .u32(4 + 2 * provider.length + 2)
    .utf16(`${provider}\0`)
    .align(4);
  writer.patchU32(elements, writer.position);
  writer
    .bytes(Buffer.from("PRVA"))
    .u32(0)
    .u32(1)
    .u32(0x1000_0001)
    .u32(nameAt + 4);
  const fieldAt = writer.position;
  writer
    .u32(4 + 2 * field.length + 2)
    .utf16(`${field}\0`)
    .align(4);
  const items = writer.position;
  writer.u32(0).u8(8).u8(0).u16(0).u32(0).u16(1).u16(0).u32(fieldAt);
  const template = writer.position;
  writer.bytes(Buffer.from("TEMP")).u32(0).u32(1).u32(1).u32(items).u32(1).zeros(16);
  writer.patchU32(elements + 8, writer.position);
  writer.bytes(Buffer.from("EVNT")).u32(0).u32(1).u32(0);
  writer.u16(7).u8(0).u8(0).u8(4).u8(0).u16(0).u64(0n).u32(messageId).u32(template).zeros(24);
  return { type: "WEVT_TEMPLATE", bytes: writer.finish() };
}
