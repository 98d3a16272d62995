import { AdkError, type ByteReader, type ByteWriter, check } from "@adk/core";

/** [MS-NRBF] 2.1.2.3 PrimitiveTypeEnumeration. */
export const Primitive = {
  boolean: 1,
  byte: 2,
  char: 3,
  decimal: 5,
  double: 6,
  int16: 7,
  int32: 8,
  int64: 9,
  sbyte: 10,
  single: 11,
  timeSpan: 12,
  dateTime: 13,
  uint16: 14,
  uint32: 15,
  uint64: 16,
  null: 17,
  string: 18,
} as const;

/** 64-bit values, time spans and dates (ticks with the kind in the top bits) are `bigint`; `null` is the type 17. */
export type PrimitiveValue = number | bigint | boolean | string | null;

/** @throws AdkError `NRBF_BAD_PRIMITIVE` for a type that is not one, or a value that would not be written the same */
export function readPrimitive(reader: ByteReader, type: number): PrimitiveValue {
  const at = reader.position;
  switch (type) {
    case Primitive.boolean: {
      const value = reader.u8();
      if (value > 1) throw badPrimitive(reader, at, "0 or 1", value);
      return value === 1;
    }
    case Primitive.byte:
      return reader.u8();
    case Primitive.char:
      return readChar(reader);
    case Primitive.decimal:
    case Primitive.string:
      return readString(reader);
    case Primitive.double:
      return reader.view.getFloat64(reader.take(8), true);
    case Primitive.int16:
      return reader.view.getInt16(reader.take(2), true);
    case Primitive.int32:
      return reader.i32();
    case Primitive.int64:
    case Primitive.timeSpan:
      return BigInt.asIntN(64, reader.u64());
    case Primitive.sbyte:
      return reader.view.getInt8(reader.take(1));
    case Primitive.single:
      return reader.view.getFloat32(reader.take(4), true);
    case Primitive.uint16:
      return reader.u16();
    case Primitive.uint32:
      return reader.u32();
    case Primitive.dateTime:
    case Primitive.uint64:
      return reader.u64();
    case Primitive.null:
      return null;
    default:
      throw badPrimitive(reader, at, "a primitive type", type);
  }
}

export function writePrimitive(writer: ByteWriter, type: number, value: PrimitiveValue): void {
  switch (type) {
    case Primitive.boolean:
      writer.u8(value === true ? 1 : 0);
      break;
    case Primitive.byte:
    case Primitive.sbyte:
      writer.u8((value as number) & 0xff);
      break;
    case Primitive.char:
      writer.bytes(Buffer.from(value as string, "utf8"));
      break;
    case Primitive.decimal:
    case Primitive.string:
      writeString(writer, value as string);
      break;
    case Primitive.double: {
      const bytes = new Uint8Array(8);
      new DataView(bytes.buffer).setFloat64(0, value as number, true);
      writer.bytes(bytes);
      break;
    }
    case Primitive.single: {
      const bytes = new Uint8Array(4);
      new DataView(bytes.buffer).setFloat32(0, value as number, true);
      writer.bytes(bytes);
      break;
    }
    case Primitive.int16:
    case Primitive.uint16:
      writer.u16((value as number) & 0xffff);
      break;
    case Primitive.int32:
    case Primitive.uint32:
      writer.u32(value as number);
      break;
    case Primitive.int64:
    case Primitive.timeSpan:
    case Primitive.dateTime:
    case Primitive.uint64:
      writer.u64(BigInt.asUintN(64, value as bigint));
      break;
  }
}

/** A length of 7 bits a byte, then UTF-8. */
export function readString(reader: ByteReader): string {
  const at = reader.position;
  let length = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = reader.u8();
    length += (byte & 0x7f) * 2 ** shift;
    // A last byte of zero would be left out when the length is written.
    if (byte === 0 && shift > 0) throw badPrimitive(reader, at, "a length in its shortest form", length);
    if (byte < 0x80) break;
    if (shift === 28) throw badPrimitive(reader, at, "a length of 31 bits", "a longer one");
  }
  const start = reader.take(length);
  const text = Buffer.from(reader.bytes.buffer, reader.bytes.byteOffset + start, length).toString("utf8");
  if (text.includes("\ufffd") && Buffer.byteLength(text) !== length)
    throw badPrimitive(reader, at, "UTF-8", "other bytes");
  return text;
}

export function writeString(writer: ByteWriter, text: string): void {
  const bytes = Buffer.from(text, "utf8");
  let length = bytes.length;
  while (length >= 0x80) {
    writer.u8((length & 0x7f) | 0x80);
    length >>>= 7;
  }
  writer.u8(length).bytes(bytes);
}

/** One UTF-16 code unit, stored as UTF-8. */
function readChar(reader: ByteReader): string {
  const at = reader.position;
  const first = reader.bytes[at] ?? 0;
  const length = first < 0x80 ? 1 : first < 0xe0 ? 2 : 3;
  const bytes = reader.slice(length);
  const text = Buffer.from(bytes).toString("utf8");
  check(text.length === 1 && Buffer.from(text, "utf8").equals(bytes), () =>
    badPrimitive(reader, at, "one character in UTF-8", "other bytes"),
  );
  return text;
}

function badPrimitive(reader: ByteReader, at: number, expected: string, found: string | number): AdkError {
  return new AdkError("NRBF_BAD_PRIMITIVE", "A value of the serialized data cannot be read.", {
    file: reader.origin.file,
    offset: (reader.origin.base ?? 0) + at,
    expected,
    found,
  });
}
