import { load8, load16, load32, store16, store32 } from "./memory.ts";
import { BAD_CODE } from "./status.ts";

/**
 * Decode tables for canonical Huffman codes whose codewords are read from the most significant bit.
 *
 * A table has 2^tableBits entries of 32 bits, then subtables for longer codewords. The next bits of the stream are the index.
 * An entry is `value << 8 | bits`: the symbol and how many bits it takes. With `SUBTABLE` set, `value` is the index of a
 * subtable and `bits` the number of further bits that index it.
 */
export const SUBTABLE: i32 = 0x4000_0000;
/** The entry of a code without codewords: it takes no bits, and its value is larger than any length or offset that is valid. */
export const NO_SYMBOL: i32 = 0x3fff_ff00;
const MAX_CODEWORD: i32 = 16;

/** Bytes of scratch memory that `buildDecodeTable` needs for `symbols` symbols. */
const DECODE_SCRATCH: i32 = 4 * (MAX_CODEWORD + 1);

/**
 * @param table address of the table: 2^tableBits entries and the subtables
 * @param lengths address of one byte a symbol: length of its codeword, 0 for none
 * @param scratch address of `DECODE_SCRATCH + 2 * symbols` bytes
 * @returns 1; 0 where no symbol has a codeword, the table then gives `NO_SYMBOL` everywhere; `BAD_CODE` where the lengths
 *   make no complete prefix code
 */
export function buildDecodeTable(table: i32, tableBits: i32, lengths: i32, symbols: i32, scratch: i32): i32 {
  // counts at scratch[0..16], then the symbols in order of (length, symbol)
  const sorted: i32 = scratch + DECODE_SCRATCH;
  for (let length: i32 = 0; length <= MAX_CODEWORD; length++) store32(scratch + (length << 2), 0);
  for (let symbol: i32 = 0; symbol < symbols; symbol++) {
    const at: i32 = scratch + (load8(lengths + symbol) << 2);
    store32(at, load32(at) + 1);
  }

  let space: i32 = 0;
  for (let length: i32 = 1; length <= MAX_CODEWORD; length++) {
    space = (space << 1) + load32(scratch + (length << 2));
    if (space > 1 << length) return BAD_CODE;
    if (length < MAX_CODEWORD) continue;
    if (space === 0) {
      for (let i: i32 = 0; i < 1 << tableBits; i++) store32(table + (i << 2), NO_SYMBOL);
      return 0;
    }
    if (space !== 1 << MAX_CODEWORD) return BAD_CODE;
  }

  // counts become the place of the next symbol of each length
  let place: i32 = 0;
  for (let length: i32 = 1; length <= MAX_CODEWORD; length++) {
    const at: i32 = scratch + (length << 2);
    const count: i32 = load32(at);
    store32(at, place);
    place += count;
  }
  for (let symbol: i32 = 0; symbol < symbols; symbol++) {
    const length: i32 = load8(lengths + symbol);
    if (length === 0) continue;
    const at: i32 = scratch + (length << 2);
    const next: i32 = load32(at);
    store32(at, next + 1);
    store16(sorted + (next << 1), symbol);
  }

  // short codewords fill runs of the table, in order
  let entry: i32 = table;
  let i: i32 = 0;
  for (; i < place; i++) {
    const symbol: i32 = load16(sorted + (i << 1));
    const length: i32 = load8(lengths + symbol);
    if (length > tableBits) break;
    const value: i32 = (symbol << 8) | length;
    const end: i32 = entry + (4 << (tableBits - length));
    for (; entry < end; entry += 4) store32(entry, value);
  }

  // longer ones share a root entry by their first bits and are told apart by a subtable
  let next: i32 = 1 << tableBits;
  while (i < place) {
    // the subtable takes as many bits as the codes below this root entry need to fill it
    let bits: i32 = load8(lengths + load16(sorted + (i << 1))) - tableBits;
    let filled: i32 = 0;
    let last: i32 = i;
    for (;;) {
      while (last < place && load8(lengths + load16(sorted + (last << 1))) - tableBits === bits && filled < 1 << bits) {
        filled++;
        last++;
      }
      if (filled === 1 << bits) break;
      bits++;
      filled <<= 1;
    }
    store32(entry, SUBTABLE | (next << 8) | bits);
    entry += 4;
    let sub: i32 = table + (next << 2);
    for (; i < last; i++) {
      const symbol: i32 = load16(sorted + (i << 1));
      const length: i32 = load8(lengths + symbol) - tableBits;
      const value: i32 = (symbol << 8) | length;
      const end: i32 = sub + (4 << (bits - length));
      for (; sub < end; sub += 4) store32(sub, value);
    }
    next += 1 << bits;
  }
  return 1;
}
