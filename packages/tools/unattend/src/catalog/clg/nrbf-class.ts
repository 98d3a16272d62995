import { AdkError, type ByteReader, type ByteWriter, check } from "@adk/core";
import { readString, writeString } from "./nrbf-primitives.ts";
import { BinaryType, type ClassLayout, type MemberType } from "./nrbf-records.ts";

/** [MS-NRBF] 2.3.1.1 ClassInfo and 2.3.1.2 MemberTypeInfo, with the library of classes that are not the system's. */
export function readClass(reader: ByteReader, isSystem: boolean): { id: number; layout: ClassLayout } {
  const id = reader.i32();
  const name = readString(reader);
  const count = reader.i32();
  // Each member takes at least two bytes: an empty name and a type.
  check(count >= 0 && count <= reader.remaining / 2, () => badClass(reader, "fewer members", count));
  const members = Array.from({ length: count }, () => readString(reader));
  const kinds = reader.slice(count);
  const types = Array.from(kinds, (binary) => readMemberType(reader, binary));
  const libraryId = isSystem ? undefined : reader.i32();
  return { id, layout: { name, members, types, libraryId } };
}

export function writeClass(writer: ByteWriter, id: number, layout: ClassLayout): void {
  writer.u32(id);
  writeString(writer, layout.name);
  writer.u32(layout.members.length);
  for (const member of layout.members) writeString(writer, member);
  for (const { binary } of layout.types) writer.u8(binary);
  for (const type of layout.types) writeMemberType(writer, type);
  if (layout.libraryId !== undefined) writer.u32(layout.libraryId);
}

/** What follows the kind of a type. */
export function readMemberType(reader: ByteReader, binary: number): MemberType {
  switch (binary) {
    case BinaryType.primitive:
    case BinaryType.primitiveArray:
      return { binary, primitive: reader.u8() };
    case BinaryType.systemClass:
      return { binary, className: readString(reader) };
    case BinaryType.class:
      return { binary, className: readString(reader), libraryId: reader.i32() };
    case BinaryType.string:
    case BinaryType.object:
    case BinaryType.objectArray:
    case BinaryType.stringArray:
      return { binary };
    default:
      throw badClass(reader, "a kind of type from 0 to 7", binary);
  }
}

export function writeMemberType(writer: ByteWriter, type: MemberType): void {
  if (type.primitive !== undefined) writer.u8(type.primitive);
  if (type.className !== undefined) writeString(writer, type.className);
  if (type.libraryId !== undefined) writer.u32(type.libraryId);
}

function badClass(reader: ByteReader, expected: string, found: number): AdkError {
  return new AdkError("NRBF_BAD_CLASS", "The description of a class cannot be read.", {
    file: reader.origin.file,
    offset: reader.offset,
    expected,
    found,
  });
}
