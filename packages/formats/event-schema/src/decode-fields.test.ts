import { expect, test } from "vitest";
import { compileLayout } from "./compiled-layout.ts";
import { decodeFields } from "./decode-fields.ts";
import type { EventLayout, FieldLayout } from "./event-layout.ts";
import { PayloadWriter } from "./testing/payload.ts";

function layoutOf(...fields: FieldLayout[]): EventLayout {
  return { provider: { guid: "", name: "P" }, name: "P/T", task: "T", opcode: "", version: 0, fields };
}

const ORDER = layoutOf(
  { name: "Id", type: "uint32" },
  { name: "Path", type: "unicode-string" },
  { name: "Size", type: "uint64" },
  { name: "Count", type: "uint16" },
  {
    name: "Items",
    type: "struct",
    count: { field: "Count" },
    fields: [
      { name: "Length", type: "uint8" },
      { name: "Data", type: "binary", length: { field: "Length" } },
    ],
  },
  { name: "Name", type: "ansi-string", length: "u16" },
);

function order(): Uint8Array {
  const writer = new PayloadWriter()
    .u32(7)
    .wide("C:\\a")
    .u64(2n ** 63n)
    .u16(2);
  return writer.u8(1).u8(0xaa).u8(2).u8(0xbb).u8(0xcc).u16(3).bytes(Buffer.from("a\0b")).finish();
}

test("lengths and counts that are other fields, structures, counted text", () => {
  expect(decodeFields(ORDER, order(), 8)).toEqual({
    values: {
      Id: 7,
      Path: "C:\\a",
      Size: 2n ** 63n,
      Count: 2,
      Items: [
        { Length: 1, Data: new Uint8Array([0xaa]) },
        { Length: 2, Data: new Uint8Array([0xbb, 0xcc]) },
      ],
      Name: "a\0b",
    },
  });
});

test("every truncation names the first field that is missing", () => {
  const whole = order();
  const names = ORDER.fields.map(({ name }) => name);
  for (let length = 0; length < whole.length; length++) {
    const { values, truncated } = decodeFields(ORDER, whole.subarray(0, length), 8);
    // A string at the end may lack its zero.
    if (truncated === undefined) expect(length).toBe(whole.length);
    else expect(Object.keys(values)).toEqual(names.slice(0, names.indexOf(truncated)));
  }
});

test("what lies behind the last field is kept", () => {
  const { trailing } = decodeFields(ORDER, new Uint8Array([...order(), 1, 2]), 8);
  expect(trailing).toEqual(new Uint8Array([1, 2]));
});

test("accessors read from a buffer of many events what decodeFields gives", () => {
  const bytes = new Uint8Array([9, 9, 9, ...order(), 9, 9]);
  const view = new DataView(bytes.buffer);
  const [start, end] = [3, bytes.length - 2];
  const compiled = compileLayout(ORDER, 8);
  expect(compiled.field("Id")).toMatchObject({ offset: 0, size: 4 });
  expect(compiled.field("Path").offset).toBe(4);
  expect(compiled.field("Size").offset).toBeUndefined();
  expect(compiled.fixedSize).toBe(4);
  const { values } = decodeFields(ORDER, order(), 8);
  for (const { name } of ORDER.fields) expect(compiled.field(name).value(view, start, end)).toEqual(values[name]);
  expect(compiled.field("Size").number(view, start, end)).toBe(2 ** 63);
  expect(compiled.field("Id").number(view, start, end)).toBe(7);
  expect(compiled.field("Id").number(view, start, start + 3)).toBeNaN();
  expect(compiled.field("Items").number(view, start, end)).toBeNaN();
  expect(compiled.accessor("Missing")).toBeUndefined();
  expect(() => compiled.field("Missing")).toThrow(expect.objectContaining({ code: "EVENT_NO_FIELD" }));
});

test("an array of structures that hold nothing ends", () => {
  const empty = layoutOf(
    { name: "Count", type: "uint32" },
    { name: "Items", type: "struct", count: { field: "Count" }, fields: [{ name: "Null", type: "null" }] },
  );
  const payload = new PayloadWriter().u32(0xffff_ffff).finish();
  expect(decodeFields(empty, payload, 8).values["Items"]).toEqual([{ Null: null }]);
});

test("network addresses, times, characters", () => {
  const layout = layoutOf(
    { name: "V6", type: "binary", length: 16, display: "ipv6" },
    { name: "Mapped", type: "binary", length: 16, display: "ipv6" },
    { name: "Socket", type: "binary", length: "u16", display: "socket-address" },
    { name: "Time", type: "systemtime" },
    { name: "Char", type: "unicode-char" },
  );
  const writer = new PayloadWriter().bytes(Buffer.from("20010db8000000000000000000000001", "hex"));
  writer
    .bytes(Buffer.from("00000000000000000000ffffc0000201", "hex"))
    .u16(16)
    .bytes(Buffer.from("02000050c00002010000000000000000", "hex"));
  for (const part of [2021, 9, 4, 9, 14, 59, 35, 31]) writer.u16(part);
  expect(decodeFields(layout, writer.u16(0x41).finish(), 8).values).toEqual({
    V6: "2001:db8::1",
    Mapped: "::ffff:192.0.2.1",
    Socket: "192.0.2.1:80",
    Time: "2021-09-09T14:59:35.031",
    Char: "A",
  });
});

test("counted text of an odd number of bytes, at an odd place", () => {
  const layout = layoutOf({ name: "Byte", type: "uint8" }, { name: "Text", type: "unicode-string", length: "u16" });
  for (let length = 0; length < 300; length++) {
    const payload = new PayloadWriter().u8(1).u16(length).bytes(new Uint8Array(length).fill(0x41)).finish();
    expect(decodeFields(layout, payload, 8).values["Text"]).toBe("\u4141".repeat(length >> 1));
  }
});
