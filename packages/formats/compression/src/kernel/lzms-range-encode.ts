import {
  CHILDREN,
  DELTA_EXPLICIT,
  LITERAL,
  LZ_EXPLICIT,
  MOST_LEAF,
  PROBABILITIES,
  PROBABILITY_SHIFT,
  STATE,
  STATE_MASK,
  ZEROS,
} from "./lzms-decisions.ts";
import { DECISIONS } from "./lzms-model.ts";
import { isBelow, load16, load32, multiply, shiftIn, store16, store32 } from "./memory.ts";

// The range coder of LZMS: it writes the decisions from the start of a chunk on. Its number is below `low + range`; the words
// above `low` are written, and a sum that does not fit into `low` is carried into them.

let low: i32 = 0;
let range: i32 = 0;
let word: i32 = 0;

/** @param output even */
export function startRange(output: i32): void {
  low = 0;
  range = -1;
  word = output;
}

/** Address after the words that are written; the last four bytes are still to come. */
export function rangePlace(): i32 {
  return word;
}

/** The decisions that lead to a kind of item, the first in the lowest bit. */
function pathTo(kind: i32): i32 {
  if (kind === LITERAL) return 0b0;
  if (kind < DELTA_EXPLICIT) return kind === LZ_EXPLICIT ? 0b001 : 0b001 | (((1 << (kind - LZ_EXPLICIT)) - 1) << 2);
  return 0b011 | (((1 << (kind - DELTA_EXPLICIT)) - 1) << 2);
}

/** Writes what the next item is, and lets the decisions learn from it. */
export function putKind(kind: i32): void {
  let path: i32 = pathTo(kind);
  let decision: i32 = DECISIONS;
  do {
    if (range >>> 16 === 0) {
      range <<= 16;
      putWord();
    }
    const bit: i32 = path & 1;
    path >>>= 1;
    const state: i32 = load32(decision + STATE);
    const probability: i32 = load32(decision + PROBABILITIES) + (state << PROBABILITY_SHIFT);
    const zeros: i32 = load32(probability + ZEROS);
    const bound: i32 = multiply(range >>> 6, zeros === 0 ? 1 : zeros === 64 ? 63 : zeros);
    if (bit === 0) {
      range = bound;
    } else {
      range = (range - bound) | 0;
      low = (low + bound) | 0;
      if (isBelow(low, bound)) carry();
    }
    store32(probability + ZEROS, zeros + shiftIn(probability, bit) - bit);
    store32(decision + STATE, ((state << 1) | bit) & load32(decision + STATE_MASK));
    decision = load32(decision + CHILDREN + (bit << 2));
  } while (decision > MOST_LEAF);
}

function putWord(): void {
  store16(word, low >>> 16);
  word += 2;
  low <<= 16;
}

function carry(): void {
  let at: i32 = word - 2;
  for (; load16(at) === 0xffff; at -= 2) store16(at, 0);
  store16(at, load16(at) + 1);
}

/** Writes the last words, which a decoder has fetched before the last decision, and returns the address after them. */
export function endRange(): i32 {
  // 7-Zip makes ready for one more decision, and then wants the rest of its number to be 0
  if (range >>> 16 === 0) putWord();
  putWord();
  putWord();
  return word;
}
