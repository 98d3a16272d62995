import { putBits, putCode } from "./bit-writer.ts";
import { LZX_PRETREE } from "./encode-layout.ts";
import { buildCode } from "./huffman-encode.ts";
import { fill, load8, load32, store8, store32 } from "./memory.ts";

// The codeword lengths of an LZX block as differences to those of the block before, in a small code of their own.

const SYMBOLS: i32 = 20;
const LONGEST_CODEWORD: i32 = 7;
/** 4 to 19 codewords of length 0. */
const ZEROS: i32 = 17;
/** 20 to 51 codewords of length 0. */
const MANY_ZEROS: i32 = 18;
/** 4 or 5 codewords of the length that follows. */
const SAME: i32 = 19;

const FREQUENCIES: i32 = LZX_PRETREE;
const CODES: i32 = FREQUENCIES + SYMBOLS * 4;
/** `extra << 8 | symbol`, one word each. */
const ITEMS: i32 = CODES + SYMBOLS * 4;

/**
 * @param codes as `buildCode` makes them
 * @param last address of one byte a symbol: the lengths of the block before, which are replaced
 */
export function writeCodeLengths(codes: i32, last: i32, symbols: i32): void {
  fill(FREQUENCIES, 0, SYMBOLS << 2);
  let items: i32 = ITEMS;
  let symbol: i32 = 0;
  while (symbol < symbols) {
    const length: i32 = load8(codes + (symbol << 2));
    let run: i32 = 1;
    while (symbol + run < symbols && load8(codes + ((symbol + run) << 2)) === length) run++;
    let left: i32 = run;
    if (length === 0) {
      while (left >= 20) {
        const more: i32 = left - 20 < 31 ? left - 20 : 31;
        items = add(items, MANY_ZEROS, more);
        left -= 20 + more;
      }
      if (left >= 4) {
        items = add(items, ZEROS, left - 4);
        left = 0;
      }
    } else {
      while (left >= 4) {
        const more: i32 = left > 4 ? 1 : 0;
        items = add(items, SAME, more);
        items = add(items, difference(load8(last + symbol + run - left), length), 0);
        left -= 4 + more;
      }
    }
    for (; left > 0; left--) items = add(items, difference(load8(last + symbol + run - left), length), 0);
    for (const end: i32 = symbol + run; symbol < end; symbol++) store8(last + symbol, length);
  }

  buildCode(FREQUENCIES, SYMBOLS, LONGEST_CODEWORD, CODES);
  for (let i: i32 = 0; i < SYMBOLS; i++) putBits(load8(CODES + (i << 2)), 4);
  for (let item: i32 = ITEMS; item < items; item += 4) {
    const value: i32 = load32(item);
    const kind: i32 = value & 255;
    putCode(load32(CODES + (kind << 2)));
    if (kind >= ZEROS) putBits(value >>> 8, kind === ZEROS ? 4 : kind === MANY_ZEROS ? 5 : 1);
  }
}

function add(items: i32, symbol: i32, extra: i32): i32 {
  const at: i32 = FREQUENCIES + (symbol << 2);
  store32(at, load32(at) + 1);
  store32(items, (extra << 8) | symbol);
  return items + 4;
}

/** What takes the old length to the new one, modulo 17. */
function difference(old: i32, length: i32): i32 {
  const delta: i32 = old - length;
  return delta < 0 ? delta + 17 : delta;
}
