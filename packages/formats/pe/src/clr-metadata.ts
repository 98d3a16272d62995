import { AdkError, ByteReader, check } from "@adk/core";
import type { MappedImage } from "./mapped-image.ts";

const SIGNATURE = 0x424a5342; // "BSJB"
const MOST_STREAMS = 64;
/** Bytes of one string of the heap. */
const MOST_STRING = 4096;

/** Tables by their numbers (ECMA-335 II.22). */
export const Table = {
  MODULE: 0x00,
  TYPE_REF: 0x01,
  MEMBER_REF: 0x0a,
  CUSTOM_ATTRIBUTE: 0x0c,
  ASSEMBLY: 0x20,
  ASSEMBLY_REF: 0x23,
} as const;

/** A column: fixed bytes, an index into a heap, into a table, or into one of several tables by a tag of so many bits. */
type Column = 2 | 4 | "string" | "guid" | "blob" | { readonly tables: readonly number[]; readonly tagBits: number };

const index = (table: number): Column => ({ tables: [table], tagBits: 0 });
const coded = (tagBits: number, ...tables: number[]): Column => ({ tables, tagBits });

const typeDefOrRef = coded(2, 0x02, 0x01, 0x1b);
const hasConstant = coded(2, 0x04, 0x08, 0x17);
const hasFieldMarshal = coded(1, 0x04, 0x08);
const hasDeclSecurity = coded(2, 0x02, 0x06, 0x20);
const memberRefParent = coded(3, 0x02, 0x01, 0x1a, 0x06, 0x1b);
const hasSemantics = coded(1, 0x14, 0x17);
const methodDefOrRef = coded(1, 0x06, 0x0a);
const memberForwarded = coded(1, 0x04, 0x06);
const customAttributeType = coded(3, 0x06, 0x0a);
const resolutionScope = coded(2, 0x00, 0x1a, 0x23, 0x01);
const hasCustomAttribute = coded(
  5,
  ...[0x06, 0x04, 0x01, 0x02, 0x08, 0x09, 0x0a, 0x00, 0x0e, 0x17, 0x14, 0x11, 0x1a, 0x1b, 0x20, 0x23, 0x26, 0x27, 0x28],
  ...[0x2a, 0x2c, 0x2b],
);

/** Columns of the tables up to AssemblyRef (ECMA-335 II.22; those of edit-and-continue files by their names): what must be known to find that one. */
const COLUMNS: Readonly<Record<number, readonly Column[]>> = {
  0: [2, "string", "guid", "guid", "guid"],
  1: [resolutionScope, "string", "string"],
  2: [4, "string", "string", typeDefOrRef, index(0x04), index(0x06)],
  3: [index(0x04)],
  4: [2, "string", "blob"],
  5: [index(0x06)],
  6: [4, 2, 2, "string", "blob", index(0x08)],
  7: [index(0x08)],
  8: [2, 2, "string"],
  9: [index(0x02), typeDefOrRef],
  10: [memberRefParent, "string", "blob"],
  11: [2, hasConstant, "blob"],
  12: [hasCustomAttribute, customAttributeType, "blob"],
  13: [hasFieldMarshal, "blob"],
  14: [2, hasDeclSecurity, "blob"],
  15: [2, 4, index(0x02)],
  16: [4, index(0x04)],
  17: ["blob"],
  18: [index(0x02), index(0x14)],
  19: [index(0x14)],
  20: [2, "string", typeDefOrRef],
  21: [index(0x02), index(0x17)],
  22: [index(0x17)],
  23: [2, "string", "blob"],
  24: [2, index(0x06), hasSemantics],
  25: [index(0x02), methodDefOrRef, methodDefOrRef],
  26: ["string"],
  27: ["blob"],
  28: [2, memberForwarded, "string", index(0x1a)],
  29: [4, index(0x04)],
  30: [4, 4],
  31: [4],
  32: [4, 2, 2, 2, 2, 4, "blob", "string", "string"],
  33: [4],
  34: [4, 4, 4],
  35: [2, 2, 2, 2, 4, "blob", "string", "string", "blob"],
};

/** Bits of the byte that tells which heaps have indexes of four bytes. */
const WIDE = { string: 1, guid: 2, blob: 4 } as const;

interface TableLayout {
  readonly address: number;
  readonly rows: number;
  readonly widths: readonly number[];
  readonly rowSize: number;
}

/** A stream of the metadata: a range of addresses. */
interface Stream {
  readonly address: number;
  readonly size: number;
}

const NO_STREAM: Stream = { address: 0, size: 0 };

/** The metadata of an assembly: heaps, and tables whose rows are read as numbers. Only what is asked for is read. */
export class Metadata {
  readonly version: string;
  readonly #image: MappedImage;
  readonly #strings: Stream;
  readonly #blobs: Stream;
  readonly #tables: ReadonlyMap<number, TableLayout>;

  constructor(version: string, image: MappedImage, streams: ReadonlyMap<string, Stream>) {
    this.version = version;
    this.#image = image;
    this.#strings = streams.get("#Strings") ?? NO_STREAM;
    this.#blobs = streams.get("#Blob") ?? NO_STREAM;
    this.#tables = layOut(image, streams.get("#~") ?? streams.get("#-") ?? NO_STREAM);
  }

  rows(table: number): number {
    return this.#tables.get(table)?.rows ?? 0;
  }

  /** The columns of a row, counted from 1 as indexes do; undefined if there is no such row. */
  row(table: number, number: number): number[] | undefined {
    const layout = this.#tables.get(table);
    if (!layout || number < 1 || number > layout.rows) return undefined;
    let at = layout.address + (number - 1) * layout.rowSize;
    return layout.widths.map((width) => {
      const value = width === 2 ? this.#image.u16(at) : this.#image.u32(at);
      at += width;
      return value;
    });
  }

  string(offset: number): string {
    const { address, size } = this.#strings;
    if (offset >= size) throw this.#outside("string", offset, size);
    return Buffer.from(this.#image.zeroTerminated(address + offset, Math.min(size - offset, MOST_STRING))).toString(
      "utf8",
    );
  }

  blob(offset: number): Uint8Array {
    const { address, size } = this.#blobs;
    if (offset >= size) throw this.#outside("blob", offset, size);
    const reader = new ByteReader(this.#image.view(address + offset, Math.min(4, size - offset)));
    const length = readCompressedLength(reader);
    if (offset + reader.position + length > size) throw this.#outside("blob", offset + length, size);
    return this.#image.view(address + offset + reader.position, length);
  }

  #outside(what: string, offset: number, size: number): AdkError {
    return new AdkError("PE_BAD_CLR", `The metadata names a ${what} outside its heap.`, {
      file: this.#image.bytes.name,
      expected: `below ${size}`,
      found: offset,
    });
  }
}

/** A length of one, two or four bytes, the first bits of which say how many (ECMA-335 II.23.2). */
export function readCompressedLength(reader: ByteReader): number {
  const first = reader.u8();
  if (first < 0x80) return first;
  if (first < 0xc0) return ((first & 0x3f) << 8) | reader.u8();
  return ((first & 0x1f) << 24) | (reader.u8() << 16) | (reader.u8() << 8) | reader.u8();
}

/** @throws AdkError `PE_BAD_CLR`, `PE_BAD_ADDRESS` */
export function parseMetadataRoot(image: MappedImage, address: number): Metadata {
  const signature = image.u32(address);
  check(signature === SIGNATURE, () => {
    const found = `0x${signature.toString(16)}`;
    return new AdkError("PE_BAD_CLR", "This is no metadata of .NET.", {
      file: image.bytes.name,
      expected: "BSJB",
      found,
    });
  });
  const versionLength = image.u32(address + 12);
  const version = image.text(address + 16, Math.min(versionLength, 255));
  const flags = address + 16 + versionLength;
  const count = Math.min(image.u16(flags + 2), MOST_STREAMS);
  const streams = new Map<string, Stream>();
  let at = flags + 4;
  for (let stream = 0; stream < count; stream++) {
    const name = image.text(at + 8, 32);
    streams.set(name, { address: address + image.u32(at), size: image.u32(at + 4) });
    at += 8 + ((name.length + 4) & ~3);
  }
  return new Metadata(version, image, streams);
}

const TABLES = Object.entries(COLUMNS).map(([table, columns]) => ({ table: Number(table), columns }));

/** Where each table starts, from the row counts of all (ECMA-335 II.24.2.6). */
function layOut(image: MappedImage, { address, size }: Stream): Map<number, TableLayout> {
  const tables = new Map<number, TableLayout>();
  if (size === 0) return tables;
  const heapSizes = image.u16(address + 6) & 0xff;
  const valid = [image.u32(address + 8), image.u32(address + 12)] as const;
  const rows = new Uint32Array(64);
  let at = address + 24;
  for (let table = 0; table < 64; table++) {
    if (((valid[table >>> 5] as number) & (1 << (table & 31))) === 0) continue;
    rows[table] = image.u32(at);
    at += 4;
  }
  // Files of edit-and-continue have a word more.
  if (heapSizes & 0x40) at += 4;
  for (const { table, columns } of TABLES) {
    const count = rows[table] as number;
    if (count === 0) continue;
    const widths = columns.map((column) => widthOf(column, heapSizes, rows));
    const rowSize = widths.reduce((sum, width) => sum + width, 0);
    tables.set(table, { address: at, rows: count, widths, rowSize });
    at += count * rowSize;
  }
  return tables;
}

function widthOf(column: Column, heapSizes: number, rows: Uint32Array): number {
  if (column === 2 || column === 4) return column;
  if (typeof column === "string") return heapSizes & WIDE[column] ? 4 : 2;
  const most = 2 ** (16 - column.tagBits);
  return column.tables.some((table) => (rows[table] as number) >= most) ? 4 : 2;
}
