import { ByteWriter, digestBytes, MemoryAccess } from "@adk/core";
import { adkError, expectTruncationsRefused, noise } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { computeIntegrityTable, integrityPieces, parseIntegrityTable, writeIntegrityTable } from "./integrity-table.ts";
import { bytes } from "./testing/arbitraries.ts";

test("tables are written as they were read", () => {
  fc.assert(
    fc.property(
      fc.array(bytes(20), { maxLength: 9 }),
      fc.integer({ min: 4096, max: 0xffff_ffff }),
      (digests, chunkSize) => {
        expect(parseIntegrityTable(writeIntegrityTable({ chunkSize, digests }))).toEqual({ chunkSize, digests });
      },
    ),
  );
});

test("tables that contradict themselves are refused", () => {
  const digests = [noise(20), noise(20, 2)];
  expectTruncationsRefused(writeIntegrityTable({ chunkSize: 4096, digests }), (part) => parseIntegrityTable(part));
  const of = (size: number, count: number, chunkSize: number) => {
    return () => parseIntegrityTable(new ByteWriter().u32(size).u32(count).u32(chunkSize).zeros(100).finish());
  };
  expect(of(52, 2, 4096)).not.toThrow();
  for (const [size, count, chunkSize] of [
    [53, 2, 4096],
    [12, 0, 0],
    [32, 1, 1],
    [32, 0xffff_ffff, 4096],
    [212, 10, 4096],
  ] as const) {
    expect(of(size, count, chunkSize)).toThrow(adkError("WIM_BAD_INTEGRITY_TABLE"));
  }
});

test("digests cover what lies between the header and the end", async () => {
  const file = noise(10_000);
  const { digests } = await computeIntegrityTable(new MemoryAccess(file), 9000, {}, 4096);
  expect(digests).toEqual(
    [
      [208, 4304],
      [4304, 8400],
      [8400, 9000],
    ].map(([from, to]) => digestBytes("sha1", file.subarray(from, to))),
  );
  expect([208, 209, 4304, 4305, 9000, 0].map((end) => integrityPieces(end, 4096))).toEqual([0, 1, 1, 2, 3, 0]);
});
