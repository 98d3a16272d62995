import { adkError, expectTruncationsRefused } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { HEADER_RP_FIX, isChunkSize, isWim, newHeader, parseHeader, type WimHeader, writeHeader } from "./header.ts";
import { bytes, resourceHeader, u32 } from "./testing/arbitraries.ts";

const GUID = new Uint8Array(16).fill(7);
const sample = writeHeader(newHeader("lzx", 32768, GUID));

function patched(offset: number, ...values: number[]): Uint8Array {
  const copy = sample.slice();
  copy.set(values, offset);
  return copy;
}

test("a new header has the version and flags that Windows writes", () => {
  const view = new DataView(sample.buffer, sample.byteOffset);
  expect([view.getUint32(8, true), view.getUint32(12, true), view.getUint32(16, true)]).toEqual([
    208, 0x10d00, 0x40082,
  ]);
  expect(newHeader("lzms", 131072, GUID)).toMatchObject({ version: 0xe00, flags: 0x80082 });
  expect(newHeader("none", 32768, GUID)).toMatchObject({ flags: HEADER_RP_FIX, chunkSize: 0 });
  expect(parseHeader(sample)).toEqual(newHeader("lzx", 32768, GUID));
});

test("any header is written as it was read, unknown flags included", () => {
  const flags = fc.oneof(
    fc.nat(0xff).map((low) => low & ~2),
    fc.nat(0xff).map((low) => low | 0x40002),
    fc.nat(0xff).map((low) => low | 0x8004_0002),
  );
  const header = fc
    .record({
      pipable: fc.boolean(),
      flags,
      guid: bytes(16),
      partNumber: fc.integer({ min: 1, max: 5 }),
      imageCount: fc.nat(65535),
      lookupTable: resourceHeader,
      xmlData: resourceHeader,
      bootMetadata: resourceHeader,
      bootIndex: u32,
      integrityTable: resourceHeader,
    })
    .map((fields): WimHeader => {
      const compression = fields.flags & 2 ? "lzx" : "none";
      return { ...fields, flags: fields.flags >>> 0, version: 0x10d00, compression, chunkSize: 65536, totalParts: 5 };
    });
  fc.assert(
    fc.property(header, (each) => {
      expect(parseHeader(writeHeader(each))).toEqual(each);
    }),
  );
});

test("XPRESS with small chunks has a flag of its own, which is kept", () => {
  const header = parseHeader(patched(16, 0x82, 0, 0x20, 0));
  expect(header).toMatchObject({ compression: "xpress", flags: 0x200082 });
  expect(parseHeader(writeHeader(header))).toEqual(header);
});

test("what is no header is refused", () => {
  expectTruncationsRefused(sample, (part) => parseHeader(part));
  expect(() => parseHeader(patched(0, 0x50))).toThrow(adkError("WIM_BAD_MAGIC", { offset: 0 }));
  expect(() => parseHeader(patched(8, 209))).toThrow(adkError("WIM_BAD_HEADER", { offset: 8 }));
  expect(() => parseHeader(patched(12, 0, 9, 1))).toThrow(adkError("WIM_UNSUPPORTED_VERSION", { kind: "unsupported" }));
  expect(() => parseHeader(patched(16, 2, 0, 6, 0))).toThrow(adkError("WIM_BAD_HEADER", { offset: 16 }));
  expect(() => parseHeader(patched(20, 1))).toThrow(adkError("WIM_BAD_HEADER", { offset: 20 }));
  expect(() => parseHeader(patched(20, 0, 0, 0, 0x80))).toThrow(adkError("WIM_BAD_HEADER", { offset: 20 }));
  expect(() => parseHeader(patched(40, 0))).toThrow(adkError("WIM_BAD_HEADER", { offset: 40 }));
  expect(() => parseHeader(patched(40, 2))).toThrow(adkError("WIM_BAD_HEADER", { offset: 40 }));
  expect(() => parseHeader(patched(44, 0, 0, 1))).toThrow(adkError("WIM_BAD_HEADER", { offset: 44 }));
  expect(() => parseHeader(patched(48, 255, 255, 255, 255, 255, 255, 255))).toThrow(adkError("NUMBER_TOO_LARGE"));
});

test("files are recognised by their first bytes", () => {
  expect([sample, sample.slice(0, 8), sample.slice(0, 7), new Uint8Array(0)].map(isWim)).toEqual([
    true,
    true,
    false,
    false,
  ]);
  expect(isWim(writeHeader({ ...newHeader("lzx", 32768, GUID), pipable: true }))).toBe(true);
});

test("chunk sizes are powers of two within the bounds of the compression", () => {
  expect([2048, 4096, 65536, 131072, 5000, 0, -4096, Number.NaN].map((size) => isChunkSize("xpress", size))).toEqual([
    false,
    true,
    true,
    false,
    false,
    false,
    false,
    false,
  ]);
  expect([16384, 32768, 2 ** 21, 2 ** 22].map((size) => isChunkSize("lzx", size))).toEqual([false, true, true, false]);
  expect([2 ** 30, 2 ** 31].map((size) => isChunkSize("lzms", size))).toEqual([true, false]);
});
