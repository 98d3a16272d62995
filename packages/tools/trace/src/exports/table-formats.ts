import { csvLines } from "../csv.ts";
import { parquetPieces } from "./parquet.ts";
import type { Piece } from "./pieces.ts";
import type { TableSource } from "./sample-table.ts";

/** A format of tables. */
export interface TableFormat {
  readonly name: string;
  readonly pieces: (table: TableSource) => Iterable<Piece>;
}

/** Formats of tables: of any table of the trace, or of the samples. */
export const TABLE_FORMATS: readonly TableFormat[] = [
  { name: "parquet", pieces: parquetPieces },
  { name: "csv", pieces: ({ columns, rows }) => csvLines(columns, rows()) },
  { name: "jsonl", pieces: jsonLines },
];

function* jsonLines({ rows }: TableSource): Generator<string> {
  for (const row of rows()) yield `${JSON.stringify(row)}\n`;
}
