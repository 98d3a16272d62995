import { AdkError, ByteReader, ByteWriter } from "@adk/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { readNrbf, writeNrbf } from "./nrbf.ts";
import { NrbfGraph } from "./nrbf-graph.ts";
import { Primitive, type PrimitiveValue, readPrimitive, writePrimitive } from "./nrbf-primitives.ts";
import { BinaryType, type NrbfRecord } from "./nrbf-records.ts";
import { SampleWriter } from "./testing/sample-clg.ts";

function written(records: readonly NrbfRecord[]): Uint8Array {
  const writer = new ByteWriter();
  writeNrbf(writer, { rootId: 1, headerId: -1, records, objects: new Map() });
  return writer.finish();
}

const PRIMITIVES: [number, fc.Arbitrary<PrimitiveValue>][] = [
  [Primitive.boolean, fc.boolean()],
  [Primitive.byte, fc.integer({ min: 0, max: 255 })],
  [Primitive.char, fc.string({ minLength: 1, maxLength: 1, unit: "grapheme-ascii" })],
  [Primitive.decimal, fc.constantFrom("0", "-12.50")],
  [Primitive.double, fc.double({ noNaN: true })],
  [Primitive.int16, fc.integer({ min: -32768, max: 32767 })],
  [Primitive.int32, fc.integer()],
  [Primitive.int64, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [Primitive.sbyte, fc.integer({ min: -128, max: 127 })],
  [Primitive.single, fc.float({ noNaN: true })],
  [Primitive.timeSpan, fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n })],
  [Primitive.dateTime, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [Primitive.uint16, fc.integer({ min: 0, max: 65535 })],
  [Primitive.uint32, fc.integer({ min: 0, max: 2 ** 32 - 1 })],
  [Primitive.uint64, fc.bigInt({ min: 0n, max: 2n ** 64n - 1n })],
  [Primitive.null, fc.constant(null)],
  [Primitive.string, fc.string({ unit: "binary", maxLength: 300 })],
];

test.each(PRIMITIVES)("primitive %i is written as it is read", (type, values) => {
  fc.assert(
    fc.property(values, (value) => {
      const writer = new ByteWriter();
      writePrimitive(writer, type, value);
      const bytes = writer.finish().slice();
      expect(readPrimitive(new ByteReader(bytes), type)).toEqual(value);
    }),
    { numRuns: 50 },
  );
});

test("every kind of record is written byte for byte as it was read", () => {
  const layout = {
    name: "C",
    members: ["a", "b", "c"],
    types: [
      { binary: BinaryType.primitive, primitive: Primitive.int32 },
      { binary: BinaryType.class, className: "D", libraryId: 9 },
      { binary: BinaryType.primitiveArray, primitive: Primitive.byte },
    ],
    libraryId: 9,
  };
  const bytesArray: NrbfRecord = {
    type: "array",
    id: 3,
    record: 15,
    elements: { binary: BinaryType.primitive, primitive: Primitive.byte },
    arrayType: 0,
    lengths: [2],
    lowerBounds: [],
    items: [7, 8],
  };
  const rectangular: NrbfRecord = {
    type: "array",
    id: 4,
    record: 7,
    elements: { binary: BinaryType.systemClass, className: "System.Object" },
    arrayType: 5,
    lengths: [2, 300],
    lowerBounds: [-1, 0],
    items: [
      { type: "null", record: 14, count: 300 },
      { type: "null", record: 13, count: 200 },
      { type: "null", record: 13, count: 99 },
      { type: "reference", id: 1 },
    ],
  };
  const records: NrbfRecord[] = [
    { type: "library", id: 9, name: "L, Version=1.0.0.0" },
    {
      type: "class",
      id: 1,
      layout,
      layoutOf: undefined,
      items: [5, { type: "library", id: 10, name: "M" }, { type: "null", record: 10, count: 1 }, bytesArray],
    },
    {
      type: "class",
      id: 2,
      layout,
      layoutOf: 1,
      items: [6, { type: "reference", id: 1 }, { type: "reference", id: 3 }],
    },
    rectangular,
    { type: "primitive", primitive: Primitive.boolean, value: true },
  ];
  const bytes = written(records);
  const stream = readNrbf(new ByteReader(bytes));
  expect(stream.records).toEqual(records);
  expect(written(stream.records)).toEqual(bytes);
  const graph = new NrbfGraph(stream);
  expect(graph.member(graph.root(), "a")).toBe(5);
  expect(graph.member(graph.root(), "b")).toBeNull();
  expect(graph.member(graph.root(), "none")).toBeUndefined();
});

test("every truncation is refused", () => {
  const bytes = written(
    new SampleWriter().stream({ class: "A", members: { text: "x", flag: true, list: ["y", 1, null] } }).records,
  );
  for (let length = 0; length < bytes.length; length++) {
    expect(() => readNrbf(new ByteReader(bytes.subarray(0, length)))).toThrow(AdkError);
  }
});

test("nesting is bounded by the data, not by the stack", () => {
  let record: NrbfRecord = { type: "null", record: 10, count: 1 };
  const layout = { name: "N", members: ["next"], types: [{ binary: BinaryType.object }], libraryId: undefined };
  for (let id = 20_000; id > 0; id--) record = { type: "class", id, layout, layoutOf: undefined, items: [record] };
  const stream = readNrbf(new ByteReader(written([record])));
  expect(stream.objects.size).toBe(20_000);
});

test.each([
  ["another header", [0, 1, 0, 0, 0, 255, 255, 255, 255, 2, 0, 0, 0, 0, 0, 0, 0], "NRBF_BAD_HEADER"],
  ["a method call", [...written([]).subarray(0, 17), 21], "NRBF_UNSUPPORTED_RECORD"],
  ["a class without types", [...written([]).subarray(0, 17), 3], "NRBF_UNSUPPORTED_RECORD"],
  ["an object of no known class", [...written([]).subarray(0, 17), 1, 1, 0, 0, 0, 9, 0, 0, 0], "NRBF_BAD_RECORD"],
  [
    "a string with a long length",
    [...written([]).subarray(0, 17), 6, 1, 0, 0, 0, 0x81, 0x80, 0x00],
    "NRBF_BAD_PRIMITIVE",
  ],
  ["a string that is no UTF-8", [...written([]).subarray(0, 17), 6, 1, 0, 0, 0, 1, 0xff, 11], "NRBF_BAD_PRIMITIVE"],
])("%s is refused", (_name, bytes, code) => {
  expect(() => readNrbf(new ByteReader(Uint8Array.from(bytes)))).toThrow(expect.objectContaining({ code }));
});

test("an array of four thousand million nulls takes no memory", () => {
  const head = [...written([]).subarray(0, 17)];
  const bytes = Uint8Array.from([...head, 16, 1, 0, 0, 0, 255, 255, 255, 255, 14, 255, 255, 255, 255, 11]);
  const [array] = readNrbf(new ByteReader(bytes)).records;
  expect(array).toMatchObject({ type: "array", lengths: [2 ** 32 - 1], items: [{ count: 2 ** 32 - 1 }] });
});
