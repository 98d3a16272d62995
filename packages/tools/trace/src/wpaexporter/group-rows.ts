import type { Row } from "../tables/table.ts";
import type { VisibleColumn } from "./export-tables.ts";

interface Group {
  readonly keys: readonly string[];
  readonly aggregates: readonly Aggregate[];
}

/** Makes one row of all that are equal in the columns left of the line: sums, largest values, counts as the profile says. */
export function* groupRows(rows: Iterable<Row>, columns: readonly VisibleColumn[]): Generator<string[]> {
  const groups = new Map<string, Group>();
  const keys = columns.filter(({ wanted }) => wanted.key);
  for (const row of rows) {
    const values = keys.map(({ column }) => column.text(row));
    const id = values.join("\0");
    let group = groups.get(id);
    if (!group) {
      group = { keys: values, aggregates: columns.map(({ wanted }) => new Aggregate(wanted.aggregation)) };
      groups.set(id, group);
    }
    for (const [index, { wanted, column }] of columns.entries()) {
      if (!wanted.key) group.aggregates[index]?.add(column.value(row));
    }
  }
  for (const { keys: values, aggregates } of groups.values()) {
    let key = 0;
    yield columns.map(({ wanted, column }, index) =>
      wanted.key ? (values[key++] ?? "") : (aggregates[index] as Aggregate).text(column.format),
    );
  }
}

/** A value of a group in the making. */
class Aggregate {
  readonly #mode: string;
  #count = 0;
  #numbers = 0;
  #sum = 0;
  #least = Infinity;
  #most = -Infinity;
  #only: string | number | null | undefined;
  #differs = false;
  readonly #unique = new Set<string | number | null>();

  constructor(mode: string) {
    this.#mode = mode;
  }

  add(value: string | number | null): void {
    if (this.#count++ === 0) this.#only = value;
    else if (this.#only !== value) this.#differs = true;
    if (this.#mode === "UniqueCount") this.#unique.add(value);
    if (typeof value !== "number") return;
    this.#numbers++;
    this.#sum += value;
    this.#least = Math.min(this.#least, value);
    this.#most = Math.max(this.#most, value);
  }

  text(format: (value: string | number | null) => string): string {
    const number = (value: number) => (this.#numbers === 0 ? "" : format(value));
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
        return String(this.#count);
      case "UniqueCount":
        return String(this.#unique.size);
      default:
        return this.#differs ? "" : format(this.#only ?? null);
    }
  }
}
