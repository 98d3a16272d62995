import type { ColumnType, Row, TableColumn } from "../tables/table.ts";
import { type CellKind, cellFormat } from "./cell-format.ts";
import type { WpaTable } from "./wpa-tables.ts";

/** A column as WPA exports it: its heading with the unit, and what stands in its cells. */
export interface WpaColumn {
  readonly heading: string;
  readonly text: (row: Row) => string;
  /** What rows are sorted, grouped and filtered by. */
  readonly value: (row: Row) => string | number | null;
  /** A value that was made of others, as text. */
  readonly format: (value: string | number | null) => string;
}

/** What a column of a table of WPA is looked up by. */
export interface ColumnWish {
  readonly name: string;
  /** As profiles have it: `mN`, `MB`, `x`. */
  readonly format?: string | undefined;
}

/** Columns with the process and its identifier in one cell: `svchost.exe (812)`. */
const LABELS: Readonly<Record<string, readonly [name: string, id: string]>> = {
  process: ["process", "pid"],
  "new process": ["newProcess", "newPid"],
  "start process": ["startProcess", "startPid"],
  "stop process": ["stopProcess", "stopPid"],
};
const NAMES: Readonly<Record<string, string>> = { "process name": "process", "new process name": "newProcess" };
const COUNT = "count";

/** The column of one of our tables that WPA calls so; undefined where we have none. */
export function findColumn(
  columns: readonly TableColumn[],
  { name, format: wanted }: ColumnWish,
  table: WpaTable,
): WpaColumn | undefined {
  const lower = name.trim().toLowerCase();
  const label = LABELS[lower];
  if (label && columns.some(({ key }) => key === label[0])) {
    const value = (row: Row) => processCell(row[label[0]], row[label[1]]);
    return { heading: name, value, text: value, format: String };
  }
  const key = table.columns[lower] ?? NAMES[lower];
  const column =
    columns.find((each) => each.key === key) ??
    columns.find((each) => each.label.toLowerCase() === lower || baseOf(each.label) === lower);
  // WPA counts the rows of a group by a column that is 1 in each.
  if (!column && table.counted && (lower === COUNT || key === COUNT)) return constantColumn(name);
  if (!column) return undefined;
  const { unit, format } = cellFormat(kindOf(column, table), wanted);
  const value = (row: Row) => row[column.key] ?? null;
  return { heading: unit === "" ? name : `${name} (${unit})`, value, text: (row) => format(value(row)), format };
}

function constantColumn(name: string): WpaColumn {
  return { heading: name, value: () => 1, text: () => "1", format: String };
}

function processCell(name: string | number | null | undefined, id: string | number | null | undefined): string {
  if (!name && typeof id !== "number") return "";
  return `${name || "Unknown"}${typeof id === "number" ? ` (${id})` : ""}`;
}

/** Without the unit: `IO Time (µs)`. */
export function baseOf(label: string): string {
  return label.replace(/ \((ms|µs|s|B)\)$/, "").toLowerCase();
}

/** Times of day are seconds in WPA, spans milliseconds or microseconds, of some tables seconds. */
function kindOf({ key, type, label }: TableColumn, { inSeconds }: WpaTable): CellKind {
  if (key === "priority") return "words";
  const kinds: Readonly<Partial<Record<ColumnType, CellKind>>> = {
    bytes: "bytes",
    microseconds: "short duration",
    percent: "percent",
    number: "number",
  };
  if (inSeconds.includes(key)) return "long duration";
  if (type === "milliseconds") return /time|^(start|end|first|last) ?\(/i.test(label) ? "time" : "duration";
  return kinds[type] ?? "text";
}
