import { AdkError, type ByteReader, type ByteWriter, check, type Limits, limitExceeded, withLimits } from "@adk/core";
import { readClass, readMemberType, writeClass, writeMemberType } from "./nrbf-class.ts";
import { readPrimitive, readString, writePrimitive, writeString } from "./nrbf-primitives.ts";
import {
  type ArrayRecord,
  BinaryType,
  type ClassLayout,
  type ClassRecord,
  isRecord,
  type MemberType,
  type NrbfItem,
  type NrbfRecord,
  type NrbfStream,
  RecordType,
} from "./nrbf-records.ts";

// .NET's BinaryFormatter data ([MS-NRBF]) as data: nothing is ever instantiated, and the nesting of records is kept on a
// stack of our own, so that no input can do harm by what it names or how deep it goes.

/** What has values in it. */
type Container = ClassRecord | ArrayRecord;

/**
 * Reads one stream; the reader stands behind its end afterwards.
 *
 * @throws AdkError `NRBF_BAD_HEADER`, `NRBF_BAD_CLASS`, `NRBF_BAD_ARRAY`, `NRBF_BAD_PRIMITIVE`, `NRBF_BAD_RECORD`,
 *   `NRBF_UNSUPPORTED_RECORD`, `UNEXPECTED_END`, `LIMIT_EXCEEDED`
 */
export function readNrbf(reader: ByteReader, some: Partial<Limits> = {}): NrbfStream {
  const limits = withLimits(some);
  const start = reader.offset;
  const isHeader = reader.u8() === RecordType.header;
  const rootId = reader.i32();
  const headerId = reader.i32();
  const major = reader.i32();
  const minor = reader.i32();
  check(isHeader && major === 1 && minor === 0, () => {
    const where = { file: reader.origin.file, offset: start };
    return new AdkError("NRBF_BAD_HEADER", "This is no .NET binary serialization (MS-NRBF).", where);
  });
  const records: NrbfRecord[] = [];
  const objects = new Map<number, NrbfRecord>();
  const layouts = new Map<number, ClassLayout>();
  // The object or array that is being read, how many values of it are still to come, and how many items it has; below,
  // those around it. Plain variables, as this loop turns a quarter of a million times for a catalogue.
  let place: Container | undefined;
  let left = 0;
  let filled = 0;
  const outer: Container[] = [];
  const outerCounts: number[] = [];
  for (let count = 0; ; count++) {
    if (count > limits.entries) throw limitExceeded("entries", count, limits, { file: reader.origin.file });
    while (place && left === 0) {
      place = outer.pop();
      filled = outerCounts.pop() ?? 0;
      left = outerCounts.pop() ?? 0;
    }
    if (place) {
      const { binary, primitive } = typeOfNext(place, left);
      if (binary === BinaryType.primitive) {
        place.items[filled++] = readPrimitive(reader, primitive!);
        left--;
        continue;
      }
    }
    const record = readRecord(reader, layouts);
    if (record === undefined) {
      if (place) throw badRecord(reader, "The data ends inside an object.");
      return { rootId, headerId, records, objects };
    }
    if (place) {
      place.items[filled++] = record;
      if (record.type !== "library") left -= record.type === "null" ? record.count : 1;
      if (left < 0) throw badRecord(reader, "There are more nulls than the array has elements.");
    } else records.push(record);
    if (record.type === "string") objects.set(record.id, record);
    if (record.type === "class" || record.type === "array") {
      objects.set(record.id, record);
      if (place) {
        outer.push(place);
        outerCounts.push(left, filled);
      }
      place = record;
      filled = 0;
      left = lengthOf(record);
    }
  }
}

/** @param left how many values are still to come */
function typeOfNext(place: Container, left: number): MemberType {
  return place.type === "array" ? place.elements : place.layout.types[place.layout.types.length - left]!;
}

function lengthOf(place: Container): number {
  return place.type === "class" ? place.layout.types.length : product(place.lengths);
}

function product(lengths: readonly number[]): number {
  let all = 1;
  for (const length of lengths) all *= length;
  return all;
}

/** Half of the records of a catalogue are this one. */
const ONE_NULL: NrbfRecord = Object.freeze({ type: "null", record: RecordType.null, count: 1 });

/** Undefined at the end of the stream. */
function readRecord(reader: ByteReader, layouts: Map<number, ClassLayout>): NrbfRecord | undefined {
  const at = reader.offset;
  const record = reader.u8();
  switch (record) {
    case RecordType.classWithId: {
      const id = reader.i32();
      const layoutOf = reader.i32();
      const layout = layouts.get(layoutOf);
      if (!layout) throw badRecord(reader, "An object refers to a class that was not described before.");
      // Others may refer to this one in turn.
      layouts.set(id, layout);
      return { type: "class", id, layout, layoutOf, items: new Array(layout.types.length) };
    }
    case RecordType.systemClass:
    case RecordType.class: {
      const { id, layout } = readClass(reader, record === RecordType.systemClass);
      layouts.set(id, layout);
      return { type: "class", id, layout, layoutOf: undefined, items: new Array(layout.types.length) };
    }
    case RecordType.string:
      return { type: "string", id: reader.i32(), text: readString(reader) };
    case RecordType.binaryArray:
    case RecordType.primitiveArray:
    case RecordType.objectArray:
    case RecordType.stringArray:
      return readArray(reader, record);
    case RecordType.primitive: {
      const primitive = reader.u8();
      return { type: "primitive", primitive, value: readPrimitive(reader, primitive) };
    }
    case RecordType.reference:
      return { type: "reference", id: reader.i32() };
    case RecordType.null:
      return ONE_NULL;
    case RecordType.nulls256:
      return { type: "null", record, count: reader.u8() };
    case RecordType.nulls:
      return { type: "null", record, count: reader.u32() };
    case RecordType.library:
      return { type: "library", id: reader.i32(), name: readString(reader) };
    case RecordType.end:
      return undefined;
    default:
      throw new AdkError("NRBF_UNSUPPORTED_RECORD", "A record of this type cannot be read.", {
        kind: "unsupported",
        file: reader.origin.file,
        offset: at,
        found: record,
      });
  }
}

/** [MS-NRBF] 2.4.3; elements are read one by one, so that a length alone allocates nothing. */
function readArray(reader: ByteReader, record: ArrayRecord["record"]): ArrayRecord {
  const id = reader.i32();
  const single = { type: "array", id, record, arrayType: 0, lowerBounds: [], items: [] } as const;
  if (record !== RecordType.binaryArray) {
    const lengths = [reader.u32()];
    if (record === RecordType.primitiveArray) {
      return { ...single, items: [], lengths, elements: { binary: BinaryType.primitive, primitive: reader.u8() } };
    }
    const binary = record === RecordType.objectArray ? BinaryType.object : BinaryType.string;
    return { ...single, items: [], lengths, elements: { binary } };
  }
  const arrayType = reader.u8();
  const rank = reader.u32();
  check(arrayType <= 5 && rank >= 1 && rank <= 32, () => badArray(reader, rank));
  const lengths = Array.from({ length: rank }, () => reader.u32());
  check(product(lengths) <= Number.MAX_SAFE_INTEGER, () => badArray(reader, rank));
  const lowerBounds = arrayType < 3 ? [] : Array.from({ length: rank }, () => reader.i32());
  const elements = readMemberType(reader, reader.u8());
  return { ...single, items: [], arrayType, lengths, lowerBounds, elements };
}

/** Writes what `readNrbf` read, byte for byte. */
export function writeNrbf(writer: ByteWriter, stream: NrbfStream): void {
  writer.u8(RecordType.header).u32(stream.rootId).u32(stream.headerId).u32(1).u32(0);
  for (const record of stream.records) writeTree(writer, record);
  writer.u8(RecordType.end);
}

function writeTree(writer: ByteWriter, root: NrbfRecord): void {
  const open: { place: Container; next: number; left: number }[] = [];
  const begin = (record: NrbfRecord) => {
    writeRecord(writer, record);
    if (record.type === "class" || record.type === "array")
      open.push({ place: record, next: 0, left: lengthOf(record) });
  };
  begin(root);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const { items } = top.place;
    if (top.next === items.length) {
      open.pop();
      continue;
    }
    const item = items[top.next++] as NrbfItem;
    if (!isRecord(item)) writePrimitive(writer, typeOfNext(top.place, top.left--).primitive!, item);
    else {
      if (item.type !== "library") top.left -= item.type === "null" ? item.count : 1;
      begin(item);
    }
  }
}

function writeRecord(writer: ByteWriter, record: NrbfRecord): void {
  switch (record.type) {
    case "class":
      if (record.layoutOf !== undefined) writer.u8(RecordType.classWithId).u32(record.id).u32(record.layoutOf);
      else {
        writer.u8(record.layout.libraryId === undefined ? RecordType.systemClass : RecordType.class);
        writeClass(writer, record.id, record.layout);
      }
      break;
    case "array":
      writeArray(writer, record);
      break;
    case "string":
      writer.u8(RecordType.string).u32(record.id);
      writeString(writer, record.text);
      break;
    case "primitive":
      writer.u8(RecordType.primitive).u8(record.primitive);
      writePrimitive(writer, record.primitive, record.value);
      break;
    case "reference":
      writer.u8(RecordType.reference).u32(record.id);
      break;
    case "null":
      writer.u8(record.record);
      if (record.record === RecordType.nulls256) writer.u8(record.count);
      if (record.record === RecordType.nulls) writer.u32(record.count);
      break;
    case "library":
      writer.u8(RecordType.library).u32(record.id);
      writeString(writer, record.name);
  }
}

function writeArray(writer: ByteWriter, array: ArrayRecord): void {
  writer.u8(array.record).u32(array.id);
  if (array.record === RecordType.binaryArray) {
    writer.u8(array.arrayType).u32(array.lengths.length);
    for (const length of array.lengths) writer.u32(length);
    for (const bound of array.lowerBounds) writer.u32(bound);
    writer.u8(array.elements.binary);
    writeMemberType(writer, array.elements);
  } else {
    writer.u32(array.lengths[0]!);
    if (array.record === RecordType.primitiveArray) writer.u8(array.elements.primitive!);
  }
}

function badRecord(reader: ByteReader, message: string): AdkError {
  return new AdkError("NRBF_BAD_RECORD", message, { file: reader.origin.file, offset: reader.offset });
}

function badArray(reader: ByteReader, rank: number): AdkError {
  return new AdkError("NRBF_BAD_ARRAY", "The description of an array cannot be read.", {
    file: reader.origin.file,
    offset: reader.offset,
    expected: "1 to 32 dimensions of sensible lengths",
    found: rank,
  });
}
