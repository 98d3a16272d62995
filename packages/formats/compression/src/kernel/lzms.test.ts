import { random } from "@adk/testing";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { INPUTS } from "../testing/inputs.ts";
import { lzmsCodeLengths } from "./lzms-code-lengths.ts";
import {
  fillLengthSlots,
  fillOffsetSlots,
  LENGTH_SLOTS,
  MOST_OFFSET_SLOTS,
  offsetSlotsOf,
  slotOf,
} from "./lzms-slots.ts";
import { lzmsX86Filter } from "./lzms-x86-filter.ts";
import { load8, load32, memoryBytes, store32 } from "./memory.ts";

const A = 0x200000;
const B = A + 0x10000;
const WORK = B + 0x10000;

describe("slots", () => {
  test("the tables end where the format's do", () => {
    fillOffsetSlots(A);
    expect(load32(A + MOST_OFFSET_SLOTS * 8)).toBe(0x465b_e4a5);
    fillLengthSlots(A);
    expect(load32(A + LENGTH_SLOTS * 8)).toBe(0x4001_08ab);
  });

  test("a value lies between its slot and the next", () => {
    fillOffsetSlots(A);
    const values = fc.integer({ min: 1, max: 2 ** 30 });
    fc.assert(
      fc.property(values, (value) => {
        const slot = slotOf(A, MOST_OFFSET_SLOTS, value);
        expect(load32(A + slot * 8)).toBeLessThanOrEqual(value);
        expect(load32(A + (slot + 1) * 8)).toBeGreaterThan(value);
      }),
      { seed: 1 },
    );
    expect([0, 1, 2, 3, 100].map((size) => offsetSlotsOf(A, size))).toEqual([2, 2, 2, 2, 24]);
  });
});

describe("code lengths", () => {
  function lengthsOf(frequencies: number[]): number[] {
    frequencies.forEach((frequency, symbol) => {
      store32(A + symbol * 4, frequency);
    });
    lzmsCodeLengths(A, B, frequencies.length, WORK);
    return frequencies.map((_, symbol) => load8(B + symbol));
  }

  test("of equals, leaves are joined before nodes, and the first symbols get the longer codewords", () => {
    expect(lengthsOf([1, 1])).toEqual([1, 1]);
    expect(lengthsOf([1, 1, 1])).toEqual([2, 2, 1]);
    expect(lengthsOf([1, 1, 2, 2])).toEqual([2, 2, 2, 2]);
    expect(lengthsOf([2, 1, 1, 3, 3])).toEqual([2, 3, 3, 2, 2]);
    expect(lengthsOf([5, 1, 1, 1, 1])).toEqual([1, 3, 3, 3, 3]);
  });

  test("no codeword is longer than 15 bits", () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 18) fibonacci.push((fibonacci.at(-1) as number) + (fibonacci.at(-2) as number));
    const lengths = lengthsOf(fibonacci.map((frequency) => Math.min(frequency, 4095)));
    expect(Math.max(...lengths)).toBe(15);
    expect(lengths.reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
  });

  test("any frequencies give a complete code, rarer symbols no shorter codewords", () => {
    const frequencies = fc.array(fc.integer({ min: 1, max: 4095 }), { minLength: 2, maxLength: 799 });
    fc.assert(
      fc.property(frequencies, (list) => {
        const lengths = lengthsOf(list);
        expect(lengths.reduce((sum, length) => sum + 2 ** -length, 0)).toBe(1);
        const sorted = list.map((frequency, symbol) => ({ frequency, length: lengths[symbol] as number }));
        sorted.sort((a, b) => a.frequency - b.frequency || b.length - a.length);
        sorted.reduce((a, b) => {
          expect(b.length).toBeLessThanOrEqual(a.length);
          return b;
        });
      }),
      { seed: 1, numRuns: 50 },
    );
  });
});

describe("x86 filter", () => {
  const CODE = WORK;
  const FILTER_WORK = CODE + 0x10000;

  /** Instructions that the filter knows, in any order, with targets that come again. */
  function code(size: number): Uint8Array {
    const next = random(3);
    const starts = [
      [0xe8],
      [0xe9],
      [0x48, 0x8b, 0x05],
      [0x48, 0x8d, 0x0d],
      [0x4c, 0x8d, 0x05],
      [0xff, 0x15],
      [0xf0, 0x83, 0x05],
    ];
    const bytes: number[] = [];
    while (bytes.length < size) {
      bytes.push(...(starts[next() % starts.length] as number[]));
      const target = (next() % 5) * 0x1111 - bytes.length;
      bytes.push(target & 255, (target >> 8) & 255, (target >> 16) & 255, (target >> 24) & 255, next() & 255);
    }
    return Uint8Array.from(bytes.slice(0, size));
  }

  test("what is made absolute is made relative again", () => {
    const inputs = { ...INPUTS, code };
    for (const [name, make] of Object.entries(inputs)) {
      for (const size of [0, 1, 17, 18, 19, 300, 20_000]) {
        const data = make(size);
        memoryBytes().set(data, CODE);
        lzmsX86Filter(CODE, size, 0, FILTER_WORK);
        const changed = Buffer.compare(memoryBytes().subarray(CODE, CODE + size), data) !== 0;
        if (name === "code" && size > 100) expect(changed).toBe(true);
        if (name === "text") expect(changed).toBe(false);
        lzmsX86Filter(CODE, size, 1, FILTER_WORK);
        expect(Buffer.compare(memoryBytes().subarray(CODE, CODE + size), data)).toBe(0);
      }
    }
  });
});
