import { expect, test } from "vitest";
import { alignUp, ByteReader, ByteWriter, decodeUtf16, encodeUtf16, fromHex, toHex } from "./bytes.ts";

const unexpectedEnd = expect.objectContaining({ code: "UNEXPECTED_END" });

test("what is written is read back", () => {
  const bytes = new ByteWriter(1)
    .u8(0xfe)
    .u16(0xfedc)
    .u32(0xfedcba98)
    .u64(0xfedcba9876543210n)
    .size64(2 ** 53 - 1)
    .size56(2 ** 53 - 1)
    .utf16("aé\ud800")
    .align(8)
    .finish();
  expect(bytes.length % 8).toBe(0);
  const reader = new ByteReader(bytes);
  expect(reader.u8()).toBe(0xfe);
  expect(reader.u16()).toBe(0xfedc);
  expect(reader.u32()).toBe(0xfedcba98);
  expect(reader.u64()).toBe(0xfedcba9876543210n);
  expect(reader.size64()).toBe(2 ** 53 - 1);
  expect(reader.size56()).toBe(2 ** 53 - 1);
  expect(reader.utf16(6)).toBe("aé\ud800");
  expect(reader.align(8).remaining).toBe(0);
});

test("numbers are little-endian, and patched where they stand", () => {
  const writer = new ByteWriter().u32(0).size64(0).u8(1);
  writer.patchU32(0, 0x01020304).patchSize64(4, 0x0506070809);
  expect(toHex(writer.finish())).toBe(`04030201${"0908070605000000"}01`);
  expect(new ByteReader(fromHex("ffffffff")).i32()).toBe(-1);
});

test("a read past the end tells where in the file", () => {
  const reader = new ByteReader(fromHex("0102030405"), { file: "x.wim", base: 100 }).skip(2);
  expect(reader.offset).toBe(102);
  expect(() => reader.u32()).toThrow(
    expect.objectContaining({
      code: "UNEXPECTED_END",
      file: "x.wim",
      offset: 102,
      expected: "4 bytes",
      found: "3 bytes",
    }),
  );
  // Nothing was passed over.
  expect(reader.u8()).toBe(3);
  expect(() => reader.seek(6)).toThrow(unexpectedEnd);
  expect(() => reader.seek(-1)).toThrow(unexpectedEnd);
});

test("a reader of a part keeps its place in the file and its own end", () => {
  const inner = new ByteReader(fromHex("0001020304"), { base: 10 }).skip(1).within(2);
  expect([inner.offset, inner.length, inner.u16()]).toEqual([11, 2, 0x0201]);
  expect(() => inner.u8()).toThrow(unexpectedEnd);
});

test("sizes beyond 2^53 are refused", () => {
  const tooLarge = expect.objectContaining({ code: "NUMBER_TOO_LARGE", offset: 0 });
  expect(() => new ByteReader(fromHex("0000000000002000")).size64()).toThrow(tooLarge);
  expect(() => new ByteReader(fromHex("00000000000020")).size56()).toThrow(tooLarge);
});

test("UTF-16 keeps unpaired surrogates, and leaves half a character out", () => {
  expect(decodeUtf16(encodeUtf16("\udc00a\ud800"))).toBe("\udc00a\ud800");
  expect(decodeUtf16(fromHex("610062"))).toBe("a");
});

test("alignment", () => {
  expect([0, 1, 8, 9].map((value) => alignUp(value, 8))).toEqual([0, 8, 8, 16]);
});
