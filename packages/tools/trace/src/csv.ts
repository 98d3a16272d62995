import type { Row, TableColumn } from "./tables/table.ts";

/** Lines of comma-separated values (RFC 4180) with a line of labels first. */
export function* csvLines(columns: readonly TableColumn[], rows: Iterable<Row>): Generator<string> {
  yield `${columns.map(({ label }) => quoted(label)).join(",")}\r\n`;
  const keys = columns.map(({ key }) => key);
  for (const row of rows) {
    let line = "";
    for (let i = 0; i < keys.length; i++) {
      const value = row[keys[i] as string] ?? "";
      if (i > 0) line += ",";
      line += typeof value === "string" ? quoted(value) : value;
    }
    yield `${line}\r\n`;
  }
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
