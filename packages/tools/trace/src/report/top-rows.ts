import type { Row } from "../tables/table.ts";

/** The heaviest rows of a table, and the sums of all of them. */
export interface TopRows {
  /** The heaviest first; without a weight in the order of the table. */
  readonly rows: readonly Row[];
  /** Of all. */
  readonly count: number;
  /** By key, of the columns that were asked for. */
  readonly sums: Readonly<Record<string, number>>;
}

/** Takes a table of any length, and keeps only some rows at a time. */
export function topRows(
  rows: Iterable<Row>,
  weight: string | undefined,
  sumKeys: readonly string[],
  most: number,
): TopRows {
  const sums: Record<string, number> = Object.fromEntries(sumKeys.map((key) => [key, 0]));
  const heavier = (a: Row, b: Row) => numberIn(b, weight) - numberIn(a, weight);
  let kept: Row[] = [];
  let least = Number.NEGATIVE_INFINITY;
  let count = 0;
  for (const row of rows) {
    count++;
    for (const key of sumKeys) sums[key] = (sums[key] as number) + numberIn(row, key);
    if (weight === undefined) {
      if (kept.length < most) kept.push(row);
      continue;
    }
    if (numberIn(row, weight) <= least) continue;
    kept.push(row);
    // Sorted now and then, not for each row.
    if (kept.length >= 2 * most) {
      kept = kept.sort(heavier).slice(0, most);
      least = numberIn(kept.at(-1) as Row, weight);
    }
  }
  if (weight !== undefined) kept = kept.sort(heavier).slice(0, most);
  return { rows: kept, count, sums };
}

function numberIn(row: Row, key: string | undefined): number {
  const value = key === undefined ? undefined : row[key];
  return typeof value === "number" ? value : 0;
}
