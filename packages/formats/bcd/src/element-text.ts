import { AdkError, type Guid, suggest, toHex } from "@adk/core";
import { formatDevice, parseDeviceText } from "./device-text.ts";
import { elementFormat, elementIdOf, elementNames, elementType } from "./element-type.ts";
import type { ElementValue } from "./element-value.ts";

/** Numbers that bcdedit shows in hexadecimal: addresses, masks and ids of settings. */
const HEXADECIMAL =
  /address|memory|mask|^truncate|^relocate|xsaveaddfeature|xsaveremovefeature|xsaveprocessors|allowedinmemorysettings|customactions/;

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
    return name ?? (type && !HEXADECIMAL.test(type.name) ? `${value}` : `0x${value.toString(16)}`);
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

/** The element of a name in an object of a type. @throws AdkError `BCD_NO_ELEMENT` */
export function elementIdFor(name: string, objectType: number): number {
  const id = elementIdOf(name, objectType);
  if (id !== undefined) return id;
  const near = suggest(name.toLowerCase(), elementNames(objectType));
  throw new AdkError("BCD_NO_ELEMENT", "Objects of this type have no such element.", {
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
  const values = elementType(id, objectType)?.values ?? [];
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

function parseNumber(text: string, names: readonly string[]): bigint {
  const index = names.findIndex((name) => name.toLowerCase() === text.toLowerCase());
  if (index >= 0) return BigInt(index);
  if (!/^(0x[0-9a-f]{1,16}|[0-9]{1,20})$/i.test(text)) throw badValue(text, names.join(", ") || "a number");
  return BigInt.asUintN(64, BigInt(text));
}

function badValue(found: string, expected: string): AdkError {
  return new AdkError("BCD_BAD_VALUE", "The value is none for this element.", { kind: "usage", expected, found });
}
