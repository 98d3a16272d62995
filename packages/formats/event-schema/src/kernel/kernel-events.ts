import { readFileSync } from "node:fs";
import type { Guid } from "@adk/core";
import { type EventLayout, eventName } from "../event-layout.ts";
import { fixedFieldSize, type PointerSize } from "../field-extent.ts";
import { kernelEventNames } from "./event-names.ts";
import { parseLayoutText } from "./layout-text.ts";
import { MERGE_EVENTS } from "./merge-events.ts";
import { STRUCTURE_EVENTS } from "./structure-events.ts";

/** `facts/kernel-events.json`, written by `scripts/import-facts.ts`. */
interface Facts {
  layouts: string[];
  classes: [name: string, guid: Guid, group: number, events: [number, string, Record<string, number | number[]>][]][];
  hooks: [hookId: number, name: string][];
}

/** One version of an event; several layouts if only the length of the payload tells which. */
interface KnownEvent {
  readonly provider: string;
  readonly guid: Guid;
  readonly className: string;
  readonly opcodeName: string;
  readonly version: number;
  readonly layouts: readonly string[];
}

export interface PayloadSize {
  /** Bytes. */
  readonly length: number;
  readonly pointerSize: PointerSize;
}

const PROVIDER = "Windows Kernel";
/** Image loads are logged in the group of processes. */
const IMAGE_LOAD_HOOK = 0x030a;

/**
 * What the kernel's own events mean: those of the NT Kernel Logger, and those that are put into a trace when it is merged. An
 * event is known by its hook id (group and type), or as a classic event by the GUID of its class and its opcode: both give
 * the same layout. A version that is not known has the layout of the last one before it.
 */
export class KernelEvents {
  static #shared: KernelEvents | undefined;
  readonly #byClass = new Map<string, KnownEvent[]>();
  readonly #byHook = new Map<number, KnownEvent[]>();
  readonly #hookNames = new Map<number, string>();
  readonly #classNames = new Map<number, { name: string; guid: Guid }>();
  readonly #made = new Map<KnownEvent, EventLayout[]>();

  /** One for all: the tables are read when they are first asked for. */
  static load(): KernelEvents {
    KernelEvents.#shared ??= new KernelEvents();
    return KernelEvents.#shared;
  }

  private constructor() {
    const text = readFileSync(new URL("../../facts/kernel-events.json", import.meta.url), "utf8");
    const facts = JSON.parse(text) as Facts;
    for (const [className, guid, group, events] of facts.classes) {
      this.#classNames.set(group, { name: className, guid });
      for (const [opcode, opcodeName, versions] of events) {
        for (const [version, layout] of Object.entries(versions)) {
          const layouts = [layout].flat().map((number) => facts.layouts[number] ?? "");
          const event = { provider: PROVIDER, guid, className, opcodeName, version: Number(version), layouts };
          this.#add(event, opcode, group);
        }
      }
    }
    for (const { provider, task, guid, group, rows } of [...MERGE_EVENTS, ...STRUCTURE_EVENTS]) {
      if (group !== undefined && !this.#classNames.has(group)) this.#classNames.set(group, { name: task, guid });
      for (const [opcode, opcodeName, layout] of rows) {
        this.#add({ provider, guid, className: task, opcodeName, version: 0, layouts: [layout].flat() }, opcode, group);
      }
    }
    for (const [hookId, name] of facts.hooks) this.#hookNames.set(hookId, name);
  }

  #add(event: KnownEvent, opcode: number, group: number | undefined): void {
    append(this.#byClass, `${event.guid}/${opcode}`, event);
    if (group === undefined) return;
    const hookId = event.className === "Image" && opcode === 10 ? IMAGE_LOAD_HOOK : (group << 8) | opcode;
    append(this.#byHook, hookId, event);
  }

  /**
   * By group and type of a kernel record. Hook ids whose payload is not known have a layout without fields.
   *
   * @param payload tells layouts apart that have one version
   */
  byHook(group: number, type: number, version: number, payload?: PayloadSize): EventLayout | undefined {
    const hookId = (group << 8) | type;
    return this.#layout(this.#byHook.get(hookId), version, payload) ?? this.#nameOnly(hookId, group, version);
  }

  /** By the class of a classic event, its opcode and version. */
  byClass(guid: Guid, opcode: number, version: number, payload?: PayloadSize): EventLayout | undefined {
    return this.#layout(this.#byClass.get(`${guid}/${opcode}`), version, payload);
  }

  /** Names of a class, for opcodes of it that are not known. */
  classNames(guid: Guid): { readonly provider: string; readonly task: string } | undefined {
    for (const [key, [event]] of this.#byClass) {
      if (event && key.startsWith(`${guid}/`)) {
        return { provider: event.provider, task: kernelEventNames(event.className, event.opcodeName).task };
      }
    }
    return undefined;
  }

  #layout(
    events: KnownEvent[] | undefined,
    version: number,
    payload: PayloadSize | undefined,
  ): EventLayout | undefined {
    if (events === undefined) return undefined;
    let best: KnownEvent | undefined;
    for (const event of events) {
      if (event.version <= version && event.version >= (best?.version ?? 0)) best = event;
    }
    if (best === undefined) return undefined;
    const layouts = this.#made.get(best) ?? best.layouts.map((text) => makeLayout(best, text));
    this.#made.set(best, layouts);
    if (layouts.length === 1 || payload === undefined) return layouts[0];
    const holds = (layout: EventLayout) => leastSize(layout, payload.pointerSize) <= payload.length;
    // Layouts grow: the last one that the payload can hold.
    return layouts.findLast(holds) ?? layouts[0];
  }

  #nameOnly(hookId: number, group: number, version: number): EventLayout | undefined {
    const opcode = this.#hookNames.get(hookId);
    if (opcode === undefined) return undefined;
    const { name: className = `Group(${group})`, guid = "" } = this.#classNames.get(group) ?? {};
    return makeLayout({ provider: PROVIDER, guid, className, opcodeName: opcode, version, layouts: [] }, "");
  }
}

function makeLayout({ provider, guid, className, opcodeName, version }: KnownEvent, text: string): EventLayout {
  const { task, opcode, recordName } = kernelEventNames(className, opcodeName);
  return {
    provider: { guid, name: provider },
    name: eventName(provider, task, opcode),
    task,
    opcode,
    recordName,
    version,
    fields: parseLayoutText(text, className),
  };
}

/** Bytes that a payload must have at least: of a string, one. */
function leastSize(layout: EventLayout, pointerSize: PointerSize): number {
  return layout.fields.reduce((sum, field) => sum + (fixedFieldSize(field, pointerSize) ?? 1), 0);
}

function append<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}
