import { ByteReader, ByteWriter, FileAttribute } from "@adk/core";
import { adkError, expectTruncationsRefused } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { type Dentry, dentrySize, isStoredDirectory, newDentry, parseDentry, writeDentry } from "./dentry.ts";
import { dentry } from "./testing/arbitraries.ts";

function written(each: Dentry, childrenOffset = 0): Uint8Array {
  const writer = new ByteWriter();
  writeDentry(writer, each, childrenOffset);
  return writer.finish();
}

const full: Dentry = {
  ...newDentry("Program Files", FileAttribute.ARCHIVE, 5n),
  shortName: "PROGRA~1",
  extraStreams: [
    { name: "", sha1: "11".repeat(20) },
    { name: "Zone.Identifier", sha1: "22".repeat(20) },
  ],
  items: [
    { tag: 1, data: new Uint8Array(16).fill(3) },
    { tag: 2, data: new Uint8Array(5).fill(4) },
    { tag: 0x337dd873, data: new Uint8Array(16) },
  ],
};

test("dentries are written as they were read: names, streams, items and unknown fields", () => {
  fc.assert(
    fc.property(dentry, fc.maxSafeNat(), (each, childrenOffset) => {
      const bytes = written(each, childrenOffset);
      expect(bytes.length).toBe(dentrySize(each));
      expect(bytes.length % 8).toBe(0);
      const reader = new ByteReader(bytes);
      expect(parseDentry(reader)).toEqual({ dentry: each, childrenOffset });
      expect(reader.remaining).toBe(0);
    }),
  );
});

test("fields lie where the format has them", () => {
  const bytes = written(full, 0x1234);
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  expect(view.getUint32(0, true)).toBe(dentrySize(full) - 40 - 72);
  expect([view.getUint32(0x10, true), view.getUint16(0x60, true), view.getUint16(0x62, true)]).toEqual([0x1234, 2, 16]);
  expect(Buffer.from(bytes.subarray(0x66, 0x66 + 26)).toString("utf16le")).toBe("Program Files");
  expect(view.getUint16(0x66 + 26, true)).toBe(0);
});

test("a length of up to eight ends a directory", () => {
  expect(parseDentry(new ByteReader(new Uint8Array(8)))).toBeUndefined();
  expect(parseDentry(new ByteReader(Uint8Array.of(8, 0, 0, 0, 0, 0, 0, 0)))).toBeUndefined();
});

test("padding behind the names is no item", () => {
  const bytes = written({ ...full, items: [], extraStreams: [] });
  const padded = new Uint8Array(bytes.length + 24);
  padded.set(bytes);
  new DataView(padded.buffer).setUint32(0, padded.length, true);
  expect(parseDentry(new ByteReader(padded))?.dentry.items).toEqual([]);
  padded[bytes.length] = 9;
  padded[bytes.length + 4] = 200;
  expect(parseDentry(new ByteReader(padded))?.dentry.items).toEqual([]);
});

test("what cannot be a dentry is refused", () => {
  const sample = written(full);
  expectTruncationsRefused(sample, (part) => parseDentry(new ByteReader(part)));
  const parsed = (offset: number, ...values: number[]) => {
    const copy = sample.slice();
    copy.set(values, offset);
    return () => parseDentry(new ByteReader(copy, { file: "f", base: 50 }));
  };
  expect(parsed(0, 0x50, 0)).toThrow(adkError("WIM_BAD_DENTRY", { file: "f", offset: 50 }));
  expect(parsed(0, 0xff, 0xff)).toThrow(adkError("WIM_BAD_DENTRY"));
  expect(parsed(7, 0xff)).toThrow(adkError("NUMBER_TOO_LARGE"));
  expect(parsed(0x62, 0xff, 0x01)).toThrow(adkError("WIM_BAD_DENTRY"));
  expect(parsed(0x64, 0xfe, 0xff)).toThrow(adkError("WIM_BAD_DENTRY"));
  expect(parsed(0x60, 0xff, 0xff)).toThrow(adkError("UNEXPECTED_END"));
  const firstStream = sample.length - 72 - 40;
  expect(parsed(firstStream, 8)).toThrow(adkError("WIM_BAD_STREAM_ENTRY"));
});

test("a directory link or junction has no entries of its own", () => {
  const { DIRECTORY, REPARSE_POINT, NORMAL } = FileAttribute;
  const kinds = [DIRECTORY, DIRECTORY | REPARSE_POINT, NORMAL].map((attributes) => newDentry("x", attributes, 0n));
  expect(kinds.map(isStoredDirectory)).toEqual([true, false, false]);
});
