import { type ByteReader, lastAtMost, toHex } from "@adk/core";
import { cString } from "./pdb-stream.ts";
import { sortedOrder } from "./radix-sort.ts";
import type { SectionMap } from "./section-map.ts";

/** Kinds of debug subsections (`DEBUG_S_*`). */
const LINES = 0xf2;
const FILE_CHECKSUMS = 0xf4;
/** Set in a kind: the subsection is to be passed over. */
const IGNORE = 0x8000_0000;
/** Flag of a block of lines: columns follow the lines. */
const HAVE_COLUMNS = 1;
/** Numbers that stand for code without a line ("always step into", "never step into"). */
const FIRST_SPECIAL_LINE = 0xf00f00;
const CHECKSUM_KINDS = ["none", "MD5", "SHA1", "SHA256"] as const;

export interface SourceLine {
  readonly file: string;
  readonly line: number;
}

export interface SourceFile {
  readonly name: string;
  /** `none` where there is no checksum. */
  readonly checksumKind: string;
  /** Hexadecimal digits. */
  readonly checksum: string;
}

/** Lines as they come out of the modules. */
export class LineCollector {
  readonly files: SourceFile[] = [];
  readonly addresses: number[] = [];
  readonly lines: number[] = [];
  readonly fileIndexes: number[] = [];
  readonly #names: Uint8Array;

  /** @param names the text of all names: the stream `/names` behind its header */
  constructor(names: Uint8Array) {
    this.#names = names;
  }

  /** Takes the lines of a module. What does not end inside its subsections is left out. */
  add(subsections: ByteReader, sections: SectionMap): void {
    const parts: { kind: number; body: ByteReader }[] = [];
    while (subsections.remaining >= 8) {
      const kind = subsections.u32();
      const length = subsections.u32();
      if (length > subsections.remaining) break;
      parts.push({ kind, body: subsections.within(length) });
      subsections.skip(Math.min(-length & 3, subsections.remaining));
    }
    const checksums = parts.find(({ kind }) => kind === FILE_CHECKSUMS);
    const fileAt = this.#readFiles(checksums?.body);
    for (const { kind, body } of parts) if ((kind & ~IGNORE) === LINES) this.#readLines(body, fileAt, sections);
  }

  /** Blocks of lines name their file by its offset among the checksums. */
  #readFiles(reader: ByteReader | undefined): Map<number, number> {
    const indexes = new Map<number, number>();
    while (reader && reader.remaining >= 6) {
      const at = reader.position;
      const name = cString(this.#names, reader.u32());
      const [size, kind] = [reader.u8(), reader.u8()];
      if (size > reader.remaining) break;
      const checksum = toHex(reader.slice(size)).toUpperCase();
      indexes.set(at, this.files.push({ name, checksumKind: CHECKSUM_KINDS[kind] ?? `${kind}`, checksum }) - 1);
      reader.skip(Math.min(-reader.position & 3, reader.remaining));
    }
    return indexes;
  }

  #readLines(reader: ByteReader, fileAt: ReadonlyMap<number, number>, sections: SectionMap): void {
    if (reader.remaining < 12) return;
    const [start, section, flags, length] = [reader.u32(), reader.u16(), reader.u16(), reader.u32()];
    const base = sections.address(section, start);
    while (reader.remaining >= 12) {
      const [file, count, blockBytes] = [fileAt.get(reader.u32()), reader.u32(), reader.u32()];
      const columns = flags & HAVE_COLUMNS ? 4 : 0;
      if (count > reader.remaining / (8 + columns) || blockBytes < 12 + count * (8 + columns)) return;
      for (let i = 0; i < count; i++) {
        const offset = reader.u32();
        const line = reader.u32() & 0xff_ffff;
        if (base >= 0 && file !== undefined) this.#put(base + offset, line, file);
      }
      reader.skip(count * columns);
    }
    // Behind the code there is no line, until other code begins.
    if (base >= 0) this.#put(base + length, 0, 0);
  }

  #put(address: number, line: number, file: number): void {
    this.addresses.push(address);
    this.lines.push(line >= FIRST_SPECIAL_LINE ? 0 : line);
    this.fileIndexes.push(file);
  }
}

/** Which line of which source file the code at an address is of. */
export class LineTable {
  readonly files: readonly SourceFile[];
  readonly #addresses: Uint32Array;
  readonly #lines: Uint32Array;
  readonly #fileIndexes: Uint32Array;

  constructor({ files, addresses, lines, fileIndexes }: LineCollector) {
    const keys = Uint32Array.from(addresses);
    // Where code of one function ends and that of another begins at once, the beginning counts: ends sort first.
    const byKind = sortedOrder(Uint32Array.from(lines, (line) => (line === 0 ? 0 : 1)));
    const order = sortedOrder(byKind.map((i) => keys[i] as number)).map((i) => byKind[i] as number);
    this.files = files;
    this.#addresses = order.map((i) => keys[i] as number);
    this.#lines = order.map((i) => lines[i] as number);
    this.#fileIndexes = order.map((i) => fileIndexes[i] as number);
  }

  /** @param address relative virtual address @returns undefined for code without a line */
  find(address: number): SourceLine | undefined {
    const i = lastAtMost(this.#addresses, address);
    const line = this.#lines[i];
    if (line === undefined || line === 0) return undefined;
    const file = this.files[this.#fileIndexes[i] as number];
    return file && { file: file.name, line };
  }

  /** All of them, ascending by address. */
  *[Symbol.iterator](): Generator<SourceLine & { readonly address: number }> {
    for (const [i, address] of this.#addresses.entries()) {
      const line = this.#lines[i] as number;
      const file = this.files[this.#fileIndexes[i] as number];
      if (line > 0 && file) yield { address, file: file.name, line };
    }
  }
}
