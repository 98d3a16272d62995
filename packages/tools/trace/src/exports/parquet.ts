import { ByteWriter, ParquetWriter } from "hyparquet-writer";
import type { ColumnType, Row, TableColumn } from "../tables/table.ts";
import type { TableSource } from "./sample-table.ts";

/** Rows of a row group: so many are in memory at once. */
const ROW_GROUP_ROWS = 1 << 18;
/** Characters of a row group, after which it ends with fewer rows: stacks are long. */
const ROW_GROUP_TEXT = 1 << 25;

/** Columns that hold text; addresses and states are written as people read them. */
const TEXT_TYPES: ReadonlySet<ColumnType> = new Set(["text", "address", "status"]);

interface RowGroupLimits {
  readonly rowGroupRows?: number;
  readonly rowGroupText?: number;
}

/** A table as a Parquet file, a row group at a time. Numbers are doubles, whatever they count: columns have one type in all files. */
export function* parquetPieces(
  { columns, rows }: TableSource,
  { rowGroupRows = ROW_GROUP_ROWS, rowGroupText = ROW_GROUP_TEXT }: RowGroupLimits = {},
): Generator<Uint8Array> {
  const bytes = new ByteWriter();
  const writer = new ParquetWriter({
    writer: bytes,
    schema: [{ name: "root", num_children: columns.length }, ...columns.map(schemaElement)],
    createdBy: "adk trace",
  });
  const take = () => {
    const taken = bytes.getBytes().slice();
    // `offset` goes on: it is the place in the file.
    bytes.index = 0;
    return taken;
  };
  let group = emptyGroup(columns);
  let [count, text] = [0, 0];
  const write = () => {
    const columnData = columns.map(({ key }, i) => ({ name: key, data: group[i] as unknown[] }));
    writer.write({ columnData, rowGroupSize: rowGroupRows });
    group = emptyGroup(columns);
    [count, text] = [0, 0];
    return take();
  };
  for (const row of rows()) {
    for (let i = 0; i < columns.length; i++) {
      const cell = cellOf(row, columns[i] as TableColumn);
      (group[i] as (typeof cell)[]).push(cell);
      if (typeof cell === "string") text += cell.length;
    }
    if (++count === rowGroupRows || text >= rowGroupText) yield write();
  }
  if (count > 0) yield write();
  writer.finish();
  yield take();
}

function schemaElement({ key, type }: TableColumn) {
  const optional = { name: key, repetition_type: "OPTIONAL" } as const;
  return TEXT_TYPES.has(type)
    ? ({ ...optional, type: "BYTE_ARRAY", converted_type: "UTF8" } as const)
    : ({ ...optional, type: "DOUBLE" } as const);
}

function emptyGroup(columns: readonly TableColumn[]): (string | number | null)[][] {
  return columns.map(() => []);
}

function cellOf(row: Row, { key, type }: TableColumn): string | number | null {
  const value = row[key] ?? null;
  return value !== null && TEXT_TYPES.has(type) ? String(value) : value;
}
