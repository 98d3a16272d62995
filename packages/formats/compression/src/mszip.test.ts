import { AdkError } from "@adk/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeMsZip, encodeMsZip, MSZIP_BLOCK } from "./index.ts";
import { expectDamageIsTold } from "./testing/functions.ts";
import { INPUTS } from "./testing/inputs.ts";
import { sampleData } from "./testing/samples.ts";

describe("what is encoded decodes to the input", () => {
  test.each(Object.keys(INPUTS))("%s", (name) => {
    const data = INPUTS[name]?.(100_000) as Uint8Array;
    const output = new Uint8Array(data.length);
    for (let at = 0; at < data.length; at += MSZIP_BLOCK) {
      const end = Math.min(at + MSZIP_BLOCK, data.length);
      const block = encodeMsZip(data.subarray(at, end), data.subarray(0, at));
      expect(Buffer.from(block.subarray(0, 2)).toString()).toBe("CK");
      expect(block.length).toBeLessThanOrEqual(end - at + 12);
      decodeMsZip(block, output.subarray(at, end), output.subarray(0, at));
    }
    expect(Buffer.compare(output, data)).toBe(0);
  });

  test("of any size, with any history", () => {
    const sizes = fc.tuple(fc.nat(MSZIP_BLOCK), fc.nat(2 * MSZIP_BLOCK), fc.nat());
    fc.assert(
      fc.property(sizes, ([size, before, seed]) => {
        const [data, history] = [sampleData(seed, size), sampleData(seed + 1, before)];
        const output = new Uint8Array(size);
        decodeMsZip(encodeMsZip(data, history), output, history);
        expect(Buffer.compare(output, data)).toBe(0);
      }),
      { seed: 1, numRuns: 30 },
    );
  });
});

test("matches reach into the block before", () => {
  const noise = INPUTS.random?.(MSZIP_BLOCK) as Uint8Array;
  expect(encodeMsZip(noise).length).toBeGreaterThan(MSZIP_BLOCK);
  expect(encodeMsZip(noise.subarray(0, 30_000), noise.subarray(0, 30_000)).length).toBeLessThan(1000);
});

test("what cannot be is told", () => {
  const block = encodeMsZip(new Uint8Array(100));
  expect(() => decodeMsZip(block, new Uint8Array(99))).toThrow(AdkError);
  expect(() => decodeMsZip(block, new Uint8Array(101))).toThrow(AdkError);
  expect(() => decodeMsZip(block.subarray(1), new Uint8Array(100))).toThrow(AdkError);
  expect(() => decodeMsZip(block, new Uint8Array(MSZIP_BLOCK + 1))).toThrow(AdkError);
  expect(() => encodeMsZip(new Uint8Array(MSZIP_BLOCK + 1))).toThrow(AdkError);
  for (let size = 0; size < block.length; size++) {
    expect(() => decodeMsZip(block.subarray(0, size), new Uint8Array(100))).toThrow(AdkError);
  }
  decodeMsZip(encodeMsZip(new Uint8Array(0)), new Uint8Array(0));
});

test("damaged data ends in an error or in something", () => {
  expectDamageIsTold([encodeMsZip(sampleData(1, 2000))], (data) => decodeMsZip(data, new Uint8Array(2000)));
});
