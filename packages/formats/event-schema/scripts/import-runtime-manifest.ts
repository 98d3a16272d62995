/**
 * Writes `facts/runtime-events.json` from manifests of the .NET runtime: `ClrEtwAll.man`, or the `clretwrc.dll` that is built from it.
 * An event that several have is taken from the last one.
 *
 *   node --conditions=@adk/source scripts/import-runtime-manifest.ts PATH...
 */
import { readFileSync, writeFileSync } from "node:fs";
import { FileAccess } from "@adk/core";
import { parsePe } from "@adk/pe";
import {
  type EventLayout,
  type FieldLayout,
  type ManifestProvider,
  parseInstrumentationManifest,
} from "../src/index.ts";
import type { RuntimeEventRow, RuntimeField } from "../src/runtime/runtime-events.ts";
import { isRuntimeProvider } from "../src/runtime/runtime-names.ts";
import type { ValueMap } from "../src/value-map.ts";
import { readWevtTemplates } from "../src/wevt-template.ts";
import { correctRuntimeFields } from "./runtime-corrections.ts";

async function readProviders(path: string): Promise<ManifestProvider[]> {
  if (!path.endsWith(".dll")) return parseInstrumentationManifest(readFileSync(path));
  const file = await FileAccess.open(path);
  try {
    return await readWevtTemplates(await parsePe(file));
  } finally {
    await file.close();
  }
}

/** The lines of a list, and the number of each. */
class Numbered {
  readonly lines: string[] = [];
  readonly #numbers = new Map<string, number>();

  number(value: unknown): number {
    const line = JSON.stringify(value);
    const known = this.#numbers.get(line);
    if (known !== undefined) return known;
    this.#numbers.set(line, this.lines.length);
    return this.lines.push(line) - 1;
  }
}

const maps = new Numbered();
const layouts = new Numbered();

const RUNTIME = "e13c0d23-ccbc-4e12-931b-d9cc2eee27e4";

/** Maps only grow: a value has the name that any manifest gives it. */
const entriesOfMaps = new Map<string, Map<number, string>>();

function collectMaps(guid: string, fields: readonly FieldLayout[]): void {
  for (const { map, fields: members = [] } of fields) {
    collectMaps(guid, members);
    if (map === undefined) continue;
    const known = entriesOfMaps.get(`${guid}/${map.name}`) ?? new Map<number, string>();
    entriesOfMaps.set(`${guid}/${map.name}`, new Map([...known, ...map.entries]));
  }
}

function mapNumber(guid: string, { name, kind, entries }: ValueMap): number {
  const known =
    entriesOfMaps.get(`${guid}/${name}`) ?? (entries.size === 0 ? entriesOfMaps.get(`${RUNTIME}/${name}`) : entries);
  return maps.number([name, kind, [...(known ?? [])]]);
}

function toField(guid: string, { name, type, map, fields, ...rest }: FieldLayout): RuntimeField {
  const more = {
    ...rest,
    ...(map === undefined ? {} : { map: mapNumber(guid, map) }),
    ...(fields === undefined ? {} : { fields: fields.map((field) => toField(guid, field)) }),
  };
  return Object.keys(more).length === 0 ? [name, type] : [name, type, more];
}

/** Of the runtime's provider; others print the same numbers. */
const GC_REASONS = { name: "GCReasonMap", kind: "values", entries: new Map() } as const;

function toRow(event: EventLayout): RuntimeEventRow {
  const { provider, id = 0, version, task, opcode, level = "" } = event;
  const layout = correctRuntimeFields(event, GC_REASONS).map((field) => toField(provider.guid, field));
  return [id, version, task, opcode, level, layouts.number(layout)];
}

const providers = new Map<string, { name: string; events: Map<string, EventLayout> }>();
for (const path of process.argv.slice(2)) {
  for (const { guid, name, events } of await readProviders(path)) {
    if (!isRuntimeProvider(guid)) continue;
    const provider = providers.get(guid) ?? { name, events: new Map<string, EventLayout>() };
    providers.set(guid, provider);
    for (const event of events) {
      collectMaps(guid, event.fields);
      provider.events.set(`${event.id}/${event.version}`, event);
    }
  }
}
if (providers.size === 0) throw new Error("Give manifests of the .NET runtime.");

const blocks = [...providers].map(([guid, { name, events }]) => {
  const sorted = [...events.values()].sort((a, b) => (a.id ?? 0) - (b.id ?? 0) || a.version - b.version);
  const rows = sorted.map((event) => JSON.stringify(toRow(event)));
  return `[${JSON.stringify(guid)},${JSON.stringify(name)},[\n${rows.join(",\n")}\n]]`;
});
const text = `{\n"maps":[\n${maps.lines.join(",\n")}\n],\n"layouts":[\n${layouts.lines.join(",\n")}\n],\n"providers":[\n${blocks.join(",\n")}\n]\n}\n`;
writeFileSync(new URL("../facts/runtime-events.json", import.meta.url), text);
