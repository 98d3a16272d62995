import { toHex } from "@adk/core";

/**
 * A value as a JSON document: `bigint` as a string of decimal digits (a number beyond 2^53 would lose digits in most
 * readers), `Uint8Array` as hexadecimal digits, `undefined` left out.
 */
export function toJson(value: unknown): string {
  return JSON.stringify(value, plain, 2);
}

function plain(this: unknown, key: string, value: unknown): unknown {
  // A Buffer has been through its own toJSON already; the holder still has it.
  const original = (this as Record<string, unknown>)[key];
  if (original instanceof Uint8Array) return toHex(original);
  return typeof value === "bigint" ? value.toString() : value;
}
