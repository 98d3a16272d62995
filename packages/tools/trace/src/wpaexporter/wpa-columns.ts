import type { ColumnType, Row, TableColumn } from "../tables/table.ts";

/** A column as WPA exports it: its heading with the unit, and what stands in its cells. */
export interface WpaColumn {
  readonly heading: string;
  readonly text: (row: Row) => string;
  /** What rows are sorted, grouped and filtered by. */
  readonly value: (row: Row) => string | number | null;
  /** A value that was made of others, as text. */
  readonly format: (value: string | number | null) => string;
}

/** WPA's names for what our tables call otherwise. */
const ALIASES: Readonly<Record<string, string>> = {
  "qd/i - queue depth at init time": "qd/i",
  "qd/c - queue depth at complete time": "qd/c",
  "weight (in view)": "weight",
  "cpu usage (in view)": "cpu usage",
  "start time": "start",
  "end time": "end",
  "process (name)": "process name",
  duration: "inclusive duration",
  function: "function",
};

/** Columns with the process and its identifier in one cell: `svchost.exe (812)`. */
const LABELS: Readonly<Record<string, readonly [name: string, id: string]>> = {
  process: ["process", "pid"],
  "new process": ["newProcess", "newPid"],
};
const NAMES: Readonly<Record<string, string>> = { "process name": "process", "new process name": "newProcess" };

/** The column of one of our tables that WPA calls so; undefined where we have none. */
export function findColumn(columns: readonly TableColumn[], name: string): WpaColumn | undefined {
  const wanted = name.trim().toLowerCase();
  const label = LABELS[wanted];
  if (label && columns.some(({ key }) => key === label[0])) {
    const value = (row: Row) => {
      const [process, id] = [row[label[0]] ?? "", row[label[1]]];
      return process === "" && typeof id !== "number"
        ? ""
        : `${process || "Unknown"}${typeof id === "number" ? ` (${id})` : ""}`;
    };
    return { heading: name, value, text: value, format: String };
  }
  const key = NAMES[wanted];
  const column =
    columns.find((each) => each.key === key) ??
    columns.find((each) => each.label.toLowerCase() === wanted || baseOf(each.label) === wanted) ??
    columns.find((each) => baseOf(each.label) === ALIASES[wanted]);
  if (!column) return undefined;
  const { unit, format } = FORMATS[kindOf(column)];
  const value = (row: Row) => row[column.key] ?? null;
  return { heading: unit === "" ? name : `${name} (${unit})`, value, text: (row) => format(value(row)), format };
}

/** Without the unit: `IO Time (µs)`. */
function baseOf(label: string): string {
  return label.replace(/ \((ms|µs|s|B)\)$/, "").toLowerCase();
}

type Kind = "text" | "words" | "count" | "bytes" | "time" | "duration" | "short duration" | "percent";

/** Times of day are seconds in WPA, spans milliseconds or microseconds. */
function kindOf({ key, type, label }: TableColumn): Kind {
  if (key === "priority") return "words";
  const kinds: Readonly<Partial<Record<ColumnType, Kind>>> = {
    bytes: "bytes",
    microseconds: "short duration",
    percent: "percent",
  };
  if (type === "milliseconds") return /time|^(start|end) \(/i.test(label) ? "time" : "duration";
  if (type === "number" && /^(count|sends|receives)/i.test(label)) return "count";
  return kinds[type] ?? "text";
}

type Value = string | number | null;
const number = (write: (value: number) => string) => (value: Value) =>
  typeof value === "number" ? write(value) : (value ?? "");

/** Digits as real exports have them, of a machine with the culture en-US. */
const FORMATS: Readonly<Record<Kind, { readonly unit: string; readonly format: (value: Value) => string }>> = {
  text: { unit: "", format: (value) => String(value ?? "") },
  words: { unit: "", format: (value) => String(value ?? "").replaceAll(/([a-z])([A-Z])/g, "$1 $2") },
  count: { unit: "", format: number(grouped) },
  bytes: { unit: "B", format: number(grouped) },
  time: { unit: "s", format: number((milliseconds) => withGroups((milliseconds / 1000).toFixed(9))) },
  duration: { unit: "ms", format: number((milliseconds) => withGroups(milliseconds.toFixed(6))) },
  "short duration": { unit: "µs", format: number((microseconds) => withGroups(microseconds.toFixed(3))) },
  percent: { unit: "", format: number((percent) => percent.toFixed(2)) },
};

function grouped(value: number): string {
  return withGroups(String(Math.round(value)));
}

/** `65,536` */
function withGroups(digits: string): string {
  return digits.replace(/\B(?<!\.\d*)(?=(\d{3})+(?!\d))/g, ",");
}
