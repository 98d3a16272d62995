import { closeSync, openSync, readSync, writeSync } from "node:fs";
import { createRequire } from "node:module";
import { AdkError, fromSystemError } from "@adk/core";
import type { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { ColumnArrays, ColumnKind, ColumnShape, Columns } from "./column-kinds.ts";

/** Loaded with the first file: most traces never need one. */
let hyparquet: typeof import("hyparquet-writer") | undefined;

/** What a column is in the file: Parquet has no integers of less than 32 bits. */
const PARQUET = {
  f64: { type: "DOUBLE", values: Float64Array },
  u32: { type: "INT32", values: Uint32Array },
  i32: { type: "INT32", values: Int32Array },
  u16: { type: "INT32", values: Int32Array },
  u8: { type: "INT32", values: Int32Array },
  i8: { type: "INT32", values: Int32Array },
} as const satisfies Readonly<Record<ColumnKind, unknown>>;

type Column = readonly [name: string, kind: ColumnKind];

/** Numbers as they are in the file. */
type PlainValues = Float64Array<ArrayBuffer> | Uint32Array<ArrayBuffer> | Int32Array<ArrayBuffer>;

/**
 * Chunks of a store's columns in a Parquet file, each a row group. Columns are required, plain and not compressed, so the last bytes of
 * a column chunk are its values, little-endian, and can be read and changed in place.
 */
export class ColumnFile<Shape extends ColumnShape> {
  readonly #path: string;
  readonly #file: number;
  readonly #columns: readonly Column[];
  readonly #rows: number;
  readonly #bytes: ByteWriter;
  readonly #writer: ParquetWriter;
  /** By the number of the chunk: where the values of each column begin. */
  readonly #places: Float64Array[] = [];
  #size = 0;

  private constructor(path: string, file: number, shape: Shape, rows: number) {
    this.#path = path;
    this.#file = file;
    this.#columns = Object.entries(shape);
    this.#rows = rows;
    hyparquet ??= createRequire(import.meta.url)("hyparquet-writer") as typeof import("hyparquet-writer");
    this.#bytes = new hyparquet.ByteWriter();
    this.#writer = new hyparquet.ParquetWriter({
      writer: this.#bytes,
      schema: [
        { name: "root", num_children: this.#columns.length },
        ...this.#columns.map(([name, kind]) => {
          return { name, repetition_type: "REQUIRED", type: PARQUET[kind].type } as const;
        }),
      ],
      codec: "UNCOMPRESSED",
      statistics: false,
      createdBy: "adk trace",
    });
  }

  /** @param rows of a chunk @throws AdkError `DISK_FULL`, `ACCESS_DENIED` ... */
  static create<Shape extends ColumnShape>(path: string, shape: Shape, rows: number): ColumnFile<Shape> {
    try {
      return new ColumnFile(path, openSync(path, "wx+", 0o600), shape, rows);
    } catch (error) {
      throw spillError(error, path);
    }
  }

  /** @param chunk its number @throws AdkError `DISK_FULL` ... */
  append(chunk: number, columns: Columns<Shape>): void {
    const columnData = this.#columns.map(([name, kind]) => {
      const column = columns[name] as ColumnArrays[ColumnKind];
      return { name, data: plainOf(column, kind), encoding: "PLAIN" as const };
    });
    this.#writer.write({ columnData, rowGroupSize: this.#rows, pageSize: 0 });
    // Values are the last bytes of their column chunk.
    const places = this.#writer.row_groups.at(-1)?.columns.map(({ file_offset, meta_data }, i) => {
      const [, kind] = this.#columns[i] as Column;
      const bytes = this.#rows * PARQUET[kind].values.BYTES_PER_ELEMENT;
      return Number(file_offset) + Number(meta_data?.total_compressed_size) - bytes;
    });
    this.#places[chunk] = Float64Array.from(places ?? []);
    // The file is gone before anyone could read its footer, so nothing is kept for it.
    this.#writer.row_groups.length = 0;
    this.#writer.pendingIndexes.length = 0;
    this.#put(this.#bytes.getBytes(), this.#size);
    this.#size += this.#bytes.index;
    // `offset` goes on: it is the place in the file.
    this.#bytes.index = 0;
  }

  read(chunk: number, into: Columns<Shape>): void {
    for (const [i, [name, kind]] of this.#columns.entries()) {
      const column = into[name] as ColumnArrays[ColumnKind];
      const { values } = PARQUET[kind];
      // What is as wide in memory as in the file comes without a copy.
      const plain = column.BYTES_PER_ELEMENT < values.BYTES_PER_ELEMENT ? new Int32Array(this.#rows) : undefined;
      this.#get(new Uint8Array((plain ?? column).buffer), this.#places[chunk]?.[i] as number);
      if (plain) column.set(plain);
    }
  }

  /** One value of a column. */
  value(chunk: number, name: keyof Shape, row: number): number {
    const { at, plain } = this.#place(chunk, name, row, 1);
    this.#get(new Uint8Array(plain.buffer), at);
    return plain[0] as number;
  }

  /** Changes values of a column from a row of the chunk on. */
  write(chunk: number, name: keyof Shape, row: number, values: ArrayLike<number>): void {
    const { at, plain } = this.#place(chunk, name, row, values.length);
    plain.set(values);
    this.#put(new Uint8Array(plain.buffer), at);
  }

  #place(chunk: number, name: keyof Shape, row: number, count: number): { at: number; plain: PlainValues } {
    const column = this.#columns.findIndex(([own]) => own === name);
    const [, kind] = this.#columns[column] as Column;
    const plain = new PARQUET[kind].values(count);
    return { at: (this.#places[chunk]?.[column] as number) + row * plain.BYTES_PER_ELEMENT, plain };
  }

  close(): void {
    closeSync(this.#file);
  }

  #put(bytes: Uint8Array, at: number): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        done += writeSync(this.#file, bytes, done, bytes.length - done, at + done);
      }
    } catch (error) {
      throw spillError(error, this.#path);
    }
  }

  #get(bytes: Uint8Array, at: number): void {
    try {
      for (let done = 0; done < bytes.length; ) {
        const count = readSync(this.#file, bytes, done, bytes.length - done, at + done);
        if (count === 0) throw new AdkError("IO_ERROR", "The temporary file is cut off.", { kind: "environment" });
        done += count;
      }
    } catch (error) {
      throw spillError(error, this.#path);
    }
  }
}

/** Of 32 bits without a sign the same bits with one. */
function plainOf(column: ColumnArrays[ColumnKind], kind: ColumnKind): Float64Array | Int32Array {
  if (column instanceof Float64Array) return column;
  return PARQUET[kind].values.BYTES_PER_ELEMENT === column.BYTES_PER_ELEMENT
    ? new Int32Array(column.buffer)
    : new Int32Array(column);
}

/** The target of the command is not what is full. */
function spillError(error: unknown, path: string): unknown {
  const known = fromSystemError(error, path);
  if (!(known instanceof AdkError) || known.code !== "DISK_FULL") return known;
  return new AdkError("DISK_FULL", "There is no space left for temporary files.", {
    kind: "environment",
    file: path,
    hint: "Free some space, name another directory with TMPDIR, read a part with --range, or allow more memory with --memory.",
    cause: error,
  });
}
