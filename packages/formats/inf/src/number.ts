import type { InfFile } from "./inf-file.ts";
import type { InfField } from "./tokenizer.ts";

/**
 * A number as INF files write it: decimal, or hexadecimal with `0x`; negative ones too. Undefined for an empty field, and
 * with a finding for one that is no number. From 0 to 2^32 - 1.
 */
export function readNumber(inf: InfFile, field: InfField | undefined): number | undefined {
  const text = inf.text(field).trim();
  if (field === undefined || text === "") return undefined;
  const number = parseNumber(text);
  if (number === undefined) inf.warn("INF_BAD_NUMBER", `${JSON.stringify(text)} is no number.`, field);
  return number === undefined ? undefined : number >>> 0;
}

/** Undefined for what is no number, or none of 32 bits. */
export function parseNumber(text: string): number | undefined {
  if (!/^-?(?:0x[\da-f]{1,8}|\d{1,10})$/i.test(text)) return undefined;
  const number = text.startsWith("-") ? -Number(text.slice(1)) : Number(text);
  return number >= -(2 ** 31) && number < 2 ** 32 ? number : undefined;
}
