import { AdkError, ByteReader, check, type Guid, guidFromBytes } from "@adk/core";
import {
  type Display,
  type EventLayout,
  type Extent,
  eventName,
  type FieldLayout,
  FieldNames,
  type FieldType,
  MOST_STRUCT_DEPTH,
} from "./event-layout.ts";

/** In types of `TraceLoggingProvider.h`, by number. */
const IN_TYPES: readonly (Pick<FieldLayout, "type" | "length" | "display"> | undefined)[] = [
  { type: "null" },
  { type: "unicode-string" },
  { type: "ansi-string" },
  { type: "int8" },
  { type: "uint8" },
  { type: "int16" },
  { type: "uint16" },
  { type: "int32" },
  { type: "uint32" },
  { type: "int64" },
  { type: "uint64" },
  { type: "float" },
  { type: "double" },
  { type: "boolean" },
  { type: "binary", length: "u16" },
  { type: "guid" },
  { type: "pointer" },
  { type: "filetime" },
  { type: "systemtime" },
  { type: "sid" },
  { type: "uint32", display: "hex" },
  { type: "uint64", display: "hex" },
  { type: "unicode-string", length: "u16" },
  { type: "ansi-string", length: "u16" },
  undefined,
  { type: "binary", length: "u16" },
];
const STRUCT = 24;

const OUT_TYPES: Readonly<Record<number, Display>> = {
  1: "hidden",
  2: "string",
  3: "boolean",
  4: "hex",
  5: "pid",
  6: "tid",
  7: "port",
  8: "ipv4",
  9: "ipv6",
  10: "socket-address",
  11: "xml",
  12: "json",
  13: "win32-error",
  14: "ntstatus",
  15: "hresult",
  16: "datetime",
  17: "signed",
  18: "unsigned",
  35: "utf8",
  37: "code-pointer",
  38: "datetime",
};

const CHAIN = 0x80;
const COUNT_MASK = 0x60;
const FIXED_COUNT = 0x20;
const VARIABLE_COUNT = 0x40;
const TYPE_MASK = 0x1f;
const PROVIDER_GROUP_TRAIT = 1;

export interface ProviderTraits {
  readonly name: string;
  /** GUID of the group of providers that it belongs to. */
  readonly group?: Guid;
}

/** The traits of a provider (extended item 0xC): its name, and what group it is of. @throws AdkError */
export function readProviderTraits(bytes: Uint8Array): ProviderTraits {
  const reader = new ByteReader(bytes);
  const end = Math.min(reader.u16(), bytes.length);
  const name = readName(reader);
  while (reader.position + 3 <= end) {
    const start = reader.position;
    const size = reader.u16();
    const type = reader.u8();
    if (size < 3 || start + size > end) break;
    if (type === PROVIDER_GROUP_TRAIT && size >= 19) return { name, group: guidFromBytes(reader.slice(16)) };
    reader.seek(start + size);
  }
  return { name };
}

/** Name and fields of an event that describes itself. */
export interface TraceLoggingSchema {
  readonly name: string;
  readonly fields: readonly FieldLayout[];
}

/**
 * The schema of an event (extended item 0xB): name and fields with their types, out types, arrays and structures.
 *
 * @throws AdkError `EVENT_BAD_SCHEMA`, `UNEXPECTED_END`
 */
export function readTraceLoggingSchema(bytes: Uint8Array): TraceLoggingSchema {
  const whole = new ByteReader(bytes);
  const size = whole.u16();
  check(size >= 2 && size <= bytes.length, () => {
    return new AdkError("EVENT_BAD_SCHEMA", "The size of an event's schema is wrong.", {
      expected: bytes.length,
      found: size,
    });
  });
  const reader = new ByteReader(bytes.subarray(0, size), {}, 2);
  // Tags: bytes whose high bit says that one more follows.
  while (reader.u8() & CHAIN);
  const name = readName(reader);
  const fields: FieldLayout[] = [];
  const names = new FieldNames();
  while (reader.remaining > 0) fields.push(readField(reader, names, 0));
  return { name, fields };
}

function readField(reader: ByteReader, names: FieldNames, depth: number): FieldLayout {
  const name = names.unique(readName(reader));
  const inType = reader.u8();
  const outType = inType & CHAIN ? reader.u8() : 0;
  if (outType & CHAIN) while (reader.u8() & CHAIN);
  const type = inType & TYPE_MASK;
  const { count, length } = readCount(reader, inType & COUNT_MASK);
  const array = count === undefined ? {} : { count };
  if (length !== undefined) return { name, type: "binary", length };
  if (type === STRUCT)
    return { name, type: "struct", ...array, fields: readMembers(reader, outType & 0x7f, depth + 1) };
  const layout = IN_TYPES[type];
  check(layout !== undefined, () => bad("The type of a field is not known.", type));
  return { name, ...withDisplay(layout, OUT_TYPES[outType & 0x7f]), ...array };
}

function readMembers(reader: ByteReader, count: number, depth: number): FieldLayout[] {
  check(depth <= MOST_STRUCT_DEPTH, () => bad("Structures are nested too deep.", depth));
  const names = new FieldNames();
  return Array.from({ length: count }, () => readField(reader, names, depth));
}

/** Elements of an array; bytes if the writer has a form of its own. */
function readCount(reader: ByteReader, flags: number): { count?: Extent; length?: Extent } {
  if (flags === FIXED_COUNT) return { count: reader.u16() };
  if (flags === VARIABLE_COUNT) return { count: "u16" };
  if (flags !== COUNT_MASK) return {};
  // What the form is, lies in the schema; the data has its length in front.
  reader.skip(reader.u16());
  return { length: "u16" };
}

/** An out type makes characters of some integers, and text or addresses of bytes. */
function withDisplay(
  layout: Pick<FieldLayout, "type" | "length" | "display">,
  display: Display | undefined,
): Pick<FieldLayout, "type" | "length" | "display"> {
  if (display === undefined) return layout;
  const type = TYPES_AS_TEXT[`${layout.type} ${display}`] ?? layout.type;
  return { ...layout, type, display };
}

const TYPES_AS_TEXT: Readonly<Record<string, FieldType>> = {
  "uint8 string": "ansi-char",
  "uint16 string": "unicode-char",
  "uint8 boolean": "boolean8",
};

function readName(reader: ByteReader): string {
  const start = reader.position;
  const end = reader.bytes.indexOf(0, start);
  check(end >= 0, () => bad("A name in a schema does not end.", start));
  reader.seek(end + 1);
  return Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset, reader.bytes.length).toString("utf8", start, end);
}

function bad(message: string, found: number): AdkError {
  return new AdkError("EVENT_BAD_SCHEMA", message, { found });
}

/** What a self-describing event comes with. */
export interface TraceLoggingEvent {
  readonly provider: Guid;
  readonly version?: number;
  /** Extended item 0xB. */
  readonly schema: Uint8Array;
  /** Extended item 0xC; a trace keeps it in most events. */
  readonly traits?: Uint8Array | undefined;
}

/** Schemas that are kept: programs have some hundred, noise may have one an event. */
const MOST_LAYOUTS = 1 << 16;

/** Layouts of self-describing events, each made once for its schema. Schemas that cannot be read have none. */
export class TraceLogging {
  readonly #layouts = new Map<string, EventLayout | null>();
  readonly #providers = new Map<Guid, string>();

  layout({ provider, version = 0, schema, traits }: TraceLoggingEvent): EventLayout | undefined {
    const name = this.providerName(provider, traits);
    const key = `${provider}${name}\0${latin1(schema)}`;
    let layout = this.#layouts.get(key);
    if (layout === undefined) {
      if (this.#layouts.size >= MOST_LAYOUTS) this.#layouts.clear();
      layout = makeLayout({ guid: provider, name: name ?? provider }, version, schema);
      this.#layouts.set(key, layout);
    }
    return layout ?? undefined;
  }

  /** The name in the traits of an event, or of an earlier one of the provider. */
  providerName(provider: Guid, traits?: Uint8Array): string | undefined {
    const known = this.#providers.get(provider);
    if (known !== undefined || traits === undefined) return known;
    try {
      const { name } = readProviderTraits(traits);
      this.#providers.set(provider, name);
      return name;
    } catch (error) {
      if (error instanceof AdkError) return undefined;
      throw error;
    }
  }
}

function makeLayout(provider: EventLayout["provider"], version: number, schema: Uint8Array): EventLayout | null {
  try {
    const { name, fields } = readTraceLoggingSchema(schema);
    return { provider, name: eventName(provider.name, name, ""), task: name, opcode: "", version, fields };
  } catch (error) {
    if (error instanceof AdkError) return null;
    throw error;
  }
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("latin1");
}
