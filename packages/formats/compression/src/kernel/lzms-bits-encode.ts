import { store16 } from "./memory.ts";

// The other stream of LZMS, for codewords and extra bits: 16-bit words from the end of a chunk backwards, each filled from its
// most significant bit on.

let word: i32 = 0;
let held: i32 = 0;
let heldBits: i32 = 0;

/** @param end even; the first word ends here */
export function startBackwardBits(end: i32): void {
  word = end;
  held = 0;
  heldBits = 0;
}

/** Address of the last word that is written; up to 15 bits more are held back. */
export function backwardPlace(): i32 {
  return word;
}

/** @param bits at most 30, and `value` has no more */
export function putBackwardBits(value: i32, bits: i32): void {
  if (bits > 16) {
    putBackwardBits(value >>> 16, bits - 16);
    value &= 0xffff;
    bits = 16;
  }
  held = (held << bits) | value;
  heldBits += bits;
  if (heldBits >= 16) {
    heldBits -= 16;
    word -= 2;
    store16(word, held >>> heldBits);
  }
}

/** Fills up the last word with zeros and returns its address. */
export function endBackwardBits(): i32 {
  if (heldBits > 0) putBackwardBits(0, 16 - heldBits);
  return word;
}
