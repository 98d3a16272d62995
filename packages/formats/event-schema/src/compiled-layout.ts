import { AdkError, check } from "@adk/core";
import { FieldReader } from "./decode-fields.ts";
import type { EventLayout, FieldLayout } from "./event-layout.ts";
import { Extents, fixedFieldSize, fixedSize, type PointerSize } from "./field-extent.ts";
import type { FieldValue } from "./field-value.ts";

/**
 * Reads one field from the payload that lies in `start` to `end` of a view. Nothing is allocated for a field at a fixed
 * offset, so that columns can be filled with millions of them.
 */
export interface FieldAccessor {
  readonly field: FieldLayout;
  /** From the start of the payload, if all before it is of fixed size. */
  readonly offset: number | undefined;
  /** Bytes, if they are always the same. */
  readonly size: number | undefined;
  /** Where the field begins; -1 if the payload does not hold it. */
  readonly position: (view: DataView, start: number, end: number) => number;
  /**
   * The number of an integer, a float or a boolean; beyond 2^53 it is the nearest. NaN if the payload does not hold it or the
   * field is no number.
   */
  readonly number: (view: DataView, start: number, end: number) => number;
  /** The value as `decodeFields` gives it; undefined if the payload does not hold it. */
  readonly value: (view: DataView, start: number, end: number) => FieldValue | undefined;
}

/** A layout made ready for one pointer size. */
export interface CompiledLayout {
  readonly layout: EventLayout;
  readonly pointerSize: PointerSize;
  /** Bytes of the fields whose offsets are always the same. */
  readonly fixedSize: number;
  /** Undefined if the layout has no such field. */
  readonly accessor: (name: string) => FieldAccessor | undefined;
  /** @throws AdkError `EVENT_NO_FIELD` */
  readonly field: (name: string) => FieldAccessor;
}

export function compileLayout(layout: EventLayout, pointerSize: PointerSize): CompiledLayout {
  const accessors = new Map<string, FieldAccessor>();
  let fixed = 0;
  let lastFixed = -1;
  layout.fields.forEach((field, index) => {
    const offset = lastFixed === index - 1 ? fixed : undefined;
    const size = fixedFieldSize(field, pointerSize);
    if (offset !== undefined && size !== undefined) {
      fixed += size;
      lastFixed = index;
    }
    accessors.set(field.name, makeAccessor(layout, index, offset, size, pointerSize));
  });
  return {
    layout,
    pointerSize,
    fixedSize: fixed,
    accessor: (name) => accessors.get(name),
    field: (name) => {
      const accessor = accessors.get(name);
      check(accessor !== undefined, () => {
        const names = layout.fields.map((field) => field.name).join(", ");
        return new AdkError("EVENT_NO_FIELD", `${layout.name} has no field ${name}.`, { expected: names });
      });
      return accessor;
    },
  };
}

function makeAccessor(
  layout: EventLayout,
  index: number,
  offset: number | undefined,
  size: number | undefined,
  pointerSize: PointerSize,
): FieldAccessor {
  const field = layout.fields[index] as FieldLayout;
  const before = layout.fields.slice(0, index);
  const position =
    offset === undefined
      ? (view: DataView, start: number, end: number) => skip(new Extents(view, end, pointerSize), before, start)
      : (_view: DataView, start: number, end: number) => (start + offset <= end ? start + offset : -1);
  return {
    field,
    offset,
    size,
    position,
    number: numberAccessor(field, offset, position, pointerSize),
    value: (view, start, end) => {
      const extents = new Extents(view, end, pointerSize);
      const at = skip(extents, before, start);
      return at < 0 ? undefined : new FieldReader(extents, at).read(field);
    },
  };
}

/** Past some fields; -1 if the payload ends before them. */
function skip(extents: Extents, fields: readonly FieldLayout[], start: number): number {
  let at = start;
  for (const field of fields) {
    at = extents.fieldEnd(field, at);
    if (at < 0) return -1;
  }
  return at;
}

/**
 * One function for each type and place: what reads it is in the function itself, so that a loop over it is compiled as if it
 * were written for the field.
 */
function numberAccessor(
  field: FieldLayout,
  offset: number | undefined,
  position: FieldAccessor["position"],
  pointerSize: PointerSize,
): FieldAccessor["number"] {
  const read = field.count === undefined ? numberReader(field, pointerSize) : undefined;
  if (read === undefined) return () => Number.NaN;
  const size = fixedSize(field.type, pointerSize) ?? 0;
  if (offset === undefined) {
    return (view, start, end) => {
      const at = position(view, start, end);
      return at >= 0 && at + size <= end ? read(view, at) : Number.NaN;
    };
  }
  const last = offset + size;
  return (view, start, end) => (start + last <= end ? read(view, start + offset) : Number.NaN);
}

function numberReader(
  field: FieldLayout,
  pointerSize: PointerSize,
): ((view: DataView, at: number) => number) | undefined {
  switch (field.type) {
    case "int8":
      return (view, at) => view.getInt8(at);
    case "uint8":
    case "boolean8":
    case "ansi-char":
      return (view, at) => view.getUint8(at);
    case "int16":
      return (view, at) => view.getInt16(at, true);
    case "uint16":
    case "unicode-char":
      return field.display === "port" ? (view, at) => view.getUint16(at) : (view, at) => view.getUint16(at, true);
    case "int32":
      return (view, at) => view.getInt32(at, true);
    case "uint32":
    case "boolean":
      return (view, at) => view.getUint32(at, true);
    case "float":
      return (view, at) => view.getFloat32(at, true);
    case "double":
      return (view, at) => view.getFloat64(at, true);
    case "int64":
      return (view, at) => view.getInt32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
    case "uint64":
    case "filetime":
      return unsigned64;
    case "pointer":
      return pointerSize === 4 ? (view, at) => view.getUint32(at, true) : unsigned64;
    default:
      return undefined;
  }
}

/** Two words are several times faster than a `bigint`. */
function unsigned64(view: DataView, at: number): number {
  return view.getUint32(at + 4, true) * 0x1_0000_0000 + view.getUint32(at, true);
}
