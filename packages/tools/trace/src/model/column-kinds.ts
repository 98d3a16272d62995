/** Kinds of columns, and the arrays that hold them. */
export interface ColumnArrays {
  f64: Float64Array<ArrayBuffer>;
  u32: Uint32Array<ArrayBuffer>;
  i32: Int32Array<ArrayBuffer>;
  u16: Uint16Array<ArrayBuffer>;
  u8: Uint8Array<ArrayBuffer>;
  i8: Int8Array<ArrayBuffer>;
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
const BYTES: Readonly<Record<ColumnKind, number>> = { f64: 8, u32: 4, i32: 4, u16: 2, u8: 1, i8: 1 };

/** The columns of a store: names, and what each holds. */
export type ColumnShape = Readonly<Record<string, ColumnKind>>;

export type Columns<Shape extends ColumnShape> = {
  readonly [Name in keyof Shape]: ColumnArrays[Shape[Name]];
};

/** Bytes of a row. */
export function rowBytes(shape: ColumnShape): number {
  return Object.values(shape).reduce((sum, kind) => sum + BYTES[kind], 0);
}

/** Columns of so many rows, with what the old ones held. */
export function makeColumns<Shape extends ColumnShape>(
  shape: Shape,
  rows: number,
  old?: Columns<Shape>,
): Columns<Shape> {
  const columns = Object.entries(shape).map(([name, kind]) => {
    const column = new MAKERS[kind](rows);
    if (old) column.set(old[name as keyof Shape]);
    return [name, column];
  });
  return Object.fromEntries(columns) as Columns<Shape>;
}
