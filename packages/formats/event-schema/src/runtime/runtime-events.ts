import { readFileSync } from "node:fs";
import type { Guid } from "@adk/core";
import { type EventLayout, eventName, type FieldLayout, type FieldType } from "../event-layout.ts";
import type { ValueMap } from "../value-map.ts";
import { isRuntimeProvider, runtimeEventName } from "./runtime-names.ts";

/** A field as the facts have it: its map by number. */
export type RuntimeField = readonly [
  name: string,
  type: FieldType,
  more?: Omit<FieldLayout, "name" | "type" | "map" | "fields"> & { map?: number; fields?: readonly RuntimeField[] },
];

export type RuntimeEventRow = readonly [
  id: number,
  version: number,
  task: string,
  opcode: string,
  level: string,
  layout: number,
];

/** `facts/runtime-events.json`, written by `scripts/import-runtime-manifest.ts`. */
interface Facts {
  readonly maps: readonly (readonly [name: string, kind: ValueMap["kind"], entries: readonly [number, string][]])[];
  readonly layouts: readonly (readonly RuntimeField[])[];
  readonly providers: readonly (readonly [guid: Guid, name: string, events: readonly RuntimeEventRow[]])[];
}

/**
 * What the manifest of the .NET runtime says: few traces carry it. The facts are read when the first such event is met. A version
 * that is not known has the layout of the last one before it, as the runtime only adds fields at the end.
 */
class RuntimeEvents {
  static #shared: RuntimeEvents | undefined;
  readonly #maps: readonly ValueMap[];
  readonly #layouts: Facts["layouts"];
  /** Rows of each event by provider and identifier, the oldest version first. */
  readonly #rows = new Map<string, { readonly provider: EventLayout["provider"]; readonly rows: RuntimeEventRow[] }>();
  readonly #made = new Map<RuntimeEventRow, EventLayout>();

  private constructor(facts: Facts) {
    this.#maps = facts.maps.map(([name, kind, entries]) => ({ name, kind, entries: new Map(entries) }));
    this.#layouts = facts.layouts;
    for (const [guid, name, events] of facts.providers) {
      for (const row of events) {
        const key = `${guid}/${row[0]}`;
        const known = this.#rows.get(key);
        if (known === undefined) this.#rows.set(key, { provider: { guid, name }, rows: [row] });
        else known.rows.push(row);
      }
    }
  }

  static load(): RuntimeEvents {
    RuntimeEvents.#shared ??= new RuntimeEvents(
      JSON.parse(readFileSync(new URL("../../facts/runtime-events.json", import.meta.url), "utf8")),
    );
    return RuntimeEvents.#shared;
  }

  byId(guid: Guid, id: number, version: number): EventLayout | undefined {
    const known = this.#rows.get(`${guid}/${id}`);
    const row = known?.rows.findLast((each) => each[1] <= version) ?? known?.rows[0];
    if (known === undefined || row === undefined) return undefined;
    const layout = this.#made.get(row) ?? this.#layoutOf(row, known.provider);
    this.#made.set(row, layout);
    return layout;
  }

  #layoutOf(
    [id, version, task, opcode, level, layout]: RuntimeEventRow,
    provider: EventLayout["provider"],
  ): EventLayout {
    const words = runtimeEventName(provider.guid, id);
    return {
      provider,
      name: words === undefined ? eventName(provider.name, task, opcode) : `${provider.name}/${words}`,
      task,
      opcode,
      id,
      version,
      ...(level === "" ? {} : { level }),
      fields: (this.#layouts[layout] ?? []).map((field) => this.#field(field)),
    };
  }

  #field([name, type, { map, fields, ...more } = {}]: RuntimeField): FieldLayout {
    return {
      name,
      type,
      ...more,
      ...(map === undefined ? {} : { map: this.#maps[map] }),
      ...(fields === undefined ? {} : { fields: fields.map((field) => this.#field(field)) }),
    };
  }
}

/** The layout of an event of the .NET runtime; undefined for those of other providers. */
export function runtimeEvent(guid: Guid, id: number, version: number): EventLayout | undefined {
  return isRuntimeProvider(guid) ? RuntimeEvents.load().byId(guid, id, version) : undefined;
}
