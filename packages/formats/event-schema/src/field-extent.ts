import type { Extent, FieldLayout, FieldType } from "./event-layout.ts";
import { MOST_STRUCT_DEPTH } from "./event-layout.ts";

/** Bytes of a pointer, by the header of the event. */
export type PointerSize = 4 | 8;

/** Values of one event: an array of structures that hold nothing must not keep a reader busy. */
const MOST_VALUES = 1 << 18;

/** Bytes of a value of a type, where they are always the same. */
export function fixedSize(type: FieldType, pointerSize: PointerSize): number | undefined {
  switch (type) {
    case "null":
      return 0;
    case "int8":
    case "uint8":
    case "boolean8":
    case "ansi-char":
      return 1;
    case "int16":
    case "uint16":
    case "unicode-char":
      return 2;
    case "int32":
    case "uint32":
    case "float":
    case "boolean":
      return 4;
    case "int64":
    case "uint64":
    case "double":
    case "filetime":
      return 8;
    case "pointer":
      return pointerSize;
    case "guid":
    case "systemtime":
      return 16;
    default:
      return undefined;
  }
}

/** Bytes of a field, array or not, where they are the same in every event. */
export function fixedFieldSize(field: FieldLayout, pointerSize: PointerSize): number | undefined {
  const { count = 1 } = field;
  if (typeof count !== "number") return undefined;
  const size = fixedElementSize(field, pointerSize);
  return size === undefined ? undefined : size * count;
}

function fixedElementSize(field: FieldLayout, pointerSize: PointerSize, depth = 0): number | undefined {
  const { type, length } = field;
  if (type === "struct") {
    let sum = 0;
    for (const member of field.fields ?? []) {
      if (depth > MOST_STRUCT_DEPTH || typeof (member.count ?? 1) !== "number") return undefined;
      const size = fixedElementSize(member, pointerSize, depth + 1);
      if (size === undefined) return undefined;
      sum += size * ((member.count as number | undefined) ?? 1);
    }
    return sum;
  }
  if (typeof length === "number") {
    if (type === "unicode-string") return length * 2;
    if (type === "ansi-string" || type === "binary") return length;
  }
  return fixedSize(type, pointerSize);
}

/** A payload and where its fields lie: finds the end of each by the rules of its layout, and never looks beyond the payload. */
export class Extents {
  readonly view: DataView;
  readonly end: number;
  readonly pointerSize: PointerSize;
  /** Values of integers that were passed, by name: lengths and counts of fields that follow. */
  readonly #numbers = new Map<string, number>();
  #values = 0;

  constructor(view: DataView, end: number, pointerSize: PointerSize) {
    this.view = view;
    this.end = end;
    this.pointerSize = pointerSize;
  }

  /** Keeps the value of an integer for the fields behind it. */
  pass(field: FieldLayout, at: number): void {
    const value = field.count === undefined ? this.#integer(field.type, at) : undefined;
    if (value !== undefined) this.#numbers.set(field.name, value);
  }

  /** How many elements, and where the first one begins; -1 if the count itself is missing. */
  elements(field: FieldLayout, at: number): { count: number; first: number } {
    const { count } = field;
    if (count === undefined) return { count: 1, first: at };
    if (count === "rest") return { count: Number.POSITIVE_INFINITY, first: at };
    if (count === "u16") {
      return this.#fits(at, 2) ? { count: this.view.getUint16(at, true), first: at + 2 } : { count: -1, first: at };
    }
    return { count: this.#resolve(count), first: at };
  }

  /** Where one element that begins at `at` ends; -1 if the payload ends before it. */
  elementEnd(field: FieldLayout, at: number, depth = 0): number {
    if (++this.#values > MOST_VALUES) return -1;
    const { type, length } = field;
    switch (type) {
      case "unicode-string":
        return length === undefined ? this.#zeroEnd16(at) : this.#lengthEnd(length, at, 2);
      case "ansi-string":
        return length === undefined ? this.#zeroEnd8(at) : this.#lengthEnd(length, at, 1);
      case "binary":
        return this.#lengthEnd(length ?? "rest", at, 1);
      case "sid":
        return this.#sidEnd(at);
      case "wbem-sid":
        return this.#wbemSidEnd(at);
      case "struct":
        return this.#structEnd(field, at, depth + 1);
      default: {
        const size = fixedSize(type, this.pointerSize) ?? 0;
        return this.#fits(at, size) ? at + size : -1;
      }
    }
  }

  /** Where a field ends, with all its elements; -1 if the payload ends before it. */
  fieldEnd(field: FieldLayout, at: number, depth = 0): number {
    if (field.count === undefined) {
      const end = this.elementEnd(field, at, depth);
      if (end >= 0) this.pass(field, at);
      return end;
    }
    const { count, first } = this.elements(field, at);
    if (count < 0) return -1;
    let position = first;
    for (let index = 0; index < count; index++) {
      if (count === Number.POSITIVE_INFINITY && position >= this.end) break;
      const next = this.elementEnd(field, position, depth);
      if (next < 0) return count === Number.POSITIVE_INFINITY ? position : -1;
      // Elements without bytes say nothing, however many there are.
      if (next === position && first === position && index > 0) break;
      position = next;
    }
    return position;
  }

  /** Whether one more structure may be read at this depth. */
  enter(depth: number): boolean {
    return depth <= MOST_STRUCT_DEPTH && ++this.#values <= MOST_VALUES;
  }

  #structEnd(field: FieldLayout, at: number, depth: number): number {
    if (!this.enter(depth)) return -1;
    let position = at;
    for (const member of field.fields ?? []) {
      position = this.fieldEnd(member, position, depth);
      if (position < 0) return -1;
    }
    return position;
  }

  #resolve(extent: Exclude<Extent, string>): number {
    return typeof extent === "number" ? extent : (this.#numbers.get(extent.field) ?? 0);
  }

  #lengthEnd(length: Extent, at: number, unit: number): number {
    if (length === "rest") return at > this.end ? -1 : at + Math.floor((this.end - at) / unit) * unit;
    if (length === "u16") {
      if (!this.#fits(at, 2)) return -1;
      const bytes = this.view.getUint16(at, true);
      return this.#fits(at + 2, bytes) ? at + 2 + bytes : -1;
    }
    const bytes = this.#resolve(length) * unit;
    return this.#fits(at, bytes) ? at + bytes : -1;
  }

  /** Writers may leave out the zero behind the last string. */
  #zeroEnd16(at: number): number {
    if (!this.#fits(at, 1)) return -1;
    const { view, end } = this;
    let position = at;
    for (; position + 2 <= end; position += 2) {
      if (view.getUint16(position, true) === 0) return position + 2;
    }
    return end;
  }

  #zeroEnd8(at: number): number {
    if (!this.#fits(at, 1)) return -1;
    const { view, end } = this;
    for (let position = at; position < end; position++) {
      if (view.getUint8(position) === 0) return position + 1;
    }
    return end;
  }

  /**
   * 4 zero bytes stand for no SID. Events that were made up have a TOKEN_USER of zeros before the SID, which the SID itself tells:
   * revision, number of sub-authorities, and an authority below 256.
   */
  #wbemSidEnd(at: number): number {
    const { view, pointerSize } = this;
    if (!this.#fits(at, 4)) return -1;
    const sid = at + 2 * pointerSize;
    if (view.getUint32(at, true) !== 0) return this.#sidEnd(sid);
    if (!this.#fits(sid, 8)) return at + 4;
    for (let position = at + 4; position < sid; position += 4) {
      if (view.getUint32(position, true) !== 0) return at + 4;
    }
    const count = view.getUint8(sid + 1);
    const isSid = view.getUint8(sid) === 1 && count >= 1 && count <= 15 && view.getUint32(sid + 2, true) === 0;
    return isSid ? this.#sidEnd(sid) : at + 4;
  }

  #sidEnd(at: number): number {
    if (!this.#fits(at, 8)) return -1;
    const size = 8 + 4 * this.view.getUint8(at + 1);
    return this.#fits(at, size) ? at + size : -1;
  }

  #fits(at: number, bytes: number): boolean {
    return bytes >= 0 && at + bytes <= this.end;
  }

  #integer(type: FieldType, at: number): number | undefined {
    const { view } = this;
    switch (type) {
      case "uint8":
        return view.getUint8(at);
      case "int8":
        return view.getInt8(at);
      case "uint16":
        return view.getUint16(at, true);
      case "int16":
        return view.getInt16(at, true);
      case "uint32":
        return view.getUint32(at, true);
      case "int32":
        return view.getInt32(at, true);
      case "uint64":
      case "int64":
        return Number(view.getBigUint64(at, true));
      case "pointer":
        return this.pointerSize === 4 ? view.getUint32(at, true) : Number(view.getBigUint64(at, true));
      default:
        return undefined;
    }
  }
}
