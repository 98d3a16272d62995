import { store16 } from "./memory.ts";

// Bits as LZX keeps them: little-endian 16-bit words, the most significant bit first. The place is module state, as there
// is one stream at a time and a call for every few bits.

let word: i32 = 0;
let held: i32 = 0;
let heldBits: i32 = 0;

/** @param output even; nothing checks that what is written fits */
export function startBits(output: i32): void {
  word = output;
  held = 0;
  heldBits = 0;
}

/** @param bits at most 16, and `value` has no more */
export function putBits(value: i32, bits: i32): void {
  held = (held << bits) | value;
  heldBits += bits;
  const full: i32 = heldBits >>> 4;
  heldBits &= 15;
  store16(word, held >>> heldBits);
  word += full << 1;
}

/** @param code a word of the table that `buildCode` makes */
export function putCode(code: i32): void {
  putBits(code >>> 8, code & 255);
}

/** Fills up the last word with zeros and returns the address after it. */
export function endBits(): i32 {
  if (heldBits > 0) putBits(0, 16 - heldBits);
  return word;
}
