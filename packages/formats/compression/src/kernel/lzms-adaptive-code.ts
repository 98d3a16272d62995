import { buildDecodeTable, SUBTABLE } from "./huffman-decode.ts";
import { CODE_LENGTHS_WORK, lzmsCodeLengths } from "./lzms-code-lengths.ts";
import { load32, store32 } from "./memory.ts";

// A Huffman code that follows the frequencies of the symbols: it is made anew each time a number of symbols was decoded.

const TABLE_BITS: i32 = 10;

// In the memory of a code:
const SYMBOLS: i32 = 0;
const INTERVAL: i32 = 4;
/** Symbols until the code is made anew. */
const REMAINING: i32 = 8;
const FREQUENCIES: i32 = 16;
const LENGTHS: i32 = FREQUENCIES + 800 * 4;
const TABLE: i32 = 0x1000;
/** Bytes of memory that a code takes. */
export const ADAPTIVE_CODE_SIZE: i32 = 0x8000;

/** Bytes of work memory that all codes share. */
export const ADAPTIVE_CODE_WORK: i32 = CODE_LENGTHS_WORK;

/** Starts with equal frequencies. */
export function startAdaptiveCode(code: i32, symbols: i32, interval: i32, work: i32): void {
  store32(code + SYMBOLS, symbols);
  store32(code + INTERVAL, interval);
  for (let symbol: i32 = 0; symbol < symbols; symbol++) store32(code + FREQUENCIES + (symbol << 2), 1);
  rebuild(code, work);
}

/**
 * @param window the next bits of the stream, left-aligned, at least 15
 * @returns `symbol << 8 | bits`
 */
export function decodeAdaptive(code: i32, window: i32, work: i32): i32 {
  let entry: i32 = load32(code + TABLE + ((window >>> (32 - TABLE_BITS)) << 2));
  if ((entry & SUBTABLE) !== 0) {
    const index: i32 = ((entry & ~SUBTABLE) >>> 8) + ((window << TABLE_BITS) >>> (32 - (entry & 255)));
    entry = load32(code + TABLE + (index << 2)) + TABLE_BITS;
  }
  const frequency: i32 = code + FREQUENCIES + ((entry >>> 8) << 2);
  store32(frequency, load32(frequency) + 1);
  const remaining: i32 = load32(code + REMAINING) - 1;
  store32(code + REMAINING, remaining);
  if (remaining === 0) rebuild(code, work);
  return entry;
}

function rebuild(code: i32, work: i32): void {
  const symbols: i32 = load32(code + SYMBOLS);
  const frequencies: i32 = code + FREQUENCIES;
  lzmsCodeLengths(frequencies, code + LENGTHS, symbols, work);
  buildDecodeTable(code + TABLE, TABLE_BITS, code + LENGTHS, symbols, work);
  const end: i32 = frequencies + (symbols << 2);
  for (let at: i32 = frequencies; at < end; at += 4) store32(at, (load32(at) >>> 1) + 1);
  store32(code + REMAINING, load32(code + INTERVAL));
}
