import { visibleText } from "./escape.ts";
import { formatBytes, formatDate, formatDuration, formatNumber, groupDigits } from "./format.ts";

/**
 * How a value is written, sorted and aligned. `bytes` are counts of bytes, `duration` is milliseconds, `date` is a `Date`
 * or milliseconds since 1970, `hash` is set in a fixed-width face.
 */
export type ValueType = "text" | "number" | "bytes" | "duration" | "date" | "hash";

export type Value = string | number | bigint | boolean | Date | null | undefined;

/** A value as it stands in a page's data: dates as milliseconds, integers beyond 2^53 as digits. */
export type PlainValue = string | number | null;

export function plainValue(value: Value): PlainValue {
  if (value === null || value === undefined) return null;
  if (typeof value === "string") return visibleText(value);
  if (typeof value === "boolean") return value ? "yes" : "no";
  if (typeof value === "bigint") return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  const number = value instanceof Date ? value.getTime() : value;
  return Number.isFinite(number) ? number : null;
}

export function formatPlain(type: ValueType, value: PlainValue): string {
  if (value === null) return "";
  if (typeof value === "string") return /^-?\d+$/.test(value) ? formatDigits(type, value) : value;
  switch (type) {
    case "number":
      return formatNumber(value);
    case "bytes":
      return formatBytes(value);
    case "duration":
      return formatDuration(value);
    case "date":
      return formatDate(value);
    default:
      return String(value);
  }
}

/** Digits are text in a text column (a build number, a product code) and a large integer in a column of numbers. */
function formatDigits(type: ValueType, digits: string): string {
  if (type === "number") return groupDigits(digits);
  return type === "bytes" ? formatBytes(BigInt(digits)) : digits;
}

/** Quantities are aligned at their end, so that their digits stand under each other. */
export function isQuantity(type: ValueType): boolean {
  return type === "number" || type === "bytes" || type === "duration";
}
