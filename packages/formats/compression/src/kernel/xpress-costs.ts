import { XPRESS_COSTS } from "./encode-layout.ts";
import { load8, load16, store16 } from "./memory.ts";
import { CODES, matchSymbol } from "./xpress-sequences.ts";

// What literals and matches cost, in sixteenths of a bit, by the code of the last parse.

const BIT: i32 = 16;
/** Symbols that the last parse did not use. */
const UNUSED_LITERAL: i32 = 12 * BIT;
const UNUSED_MATCH: i32 = 12 * BIT;

const LITERALS: i32 = 256;
const OFFSET_POWERS: i32 = 16;
/** From this length on a byte tells the rest of it. */
export const FIRST_LONG: i32 = 18;
/** From this length on three bytes do. */
const FIRST_LONGER: i32 = FIRST_LONG + 255;

/** Two bytes each. */
export const LITERAL_COSTS: i32 = XPRESS_COSTS;
/** For each power of two in offsets a row of two bytes for the lengths 3 to `FIRST_LONG`. */
const MATCH_COSTS: i32 = LITERAL_COSTS + LITERALS * 2;

/** Address at which the row for an offset with this power of two would have length 0. */
export function matchCosts(power: i32): i32 {
  return MATCH_COSTS + (power << 5) - 6;
}

/** What a match of `FIRST_LONG` bytes or more costs. */
export function longMatchCost(row: i32, length: i32): i32 {
  return load16(row + FIRST_LONG * 2) + (length < FIRST_LONGER ? 0 : 16 * BIT);
}

function cost(symbol: i32, unused: i32): i32 {
  const bits: i32 = load8(CODES + (symbol << 2));
  return bits === 0 ? unused : bits * BIT;
}

/** Takes the costs from the codes as they are. */
export function setCosts(): void {
  for (let i: i32 = 0; i < LITERALS; i++) store16(LITERAL_COSTS + (i << 1), cost(i, UNUSED_LITERAL));
  for (let power: i32 = 0; power < OFFSET_POWERS; power++) {
    const row: i32 = matchCosts(power);
    for (let length: i32 = 3; length <= FIRST_LONG; length++) {
      const extra: i32 = power + (length < FIRST_LONG ? 0 : 8);
      store16(row + (length << 1), cost(matchSymbol(length, 1 << power), UNUSED_MATCH) + extra * BIT);
    }
  }
}
