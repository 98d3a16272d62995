import { type ColumnShape, type Columns, makeColumns } from "./column-kinds.ts";

/** Rows as columns of numbers that grow, in memory: for what is few beside the events. For events there is `EventColumns`. */
export class ColumnStore<Shape extends ColumnShape> {
  /** Taken anew after each `add`: they grow. */
  columns: Columns<Shape>;
  length = 0;
  readonly #shape: Shape;
  #capacity = 1024;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.columns = makeColumns(shape, this.#capacity);
  }

  /** Makes room for a row of zeros. @returns its number */
  add(): number {
    if (this.length === this.#capacity) {
      this.#capacity *= 2;
      this.columns = makeColumns(this.#shape, this.#capacity, this.columns);
    }
    return this.length++;
  }
}
