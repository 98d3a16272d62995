import type { FieldValue } from "./field-value.ts";

const SPECIFICATION = /^([-+ #0]*)(\d{1,4})?(?:\.(\d{1,4}))?(?:hh|h|ll|l|w|I64|I32|I|z|j|t)?([diouxXcCsSpfFeEgG])$/;
/** Characters that one argument may be filled up to. */
const MOST_WIDTH = 1024;

/**
 * One argument by a specification of printf, without its percent sign (`08x`); as it is shown otherwise if there is none, or
 * it does not fit the value.
 */
export function printf(specification: string, value: FieldValue, shown: string): string {
  const [, flags = "", width, precision, conversion = ""] = SPECIFICATION.exec(specification) ?? [];
  const text = convert(conversion, flags, precision === undefined ? undefined : Number(precision), value) ?? shown;
  const size = Math.min(Number(width ?? 0), MOST_WIDTH);
  if (flags.includes("-")) return text.padEnd(size);
  const zeros = flags.includes("0") && typeof value !== "string";
  return zeros && text.startsWith("-")
    ? `-${text.slice(1).padStart(size - 1, "0")}`
    : text.padStart(size, zeros ? "0" : " ");
}

function convert(
  conversion: string,
  flags: string,
  precision: number | undefined,
  value: FieldValue,
): string | undefined {
  if (/[sS]/.test(conversion)) return typeof value === "string" ? value.slice(0, precision) : undefined;
  if (/[fFeEgG]/.test(conversion)) return typeof value === "number" ? float(conversion, value, precision) : undefined;
  if (typeof value !== "number" && typeof value !== "bigint") return undefined;
  if (/[cC]/.test(conversion)) return String.fromCharCode(Number(value) & 0xffff);
  const text = integer(conversion, flags, value);
  return text?.padStart(precision ?? 0, "0");
}

function float(conversion: string, value: number, precision = 6): string {
  const digits = Math.min(precision, 100);
  if (/[fF]/.test(conversion)) return value.toFixed(digits);
  return /[eE]/.test(conversion) ? value.toExponential(digits) : String(Number(value.toPrecision(Math.max(1, digits))));
}

function integer(conversion: string, flags: string, value: number | bigint): string | undefined {
  if (typeof value === "number" && !Number.isInteger(value)) return undefined;
  const unsigned = typeof value === "bigint" ? BigInt.asUintN(64, value) : value < 0 ? value >>> 0 : value;
  switch (conversion) {
    case "d":
    case "i": {
      const signed = typeof value === "bigint" ? BigInt.asIntN(64, value) : value | 0;
      return flags.includes("+") && signed >= 0 ? `+${signed}` : String(signed);
    }
    case "u":
      return String(unsigned);
    case "o":
      return unsigned.toString(8);
    case "x":
      return `${flags.includes("#") ? "0x" : ""}${unsigned.toString(16)}`;
    case "X":
      return `${flags.includes("#") ? "0X" : ""}${unsigned.toString(16).toUpperCase()}`;
    default:
      return conversion === "p"
        ? `0x${unsigned.toString(16).padStart(typeof value === "bigint" ? 16 : 8, "0")}`
        : undefined;
  }
}
