import fc from "fast-check";
import { expect, test } from "vitest";
import { buildDecodeTable, NO_SYMBOL, SUBTABLE } from "./huffman-decode.ts";
import { load32, store8 } from "./memory.ts";
import { BAD_CODE } from "./status.ts";

const LENGTHS = 0x200000;
const SCRATCH = LENGTHS + 0x1000;
const TABLE = SCRATCH + 0x1000;

function build(lengths: number[], tableBits: number): number {
  lengths.forEach((length, symbol) => {
    store8(LENGTHS + symbol, length);
  });
  return buildDecodeTable(TABLE, tableBits, LENGTHS, lengths.length, SCRATCH);
}

/** Symbol and bits of the codeword that the 16 bits begin with. */
function look(bits: number, tableBits: number): [symbol: number, bits: number] {
  const entry = load32(TABLE + (bits >>> (16 - tableBits)) * 4);
  if (!(entry & SUBTABLE)) return [entry >>> 8, entry & 255];
  const rest = (bits << tableBits) & 0xffff;
  const sub = load32(TABLE + (((entry & ~SUBTABLE) >>> 8) + (rest >>> (16 - (entry & 255)))) * 4);
  return [sub >>> 8, (sub & 255) + tableBits];
}

/** Splits codewords until there are enough: the lengths of a complete code. */
function completeCode(splits: number[]): number[] {
  const lengths = [1, 1];
  for (const split of splits) {
    const at = split % lengths.length;
    const length = lengths[at] as number;
    if (length < 16) lengths.splice(at, 1, length + 1, length + 1);
  }
  return lengths;
}

test("every codeword of a complete code is found, whatever follows it", () => {
  const codes = fc.array(fc.nat(10_000), { maxLength: 300 }).map(completeCode);
  fc.assert(
    fc.property(codes, fc.integer({ min: 1, max: 11 }), fc.nat(0xffff), (lengths, tableBits, noise) => {
      expect(build(lengths, tableBits)).toBe(1);
      let code = 0;
      for (let length = 1; length <= 16; length++, code <<= 1) {
        lengths.forEach((other, symbol) => {
          if (other !== length) return;
          const bits = (code << (16 - length)) | (noise & ((1 << (16 - length)) - 1));
          expect(look(bits, tableBits)).toEqual([symbol, length]);
          code++;
        });
      }
    }),
    { seed: 1, numRuns: 150 },
  );
});

test("a code that is too full, too empty or of one codeword is refused", () => {
  for (const lengths of [[1, 1, 1], [1, 2], [2, 2, 2], [1], [16], [1, 2, 3, 3, 16], new Array<number>(70).fill(1)]) {
    expect(build(lengths, 7)).toBe(BAD_CODE);
  }
});

test("a code without codewords is told apart, and gives nothing that is valid", () => {
  expect(build([0, 0, 0], 4)).toBe(0);
  for (let i = 0; i < 16; i++) expect(load32(TABLE + i * 4)).toBe(NO_SYMBOL);
});
