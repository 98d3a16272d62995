import type { TableColumn } from "./table-rows.ts";
import { isQuantity, type PlainValue } from "./value.ts";

export interface SortBy {
  column: number;
  descending: boolean;
}

/** Row numbers in order. Rows that have no value come last either way; equal ones stay in the order of the report. */
export function sortRows(
  rows: readonly (readonly PlainValue[])[],
  order: readonly number[],
  columns: readonly TableColumn[],
  { column, descending }: SortBy,
): number[] {
  const type = columns[column]?.type;
  const numeric = type !== undefined && (isQuantity(type) || type === "date");
  const keys = rows.map((row) => sortKey(row[column] ?? null, numeric));
  const texts = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const sign = descending ? -1 : 1;
  return [...order].sort((a, b) => {
    const left = keys[a] ?? null;
    const right = keys[b] ?? null;
    if (left === right) return a - b;
    if (left === null) return 1;
    if (right === null) return -1;
    if (typeof left === "number" && typeof right === "number") return sign * (left - right) || a - b;
    // Texts in a column of numbers ("unknown") come after the numbers.
    if (typeof left === "number") return -1;
    if (typeof right === "number") return 1;
    return sign * texts.compare(left, right) || a - b;
  });
}

function sortKey(value: PlainValue, numeric: boolean): PlainValue {
  if (value === "" || value === null) return null;
  if (!numeric || typeof value === "number") return numeric ? value : String(value);
  return /^-?\d+$/.test(value) ? Number(value) : value;
}
