import type { EventKind } from "@adk/etl";
import { type EventLayout, type FieldLayout, type FieldValue, formatValue } from "@adk/event-schema";
import type { EventCursor } from "../model/event-pass.ts";
import type { EventSchemas } from "../model/event-schemas.ts";
import type { EventSelector, FieldCondition } from "./region-definition.ts";

/** The GUID that a selector names: of the provider, of events of the kernel and others before Vista of their class. */
export function providerOf(kind: EventKind, layout: EventLayout | undefined): string | undefined {
  if (kind.form === "event" || kind.form === "classic") return kind.provider;
  return kind.form === "kernel" ? layout?.provider.guid : undefined;
}

/** Names that a selector may call an event by: `GC`, `GC/Start`, `GCStart`, or what WPA calls it. */
export function namesOf({ task, opcode, name, recordName }: EventLayout): readonly string[] {
  return [task, `${task}/${opcode}`, `${task}${opcode}`, name, ...(recordName === undefined ? [] : [recordName])];
}

/** Whether numbers of an event are those of a selector. Events of the kernel have no identifier: it counts as 0. */
export function hasNumbers(kind: EventKind, { id, version, opcode }: EventSelector): boolean {
  if (kind.form === "wpp" || kind.form === "opaque") return false;
  const own = kind.form === "kernel" ? kind.hook & 0xff : kind.opcode;
  return (
    (id === undefined || id === (kind.form === "event" ? kind.id : 0)) &&
    (version === undefined || version === kind.version) &&
    (opcode === undefined || opcode === own)
  );
}

/** Fields of events of one layout, by name. */
export class FieldTexts {
  readonly #schemas: EventSchemas;
  readonly #layout: EventLayout | undefined;

  constructor(schemas: EventSchemas, layout: EventLayout | undefined) {
    this.#schemas = schemas;
    this.#layout = layout;
  }

  /** As people read it; undefined where the event does not have it. */
  text(event: EventCursor, name: string): string | undefined {
    const found = this.#value(event, name);
    return found && formatValue(found.field, found.value);
  }

  /** `NaN` where the event does not have it, or it is no number. */
  number(event: EventCursor, name: string): number {
    const found = this.#value(event, name);
    if (found === undefined) return Number.NaN;
    const { value } = found;
    if (typeof value === "string") return value.trim() === "" ? Number.NaN : Number(value);
    return typeof value === "number" || typeof value === "bigint" ? Number(value) : Number.NaN;
  }

  holds(event: EventCursor, { field, value, relationship, pattern }: FieldCondition): boolean {
    const found = this.#value(event, field);
    if (found === undefined) return relationship === "DoesNotContain";
    const text = formatValue(found.field, found.value);
    switch (relationship) {
      case "IsEqual":
        return text === value || isSameNumber(found.value, text, value);
      case "Contains":
        return text.includes(value);
      case "DoesNotContain":
        return !text.includes(value);
      case "RegEx":
        return pattern?.test(text) ?? false;
    }
  }

  #value(event: EventCursor, name: string): { field: FieldLayout; value: FieldValue } | undefined {
    if (!this.#layout) return undefined;
    const { view, start, end, pointerSize } = event;
    const accessor = this.#schemas.compiled(this.#layout, pointerSize).accessor(name);
    const value = accessor?.value(view, start, end);
    return accessor && value !== undefined ? { field: accessor.field, value } : undefined;
  }
}

/** Numbers are the same however they are written, and so are the words for true and false. */
function isSameNumber(value: FieldValue, text: string, wanted: string): boolean {
  if (text === "true" || text === "false")
    return wanted.toLowerCase() === text || wanted === (text === "true" ? "1" : "0");
  if (typeof value !== "number" && typeof value !== "bigint") return false;
  if (!/^(-?\d+|0x[0-9a-f]+)$/i.test(wanted)) return false;
  return typeof value === "bigint" ? value === BigInt(wanted) : value === Number(wanted);
}
