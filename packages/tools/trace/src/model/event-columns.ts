import type { ColumnFile } from "./column-file.ts";
import { type ColumnShape, type Columns, makeColumns, rowBytes } from "./column-kinds.ts";
import { ColumnMemory } from "./column-memory.ts";

export type { Columns };

/** Rows that a new store has room for. */
const FIRST_ROWS = 256;

/**
 * Rows as columns of numbers that grow: millions of events without an object for each. They are kept in chunks of equal size; above
 * what the memory may hold, full chunks go to a temporary file and come back when they are asked for.
 */
export class EventColumns<Shape extends ColumnShape> {
  /** Columns of the last chunk. Taken anew after each `add`: they grow. */
  tail: Columns<Shape>;
  readonly shape: Shape;
  readonly #memory: ColumnMemory;
  readonly #rowBytes: number;
  /** Of the full chunks; undefined where one is in the file only. */
  readonly #chunks: (Columns<Shape> | undefined)[] = [];
  readonly #bits: number;
  readonly #mask: number;
  #file: ColumnFile<Shape> | undefined;
  #tailRows = 0;
  #tailRoom = 0;

  constructor(shape: Shape, memory: ColumnMemory = new ColumnMemory()) {
    this.shape = shape;
    this.#memory = memory;
    this.#rowBytes = rowBytes(shape);
    this.#bits = memory.chunkBits;
    this.#mask = 2 ** this.#bits - 1;
    this.#tailRoom = Math.min(FIRST_ROWS, this.#mask + 1);
    this.tail = makeColumns(shape, this.#tailRoom);
    memory.took(this.#rowBytes * this.#tailRoom);
  }

  get length(): number {
    return (this.#chunks.length << this.#bits) + this.#tailRows;
  }

  /** Of a full chunk. */
  get chunkBytes(): number {
    return this.#rowBytes << this.#bits;
  }

  /** Makes room for a row of zeros. @returns its place in the last chunk, `tail` */
  add(): number {
    if (this.#tailRows === this.#tailRoom) this.#grow();
    return this.#tailRows++;
  }

  /** All rows in their order. */
  rows(): ColumnCursor<Shape> {
    return new ColumnCursor(this);
  }

  /** One value, for those that go to and fro between rows. @param row counted over all chunks, as `length` */
  get(name: keyof Shape, row: number): number {
    const index = row >>> this.#bits;
    const chunk = index === this.#chunks.length ? this.tail : (this.#chunks[index] ?? this.#memory.loaded(this, index));
    return (chunk ? chunk[name][row & this.#mask] : this.#file?.value(index, name, row & this.#mask)) as number;
  }

  /** Changes a row that was added before. @param row counted over all chunks, as `length` */
  set(name: keyof Shape, row: number, value: number): void {
    const index = row >>> this.#bits;
    const chunk = index === this.#chunks.length ? this.tail : this.#chunks[index];
    if (chunk) {
      chunk[name][row & this.#mask] = value;
      return;
    }
    this.#file?.write(index, name, row & this.#mask, [value]);
    const loaded = this.#memory.loaded(this, index);
    if (loaded) loaded[name][row & this.#mask] = value;
  }

  /** Changes a column of all rows. */
  fill(name: keyof Shape, values: ArrayLike<number> & { subarray(from: number, to: number): ArrayLike<number> }): void {
    for (let index = 0; index <= this.#chunks.length; index++) {
      const part = values.subarray(index << this.#bits, (index + 1) << this.#bits);
      const chunk = index === this.#chunks.length ? this.tail : this.#chunks[index];
      if (chunk) chunk[name].set(part);
      else this.#file?.write(index, name, 0, part);
    }
    this.#memory.forget(this);
  }

  /** The chunk that a row is in, and its place there: for those that read more of it. @param row counted over all chunks */
  at(row: number): { readonly columns: Columns<Shape>; readonly row: number } {
    return { columns: this.chunk(row >>> this.#bits), row: row & this.#mask };
  }

  /** How many chunks there are, the last one counted, which need not be full. */
  get chunkCount(): number {
    return this.#chunks.length + 1;
  }

  rowsOfChunk(index: number): number {
    return index < this.#chunks.length ? this.#mask + 1 : this.#tailRows;
  }

  chunk(index: number): Columns<Shape> {
    if (index === this.#chunks.length) return this.tail;
    return this.#chunks[index] ?? this.#memory.load(this, index);
  }

  /** Puts a full chunk into the file. */
  spill(index: number): void {
    const chunk = this.#chunks[index];
    if (!chunk) return;
    this.#file ??= this.#memory.newFile(this.shape, this.#mask + 1);
    this.#file.append(index, chunk);
    this.#chunks[index] = undefined;
  }

  /** A chunk that was put into the file. */
  read(index: number): Columns<Shape> {
    const columns = makeColumns(this.shape, this.#mask + 1);
    this.#file?.read(index, columns);
    return columns;
  }

  /** Forgets all rows. */
  discard(): void {
    const inMemory = this.#chunks.filter((chunk) => chunk !== undefined).length;
    this.#memory.gave(this, inMemory * this.chunkBytes + this.#tailRoom * this.#rowBytes);
    this.#chunks.length = 0;
    this.#tailRoom = 0;
    this.#tailRows = 0;
    this.tail = makeColumns(this.shape, 0);
  }

  #grow(): void {
    if (this.#tailRoom <= this.#mask) {
      this.tail = makeColumns(this.shape, this.#tailRoom * 2, this.tail);
      this.#memory.took(this.#rowBytes * this.#tailRoom);
      this.#tailRoom *= 2;
      return;
    }
    const index = this.#chunks.push(this.tail) - 1;
    this.#tailRows = 0;
    this.tail = makeColumns(this.shape, this.#tailRoom);
    this.#memory.took(this.chunkBytes);
    this.#memory.filled(this, index);
  }
}

/** Goes over the rows of a store: `while (cursor.next())`. */
export class ColumnCursor<Shape extends ColumnShape> {
  /** Of the chunk that the row is in. */
  columns: Columns<Shape>;
  /** Place in the columns. */
  row = -1;
  /** Counted over all chunks. */
  number = -1;
  readonly #store: EventColumns<Shape>;
  #chunk = 0;
  #end: number;

  constructor(store: EventColumns<Shape>) {
    this.#store = store;
    this.columns = store.chunk(0);
    this.#end = store.rowsOfChunk(0);
  }

  /** Goes to the next row. @returns whether there is one */
  next(): boolean {
    this.number++;
    if (++this.row < this.#end) return true;
    return this.#nextChunk();
  }

  #nextChunk(): boolean {
    if (this.#chunk + 1 >= this.#store.chunkCount) return false;
    this.#chunk++;
    this.columns = this.#store.chunk(this.#chunk);
    this.#end = this.#store.rowsOfChunk(this.#chunk);
    this.row = 0;
    return this.#end > 0;
  }
}
