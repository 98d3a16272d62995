import { peekBits } from "./bit-reader.ts";
import { buildDecodeTable, SUBTABLE } from "./huffman-decode.ts";
import { load8, load32, store8 } from "./memory.ts";
import { BAD_CODE, INPUT_ENDS } from "./status.ts";

// The codeword lengths of an LZX block are coded as differences to those of the block before, by a small code of their own:
// the pretree.

const SYMBOLS: i32 = 20;
const TABLE_BITS: i32 = 7;

// In the work memory:
const SCRATCH: i32 = 32;
const TABLE: i32 = SCRATCH + 128;
/** Bytes of work memory that `readCodeLengths` needs. */
export const PRETREE_WORK: i32 = 0x1000;

/**
 * Reads the codeword lengths of `symbols` symbols.
 *
 * @param position bits before the first one
 * @param inputBits what the position may not exceed
 * @param lengths address of one byte a symbol: the lengths of the block before, which are replaced
 * @param work address of `PRETREE_WORK` bytes, a multiple of 4
 * @returns the position of the bit that follows, or a negative status
 */
export function readCodeLengths(input: i32, position: i32, inputBits: i32, lengths: i32, symbols: i32, work: i32): i32 {
  for (let symbol: i32 = 0; symbol < SYMBOLS; symbol++) {
    store8(work + symbol, peekBits(input, position) >>> 28);
    position += 4;
  }
  if (position > inputBits) return INPUT_ENDS;
  if (buildDecodeTable(work + TABLE, TABLE_BITS, work, SYMBOLS, work + SCRATCH) !== 1) return BAD_CODE;

  const end: i32 = lengths + symbols;
  let at: i32 = lengths;
  while (at < end) {
    let window: i32 = peekBits(input, position);
    let entry: i32 = load32(work + TABLE + ((window >>> (32 - TABLE_BITS)) << 2));
    if ((entry & SUBTABLE) !== 0) {
      const index: i32 = ((entry & ~SUBTABLE) >>> 8) + ((window << TABLE_BITS) >>> (32 - (entry & 255)));
      position += TABLE_BITS;
      entry = load32(work + TABLE + (index << 2));
    }
    position += entry & 255;
    let symbol: i32 = entry >>> 8;
    if (position > inputBits) return INPUT_ENDS;
    if (symbol < 17) {
      store8(at, difference(load8(at), symbol));
      at++;
      continue;
    }

    // a run: of zeros, or of one value
    window = peekBits(input, position);
    let run: i32 = 0;
    let value: i32 = 0;
    if (symbol === 17) {
      run = 4 + (window >>> 28);
      position += 4;
    } else if (symbol === 18) {
      run = 20 + (window >>> 27);
      position += 5;
    } else {
      run = 4 + (window >>> 31);
      position++;
      window = peekBits(input, position);
      entry = load32(work + TABLE + ((window >>> (32 - TABLE_BITS)) << 2));
      if ((entry & SUBTABLE) !== 0) {
        const index: i32 = ((entry & ~SUBTABLE) >>> 8) + ((window << TABLE_BITS) >>> (32 - (entry & 255)));
        position += TABLE_BITS;
        entry = load32(work + TABLE + (index << 2));
      }
      position += entry & 255;
      symbol = entry >>> 8;
      if (symbol > 16) return position > inputBits ? INPUT_ENDS : BAD_CODE;
      value = difference(load8(at), symbol);
    }
    if (position > inputBits) return INPUT_ENDS;
    if (run > end - at) return BAD_CODE;
    for (; run > 0; run--) store8(at++, value);
  }
  return position;
}

/** The length that differs by `delta` from the old one, modulo 17. */
function difference(old: i32, delta: i32): i32 {
  const length: i32 = old - delta;
  return length < 0 ? length + 17 : length;
}
