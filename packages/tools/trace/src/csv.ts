import type { Row, TableColumn } from "./tables/table.ts";

type Columns = readonly Pick<TableColumn, "key" | "label">[];

/** Lines of comma-separated values (RFC 4180) with a line of labels first. */
export function* csvLines(columns: Columns, rows: Iterable<Row>): Generator<string> {
  yield csvHead(columns);
  for (const row of rows) yield csvLine(columns, row);
}

export function csvHead(columns: Columns): string {
  return `${columns.map(({ label }) => quoted(label)).join(",")}\r\n`;
}

export function csvLine(columns: Columns, row: Row): string {
  let line = "";
  for (let i = 0; i < columns.length; i++) {
    const value = row[(columns[i] as Columns[number]).key] ?? "";
    if (i > 0) line += ",";
    line += typeof value === "string" ? quoted(value) : value;
  }
  return `${line}\r\n`;
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
