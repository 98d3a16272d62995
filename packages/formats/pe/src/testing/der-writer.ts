import { encodeUtf16 } from "@adk/core";
import { contextTag, Tag } from "../der.ts";

/** A value in DER: tag, length, and the parts one behind the other. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(parts);
  const length = content.length;
  if (length < 0x80) return Buffer.concat([Buffer.from([tag, length]), content]);
  const digits = length.toString(16);
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, "hex");
  return Buffer.concat([Buffer.from([tag, 0x80 | bytes.length]), bytes, content]);
}

export const sequence = (...parts: readonly Uint8Array[]) => der(Tag.SEQUENCE, ...parts);
export const set = (...parts: readonly Uint8Array[]) => der(Tag.SET, ...parts);
export const octets = (bytes: Uint8Array) => der(Tag.OCTET_STRING, bytes);
export const context = (number: number, ...parts: readonly Uint8Array[]) => der(contextTag(number), ...parts);
export const nothing = () => der(Tag.NULL);
export const truth = () => der(Tag.BOOLEAN, Buffer.from([0xff]));
export const bits = (bytes: Uint8Array) => der(Tag.BIT_STRING, Buffer.from([0]), bytes);
export const text = (value: string) => der(0x0c, Buffer.from(value));
export const bmp = (value: string) => der(Tag.BMP_STRING, Buffer.from(encodeUtf16(value)).swap16());

export function integer(value: number): Uint8Array {
  const digits = value.toString(16);
  const bytes = Buffer.from(digits.length % 2 ? `0${digits}` : digits, "hex");
  return der(Tag.INTEGER, (bytes[0] ?? 0) & 0x80 ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second, ...rest].flatMap((part) => {
    const groups = [part & 0x7f];
    for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
      groups.unshift((left & 0x7f) | 0x80);
    return groups;
  });
  return der(Tag.OBJECT_IDENTIFIER, Buffer.from(bytes));
}

const digitsOf = (date: Date) => date.toISOString().replaceAll(/[-:T]|\.\d+/g, "");

/** As certificates and catalogs have it: with two digits of the year up to 2049. */
export function time(date: Date): Uint8Array {
  return date.getUTCFullYear() < 2050 ? der(Tag.UTC_TIME, Buffer.from(digitsOf(date).slice(2))) : generalizedTime(date);
}

export function generalizedTime(date: Date): Uint8Array {
  return der(Tag.GENERALIZED_TIME, Buffer.from(digitsOf(date)));
}
