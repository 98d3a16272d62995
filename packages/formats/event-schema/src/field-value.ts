import { ByteReader, decodeUtf16, guidFromBytes, readSid } from "@adk/core";
import type { FieldLayout } from "./event-layout.ts";
import type { PointerSize } from "./field-extent.ts";
import { formatIpv4, formatIpv6, formatSocketAddress } from "./network-address.ts";

/**
 * A value as it is: numbers, `bigint` for 64 bits, pointers and FILETIMEs, text of strings, GUIDs, SIDs, network addresses and
 * SYSTEMTIMEs (`2021-09-09T14:59:35.031`, no zone is stored), host order of ports, elements of arrays, members of structures.
 */
export type FieldValue =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly FieldValue[]
  | { readonly [name: string]: FieldValue };

/** The value of one element that lies in `at` to `end`; not of structures. */
export function readValue(
  field: FieldLayout,
  view: DataView,
  at: number,
  end: number,
  pointerSize: PointerSize,
): FieldValue {
  switch (field.type) {
    case "int8":
      return view.getInt8(at);
    case "uint8":
      return view.getUint8(at);
    case "boolean8":
      return view.getUint8(at) !== 0;
    case "int16":
      return view.getInt16(at, true);
    case "uint16":
      // Ports are stored in network order, whatever the machine.
      return view.getUint16(at, field.display !== "port");
    case "int32":
      return view.getInt32(at, true);
    case "uint32":
      return field.display === "ipv4" ? formatIpv4(view, at) : view.getUint32(at, true);
    case "boolean":
      return view.getUint32(at, true) !== 0;
    case "int64":
      return view.getBigInt64(at, true);
    case "uint64":
    case "filetime":
      return view.getBigUint64(at, true);
    case "float":
      return view.getFloat32(at, true);
    case "double":
      return view.getFloat64(at, true);
    case "pointer":
      return pointerSize === 4 ? BigInt(view.getUint32(at, true)) : view.getBigUint64(at, true);
    case "unicode-char":
      return String.fromCharCode(view.getUint16(at, true));
    case "ansi-char":
      return String.fromCharCode(view.getUint8(at));
    case "guid":
      return guidFromBytes(bytesOf(view, at, end));
    case "systemtime":
      return formatSystemTime(view, at);
    case "sid":
      return readSidText(view, at, end);
    case "wbem-sid":
      return end - at <= 4 ? "" : readSidText(view, at + 2 * pointerSize, end);
    case "unicode-string":
    case "ansi-string":
      return readText(field, view, at, end);
    case "binary":
      return readBinary(field, view, field.length === "u16" ? at + 2 : at, end);
    default:
      return null;
  }
}

function bytesOf(view: DataView, at: number, end: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at, end - at);
}

/** Text to the first zero: fixed fields are filled up behind it. Counted text is taken whole. */
function readText({ type, length, display }: FieldLayout, view: DataView, at: number, end: number): string {
  const bytes = bytesOf(view, length === "u16" ? at + 2 : at, end);
  // A last odd byte is no character; node 24 writes beyond its memory if it is asked for one at an odd address.
  const text =
    type === "unicode-string" ? decodeUtf16(bytes) : asBuffer(bytes).toString(display === "utf8" ? "utf8" : "latin1");
  if (length === "u16") return text;
  const zero = text.indexOf("\0");
  return zero < 0 ? text : text.slice(0, zero);
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function readBinary(field: FieldLayout, view: DataView, at: number, end: number): FieldValue {
  const bytes = bytesOf(view, at, end);
  if (field.display === "ipv6" && bytes.length === 16) return formatIpv6(bytes);
  if (field.display === "ipv4" && bytes.length === 4) return formatIpv4(view, at);
  if (field.display === "socket-address") return formatSocketAddress(bytes) ?? bytes;
  return bytes;
}

function readSidText(view: DataView, at: number, end: number): FieldValue {
  const bytes = bytesOf(view, at, end);
  // Noise in the place of a SID stays bytes.
  const valid = bytes[0] === 1 && (bytes[1] ?? 16) <= 15;
  return valid ? readSid(new ByteReader(bytes)) : bytes;
}

/** [MS-DTYP] 2.3.13: year, month, day of week, day, hour, minute, second, milliseconds. */
function formatSystemTime(view: DataView, at: number): string {
  const part = (index: number, digits: number) => String(view.getUint16(at + index * 2, true)).padStart(digits, "0");
  return `${part(0, 4)}-${part(1, 2)}-${part(3, 2)}T${part(4, 2)}:${part(5, 2)}:${part(6, 2)}.${part(7, 3)}`;
}
