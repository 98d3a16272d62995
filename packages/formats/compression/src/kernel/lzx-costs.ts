import { LZX_COSTS } from "./encode-layout.ts";
import { ALIGNED_CODES, alignedIsSmaller, LENGTH_CODES, MAIN_CODES } from "./lzx-block.ts";
import { extraBits, FIRST_ALIGNED_SLOT, LITERALS, MAX_MATCH, MAX_SLOTS, MIN_MATCH, mainSymbol } from "./lzx-match.ts";
import { load8, load16, store16 } from "./memory.ts";

// What each symbol costs, in sixteenths of a bit, by the codes of the last parse.

const BIT: i32 = 16;
/** Symbols that the last parse did not use. */
const UNUSED_LITERAL: i32 = 11 * BIT;
const UNUSED_MATCH: i32 = 10 * BIT;
const UNUSED_LENGTH: i32 = 8 * BIT;
const UNUSED_ALIGNED: i32 = 6 * BIT;

/** Two bytes each, for every literal. */
export const LITERAL_COSTS: i32 = LZX_COSTS;
/** Two bytes each, for the low three bits of coded offsets. */
export const ALIGNED_COSTS: i32 = LITERAL_COSTS + LITERALS * 2;
/**
 * For each slot a row of two bytes for every match length. It holds all but the cost of what the aligned code may stand
 * for: the low three bits of offsets from `FIRST_ALIGNED_OFFSET` on.
 */
const MATCH_COSTS: i32 = ALIGNED_COSTS + 16;
const LENGTHS: i32 = MAX_MATCH - MIN_MATCH + 1;
const LENGTH_COSTS: i32 = MATCH_COSTS + MAX_SLOTS * LENGTHS * 2;

/** Address at which a row would have length 0. */
export function matchCosts(slot: i32): i32 {
  return MATCH_COSTS + (slot << 9) - MIN_MATCH * 2;
}

function cost(codes: i32, symbol: i32, unused: i32): i32 {
  const bits: i32 = load8(codes + (symbol << 2));
  return bits === 0 ? unused : bits * BIT;
}

/** Takes the costs from the codes as they are. */
export function setCosts(slots: i32): void {
  for (let i: i32 = 0; i < LITERALS; i++) store16(LITERAL_COSTS + (i << 1), cost(MAIN_CODES, i, UNUSED_LITERAL));
  const aligned: boolean = alignedIsSmaller();
  for (let i: i32 = 0; i < 8; i++) {
    store16(ALIGNED_COSTS + (i << 1), aligned ? cost(ALIGNED_CODES, i, UNUSED_ALIGNED) : 3 * BIT);
  }
  for (let i: i32 = 0; i < LENGTHS - 7; i++) {
    store16(LENGTH_COSTS + (i << 1), cost(LENGTH_CODES, i, UNUSED_LENGTH));
  }
  for (let slot: i32 = 0; slot < slots; slot++) {
    const extra: i32 = (extraBits(slot) - (slot >= FIRST_ALIGNED_SLOT ? 3 : 0)) * BIT;
    let row: i32 = MATCH_COSTS + (slot << 9);
    for (let length: i32 = MIN_MATCH; length < 9; length++) {
      store16(row, cost(MAIN_CODES, mainSymbol(slot, length), UNUSED_MATCH) + extra);
      row += 2;
    }
    const long: i32 = cost(MAIN_CODES, mainSymbol(slot, 9), UNUSED_MATCH) + extra;
    for (let i: i32 = 0; i < LENGTHS - 7; i++) store16(row + (i << 1), long + load16(LENGTH_COSTS + (i << 1)));
  }
}
