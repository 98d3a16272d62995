import { readSync } from "node:fs";
import { AdkError, fromSystemError, type RandomAccess } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";

/** Files up to this many bytes are read at once; of larger ones only the chunks that are looked at. */
const READ_AT_ONCE = 16 << 20;
const CHUNK_BITS = 15;
const CHUNK_SIZE = 1 << CHUNK_BITS;

/**
 * The bytes of a hive, and the cells in them. A cell is a signed size (negative where it is in use, its absolute value
 * counts these four bytes too) and its content. Offsets of cells count from the first hive bin, places from the start of
 * the file: `bytes` and `view` are indexed by places.
 */
export class Cells {
  readonly name: string;
  bytes!: Uint8Array;
  view!: DataView;
  #buffer!: Buffer;
  /** Bytes of hive bins that are there. */
  end: number;
  /** By chunk, 1 where it was read; undefined where everything was. */
  #present: Uint8Array | undefined;
  #descriptor = -1;

  constructor(bytes: Uint8Array, name: string) {
    this.name = name;
    this.adopt(bytes);
    this.end = Math.max(0, bytes.length - BASE_BLOCK_SIZE);
  }

  /** Goes on with other bytes: those of a hive that grew. */
  adopt(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  /**
   * The cells of a file. A large one that the host holds is read as it is needed: memory is reserved for all of it, and used
   * for what is looked at. The file must stay open.
   */
  static async read(access: RandomAccess): Promise<Cells> {
    if (access.size <= READ_AT_ONCE || access.descriptor === undefined) {
      return new Cells(await access.read(0, access.size), access.name);
    }
    const cells = new Cells(new Uint8Array(access.size), access.name);
    cells.#present = new Uint8Array(Math.ceil(access.size / CHUNK_SIZE));
    cells.#descriptor = access.descriptor;
    return cells;
  }

  /** The place of a cell's content. @throws AdkError `REG_BAD_OFFSET`, `REG_BAD_CELL` */
  locate(offset: number, least = 0): number {
    const place = offset + BASE_BLOCK_SIZE;
    if ((offset & 7) !== 0 || offset + 8 > this.end) throw this.#badOffset(offset);
    if (this.#present) this.#load(place, 4);
    const size = Math.abs(this.view.getInt32(place, true));
    if ((size & 7) !== 0 || size < least + 4 || offset + size > this.end) throw this.#badCell(offset, least, size);
    if (this.#present) this.#load(place, size);
    return place + 4;
  }

  /** Bytes of content of a cell that was located. */
  lengthAt(place: number): number {
    return Math.abs(this.view.getInt32(place - 4, true)) - 4;
  }

  /** Whether a cell that was located is in use. */
  isAllocated(place: number): boolean {
    return this.view.getInt32(place - 4, true) < 0;
  }

  /** Text at a place. @param length bytes */
  text(place: number, length: number, latin1: boolean): string {
    if (latin1) return this.#buffer.toString("latin1", place, place + length);
    // Half a character is left out: Node 24 writes beyond its memory for an odd length at an odd address.
    return this.#buffer.toString("utf16le", place, place + (length & ~1));
  }

  /** Reads what was not read yet, so that every place is. */
  loadAll(): this {
    if (this.#present) this.#load(0, this.bytes.length);
    this.#present = undefined;
    return this;
  }

  /** Makes bytes at a place readable. */
  load(place: number, length: number): void {
    if (this.#present) this.#load(place, length);
  }

  #load(place: number, length: number): void {
    const present = this.#present as Uint8Array;
    const last = (place + length - 1) >>> CHUNK_BITS;
    for (let chunk = place >>> CHUNK_BITS; chunk <= last; chunk++) {
      if (present[chunk] === 1) continue;
      let after = chunk + 1;
      while (after <= last && present[after] === 0) after++;
      this.#readSync(chunk << CHUNK_BITS, Math.min(after << CHUNK_BITS, this.bytes.length));
      present.fill(1, chunk, after);
      chunk = after - 1;
    }
  }

  #readSync(start: number, end: number): void {
    for (let at = start; at < end; ) {
      let count: number;
      try {
        count = readSync(this.#descriptor, this.bytes, at, end - at, at);
      } catch (error) {
        throw fromSystemError(error, this.name);
      }
      if (count === 0) {
        const message = "The file became shorter while it was read.";
        throw new AdkError("UNEXPECTED_END", message, { file: this.name, offset: at });
      }
      at += count;
    }
  }

  #badOffset(offset: number): AdkError {
    return new AdkError("REG_BAD_OFFSET", "An offset points to no cell.", {
      file: this.name,
      expected: `a multiple of 8 below 0x${this.end.toString(16)}`,
      found: `0x${offset.toString(16)}`,
    });
  }

  #badCell(offset: number, least: number, size: number): AdkError {
    return new AdkError("REG_BAD_CELL", "A cell has an impossible size.", {
      file: this.name,
      offset: offset + BASE_BLOCK_SIZE,
      expected: `a multiple of 8, ${least + 4} to ${this.end - offset}`,
      found: size,
    });
  }
}
