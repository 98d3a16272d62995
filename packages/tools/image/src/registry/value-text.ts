import { AdkError, fromHex, toHex } from "@adk/core";
import {
  formatRegType,
  numberData,
  parseRegType,
  RegType,
  textData,
  textsData,
  type Value,
  valueContent,
} from "@adk/registry";
import type { RegistryData, RegistryValue } from "./schemas.ts";

/** Data as JSON has it: text, a list of texts, a number (of 64 bits as decimal digits), other data in hex. */
export function jsonData(type: number, data: Uint8Array): RegistryData {
  const content = valueContent(type, data);
  switch (content.kind) {
    case "text":
      return content.text;
    case "texts":
      return [...content.texts];
    case "number":
      return type === RegType.QWORD ? String(content.number) : Number(content.number);
    default:
      return toHex(content.bytes);
  }
}

/** Data as people read it, on one line. */
export function dataText(type: number, data: Uint8Array): string {
  const content = valueContent(type, data);
  switch (content.kind) {
    case "text":
      return content.text;
    case "texts":
      return content.texts.join(" | ");
    case "number":
      return `0x${content.number.toString(16)} (${content.number})`;
    default:
      return toHex(content.bytes);
  }
}

/** A value as JSON has it. @param secret whether its data is not to be shown */
export function describeValue(value: Value, secret: boolean): RegistryValue {
  const { name, type, size } = value;
  const facts = { name, type: formatRegType(type), size };
  if (secret) return { ...facts, withheld: true };
  const data = value.hive.attempt(() => value.data());
  return data ? { ...facts, data: jsonData(type, data) } : { ...facts, damaged: true };
}

/** @throws AdkError `REG_UNKNOWN_TYPE` */
export function typeOf(text: string): number {
  const type = parseRegType(text);
  if (type !== undefined) return type;
  throw new AdkError("REG_UNKNOWN_TYPE", `"${text}" is no type of a value.`, {
    kind: "usage",
    expected: `${Object.keys(RegType)
      .map((name) => `REG_${name}`)
      .join(", ")}, or a number`,
  });
}

/**
 * Data of a type, as it is typed: text; several texts for REG_MULTI_SZ; a number, decimal or `0x` hexadecimal; for other types
 * bytes in hexadecimal, with or without spaces and commas.
 *
 * @throws AdkError `REG_BAD_DATA`
 */
export function parseData(type: number, texts: readonly string[]): Uint8Array {
  if (type === RegType.MULTI_SZ) return multiData(texts);
  const [text = "", ...more] = texts;
  if (more.length > 0) throw badData("Only a REG_MULTI_SZ has several texts.", texts.join(", "));
  switch (type) {
    case RegType.SZ:
    case RegType.EXPAND_SZ:
    case RegType.LINK:
      return textData(text, type);
    case RegType.DWORD:
    case RegType.DWORD_BIG_ENDIAN:
    case RegType.QWORD:
      return numberData(parseNumber(text, type === RegType.QWORD ? 64 : 32), type);
    default: {
      const digits = text.replace(/^0x|[\s,]/gi, "");
      if (!/^([0-9a-f]{2})*$/i.test(digits)) throw badData("Two hexadecimal digits a byte were expected.", text);
      return fromHex(digits);
    }
  }
}

function multiData(texts: readonly string[]): Uint8Array {
  if (texts.includes("") && texts.length > 1)
    throw badData("A REG_MULTI_SZ cannot hold an empty text.", texts.join(", "));
  return textsData(texts.filter((text) => text !== ""));
}

function parseNumber(text: string, bits: 32 | 64): bigint {
  if (/^(0x[0-9a-f]+|[0-9]+)$/i.test(text)) {
    const number = BigInt(text);
    if (number < 1n << BigInt(bits)) return number;
  }
  throw badData(`A number of ${bits} bits was expected, decimal or 0x hexadecimal.`, text);
}

function badData(message: string, found: string): AdkError {
  return new AdkError("REG_BAD_DATA", message, { kind: "usage", found });
}

/** The kit never shows hashes of passwords and what protects them. */
export function withheld(file: string, key: string): AdkError {
  return new AdkError("REG_SECRET_WITHHELD", "The data of values here may be a secret and is not shown.", {
    kind: "unsupported",
    file,
    found: key,
  });
}
