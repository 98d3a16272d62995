import type { Row } from "../tables/table.ts";
import type { WpaColumn } from "./wpa-columns.ts";
import type { PresetColumn } from "./wpa-profile.ts";

/** A column of an export, and what the profile wants of it. */
export interface VisibleColumn {
  readonly wanted: PresetColumn;
  readonly column: WpaColumn;
}

type Value = string | number | null;

/** Rows that are equal in a column left of the line, and in those before it. */
interface Group {
  readonly key: Value;
  readonly text: string;
  readonly aggregates: readonly Aggregate[];
  readonly inner: Map<string, Group>;
}

/**
 * Makes one row of all that are equal in the columns left of the line: sums, largest values, counts as the profile says. Groups stand
 * in the order of these, those in a group beside each other.
 */
export function* groupRows(rows: Iterable<Row>, columns: readonly VisibleColumn[]): Generator<string[]> {
  const keys = columns.flatMap(({ wanted }, index) => (wanted.key ? [index] : []));
  const values = columns.flatMap(({ wanted }, index) => (wanted.key ? [] : [index]));
  const root = newGroup(null, "", columns);
  for (const row of rows) {
    let group = root;
    for (const index of keys) {
      const { column } = columns[index] as VisibleColumn;
      const text = column.text(row);
      let inner = group.inner.get(text);
      if (!inner) {
        inner = newGroup(column.value(row), text, columns);
        group.inner.set(text, inner);
      }
      group = inner;
      for (const at of values) group.aggregates[at]?.add((columns[at] as VisibleColumn).column.value(row));
    }
  }
  yield* groupsOf(root, columns, keys, []);
}

function newGroup(key: Value, text: string, columns: readonly VisibleColumn[]): Group {
  const aggregates = columns.map(({ wanted }) => new Aggregate(wanted.aggregation));
  return { key, text, aggregates, inner: new Map() };
}

/** No deeper than there are columns. @param path texts of the groups around */
function* groupsOf(
  { inner, aggregates }: Group,
  columns: readonly VisibleColumn[],
  keys: readonly number[],
  path: readonly string[],
): Generator<string[]> {
  if (path.length === keys.length) {
    let at = 0;
    yield columns.map(({ wanted, column }, index) =>
      wanted.key ? (path[at++] ?? "") : (aggregates[index] as Aggregate).text(column.format),
    );
    return;
  }
  const own = keys[path.length] as number;
  const groups = [...inner.values()];
  const orders = ordersOf(columns).filter(({ index }) => index === own || !columns[index]?.wanted.key);
  if (orders.length > 0) {
    const sortValue = (group: Group, index: number) =>
      index === own ? group.key : (group.aggregates[index]?.value ?? null);
    groups.sort((a, b) => compareBy(orders, (index) => [sortValue(a, index), sortValue(b, index)]));
  }
  for (const group of groups) yield* groupsOf(group, columns, keys, [...path, group.text]);
}

interface Order {
  /** Of the column. */
  readonly index: number;
  readonly sign: 1 | -1;
}

/** By what rows are sorted, what counts most first. */
export function ordersOf(columns: readonly VisibleColumn[]): Order[] {
  return columns
    .flatMap(({ wanted }, index) => (wanted.order === undefined ? [] : [{ index, wanted }]))
    .sort((a, b) => a.wanted.sortPriority - b.wanted.sortPriority)
    .map(({ index, wanted }) => ({ index, sign: wanted.order === "Descending" ? -1 : 1 }));
}

export function compareBy(orders: readonly Order[], valuesOf: (index: number) => readonly [Value, Value]): number {
  for (const { index, sign } of orders) {
    const difference = compareValues(...valuesOf(index));
    if (difference !== 0) return sign * difference;
  }
  return 0;
}

function compareValues(a: Value, b: Value): number {
  if (typeof a === "number" && typeof b === "number") return a - b;
  const [left, right] = [String(a ?? ""), String(b ?? "")];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** A value of a group in the making. */
class Aggregate {
  readonly #mode: string;
  #count = 0;
  #numbers = 0;
  #sum = 0;
  #least = Infinity;
  #most = -Infinity;
  #only: Value = null;
  #differs = false;
  readonly #unique = new Set<Value>();

  constructor(mode: string) {
    this.#mode = mode;
  }

  add(value: Value): void {
    if (this.#count++ === 0) this.#only = value;
    else if (this.#only !== value) this.#differs = true;
    if (this.#mode === "UniqueCount") this.#unique.add(value);
    if (typeof value !== "number") return;
    this.#numbers++;
    this.#sum += value;
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
  }

  /** Nothing where values differ and no way is named to make one of them. */
  get value(): Value {
    const number = (value: number) => (this.#numbers === 0 ? null : value);
    switch (this.#mode) {
      case "Sum":
        return number(this.#sum);
      case "Average":
        return number(this.#sum / this.#numbers);
      case "Max":
      case "Peak":
        return number(this.#most);
      case "Min":
        return number(this.#least);
      case "Count":
        return this.#count;
      case "UniqueCount":
        return this.#unique.size;
      default:
        return this.#differs ? null : this.#only;
    }
  }

  text(format: (value: Value) => string): string {
    const { value } = this;
    return this.#mode === "Count" || this.#mode === "UniqueCount" ? String(value) : format(value);
  }
}
