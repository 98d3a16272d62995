import { ByteReader, ByteWriter } from "@adk/core";
import { adkError, expectTruncationsRefused } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseSecurityData, type SecurityData, writeSecurityData } from "./security-data.ts";
import { bytes } from "./testing/arbitraries.ts";

function written(descriptors: SecurityData): Uint8Array {
  const writer = new ByteWriter();
  writeSecurityData(writer, descriptors);
  return writer.finish();
}

test("descriptors are written as they were read, and what follows is aligned", () => {
  fc.assert(
    fc.property(fc.array(bytes(0, 50), { maxLength: 10 }), (descriptors) => {
      const data = written(descriptors);
      expect(data.length % 8).toBe(0);
      const reader = new ByteReader(data);
      expect(parseSecurityData(reader)).toEqual(descriptors);
      expect(reader.remaining).toBe(0);
    }),
  );
});

test("a total of zero stands for none", () => {
  const reader = new ByteReader(new Uint8Array(24));
  expect([parseSecurityData(reader), reader.position]).toEqual([[], 8]);
});

test("lists that contradict themselves are refused", () => {
  const sample = written([new Uint8Array(20), new Uint8Array(12)]);
  expectTruncationsRefused(sample, (part) => parseSecurityData(new ByteReader(part)));
  const of = (total: number, count: number, ...sizes: number[]) => {
    const writer = new ByteWriter().u32(total).u32(count);
    for (const size of sizes) writer.size64(size);
    return new ByteReader(writer.zeros(64).finish());
  };
  expect(() => parseSecurityData(of(32, 0xffff_ffff))).toThrow(adkError("WIM_BAD_SECURITY_DATA"));
  expect(() => parseSecurityData(of(4, 0))).toThrow(adkError("WIM_BAD_SECURITY_DATA"));
  expect(() => parseSecurityData(of(1e9, 0))).toThrow(adkError("WIM_BAD_SECURITY_DATA"));
  // A descriptor that reaches beyond the list, though not beyond the metadata.
  expect(() => parseSecurityData(of(24, 1, 9))).toThrow(adkError("UNEXPECTED_END"));
  expect(() => parseSecurityData(of(40, 2, 2 ** 52, 2 ** 52))).toThrow(adkError("UNEXPECTED_END"));
});
