import type { Row, TableColumn, TableDefinition } from "../tables/table.ts";

export type Target = "human" | "machine";
export type ReportCell = string | number;

/**
 * A table as text whose columns have the widths that xperf gives them; commas only for machines.
 *
 * @param widths characters of each column; the last of them is that of all further ones
 */
export function* fixedLines(
  titles: readonly string[],
  rows: Iterable<readonly ReportCell[]>,
  widths: readonly number[],
  target: Target,
): Generator<string> {
  if (target === "machine") {
    yield* reportLines(titles, rows, target);
    return;
  }
  const lineOf = (cells: readonly ReportCell[]) =>
    `${cells.map((cell, i) => String(cell).padStart(widths[Math.min(i, widths.length - 1)] as number)).join(", ")}\n`;
  yield lineOf(titles);
  for (const row of rows) yield lineOf(row);
}

/** A table as text: padded columns for people, commas for machines. */
export function* reportLines(
  titles: readonly string[],
  rows: Iterable<readonly ReportCell[]>,
  target: Target,
): Generator<string> {
  const texts = function* () {
    yield titles;
    for (const row of rows) yield row.map(String);
  };
  if (target === "machine") {
    for (const row of texts())
      yield `${row.map((cell) => (/[",]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell)).join(",")}\n`;
    return;
  }
  const all = [...texts()];
  const widths = titles.map((_, column) => all.reduce((most, row) => Math.max(most, row[column]?.length ?? 0), 0));
  for (const row of all) {
    yield `${row.map((cell, column) => cell.padStart(widths[column] as number)).join(", ")}\n`;
  }
}

/** One of the tables of `adk trace`, its times in microseconds as xperf has them. */
export function tableLines(
  { columns }: Pick<TableDefinition, "columns">,
  rows: Iterable<Row>,
  target: Target,
): Generator<string> {
  const titles = columns.map(({ label, type }) =>
    type === "milliseconds" ? label.replace("(ms)", "(us)") : label.replace("µs", "us"),
  );
  const cells = function* () {
    for (const row of rows) yield columns.map((column) => cellOf(row, column));
  };
  return reportLines(titles, cells(), target);
}

function cellOf(row: Row, { key, type }: TableColumn): string {
  const value = row[key];
  if (value === null || value === undefined) return "";
  if (typeof value === "string") return value.replaceAll(/\p{Cc}/gu, " ");
  if (type === "milliseconds") return String(Math.round(value * 1000));
  return type === "percent" || type === "microseconds" ? value.toFixed(2) : String(value);
}
