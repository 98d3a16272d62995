import { AdkError, alignUp } from "@adk/core";
import { BASE_BLOCK_SIZE } from "./base-block.ts";
import { CellSet } from "./cell-set.ts";
import type { Cells } from "./cells.ts";
import { BIN_ALIGNMENT, BIN_HEADER_SIZE, binSizeAt, writeBinHeader } from "./hive-bin.ts";

/** Free cells below this size have a class for each size; above, a class for each power of two. */
const EXACT_SIZES = 4096;
const EXACT_CLASSES = EXACT_SIZES / 8;
const CLASSES = EXACT_CLASSES + 20;
const SMALL = 128;
/** Bytes of hive bins that the offsets of a hive can reach: the top bit marks volatile cells. */
const MOST_BYTES = 0x7fff_f000;

/**
 * Gives out and takes back cells of a hive. The smallest free cell that is large enough is used, what is left of it stays
 * free; free neighbours in a bin become one; without a fitting cell a bin is added.
 */
export class CellAllocator {
  readonly #cells: Cells;
  readonly #starts: CellSet;
  /** Offsets of free cells by class. Some may be out of date: what a cell is now stands in the hive itself. */
  readonly #free: number[][] = Array.from({ length: CLASSES }, () => []);
  readonly #filled = new Uint32Array(Math.ceil(CLASSES / 32));
  readonly #bins: number[] = [];

  /** @throws AdkError `REG_DAMAGED` if the cells do not fill their bins, and the bins the hive */
  constructor(cells: Cells) {
    this.#cells = cells;
    this.#starts = new CellSet(cells.end);
    for (let bin = 0; bin < cells.end; ) {
      const size = binSizeAt(cells, bin);
      if (size === undefined) throw this.#damaged("A hive bin is not where it should be.", bin);
      this.#bins.push(bin);
      for (let offset = bin + BIN_HEADER_SIZE; offset < bin + size; ) {
        const cell = this.#sizeAt(offset);
        const length = Math.abs(cell);
        if (length < 8 || length % 8 !== 0 || offset + length > bin + size) {
          throw this.#damaged("A cell does not fit into its bin.", offset);
        }
        this.#starts.add(offset);
        if (cell > 0) this.#remember(offset, cell);
        offset += length;
      }
      bin += size;
    }
  }

  /** Offset of a new cell whose content is zeros. @param length bytes of content */
  allocate(length: number): number {
    const size = Math.max(8, alignUp(length + 4, 8));
    const offset = this.#take(size) ?? this.#addBin(size);
    this.#use(offset, size);
    this.#clear(offset + BASE_BLOCK_SIZE + 4, offset + BASE_BLOCK_SIZE + size);
    return offset;
  }

  /** Makes a cell hold at least `length` bytes where it lies, if what follows it is free. */
  extend(offset: number, length: number): boolean {
    const size = -this.#sizeAt(offset);
    const needed = alignUp(length + 4, 8);
    if (needed <= size) return true;
    const next = offset + size;
    if (!this.#starts.has(next)) return false;
    const room = this.#sizeAt(next);
    if (room <= 0 || size + room < needed) return false;
    this.#starts.delete(next);
    this.#setSize(offset, -(size + room));
    const start = next + BASE_BLOCK_SIZE;
    this.#cells.bytes.fill(0, start, start + needed - size);
    this.#split(offset, size + room, needed);
    return true;
  }

  /** Frees what a cell has beyond `length` bytes of content. */
  shrink(offset: number, length: number): void {
    const size = -this.#sizeAt(offset);
    const needed = Math.max(8, alignUp(length + 4, 8));
    if (needed >= size) return;
    this.#setSize(offset, -needed);
    this.#starts.add(offset + needed);
    this.#setSize(offset + needed, -(size - needed));
    this.free(offset + needed);
  }

  /** Frees a cell. Its content stays where it is, less what the sizes of other cells need. */
  free(offset: number): void {
    if (!this.isAllocated(offset)) throw this.#damaged("A cell is freed that is not in use.", offset);
    let start = offset;
    let size = -this.#sizeAt(offset);
    const next = offset + size;
    if (this.#starts.has(next) && this.#sizeAt(next) > 0) {
      size += this.#sizeAt(next);
      this.#starts.delete(next);
    }
    const previous = this.#starts.before(offset);
    if (previous >= 0 && this.#sizeAt(previous) > 0 && previous + this.#sizeAt(previous) === offset) {
      start = previous;
      size += this.#sizeAt(previous);
      this.#starts.delete(offset);
    }
    this.#setSize(start, size);
    this.#remember(start, size);
  }

  /** Whether a cell in use begins here. */
  isAllocated(offset: number): boolean {
    return this.#starts.has(offset) && this.#sizeAt(offset) < 0;
  }

  /** Drops bins at the end that hold nothing. */
  trim(): void {
    for (let bin = this.#bins.at(-1); bin !== undefined && bin > 0; bin = this.#bins.at(-1)) {
      if (this.#sizeAt(bin + BIN_HEADER_SIZE) !== this.#cells.end - bin - BIN_HEADER_SIZE) return;
      this.#starts.delete(bin + BIN_HEADER_SIZE);
      this.#bins.pop();
      this.#cells.end = bin;
    }
  }

  /** Removes the best free cell of at least a size from its class. */
  #take(size: number): number | undefined {
    for (let index = this.#nextClass(classOf(size)); index < CLASSES; index = this.#nextClass(index + 1)) {
      const offsets = this.#free[index] as number[];
      const found = index < EXACT_CLASSES ? this.#popExact(offsets, index * 8) : this.#popBest(offsets, index, size);
      if (offsets.length === 0)
        this.#filled[index >>> 5] = (this.#filled[index >>> 5] as number) & ~(1 << (index & 31));
      if (found !== undefined) return found;
    }
    return undefined;
  }

  #nextClass(from: number): number {
    let word = from >>> 5;
    if (word >= this.#filled.length) return CLASSES;
    let bits = (this.#filled[word] as number) & (-1 << (from & 31));
    while (bits === 0) {
      if (++word >= this.#filled.length) return CLASSES;
      bits = this.#filled[word] as number;
    }
    return word * 32 + (31 - Math.clz32(bits & -bits));
  }

  #popExact(offsets: number[], size: number): number | undefined {
    for (let offset = offsets.pop(); offset !== undefined; offset = offsets.pop()) {
      if (this.#isFree(offset) && this.#sizeAt(offset) === size) return offset;
    }
    return undefined;
  }

  #popBest(offsets: number[], index: number, size: number): number | undefined {
    let best = -1;
    let kept = 0;
    for (const offset of offsets) {
      if (!this.#isFree(offset) || classOf(this.#sizeAt(offset)) !== index) continue;
      offsets[kept] = offset;
      const cell = this.#sizeAt(offset);
      if (cell >= size && (best < 0 || cell < this.#sizeAt(offsets[best] as number))) best = kept;
      kept++;
    }
    offsets.length = kept;
    return best < 0 ? undefined : offsets.splice(best, 1)[0];
  }

  /** Small cells are many: a loop clears them faster than a call of `fill`. */
  #clear(start: number, end: number): void {
    const { view, bytes } = this.#cells;
    if (end - start > SMALL) bytes.fill(0, start, end);
    else for (let place = start; place < end; place += 4) view.setUint32(place, 0, true);
  }

  #isFree(offset: number): boolean {
    return offset < this.#cells.end && this.#starts.has(offset) && this.#sizeAt(offset) > 0;
  }

  /** Adds a bin whose one free cell holds at least `size` bytes. */
  #addBin(size: number): number {
    const cells = this.#cells;
    const bin = cells.end;
    const binSize = alignUp(size + BIN_HEADER_SIZE, BIN_ALIGNMENT);
    if (bin + binSize > MOST_BYTES) {
      throw new AdkError("REG_FULL", "A hive cannot hold more than 2 GiB.", { kind: "environment", file: cells.name });
    }
    const needed = BASE_BLOCK_SIZE + bin + binSize;
    if (needed > cells.bytes.length) {
      const grown = new Uint8Array(Math.min(Math.max(needed, cells.bytes.length * 2), BASE_BLOCK_SIZE + MOST_BYTES));
      grown.set(cells.bytes);
      cells.adopt(grown);
    }
    cells.end = bin + binSize;
    writeBinHeader(cells, bin, binSize);
    this.#bins.push(bin);
    const offset = bin + BIN_HEADER_SIZE;
    this.#starts.add(offset);
    this.#setSize(offset, binSize - BIN_HEADER_SIZE);
    return offset;
  }

  /** Marks a free cell as used and gives back what it does not need. */
  #use(offset: number, size: number): void {
    const there = this.#sizeAt(offset);
    this.#setSize(offset, -there);
    this.#split(offset, there, size);
  }

  #split(offset: number, there: number, needed: number): void {
    if (there === needed) return;
    this.#setSize(offset, -needed);
    this.#starts.add(offset + needed);
    this.#setSize(offset + needed, there - needed);
    this.#remember(offset + needed, there - needed);
  }

  #remember(offset: number, size: number): void {
    const index = classOf(size);
    (this.#free[index] as number[]).push(offset);
    this.#filled[index >>> 5] = (this.#filled[index >>> 5] as number) | (1 << (index & 31));
  }

  #sizeAt(offset: number): number {
    return this.#cells.view.getInt32(offset + BASE_BLOCK_SIZE, true);
  }

  #setSize(offset: number, size: number): void {
    this.#cells.view.setInt32(offset + BASE_BLOCK_SIZE, size, true);
  }

  #damaged(message: string, offset: number): AdkError {
    return new AdkError("REG_DAMAGED", message, {
      file: this.#cells.name,
      offset: offset + BASE_BLOCK_SIZE,
      hint: "Repair the hive first.",
    });
  }
}

function classOf(size: number): number {
  return size < EXACT_SIZES ? size >>> 3 : EXACT_CLASSES + 19 - Math.clz32(size);
}
