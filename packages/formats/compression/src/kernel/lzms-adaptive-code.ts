import { buildDecodeTable, SUBTABLE } from "./huffman-decode.ts";
import { CODE_LENGTHS_WORK, LONGEST_CODEWORD, lzmsCodeLengths } from "./lzms-code-lengths.ts";
import { fill, load8, load32, store32 } from "./memory.ts";

// A Huffman code that follows the frequencies of the symbols: it is made anew each time a number of symbols was coded.

const TABLE_BITS: i32 = 10;

// In the memory of a code:
const SYMBOLS: i32 = 0;
const INTERVAL: i32 = 4;
/** Symbols until the code is made anew. */
const REMAINING: i32 = 8;
/** Whether the table is for writing: then its entries are `codeword << 8 | bits` of each symbol. */
const WRITES: i32 = 12;
const FREQUENCIES: i32 = 16;
const LENGTHS: i32 = FREQUENCIES + 800 * 4;
const TABLE: i32 = 0x1000;
/** Bytes of memory that a code takes. */
export const ADAPTIVE_CODE_SIZE: i32 = 0x8000;

/** Bytes of work memory that all codes share. */
export const ADAPTIVE_CODE_WORK: i32 = CODE_LENGTHS_WORK;

/** Starts with equal frequencies. */
export function startAdaptiveCode(code: i32, symbols: i32, interval: i32, writes: boolean, work: i32): void {
  store32(code + SYMBOLS, symbols);
  store32(code + INTERVAL, interval);
  store32(code + WRITES, writes ? 1 : 0);
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
  countSymbol(code, entry >>> 8, work);
  return entry;
}

/** @returns `codeword << 8 | bits` */
export function encodeAdaptive(code: i32, symbol: i32, work: i32): i32 {
  const entry: i32 = load32(code + TABLE + (symbol << 2));
  countSymbol(code, symbol, work);
  return entry;
}

/** How many bits a symbol would take now, for a code that writes. */
export function adaptiveBits(code: i32, symbol: i32): i32 {
  return load8(code + TABLE + (symbol << 2));
}

/** Whether the code was made anew by the last symbol, or has had none. */
export function isAnew(code: i32): boolean {
  return load32(code + REMAINING) === load32(code + INTERVAL);
}

function countSymbol(code: i32, symbol: i32, work: i32): void {
  const frequency: i32 = code + FREQUENCIES + (symbol << 2);
  store32(frequency, load32(frequency) + 1);
  const remaining: i32 = load32(code + REMAINING) - 1;
  store32(code + REMAINING, remaining);
  if (remaining === 0) rebuild(code, work);
}

function rebuild(code: i32, work: i32): void {
  const symbols: i32 = load32(code + SYMBOLS);
  const frequencies: i32 = code + FREQUENCIES;
  lzmsCodeLengths(frequencies, code + LENGTHS, symbols, work);
  if (load32(code + WRITES) !== 0) assignCodewords(code + TABLE, code + LENGTHS, symbols, work);
  else buildDecodeTable(code + TABLE, TABLE_BITS, code + LENGTHS, symbols, work);
  const end: i32 = frequencies + (symbols << 2);
  for (let at: i32 = frequencies; at < end; at += 4) store32(at, (load32(at) >>> 1) + 1);
  store32(code + REMAINING, load32(code + INTERVAL));
}

/** Gives out the codewords: shorter ones first, those of a length in the order of the symbols. */
function assignCodewords(table: i32, lengths: i32, symbols: i32, work: i32): void {
  fill(work, 0, (LONGEST_CODEWORD + 1) << 2);
  for (let symbol: i32 = 0; symbol < symbols; symbol++) {
    const count: i32 = work + (load8(lengths + symbol) << 2);
    store32(count, load32(count) + 1);
  }
  let codeword: i32 = 0;
  for (let length: i32 = 1; length <= LONGEST_CODEWORD; length++) {
    const at: i32 = work + (length << 2);
    const count: i32 = load32(at);
    codeword <<= 1;
    store32(at, codeword);
    codeword += count;
  }
  for (let symbol: i32 = 0; symbol < symbols; symbol++) {
    const length: i32 = load8(lengths + symbol);
    const next: i32 = work + (length << 2);
    const value: i32 = load32(next);
    store32(next, value + 1);
    store32(table + (symbol << 2), (value << 8) | length);
  }
}
