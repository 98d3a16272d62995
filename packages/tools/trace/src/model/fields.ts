import { type CompiledLayout, formatValue } from "@adk/event-schema";
import { readAddress } from "./address.ts";
import type { EventCursor } from "./event-pass.ts";

/** Fields of an event by name, ready to be read many times; those that a version of the event does not have are nothing. */

/** A number; `otherwise` where the event does not have it. */
export function numberOf(layout: CompiledLayout, name: string, otherwise = 0): (event: EventCursor) => number {
  const accessor = layout.accessor(name);
  if (!accessor) return () => otherwise;
  return ({ view, start, end }) => {
    const value = accessor.number(view, start, end);
    return Number.isNaN(value) ? otherwise : value;
  };
}

/** An address, of the kernel with its sign. */
export function addressOf(layout: CompiledLayout, name: string): (event: EventCursor) => number {
  const accessor = layout.accessor(name);
  if (!accessor) return () => 0;
  return ({ view, start, end, pointerSize }) => {
    const at = accessor.position(view, start, end);
    return at < 0 || at + pointerSize > end ? 0 : readAddress(view, at, pointerSize);
  };
}

export function textOf(layout: CompiledLayout, name: string): (event: EventCursor) => string {
  const accessor = layout.accessor(name);
  if (!accessor) return () => "";
  return ({ view, start, end }) => {
    const value = accessor.value(view, start, end);
    return value === undefined ? "" : formatValue(accessor.field, value);
  };
}
