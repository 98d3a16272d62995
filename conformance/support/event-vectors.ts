import { readFileSync } from "node:fs";
import { join } from "node:path";

/** Bytes of a real event, and what the program that they come from reads in them, as the text of C++ expressions. */
export interface EventVector {
  readonly name: string;
  readonly bytes: Uint8Array;
  readonly expected: readonly (readonly [name: string, value: string])[];
}

export function readEventVectors(directory: string): EventVector[] {
  const text = readFileSync(join(directory, "event-test-vectors.json"), "utf8");
  const vectors = JSON.parse(text) as Record<string, { hex: string; expect: [string, string][] }>;
  return Object.entries(vectors).map(([name, { hex, expect }]) => {
    return { name, bytes: new Uint8Array(Buffer.from(hex, "hex")), expected: expect };
  });
}

/** What a C++ expression of the vectors stands for; enumerators by their last name. */
export function expectedValue(text: string): string {
  const string = /^std::(?:u16)?string\(u?"(.*)"\)$/s.exec(text) ?? /^"(.*)"$/s.exec(text);
  if (string !== null) return string[1]!.replaceAll("\\\\", "\\");
  if (text.includes("guid{")) return guidText(text);
  if (/^[\d'x.a-fA-F]+(ULL)?$/.test(text)) {
    const digits = text.replace(/ULL$/, "").replaceAll("'", "");
    return digits.includes(".") ? digits : String(BigInt(digits));
  }
  return text.includes("::") ? text.slice(text.lastIndexOf("::") + 2) : text;
}

function guidText(text: string): string {
  const parts = [...text.replaceAll("'", "").matchAll(/0x([\dA-Fa-f]+)/g)].map((match) => match[1]!.toLowerCase());
  const [data1 = "", data2 = "", data3 = "", ...rest] = parts;
  const bytes = rest.map((byte) => byte.padStart(2, "0")).join("");
  return [
    data1.padStart(8, "0"),
    data2.padStart(4, "0"),
    data3.padStart(4, "0"),
    bytes.slice(0, 4),
    bytes.slice(4),
  ].join("-");
}
