import { ByteWriter } from "@adk/core";
import { adkError, expectTruncationsRefused } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import {
  chunkCount,
  chunkLength,
  chunkRange,
  chunkTableSize,
  parseChunkTable,
  parseSolidChunkTable,
  parseSolidHeader,
  writeChunkTable,
} from "./chunk-table.ts";

const CHUNK = 4096;

test("tables give back the stored sizes", () => {
  const stored = fc.array(fc.integer({ min: 1, max: CHUNK }), { minLength: 1, maxLength: 50 });
  fc.assert(
    fc.property(stored, fc.constantFrom(0 as const, 4 as const), fc.nat(1e6), (sizes, prefix, start) => {
      const size = sizes.length * CHUNK;
      const end = start + sizes.reduce((sum, each) => sum + each + prefix, 0);
      const bytes = writeChunkTable(sizes, size);
      expect(bytes.length).toBe(chunkTableSize(size, CHUNK));
      const table = parseChunkTable(bytes, { size, chunkSize: CHUNK, prefix }, start, end);
      const ranges = sizes.map((_, i) => chunkRange(table, i));
      expect(ranges.map((range) => range.end - range.start)).toEqual(sizes);
      expect(ranges[0]?.start).toBe(start + prefix);
      expect(ranges.at(-1)?.end).toBe(end);
    }),
  );
});

test("from 4 GiB on, entries have eight bytes", () => {
  const chunkSize = 2 ** 30;
  const size = 4 * chunkSize + 5;
  expect([chunkTableSize(2 ** 32 - 1, chunkSize), chunkTableSize(2 ** 32, chunkSize)]).toEqual([12, 24]);
  expect([chunkCount(size, chunkSize), chunkTableSize(size, chunkSize)]).toEqual([5, 32]);
  const sizes = [chunkSize, 1, 77, chunkSize, 5];
  const bytes = writeChunkTable(sizes, size);
  expect(bytes.length).toBe(32);
  const table = parseChunkTable(bytes, { size, chunkSize, prefix: 0 }, 100, 100 + 2 * chunkSize + 83);
  expect(sizes.map((_, i) => chunkRange(table, i)).map(({ start, end }) => end - start)).toEqual(sizes);
  expect(chunkLength(table, 4)).toBe(5);
});

test("offsets that fall, and chunks that are larger than what they hold, are refused", () => {
  const shape = { size: 3 * CHUNK, chunkSize: CHUNK, prefix: 0 } as const;
  const at = (...offsets: number[]) => {
    const writer = new ByteWriter();
    for (const offset of offsets) writer.u32(offset);
    return parseChunkTable(writer.finish(), shape, 0, 3000);
  };
  expect(Array.from(at(1000, 2000).offsets)).toEqual([0, 1000, 2000, 3000]);
  for (const offsets of [
    [2000, 1000],
    [0, 1000],
    [1000, 3000],
    [1000, 0xffff_ffff],
  ]) {
    expect(() => at(...offsets)).toThrow(adkError("WIM_BAD_CHUNK_TABLE"));
  }
  expect(() => parseChunkTable(new Uint8Array(0), { ...shape, size: 10 }, 0, 11)).toThrow(
    adkError("WIM_BAD_CHUNK_TABLE"),
  );
});

function solidHeader(size: number, chunkSize: number, compression: number): Uint8Array {
  return new ByteWriter(16).size64(size).u32(chunkSize).u32(compression).finish();
}

test("the header of a solid resource says its own form", () => {
  const sample = solidHeader(2 ** 40, 2 ** 26, 3);
  expect(parseSolidHeader(sample)).toEqual({ size: 2 ** 40, chunkSize: 2 ** 26, compression: "lzms" });
  expectTruncationsRefused(sample, (part) => parseSolidHeader(part));
  for (const [chunkSize, compression] of [
    [2 ** 26, 4],
    [2 ** 31, 3],
    [40_000, 3],
    [2 ** 22, 2],
    [0, 1],
  ] as const) {
    expect(() => parseSolidHeader(solidHeader(1, chunkSize, compression))).toThrow(adkError("WIM_BAD_SOLID_RESOURCE"));
  }
});

test("the table of a solid resource has the size of every chunk", () => {
  const header = { size: 2 * 32768 + 100, chunkSize: 32768, compression: "lzx" as const };
  const bytes = new ByteWriter().u32(500).u32(32768).u32(100).finish();
  const start = 1000;
  const first = start + 16 + 12;
  const table = parseSolidChunkTable(bytes, header, start, first + 33368);
  expect(Array.from(table.offsets)).toEqual([first, first + 500, first + 33268, first + 33368]);
  expect(() => parseSolidChunkTable(bytes, header, start, first + 33367)).toThrow(adkError("WIM_BAD_CHUNK_TABLE"));
  const tooLong = new ByteWriter().u32(500).u32(32769).u32(100).finish();
  expect(() => parseSolidChunkTable(tooLong, header, start, 1e6)).toThrow(adkError("WIM_BAD_CHUNK_TABLE"));
});
