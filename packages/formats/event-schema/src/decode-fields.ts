import type { EventLayout, FieldLayout } from "./event-layout.ts";
import { Extents, type PointerSize } from "./field-extent.ts";
import { type FieldValue, readValue } from "./field-value.ts";

export interface DecodedFields {
  /** By the names of the layout, in its order; fields that the payload does not reach are not there. */
  readonly values: Record<string, FieldValue>;
  /** The first field that the payload does not hold, or not whole. */
  readonly truncated?: string;
  /** What lies behind the last field: a later version of the event has more. */
  readonly trailing?: Uint8Array;
}

/** The fields of a payload, whatever it holds: never throws. */
export function decodeFields(layout: EventLayout, payload: Uint8Array, pointerSize: PointerSize): DecodedFields {
  const view = new DataView(payload.buffer, payload.byteOffset, payload.length);
  const reader = new FieldReader(new Extents(view, payload.length, pointerSize));
  const values: Record<string, FieldValue> = {};
  for (const field of layout.fields) {
    const value = reader.read(field);
    if (value === undefined) return { values, truncated: field.name };
    values[field.name] = value;
  }
  const { position } = reader;
  return position < payload.length ? { values, trailing: payload.subarray(position) } : { values };
}

/** Reads one field after another. */
export class FieldReader {
  readonly #extents: Extents;
  /** Where the next field begins. */
  position: number;

  constructor(extents: Extents, position = 0) {
    this.#extents = extents;
    this.position = position;
  }

  /** The next field; undefined if the payload ends before it does. */
  read(field: FieldLayout, depth = 0): FieldValue | undefined {
    const start = this.position;
    if (field.count === undefined) {
      const value = this.#readElement(field, depth);
      if (value !== undefined) this.#extents.pass(field, start);
      return value;
    }
    const { count, first } = this.#extents.elements(field, start);
    if (count < 0) return undefined;
    this.position = first;
    return this.#readElements(field, count, depth);
  }

  #readElements(field: FieldLayout, count: number, depth: number): FieldValue | undefined {
    const elements: FieldValue[] = [];
    const first = this.position;
    for (let index = 0; index < count; index++) {
      const start = this.position;
      if (count === Number.POSITIVE_INFINITY && start >= this.#extents.end) break;
      const value = this.#readElement(field, depth);
      if (value === undefined) {
        if (count !== Number.POSITIVE_INFINITY) return undefined;
        this.position = start;
        break;
      }
      // Elements without bytes say nothing, however many there are.
      if (this.position === first && index > 0) break;
      elements.push(value);
    }
    return elements;
  }

  #readElement(field: FieldLayout, depth: number): FieldValue | undefined {
    if (field.type === "struct") return this.#readStruct(field, depth + 1);
    const start = this.position;
    const end = this.#extents.elementEnd(field, start);
    if (end < 0) return undefined;
    this.position = end;
    return readValue(field, this.#extents.view, start, end, this.#extents.pointerSize);
  }

  #readStruct(field: FieldLayout, depth: number): FieldValue | undefined {
    if (!this.#extents.enter(depth)) return undefined;
    const values: Record<string, FieldValue> = {};
    for (const member of field.fields ?? []) {
      const value = this.read(member, depth);
      if (value === undefined) return undefined;
      values[member.name] = value;
    }
    return values;
  }
}
