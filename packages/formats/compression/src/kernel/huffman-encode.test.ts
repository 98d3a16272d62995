import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { buildCode } from "./huffman-encode.ts";
import { ENCODE_DYNAMIC_START } from "./layout.ts";
import { growMemory, load32, store32 } from "./memory.ts";

const FREQUENCIES = ENCODE_DYNAMIC_START;
const CODES = FREQUENCIES + 4096;
growMemory(CODES + 4096);

interface Codeword {
  symbol: number;
  length: number;
  codeword: number;
}

function build(frequencies: readonly number[], limit: number): Codeword[] {
  for (const [i, frequency] of frequencies.entries()) store32(FREQUENCIES + i * 4, frequency);
  buildCode(FREQUENCIES, frequencies.length, limit, CODES);
  return frequencies
    .map((_, symbol) => ({ symbol, code: load32(CODES + symbol * 4) }))
    .map(({ symbol, code }) => ({ symbol, length: code & 255, codeword: code >>> 8 }))
    .filter(({ length }) => length > 0);
}

function cost(frequencies: readonly number[], code: readonly Codeword[]): number {
  return code.reduce((sum, { symbol, length }) => sum + length * (frequencies[symbol] ?? 0), 0);
}

/** Bits of an optimal code without a limit: the weights of all inner nodes of a Huffman tree. */
function huffmanCost(frequencies: readonly number[]): number {
  const weights = frequencies.filter((frequency) => frequency > 0);
  let bits = 0;
  while (weights.length > 1) {
    weights.sort((a, b) => b - a);
    const weight = (weights.pop() ?? 0) + (weights.pop() ?? 0);
    bits += weight;
    weights.push(weight);
  }
  return bits;
}

/** Bits of an optimal code with a limit, by package-merge: each coin that is taken adds a bit to its symbols. */
function limitedCost(frequencies: readonly number[], limit: number): number {
  const coins = frequencies.filter((frequency) => frequency > 0).sort((a, b) => a - b);
  let row = coins;
  for (let length = 1; length < limit; length++) {
    const packages = row.flatMap((weight, i) => (i % 2 === 1 ? [weight + (row[i - 1] ?? 0)] : []));
    row = [...coins, ...packages].sort((a, b) => a - b);
  }
  return row.slice(0, 2 * coins.length - 2).reduce((sum, weight) => sum + weight, 0);
}

const alphabets = fc.constantFrom([512, 15], [656, 16], [249, 12], [20, 7], [8, 7], [4, 15]);
const samples = alphabets.chain(([symbols = 0, limit = 0]) =>
  fc.record({
    limit: fc.constant(limit),
    frequencies: fc.array(
      fc
        .oneof(
          fc.constant(0),
          fc.nat(3),
          fc.nat(500),
          fc.nat(16).map((power) => 2 ** power),
        )
        .map((n) => Math.min(n, 2000)),
      { minLength: symbols, maxLength: symbols },
    ),
  }),
);

describe("codes for writing", () => {
  test("are complete, canonical and within the limit", () => {
    fc.assert(
      fc.property(samples, ({ frequencies, limit }) => {
        const code = build(frequencies, limit);
        const used = frequencies.flatMap((frequency, symbol) => (frequency > 0 ? [symbol] : []));
        if (used.length === 0) return expect(code).toEqual([]);
        const extra = used.length === 1 ? 1 : 0;
        expect(code.length).toBe(used.length + extra);
        for (const symbol of used) expect(code.map((codeword) => codeword.symbol)).toContain(symbol);
        expect(Math.max(...code.map(({ length }) => length))).toBeLessThanOrEqual(limit);
        // canonical: in order of length, then symbol, each is the one before plus 1; complete: the last is all ones
        const sorted = code.toSorted((a, b) => a.length - b.length || a.symbol - b.symbol);
        let next = 0;
        let bits = 0;
        for (const { length, codeword } of sorted) {
          next *= 2 ** (length - bits);
          bits = length;
          expect(codeword).toBe(next);
          next++;
        }
        expect(next).toBe(2 ** bits);
      }),
      { numRuns: 60, seed: 7 },
    );
  });

  test("cost what an optimal code costs, where the limit is far", () => {
    fc.assert(
      fc.property(fc.array(fc.nat(60), { minLength: 2, maxLength: 100 }), (frequencies) => {
        fc.pre(frequencies.filter((frequency) => frequency > 0).length >= 2);
        expect(cost(frequencies, build(frequencies, 16))).toBe(huffmanCost(frequencies));
      }),
      { numRuns: 200, seed: 7 },
    );
  });

  test("cost little more than an optimal code, where the limit is near", () => {
    const fibonacci = [1, 1];
    while (fibonacci.length < 20) fibonacci.push((fibonacci.at(-1) ?? 0) + (fibonacci.at(-2) ?? 0));
    for (const limit of [5, 6, 7, 10, 12]) {
      const code = build(fibonacci, limit);
      expect(Math.max(...code.map(({ length }) => length))).toBe(limit);
      expect(cost(fibonacci, code)).toBeGreaterThan(huffmanCost(fibonacci));
      expect(cost(fibonacci, code)).toBeLessThanOrEqual(limitedCost(fibonacci, limit) * 1.08);
    }
  });

  test("of one symbol have a second codeword", () => {
    expect(build([0, 0, 9, 0], 15)).toEqual([
      { symbol: 0, length: 1, codeword: 0 },
      { symbol: 2, length: 1, codeword: 1 },
    ]);
    expect(build([9, 0, 0], 15)).toEqual([
      { symbol: 0, length: 1, codeword: 0 },
      { symbol: 1, length: 1, codeword: 1 },
    ]);
  });
});
