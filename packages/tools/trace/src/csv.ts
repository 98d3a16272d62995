import type { Row, TableColumn } from "./tables/table.ts";

/** Lines of comma-separated values (RFC 4180) with a line of labels first. */
export function* csvLines(columns: readonly TableColumn[], rows: Iterable<Row>): Generator<string> {
  yield `${columns.map(({ label }) => quoted(label)).join(",")}\r\n`;
  for (const row of rows) yield `${columns.map(({ key }) => quoted(row[key] ?? "")).join(",")}\r\n`;
}

function quoted(value: string | number): string {
  const text = String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
