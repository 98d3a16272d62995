import { readFileSync } from "node:fs";

/** Rows of a fact table; each is read when it is first asked for. */
export type Rows = readonly (readonly string[])[];

const read = new Map<string, Record<string, Rows>>();

/** @param file a file of the package's `facts` directory, without `.json` */
export function factTable(file: "values" | "product-keys", table: string): Rows {
  const known = read.get(file);
  if (known) return known[table]!;
  // Beside `src` and `dist` alike.
  const text = readFileSync(new URL(`../../facts/${file}.json`, import.meta.url), "utf8");
  const tables = JSON.parse(text) as Record<string, Rows>;
  read.set(file, tables);
  return tables[table]!;
}
