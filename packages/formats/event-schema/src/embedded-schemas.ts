import { Findings, type Guid } from "@adk/core";
import type { EventLayout } from "./event-layout.ts";
import { readEventMapInfo, readTraceEventInfo, type TraceEventInfo } from "./trace-event-info.ts";
import type { ValueMap } from "./value-map.ts";

/** Provider of the schemas in merged traces, and the opcodes of its events. */
export const METADATA_PROVIDER: Guid = "bbccf6c1-6cd1-48c4-80ff-839482e37671";
const EVENT_INFO = 32;
const EVENT_MAP_INFO = 33;

/**
 * The schemas that a trace got when it was merged: for each kind of event that was in it, what Windows knew of it. They may lie
 * behind the events that they are for, so collect them first.
 */
export class EmbeddedSchemas {
  readonly #infos = new Map<string, Uint8Array>();
  readonly #maps = new Map<string, ValueMap>();
  readonly #layouts = new Map<string, EventLayout | undefined>();
  /** Schemas that cannot be read. */
  readonly findings = new Findings();

  /** Schemas that were collected. */
  get size(): number {
    return this.#infos.size;
  }

  /** One event of `METADATA_PROVIDER`. What cannot be read becomes a finding. */
  add(opcode: number, payload: Uint8Array): void {
    try {
      if (opcode === EVENT_INFO) {
        this.#infos.set(keyOf(readTraceEventInfo(payload)), payload.slice());
      } else if (opcode === EVENT_MAP_INFO) {
        const { provider, map } = readEventMapInfo(payload);
        this.#maps.set(`${provider}/${map.name}`, map);
      }
      this.#layouts.clear();
    } catch (error) {
      this.findings.fromError(error);
    }
  }

  /** Of an event of a manifest. */
  byId(provider: Guid, id: number, version: number): EventLayout | undefined {
    return this.#layout(`${provider}/${id}/${version}`);
  }

  /** Of a classic event, by its class. */
  byClass(eventGuid: Guid, opcode: number, version: number): EventLayout | undefined {
    return this.#layout(`${eventGuid}:${opcode}/${version}`);
  }

  #layout(key: string): EventLayout | undefined {
    const known = this.#layouts.get(key);
    const bytes = known === undefined ? this.#infos.get(key) : undefined;
    if (bytes === undefined) return known;
    const { layout } = readTraceEventInfo(bytes, (provider, name) => this.#maps.get(`${provider}/${name}`));
    this.#layouts.set(key, layout);
    return layout;
  }
}

function keyOf({ source, eventGuid, opcodeNumber, layout }: TraceEventInfo): string {
  const { provider, id, version } = layout;
  return source !== "mof" ? `${provider.guid}/${id}/${version}` : `${eventGuid}:${opcodeNumber}/${version}`;
}
