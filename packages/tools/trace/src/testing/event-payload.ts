import { ByteWriter, guidToBytes, parseSid, sidToBytes } from "@adk/core";
import { type EventLayout, type FieldLayout, fixedSize } from "@adk/event-schema";

/** Values of fields by name; a field that is left out is zero or empty. Addresses are numbers with a sign. */
export interface FieldValues {
  readonly [name: string]: FieldInput | undefined;
}
export type FieldInput = number | bigint | string | Uint8Array | readonly FieldInput[] | FieldValues;

/** The payload of an event whose fields have some values: what reading by the layout gives back. */
export function payloadOf({ name, fields }: EventLayout, values: FieldValues, pointerSize: 4 | 8 = 8): Uint8Array {
  for (const key of Object.keys(values)) {
    if (!fields.some((field) => field.name === key)) throw new TypeError(`${name} has no field ${key}`);
  }
  const writer = new ByteWriter();
  for (const field of fields) writeField(writer, field, values[field.name], pointerSize);
  return writer.finish();
}

function writeField(writer: ByteWriter, field: FieldLayout, value: FieldInput | undefined, pointerSize: 4 | 8): void {
  const { count } = field;
  if (count === undefined) {
    writeElement(writer, field, value, pointerSize);
    return;
  }
  const elements = Array.isArray(value) ? (value as readonly FieldInput[]) : [];
  const length = typeof count === "number" ? count : elements.length;
  for (let i = 0; i < length; i++) writeElement(writer, field, elements[i], pointerSize);
}

function writeElement(writer: ByteWriter, field: FieldLayout, value: FieldInput | undefined, pointerSize: 4 | 8): void {
  switch (field.type) {
    case "unicode-string":
      writeText(writer, field, String(value ?? ""), 2);
      return;
    case "ansi-string":
      writeText(writer, field, String(value ?? ""), 1);
      return;
    case "guid":
      writer.bytes(guidToBytes(String(value ?? "00000000-0000-0000-0000-000000000000")));
      return;
    case "wbem-sid":
      // A TOKEN_USER is in front of it: a pointer to the SID, and attributes.
      if (value === undefined) writer.u32(0);
      else {
        writer.u32(0xdead_beef).zeros(pointerSize * 2 - 4);
        writer.bytes(sidToBytes(parseSid(String(value))));
      }
      return;
    case "binary": {
      const bytes = value instanceof Uint8Array ? value : new Uint8Array(0);
      writer.bytes(bytes);
      if (typeof field.length === "number") writer.zeros(field.length - bytes.length);
      return;
    }
    case "struct":
      for (const member of field.fields ?? []) {
        writeField(writer, member, (value as FieldValues | undefined)?.[member.name], pointerSize);
      }
      return;
    default:
      writeNumber(writer, field, numberOf(field, value ?? 0), pointerSize);
  }
}

function writeText(writer: ByteWriter, { length }: FieldLayout, text: string, width: 1 | 2): void {
  // A text whose length stands in another field has no zero behind it.
  const ended = length === undefined ? `${text}\0` : text;
  const units = typeof length === "number" ? text.slice(0, length).padEnd(length, "\0") : ended;
  if (width === 2) writer.utf16(units);
  else for (let i = 0; i < units.length; i++) writer.u8(units.charCodeAt(i));
}

/** An address of the network may be text: `192.0.2.1`. */
function numberOf({ display }: FieldLayout, value: FieldInput): bigint {
  if (display === "ipv4" && typeof value === "string") {
    return value.split(".").reduce((sum, part, i) => sum | (BigInt(part) << BigInt(8 * i)), 0n);
  }
  return BigInt(value as number | bigint);
}

function writeNumber(writer: ByteWriter, field: FieldLayout, value: bigint, pointerSize: 4 | 8): void {
  const size = /float|double/.test(field.type) ? undefined : fixedSize(field.type, pointerSize);
  if (size === undefined) throw new TypeError(`field ${field.name}: no values of type ${field.type} can be made`);
  const unsigned = BigInt.asUintN(size * 8, value);
  for (let i = 0; i < size; i++) {
    const byte = field.display === "port" ? size - 1 - i : i;
    writer.u8(Number((unsigned >> BigInt(8 * byte)) & 0xffn));
  }
}
