import { AdkError, ByteReader, check, type Guid, guidFromBytes } from "@adk/core";
import {
  type EventLayout,
  type Extent,
  eventName,
  type FieldLayout,
  FieldNames,
  MOST_STRUCT_DEPTH,
} from "./event-layout.ts";
import { tdhType } from "./tdh-types.ts";
import { readZeroEnded } from "./utf16-text.ts";
import type { ValueMap } from "./value-map.ts";

const HEADER_SIZE = 0x70;
const PROPERTY_SIZE = 24;
/** Members of all structures together: some may be shared, but not without end. */
const MOST_FIELDS = 1 << 14;

/** Flags of EVENT_PROPERTY_INFO (tdh.h). */
const PROPERTY_STRUCT = 0x01;
const PROPERTY_PARAM_LENGTH = 0x02;
const PROPERTY_PARAM_COUNT = 0x04;
const PROPERTY_PARAM_FIXED_COUNT = 0x20;
const PROPERTY_HAS_CUSTOM_SCHEMA = 0x80;

/** How the writer of the trace knew the event: DECODING_SOURCE. */
export type DecodingSource = "manifest" | "mof" | "wpp" | "tracelogging" | "unknown";
const SOURCES: readonly DecodingSource[] = ["manifest", "mof", "wpp", "tracelogging"];

export interface TraceEventInfo {
  readonly source: DecodingSource;
  /** Class of a classic event; of an event of a manifest its task, or the nil GUID. */
  readonly eventGuid: Guid;
  readonly opcodeNumber: number;
  readonly layout: EventLayout;
}

/** Finds the map that a field names. */
export type MapLookup = (provider: Guid, name: string) => ValueMap | undefined;

/**
 * A TRACE_EVENT_INFO (tdh.h) as merged traces keep it for each event that was in them (opcode 32 of KernelTraceControl's
 * MetaData). Every offset in it counts from its start.
 *
 * @throws AdkError `EVENT_BAD_SCHEMA`, `UNEXPECTED_END`
 */
export function readTraceEventInfo(bytes: Uint8Array, findMap: MapLookup = () => undefined): TraceEventInfo {
  const reader = new ByteReader(bytes);
  const guid = guidFromBytes(reader.slice(16));
  const eventGuid = guidFromBytes(reader.slice(16));
  const id = reader.u16();
  const version = reader.u8();
  reader.skip(2);
  const opcodeNumber = reader.u8();
  reader.seek(0x30);
  const source = SOURCES[reader.u32()] ?? "unknown";
  const text = () => readZeroEnded(bytes, reader.u32())?.trimEnd() ?? "";
  const provider = { guid, name: text() || guid };
  const level = text();
  const channel = text();
  const keywords = readTexts(bytes, reader.u32());
  const task = text();
  const opcode = text();
  const message = text();
  reader.seek(0x64);
  const count = reader.u32();
  const topCount = reader.u32();
  check(topCount <= count && count <= (bytes.length - HEADER_SIZE) / PROPERTY_SIZE, () =>
    bad("The number of properties is wrong.", count),
  );
  const fields = new PropertyReader(bytes, count, (name) => findMap(guid, name)).read(topCount);
  const taskName = task || `EventID(${id})`;
  return {
    source,
    eventGuid,
    opcodeNumber,
    layout: {
      provider,
      name: eventName(provider.name, taskName, plainName(opcode)),
      task: taskName,
      opcode: plainName(opcode),
      ...(source === "mof" ? {} : { id }),
      version,
      ...optional("level", plainName(level)),
      ...optional("channel", channel),
      ...(keywords.length === 0 ? {} : { keywords }),
      ...optional("message", message),
      fields,
    },
  };
}

/** `win:Start` is the `Start` that all manifests share. */
export function plainName(name: string): string {
  return name.startsWith("win:") ? name.slice(4) : name;
}

function optional<Key extends string>(key: Key, text: string): { [K in Key]?: string } {
  return text === "" ? {} : ({ [key]: text } as { [K in Key]?: string });
}

interface Property {
  readonly flags: number;
  readonly name: string;
  /** In type, or the first member of a structure. */
  readonly first: number;
  /** Out type, or the number of members. */
  readonly second: number;
  readonly mapName: string;
  readonly count: number;
  readonly length: number;
}

class PropertyReader {
  readonly #properties: readonly Property[];
  readonly #findMap: (name: string) => ValueMap | undefined;
  #made = 0;

  constructor(bytes: Uint8Array, count: number, findMap: (name: string) => ValueMap | undefined) {
    const names = new FieldNames();
    const reader = new ByteReader(bytes, {}, HEADER_SIZE);
    this.#properties = Array.from({ length: count }, () => readProperty(reader, bytes, names));
    this.#findMap = findMap;
  }

  read(count: number): FieldLayout[] {
    return this.#read(0, count, 0);
  }

  #read(first: number, count: number, depth: number): FieldLayout[] {
    check(depth <= MOST_STRUCT_DEPTH, () => bad("Structures are nested too deep.", depth));
    check(first + count <= this.#properties.length, () =>
      bad("A structure has members that are not there.", first + count),
    );
    this.#made += count;
    check(this.#made <= MOST_FIELDS, () => bad("Structures are shared too often.", this.#made));
    return this.#properties.slice(first, first + count).map((property) => this.#layout(property, depth));
  }

  #layout(property: Property, depth: number): FieldLayout {
    const { flags, name, first, second, mapName } = property;
    const isArray = (flags & (PROPERTY_PARAM_COUNT | PROPERTY_PARAM_FIXED_COUNT)) !== 0 || property.count > 1;
    const array = isArray ? { count: this.#extent(property.count, (flags & PROPERTY_PARAM_COUNT) !== 0) } : {};
    if (flags & PROPERTY_STRUCT)
      return { name, type: "struct", ...array, fields: this.#read(first, second, depth + 1) };
    const type = tdhType(first, second);
    check(type !== undefined, () => bad("The type of a property is not known.", first));
    const map = mapName === "" ? undefined : this.#findMap(mapName);
    return { name, ...type, ...this.#length(property, type), ...(map === undefined ? {} : { map }), ...array };
  }

  /** Numbers have their size as length; of strings, 0 means that they end at a zero. */
  #length({ flags, length }: Property, type: Pick<FieldLayout, "type" | "length">): { length?: Extent } {
    const isText = type.type === "unicode-string" || type.type === "ansi-string";
    if ((!isText && type.type !== "binary") || type.length !== undefined) return {};
    if (flags & PROPERTY_PARAM_LENGTH) return { length: this.#extent(length, true) };
    return length === 0 && isText ? {} : { length };
  }

  #extent(value: number, isIndex: boolean): Extent {
    if (!isIndex) return value;
    const property = this.#properties[value];
    check(property !== undefined, () => bad("A length is a property that is not there.", value));
    return { field: property.name };
  }
}

function readProperty(reader: ByteReader, bytes: Uint8Array, names: FieldNames): Property {
  const flags = reader.u32();
  const name = names.unique(readZeroEnded(bytes, reader.u32()) ?? "");
  const first = reader.u16();
  const second = reader.u16();
  const mapOffset = reader.u32();
  const hasMap = (flags & (PROPERTY_STRUCT | PROPERTY_HAS_CUSTOM_SCHEMA)) === 0;
  const mapName = hasMap ? (readZeroEnded(bytes, mapOffset) ?? "") : "";
  const count = reader.u16();
  const length = reader.u16();
  reader.skip(4);
  return { flags, name, first, second, mapName, count, length };
}

/** Texts one behind the other, with an empty one at the end. */
function readTexts(bytes: Uint8Array, offset: number): string[] {
  const texts: string[] = [];
  for (let at = offset; ; ) {
    const text = readZeroEnded(bytes, at);
    if (!text) return texts;
    texts.push(text.trimEnd());
    at += (text.length + 1) * 2;
  }
}

const MAP_HEADER_SIZE = 16;
const MAP_ENTRY_SIZE = 8;
const MAP_BITS = 0x02;

/**
 * An EVENT_MAP_INFO (tdh.h) behind the GUID of its provider, as merged traces keep it (opcode 33 of KernelTraceControl's
 * MetaData). Its offsets count from behind the GUID.
 *
 * @throws AdkError `EVENT_BAD_SCHEMA`, `UNEXPECTED_END`
 */
export function readEventMapInfo(payload: Uint8Array): { provider: Guid; map: ValueMap } {
  const provider = guidFromBytes(payload.subarray(0, 16));
  const bytes = payload.subarray(16);
  const reader = new ByteReader(bytes);
  const name = readZeroEnded(bytes, reader.u32()) ?? "";
  const flags = reader.u32();
  const count = reader.u32();
  reader.skip(4);
  check(count <= (bytes.length - MAP_HEADER_SIZE) / MAP_ENTRY_SIZE, () =>
    bad("The number of map entries is wrong.", count),
  );
  const entries = new Map<number, string>();
  for (let index = 0; index < count; index++) {
    const text = readZeroEnded(bytes, reader.u32())?.trimEnd() ?? "";
    entries.set(reader.u32(), text);
  }
  return { provider, map: { name, kind: flags & MAP_BITS ? "bits" : "values", entries } };
}

function bad(message: string, found: number): AdkError {
  return new AdkError("EVENT_BAD_SCHEMA", message, { found });
}
