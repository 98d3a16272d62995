/**
 * Writes the fact tables of the package (`facts/*.json`) from the tables that were collected for it: the settings of a
 * Windows 10 1703 catalogue with what the reference pages add, values, keys, changes by release.
 *
 *   node --conditions=@adk/source scripts/import-facts.ts DIR
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compactCatalog } from "./compact-catalog.ts";
import { compactKeys, compactValues } from "./compact-values.ts";

const [from] = process.argv.slice(2);
if (from === undefined) throw new Error("Give the directory of the collected tables.");
const read = (name: string) => JSON.parse(readFileSync(join(from, name), "utf8"));
const write = (name: string, text: string) => writeFileSync(new URL(`../facts/${name}`, import.meta.url), text);

write("catalog.json", compactCatalog(read("catalog.json"), read("setting-changes.json")));
write("values.json", compactValues(read("values.json")));
write("product-keys.json", compactKeys(read("product-keys.json")));
