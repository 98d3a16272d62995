import {
  formatBytes,
  formatDuration,
  formatNumber,
  type Html,
  html,
  subsection,
  table,
  type Value,
  type ValueType,
} from "@adk/report";
import type { Analysis } from "../analysis.ts";
import type { TableTrust } from "../completeness.ts";
import type { Row, TableColumn, TableDefinition } from "../tables/table.ts";
import { topRows } from "./top-rows.ts";

/** Rows of a table that a report has. */
const MOST_ROWS = 300;

/** For links to a table. */
export function tableId(name: string): string {
  return `table-${name}`;
}

/** A table of a trace, whichever it is: its heaviest rows, and the sums of all. Nothing where the trace has no rows of it. */
export function tableSection(
  definition: TableDefinition,
  analysis: Analysis,
  trust: TableTrust | undefined,
): Html | undefined {
  const { name, title, columns } = definition;
  const weight = weightColumn(columns);
  const summed = columns.filter(({ type }) => type === "bytes" || type === "microseconds");
  if (weight && !summed.includes(weight)) summed.push(weight);
  const top = topRows(
    definition.rows(analysis),
    weight?.key,
    summed.map(({ key }) => key),
    MOST_ROWS,
  );
  if (top.count === 0) return undefined;
  const sums = summed.map((column) => `${column.label}: ${sumText(column, top.sums[column.key] ?? 0)}`);
  const shown =
    top.rows.length < top.count
      ? `The first ${formatNumber(top.rows.length)} of ${formatNumber(top.count)} rows${weight ? ` by ${weight.label}` : ""}.`
      : `${formatNumber(top.count)} rows.`;
  return subsection(
    title,
    html`<p>${shown}${sums.length > 0 && ` Sums of all: ${sums.join("; ")}.`}${top.rows.length < top.count && html` All: <code>adk trace ${name}</code>.`}</p>`,
    trust?.trust === "partial" && html`<p class="note">Not all events are there: ${trust.reasons.join(" ")}</p>`,
    table({
      caption: title,
      id: tableId(name),
      columns: columns.map((column) => ({
        key: column.key,
        label: column.label,
        type: valueType(column),
        align: alignOf(column),
      })),
      rows: top.rows.map((row) => readable(row, columns)),
      pageSize: 20,
    }),
  );
}

/**
 * The column by which rows are told to be heavy: how long something took, else a share, else a size. Times of day are no weight, and
 * neither are numbers, which name things as often as they count.
 */
function weightColumn(columns: readonly TableColumn[]): TableColumn | undefined {
  const timeOfDay = /\btime\b|^(start|end|from|to)\b/i;
  const count = /^(count|.*\bcount|events|operations)\b/i;
  return (
    columns.find(({ type }) => type === "microseconds") ??
    columns.find(({ type }) => type === "percent") ??
    columns.find(({ type, label }) => type === "milliseconds" && !timeOfDay.test(label)) ??
    columns.find(({ type }) => type === "bytes") ??
    columns.find(({ type, label }) => type === "number" && count.test(label))
  );
}

function sumText({ type }: TableColumn, sum: number): string {
  if (type === "bytes") return formatBytes(sum);
  if (type === "microseconds") return formatDuration(sum / 1000);
  if (type === "milliseconds") return formatDuration(sum);
  return type === "percent" ? `${formatNumber(Number(sum.toFixed(2)))} %` : formatNumber(sum);
}

/** Numbers that name something have no commas. */
function isName({ type, label }: TableColumn): boolean {
  return type === "number" && /\bid\b|^(disk|cpu|ideal cpu|session)$/i.test(label);
}

function valueType(column: TableColumn): ValueType {
  if (column.type === "bytes") return "bytes";
  const isNumber =
    column.type === "number" ||
    column.type === "milliseconds" ||
    column.type === "microseconds" ||
    column.type === "percent";
  return isNumber && !isName(column) ? "number" : "text";
}

function alignOf({ type }: TableColumn): "start" | "end" {
  return type === "text" || type === "address" || type === "status" ? "start" : "end";
}

const DIGITS: Readonly<Partial<Record<TableColumn["type"], number>>> = { milliseconds: 3, microseconds: 1, percent: 2 };

/** Behind the point as many digits as people read. */
function readable(row: Row, columns: readonly TableColumn[]): Record<string, Value> {
  return Object.fromEntries(
    columns.map(({ key, type }, index) => {
      const value = row[key] ?? null;
      // The first column names the row for those who hear it: it is never empty.
      if (index === 0 && (value === null || value === "")) return [key, "?"];
      return [key, typeof value === "number" && type in DIGITS ? Number(value.toFixed(DIGITS[type])) : value];
    }),
  );
}
