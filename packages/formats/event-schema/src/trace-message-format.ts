import { AdkError, check, type Guid, isGuid, parseGuid } from "@adk/core";
import { decodeFields } from "./decode-fields.ts";
import { type EventLayout, type FieldLayout, FieldNames } from "./event-layout.ts";
import type { PointerSize } from "./field-extent.ts";
import { formatValue } from "./format-value.ts";
import { printf } from "./printf.ts";
import { valueMap } from "./value-map.ts";

/** Place holders of arguments begin here; those before stand for what the record's header says. */
const FIRST_ARGUMENT = 10;
const MOST_ARGUMENTS = 256;

/** A message that a program was compiled with (WPP). */
export interface TraceMessage {
  readonly layout: EventLayout;
  /** `%0Device %10!s! failed: %11!STATUS!` */
  readonly format: string;
  /** Source file and line: `queue_c258`. */
  readonly source: string;
  readonly func: string | undefined;
  readonly level: string | undefined;
  readonly flags: string | undefined;
  /** Place holders of the arguments, in the order of the layout's fields. */
  readonly places: readonly number[];
}

type ItemLayout = Omit<FieldLayout, "name">;

/** Items of TMF files and how they are stored. */
const ITEMS: Readonly<Record<string, ItemLayout>> = {
  ItemChar: { type: "int8" },
  ItemUChar: { type: "uint8" },
  ItemCharShort: { type: "int8" },
  ItemCharSign: { type: "int8" },
  ItemShort: { type: "int16" },
  ItemUShort: { type: "uint16" },
  ItemLong: { type: "int32" },
  ItemULong: { type: "uint32" },
  ItemULongX: { type: "uint32", display: "hex" },
  ItemLongLong: { type: "int64" },
  ItemULongLong: { type: "uint64" },
  ItemLongLongX: { type: "uint64", display: "hex" },
  ItemLongLongXX: { type: "uint64", display: "hex" },
  ItemLongLongO: { type: "uint64" },
  ItemDouble: { type: "double" },
  ItemFloat: { type: "float" },
  ItemPtr: { type: "pointer" },
  ItemString: { type: "ansi-string" },
  ItemRString: { type: "ansi-string" },
  ItemWString: { type: "unicode-string" },
  ItemRWString: { type: "unicode-string" },
  ItemPString: { type: "ansi-string", length: "u16" },
  ItemPWString: { type: "unicode-string", length: "u16" },
  ItemSid: { type: "sid" },
  ItemGuid: { type: "guid" },
  ItemCLSID: { type: "guid" },
  ItemLIBID: { type: "guid" },
  ItemIID: { type: "guid" },
  ItemTimestamp: { type: "filetime" },
  ItemDate: { type: "filetime" },
  ItemTime: { type: "filetime" },
  ItemWaitTime: { type: "int64" },
  ItemNTSTATUS: { type: "uint32", display: "ntstatus" },
  ItemNTSTATUSX: { type: "uint32", display: "ntstatus" },
  ItemNTerror: { type: "uint32", display: "ntstatus" },
  ItemHRESULT: { type: "uint32", display: "hresult" },
  ItemWINERROR: { type: "uint32", display: "win32-error" },
  ItemIPAddr: { type: "uint32", display: "ipv4" },
  ItemIPV6Addr: { type: "binary", length: 16, display: "ipv6" },
  ItemPort: { type: "uint16", display: "port" },
  ItemMACAddr: { type: "binary", length: 6 },
  ItemHexDump: { type: "binary", length: "u16" },
};

/** `ItemListLong(Low,High)` names the values of a number from 0 on. */
const LISTS: Readonly<Record<string, FieldLayout["type"]>> = {
  ItemListLong: "uint32",
  ItemListShort: "uint16",
  ItemListByte: "uint8",
};

/**
 * Texts of WPP messages (.tmf files, which `tracepdb` makes of a program's symbols): names a message by its GUID and number and
 * puts its arguments in. A message without one stays bytes.
 */
export class TraceMessageFormat {
  readonly #messages = new Map<string, TraceMessage>();

  /** Messages that are known. */
  get size(): number {
    return this.#messages.size;
  }

  /** Adds a file; its messages replace those of the same GUID and number. @throws AdkError `EVENT_BAD_TMF` */
  add(text: string): void {
    const lines = text.split(/\r?\n/);
    let guid: Guid | undefined;
    let provider = "";
    for (let index = 0; index < lines.length; index++) {
      const line = (lines[index] ?? "").trim();
      const [first = "", second = ""] = line.split(/\s+/, 2);
      if (isGuid(first)) [guid, provider] = [parseGuid(first), second];
      if (first !== "#typev") continue;
      check(guid !== undefined, () => bad("A message stands before the GUID of its file.", index));
      const end = argumentsEnd(lines, index + 1);
      const [number, message] = readMessage(line, lines.slice(index + 1, end), { guid, name: provider }, index);
      this.#messages.set(`${guid}/${number}`, message);
      index = end;
    }
    check(guid !== undefined, () => bad("This is no TMF file: it has no GUID.", 0));
  }

  find(guid: Guid, number: number): TraceMessage | undefined {
    return this.#messages.get(`${guid}/${number}`);
  }
}

/** The line of the brace behind the arguments. */
function argumentsEnd(lines: readonly string[], start: number): number {
  if (lines[start]?.trim() !== "{") return start - 1;
  let end = start + 1;
  while (end < lines.length && lines[end]?.trim() !== "}") end++;
  return end;
}

const TYPE_LINE = /^#typev\s+(\S+)\s+(\d{1,6})\s+"(.*)"\s*(?:\/\/(.*))?$/;

function readMessage(
  line: string,
  argumentLines: readonly string[],
  provider: EventLayout["provider"],
  index: number,
): [number: number, message: TraceMessage] {
  const [, source = "", digits = "", format = "", comment = ""] = TYPE_LINE.exec(line) ?? [];
  check(source !== "", () => bad("A message cannot be read.", index));
  const names = new FieldNames();
  const fields: FieldLayout[] = [];
  const places: number[] = [];
  for (const text of argumentLines) {
    const [, name = "", item = "", list, place = ""] =
      /^\s*(.*?),\s*(Item\w+)(?:\((.*)\))?\s*--\s*(\d{1,4})/.exec(text) ?? [];
    if (item === "") continue;
    check(fields.length < MOST_ARGUMENTS, () => bad("A message has too many arguments.", index));
    const layout = itemLayout(item, list);
    // Nothing behind an argument of unknown size can be found.
    if (layout === undefined) break;
    fields.push({ name: names.unique(name), ...layout });
    places.push(Number(place));
  }
  const attribute = (name: string) => new RegExp(`\\b${name}=(\\S+)`).exec(comment)?.[1];
  const task = attribute("FUNC") ?? source;
  const layout = {
    provider,
    name: `${provider.name}/${task}`,
    task,
    opcode: "",
    id: Number(digits),
    version: 0,
    fields,
  };
  const [func, level, flags] = [attribute("FUNC"), attribute("LEVEL"), attribute("FLAGS")];
  return [Number(digits), { layout, format: plainFormat(format), source, func, level, flags, places }];
}

function itemLayout(item: string, list: string | undefined): ItemLayout | undefined {
  const listType = LISTS[item];
  if (listType === undefined) return ITEMS[item];
  const names = (list ?? "").split(",").map((name) => name.trim());
  return { type: listType, map: valueMap(item, names) };
}

function plainFormat(text: string): string {
  return text.replace(/\\(["\\nt])/g, (_, character: string) => ESCAPES[character] ?? character);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t" };

/** The text of a message with its arguments; those that the payload does not hold stay as they are written. */
export function formatTraceMessage(message: TraceMessage, payload: Uint8Array, pointerSize: PointerSize): string {
  const { layout, places, func = "", level = "", flags = "", source } = message;
  const { values } = decodeFields(layout, payload, pointerSize);
  const named: Record<string, string> = { FUNC: func, LEVEL: level, FLAGS: flags, FILE: source };
  return message.format.replace(
    /%(?:!(\w+)!|(\d{1,3})(?:!([^!\s]*)!)?)/g,
    (whole, name?: string, place?: string, spec = "") => {
      if (name !== undefined) return named[name] ?? whole;
      const number = Number(place);
      if (number < FIRST_ARGUMENT) return number === 2 ? source : "";
      const field = layout.fields[places.indexOf(number)];
      const value = field === undefined ? undefined : values[field.name];
      if (field === undefined || value === undefined) return whole;
      return printf(spec, value, formatValue(field, value));
    },
  );
}

function bad(message: string, line: number): AdkError {
  return new AdkError("EVENT_BAD_TMF", message, { found: `line ${line + 1}` });
}
