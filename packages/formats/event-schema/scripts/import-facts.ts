/**
 * Writes `facts/kernel-events.json` from the tables of facts that were collected about kernel events: classes with their
 * layouts, the classes of Windows Vista's MOF, the names of hook ids.
 *
 *   node --conditions=@adk/source scripts/import-facts.ts DIR
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { correctLayout, laterLayout } from "./layout-corrections.ts";
import { type MofClass, mofEvents } from "./mof-events.ts";

interface KernelClass {
  name: string;
  guid: string;
  group: number;
  layouts: Record<string, [string, string, number?][]>;
  events: {
    op: number;
    name: string;
    hookName?: string;
    otherNames?: string[];
    versions: Record<string, string>;
    altLayouts?: Record<string, string[]>;
  }[];
}

/** A line of an event: opcode, name, layouts by version (several if only the length of a payload tells them apart). */
type EventRow = [opcode: number, name: string, versions: Record<string, number | number[]>];

const [from] = process.argv.slice(2);
if (from === undefined) throw new Error("Give the directory of the collected tables.");
const read = (name: string) => JSON.parse(readFileSync(join(from, name), "utf8"));

const layouts = new Map<string, number>();
const layoutNumber = (text: string) => {
  const number = layouts.get(text) ?? layouts.size;
  layouts.set(text, number);
  return number;
};

/** Rundowns and unloads of images had the layouts of loads before the tables begin: traces of Windows 7 and sawbuck have them. */
const EARLIER_IMAGES = { 0: "L3", 1: "L4" };

/** Windows 10 began to log the names of threads before it raised the version. */
const NAMED_THREADS = { 3: ["L5"] };

const mof = mofEvents(read("kernel-mof-vista.json") as MofClass[]);
const tables = read("kernel-events.json").classes as KernelClass[];
const hooks = new Map(
  Object.entries(read("hookids.json") as Record<string, string>).map(([id, name]) => [Number(id), name]),
);
const classes = tables.map((table) => {
  const rows = table.events.map((event): EventRow => {
    hooks.delete((table.group << 8) | event.op);
    const earlier: Record<string, string> =
      table.name === "Image" && [2, 3, 4].includes(event.op) ? EARLIER_IMAGES : {};
    const isThread = table.name === "Thread" && event.op <= 4;
    const others: Record<string, string[]> = isThread ? NAMED_THREADS : (event.altLayouts ?? {});
    const versions = Object.entries({ ...earlier, ...event.versions }).map(([version, layout]) => {
      const texts = [layout, ...(others[version] ?? [])].flatMap((name) => {
        const text = correctLayout(table.name, table.layouts[name] ?? []);
        return [text, laterLayout(table.name, text) ?? []].flat();
      });
      const numbers = texts.map(layoutNumber);
      return [version, numbers.length === 1 ? (numbers[0] as number) : numbers] as const;
    });
    return [event.op, event.otherNames?.[0] ?? event.name, Object.fromEntries(versions)];
  });
  const known = new Set(
    table.events.flatMap(({ op, versions }) => Object.keys(versions).map((version) => `${op} ${version}`)),
  );
  const opcodes = new Set(table.events.map(({ op }) => op));
  for (const event of mof) {
    // A class of the MOF without a version stands for all: the table knows better.
    const isKnown =
      event.version === undefined ? opcodes.has(event.opcode) : known.has(`${event.opcode} ${event.version}`);
    if (event.guid !== table.guid || isKnown) continue;
    hooks.delete((table.group << 8) | event.opcode);
    rows.push([event.opcode, event.name, { [event.version ?? 0]: layoutNumber(event.layout) }]);
  }
  return [table.name, table.guid, table.group, rows] as const;
});
for (const [name, guid, group] of [["ThreadPool", "c861d0e2-a2c1-4d36-9f9c-970bab943a12", 0x1c]] as const) {
  const rows = mof
    .filter((event) => event.guid === guid)
    .map((event): EventRow => {
      hooks.delete((group << 8) | event.opcode);
      return [event.opcode, event.name, { 0: layoutNumber(event.layout) }];
    });
  classes.push([name, guid, group, rows]);
}
// Images are loaded in the group of processes.
hooks.delete(0x030a);

const lines = (rows: readonly unknown[]) => rows.map((row) => JSON.stringify(row)).join(",\n");
const classLines = classes.map(([name, guid, group, rows]) => `[${lines([name, guid, group])},[\n${lines(rows)}\n]]`);
const text = `{\n"layouts":[\n${lines([...layouts.keys()])}\n],\n"classes":[\n${classLines.join(",\n")}\n],\n"hooks":[\n${lines([...hooks])}\n]\n}\n`;
writeFileSync(new URL("../facts/kernel-events.json", import.meta.url), text);
