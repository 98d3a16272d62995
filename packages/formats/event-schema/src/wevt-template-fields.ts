import { AdkError, ByteReader, check } from "@adk/core";
import { type Extent, type FieldLayout, FieldNames, MOST_STRUCT_DEPTH } from "./event-layout.ts";
import { tdhType } from "./tdh-types.ts";
import { readSizedText } from "./utf16-text.ts";
import type { ValueMap } from "./value-map.ts";

/** The text of a message of the program; a name of an enumeration is one too. */
export type FindMessage = (messageId: number) => string | undefined;

const ITEMS_OFFSET = 16;
const ITEM_SIZE = 20;
const MAP_ENTRY_SIZE = 8;
/** Fields of all templates together. */
const MOST_FIELDS = 1 << 18;

/** Flags of an item: not those of EVENT_PROPERTY_INFO. With these a length or a count is the number of an item. */
const ITEM_STRUCT = 0x01;
const ITEM_PARAM_LENGTH = 0x04;
const ITEM_COUNT = 0x08;
const ITEM_PARAM_COUNT = 0x10;

interface Item {
  readonly flags: number;
  readonly inType: number;
  readonly outType: number;
  /** Of a structure: its first member, and how many. */
  readonly first: number;
  readonly members: number;
  readonly mapOffset: number;
  readonly count: number;
  readonly length: number;
  readonly name: string;
}

/** Reads each template (TEMP) of a resource once. */
export class TemplateReader {
  readonly #bytes: Uint8Array;
  readonly #findMessage: FindMessage;
  readonly #templates = new Map<number, readonly FieldLayout[]>();
  readonly #maps = new Map<number, ValueMap | undefined>();
  #made = 0;

  constructor(bytes: Uint8Array, findMessage: FindMessage) {
    this.#bytes = bytes;
    this.#findMessage = findMessage;
  }

  read(offset: number): readonly FieldLayout[] {
    const known = this.#templates.get(offset);
    if (known !== undefined) return known;
    const items = this.#readItems(offset);
    // Members lie behind the items of the top level.
    const members = new Set<number>();
    for (const { flags, first, members: count } of items) {
      for (let index = first; flags & ITEM_STRUCT && index < first + count; index++) members.add(index);
    }
    const top = items.filter((_, index) => !members.has(index));
    const fields = top.map((item) => this.#layout(item, items, 0));
    this.#templates.set(offset, fields);
    return fields;
  }

  #readItems(offset: number): Item[] {
    const header = new ByteReader(this.#bytes).seek(offset);
    const signature = Buffer.from(header.slice(4)).toString("latin1");
    check(signature === "TEMP", () => bad("An event's template is none.", signature));
    // Behind the size and the number of items of the top level.
    header.skip(8);
    const count = header.u32();
    this.#made += count;
    check(this.#made <= MOST_FIELDS && count <= this.#bytes.length / ITEM_SIZE, () =>
      bad("A template has too many fields.", count),
    );
    if (count === 0) return [];
    const reader = new ByteReader(this.#bytes).seek(header.seek(offset + ITEMS_OFFSET).u32());
    const names = new FieldNames();
    return Array.from({ length: count }, () => this.#readItem(reader, names));
  }

  #readItem(reader: ByteReader, names: FieldNames): Item {
    const flags = reader.u32();
    const start = reader.position;
    const inType = reader.u8();
    const outType = reader.u8();
    const { first, members } = { first: reader.seek(start).u16(), members: reader.u16() };
    const mapOffset = reader.u32();
    const count = reader.u16();
    const length = reader.u16();
    const name = names.unique(readSizedText(this.#bytes, reader.u32()));
    return { flags, inType, outType, first, members, mapOffset, count, length, name };
  }

  #layout(item: Item, items: readonly Item[], depth: number): FieldLayout {
    const { flags, name, count, first, members } = item;
    const isArray = flags & (ITEM_COUNT | ITEM_PARAM_COUNT);
    const array = isArray ? { count: extentOf(count, flags & ITEM_PARAM_COUNT, items) } : {};
    if (flags & ITEM_STRUCT) {
      check(depth < MOST_STRUCT_DEPTH, () => bad("Structures are nested too deep.", depth));
      this.#made += members;
      check(this.#made <= MOST_FIELDS, () => bad("Structures are shared too often.", members));
      const fields = items.slice(first, first + members).map((member) => this.#layout(member, items, depth + 1));
      return { name, type: "struct", ...array, fields };
    }
    const type = tdhType(item.inType, item.outType);
    check(type !== undefined, () => bad("The type of a field is not known.", item.inType));
    const map = this.#map(item.mapOffset);
    return { name, ...type, ...lengthOf(item, type, items), ...(map === undefined ? {} : { map }), ...array };
  }

  /** A value map (VMAP) or a bit map (BMAP): name, flags, entries; undefined if it is none. */
  #map(offset: number): ValueMap | undefined {
    if (offset === 0 || this.#maps.has(offset)) return this.#maps.get(offset);
    const reader = new ByteReader(this.#bytes).seek(offset);
    const signature = Buffer.from(reader.slice(4)).toString("latin1");
    if (signature !== "VMAP" && signature !== "BMAP") return undefined;
    reader.skip(4);
    const name = readSizedText(this.#bytes, reader.u32());
    reader.skip(4);
    const count = reader.u32();
    this.#made += count;
    check(this.#made <= MOST_FIELDS && count <= reader.remaining / MAP_ENTRY_SIZE, () =>
      bad("A map has too many entries.", count),
    );
    const entries = new Map<number, string>();
    for (let index = 0; index < count; index++) {
      const value = reader.u32();
      const text = this.#findMessage(reader.u32());
      if (text !== undefined) entries.set(value, text);
    }
    const map = { name, kind: signature === "BMAP" ? ("bits" as const) : ("values" as const), entries };
    this.#maps.set(offset, map);
    return map;
  }
}

function lengthOf(
  { flags, length }: Item,
  type: Pick<FieldLayout, "type" | "length">,
  items: readonly Item[],
): { length?: Extent } {
  const isText = type.type === "unicode-string" || type.type === "ansi-string";
  if ((!isText && type.type !== "binary") || type.length !== undefined) return {};
  if (flags & ITEM_PARAM_LENGTH) return { length: extentOf(length, ITEM_PARAM_LENGTH, items) };
  return length === 0 ? {} : { length };
}

function extentOf(value: number, isIndex: number, items: readonly Item[]): Extent {
  if (isIndex === 0) return value;
  const item = items[value];
  check(item !== undefined, () => bad("A length is a field that is not there.", value));
  return { field: item.name };
}

function bad(message: string, found: number | string): AdkError {
  return new AdkError("EVENT_BAD_TEMPLATE", message, { found });
}
