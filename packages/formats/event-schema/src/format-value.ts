import { FILETIME_MAX, formatFiletime, toHex } from "@adk/core";
import type { FieldLayout } from "./event-layout.ts";
import type { FieldValue } from "./field-value.ts";
import { valueName } from "./value-map.ts";

/** A value as text: names of enumerations, hexadecimal addresses and codes, FILETIMEs as ISO 8601. */
export function formatValue(field: FieldLayout, value: FieldValue): string {
  if (Array.isArray(value)) return `[${value.map((each) => formatValue(field, each)).join(", ")}]`;
  if (value === null) return "";
  if (value instanceof Uint8Array) return toHex(value);
  if (typeof value === "object") return formatStruct(field, value as Record<string, FieldValue>);
  if (typeof value === "bigint" || typeof value === "number") return formatNumber(field, value);
  return String(value);
}

function formatStruct(field: FieldLayout, values: Record<string, FieldValue>): string {
  const members = (field.fields ?? []).filter((member) => member.name in values);
  return `{${members.map((member) => `${member.name}=${formatValue(member, values[member.name] ?? null)}`).join(", ")}}`;
}

function formatNumber({ type, display, map }: FieldLayout, value: number | bigint): string {
  if (map !== undefined) return valueName(map, Number(value));
  const isTime = type === "filetime" || display === "datetime";
  if (isTime && typeof value === "bigint" && value >= 0n && value <= FILETIME_MAX) return formatFiletime(value);
  switch (display) {
    case "ntstatus":
    case "hresult":
      return hexadecimal(value, 8);
    case "hex":
    case "code-pointer":
      return hexadecimal(value, 1);
    case "boolean":
      return String(Number(value) !== 0);
    case "signed":
      return String(typeof value === "bigint" ? BigInt.asIntN(64, value) : value | 0);
    case "unsigned":
      return String(value);
    default:
      return type === "pointer" ? hexadecimal(value, 1) : String(value);
  }
}

function hexadecimal(value: number | bigint, digits: number): string {
  const unsigned = typeof value === "bigint" ? BigInt.asUintN(64, value) : value < 0 ? value >>> 0 : value;
  return `0x${unsigned.toString(16).padStart(digits, "0")}`;
}
