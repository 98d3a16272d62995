import { isGuid } from "@adk/core";
import type { EventLayout, FieldLayout } from "./event-layout.ts";
import type { FieldValue } from "./field-value.ts";
import { formatValue } from "./format-value.ts";
import { printf } from "./printf.ts";

/** Says an event in words, from its fields by name; those that are missing stay as the text refers to them (`%3`). */
export type EventMessage = (values: Readonly<Record<string, FieldValue>>) => string;

/** What stands for an argument in a text: `%1`, or with a specification of printf `%2!08x!`. */
interface Insert {
  readonly field: FieldLayout;
  readonly specification: string;
  readonly written: string;
}

/** `%1!s!`, `%0`, or `%` and one character: those of FormatMessage (winbase.h), which message tables are written for. */
const ESCAPE = /%(?:(\d{1,2})(?:!([^!\s]{1,16})!)?|([%nrtb.! ]))/g;
const CHARACTERS: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: " " };
/** Nothing behind it is of the text. */
const END = 0;

/**
 * The text of an event's manifest, made ready for many events: arguments are the fields of its template from 1 on, as Windows numbers them.
 * They are written as `formatValue` has them, GUIDs and hexadecimal numbers as Windows writes them in texts. Undefined of an event without a text.
 */
export function eventMessage({ message, fields }: EventLayout): EventMessage | undefined {
  if (message === undefined || message === "") return undefined;
  const parts: (string | Insert)[] = [];
  let start = 0;
  for (const { 0: written, 1: digits, 2: specification = "", 3: character, index } of message.matchAll(ESCAPE)) {
    parts.push(message.slice(start, index));
    start = index + written.length;
    const number = Number(digits);
    if (number === END) {
      start = message.length;
      break;
    }
    if (character !== undefined) parts.push(CHARACTERS[character] ?? character);
    else
      parts.push(fields[number - 1] ? { field: fields[number - 1] as FieldLayout, specification, written } : written);
  }
  parts.push(message.slice(start));
  const plain = parts.map((part) => (typeof part === "string" ? part.replaceAll("\r\n", "\n") : part));
  return (values) =>
    plain
      .map((part) => (typeof part === "string" ? part : argument(part, values)))
      .join("")
      .trimEnd();
}

function argument({ field, specification, written }: Insert, values: Readonly<Record<string, FieldValue>>): string {
  const value = values[field.name];
  if (value === undefined) return written;
  const shown = windowsText(field, formatValue(field, value));
  return specification === "" ? shown : printf(specification, value, shown);
}

/** Windows has capital letters in GUIDs and hexadecimal numbers of texts. */
function windowsText({ type }: FieldLayout, text: string): string {
  if (type === "guid" && isGuid(text)) return `{${text.toUpperCase()}}`;
  return /^0x[\da-f]+$/.test(text) && /int|pointer/.test(type) ? `0x${text.slice(2).toUpperCase()}` : text;
}
