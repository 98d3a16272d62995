/** Kinds of columns, and the arrays that hold them. */
interface ColumnArrays {
  f64: Float64Array;
  u32: Uint32Array;
  i32: Int32Array;
  u16: Uint16Array;
  u8: Uint8Array;
  i8: Int8Array;
}
export type ColumnKind = keyof ColumnArrays;

const MAKERS: { readonly [K in ColumnKind]: new (length: number) => ColumnArrays[K] } = {
  f64: Float64Array,
  u32: Uint32Array,
  i32: Int32Array,
  u16: Uint16Array,
  u8: Uint8Array,
  i8: Int8Array,
};

export type Columns<Shape extends Record<string, ColumnKind>> = {
  readonly [Name in keyof Shape]: ColumnArrays[Shape[Name]];
};

/** Rows as columns of numbers that grow: millions of events without an object for each. */
export class ColumnStore<Shape extends Record<string, ColumnKind>> {
  /** Taken anew after each `add`: they grow. */
  columns: Columns<Shape>;
  length = 0;
  readonly #shape: Shape;
  #capacity = 1024;

  constructor(shape: Shape) {
    this.#shape = shape;
    this.columns = this.#make(undefined);
  }

  /** Makes room for a row of zeros. @returns its number */
  add(): number {
    if (this.length === this.#capacity) {
      this.#capacity *= 2;
      this.columns = this.#make(this.columns);
    }
    return this.length++;
  }

  #make(old: Columns<Shape> | undefined): Columns<Shape> {
    const columns = Object.entries(this.#shape).map(([name, kind]) => {
      const column = new MAKERS[kind](this.#capacity);
      if (old) column.set(old[name as keyof Shape]);
      return [name, column];
    });
    return Object.fromEntries(columns) as Columns<Shape>;
  }
}
