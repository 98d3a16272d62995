import { AdkError, type Guid, suggest, toHex } from "@adk/core";
import { formatDevice, parseDeviceText } from "./device-text.ts";
import { elementFormat, elementIdOf, elementNames, elementType } from "./element-type.ts";
import type { ElementValue } from "./element-value.ts";

/** Numbers that bcdedit shows in hexadecimal: addresses, masks and ids of settings. */
const HEXADECIMAL =
  /address$|memory|mask|^truncate|^relocate|xsaveaddfeature|xsaveremovefeature|xsaveprocessors|allowedinmemorysettings|customactions/;
/** Numbers that are IPv4 addresses, the first part in the highest bits. */
const IP_ADDRESS = /hostip$/;

/** The lines that bcdedit shows for an element; `nameOf` names the objects. */
export function formatElement(
  id: number,
  value: ElementValue,
  objectType: number,
  nameOf: (id: Guid) => string,
): readonly string[] {
  const type = elementType(id, objectType);
  const number = (value: bigint): string => {
    const name = type?.values[Number(value)];
    if (name !== undefined) return name;
    if (type && IP_ADDRESS.test(type.name) && value <= 0xffff_ffffn) return formatIp(Number(value));
    return type && !HEXADECIMAL.test(type.name) ? `${value}` : `0x${value.toString(16)}`;
  };
  switch (value.format) {
    case "device":
      return [formatDevice(value.device, nameOf)];
    case "string":
      return [value.text];
    case "object":
      return [nameOf(value.id)];
    case "objects":
      return value.ids.map(nameOf);
    case "integer":
      return [number(value.number)];
    case "boolean":
      return [value.on ? "Yes" : "No"];
    case "integers":
      return value.numbers.map(number);
    case "bytes":
      return [`hex:${toHex(value.bytes)}`];
  }
}

/** The element of a name in an object of a type. @throws AdkError `BCD_UNKNOWN_ELEMENT` */
export function elementIdFor(name: string, objectType: number): number {
  const id = elementIdOf(name, objectType);
  if (id !== undefined) return id;
  const near = suggest(name.toLowerCase(), elementNames(objectType));
  throw new AdkError("BCD_UNKNOWN_ELEMENT", "Objects of this type have no such element.", {
    kind: "usage",
    found: name,
    hint: near ? `Did you mean "${near}"?` : "Others are written by their number: custom:26000010.",
  });
}

/**
 * What the texts of a command line mean for an element.
 *
 * @param idOf the object of a GUID or name; throws for others
 * @throws AdkError `BCD_BAD_VALUE`, `BCD_BAD_DEVICE`, `BCD_DRIVE_LETTER`
 */
export function parseElement(
  id: number,
  texts: readonly string[],
  objectType: number,
  idOf: (text: string) => Guid,
): ElementValue {
  const format = elementFormat(id);
  const text = texts.join(" ");
  const type = elementType(id, objectType);
  const values = type?.values ?? [];
  switch (format) {
    case "device":
      return { format, device: parseDeviceText(text) };
    case "string":
      return { format, text };
    case "object":
      return { format, id: idOf(text) };
    case "objects":
      return { format, ids: texts.map(idOf) };
    case "integer":
      if (IP_ADDRESS.test(type?.name ?? "") && text.includes(".")) return { format, number: parseIp(text) };
      return { format, number: parseNumber(text, values) };
    case "integers":
      return { format, numbers: texts.map((each) => parseNumber(each, values)) };
    case "boolean":
      if (/^(1|on|yes|true|0|off|no|false)$/i.test(text)) return { format, on: /^(1|on|yes|true)$/i.test(text) };
      throw badValue(text, "on or off");
    case undefined:
      throw badValue(text, "an element of a known format");
  }
}

const MOST_NUMBER = 0xffff_ffff_ffff_ffffn;

function formatIp(address: number): string {
  return [24, 16, 8, 0].map((shift) => (address >>> shift) & 0xff).join(".");
}

function parseIp(text: string): bigint {
  const parts = /^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$/.exec(text)?.slice(1).map(Number) ?? [];
  if (parts.length === 0 || parts.some((part) => part > 255)) throw badValue(text, "an IPv4 address");
  return BigInt(parts.reduce((number, part) => number * 256 + part, 0));
}

function parseNumber(text: string, names: readonly string[]): bigint {
  const index = names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  if (index >= 0) return BigInt(index);
  const number = /^(0x[0-9a-f]{1,16}|[0-9]{1,20})$/i.test(text) ? BigInt(text) : MOST_NUMBER + 1n;
  if (number > MOST_NUMBER) throw badValue(text, names.join(", ") || "a number of at most 64 bits");
  return number;
}

function badValue(found: string, expected: string): AdkError {
  const near = suggest(found.toLowerCase(), expected.toLowerCase().split(", "));
  const hint = near && `Did you mean ${near}?`;
  return new AdkError("BCD_BAD_VALUE", "The value is none for this element.", { kind: "usage", expected, found, hint });
}
