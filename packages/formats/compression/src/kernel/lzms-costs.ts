import { LZMS_HINTS, LZMS_LENGTH_COSTS, LZMS_OUTCOME_COSTS } from "./encode-layout.ts";
import { adaptiveBits } from "./lzms-adaptive-code.ts";
import { ZEROS } from "./lzms-decisions.ts";
import { LENGTH_CODE, LENGTHS, LITERAL_CODE, OFFSET_SLOTS } from "./lzms-model.ts";
import { LENGTH_SLOTS, MOST_OFFSET_SLOTS, slotOf } from "./lzms-slots.ts";
import { clz, load8, load16, load32, multiply, store16 } from "./memory.ts";

// What decisions and symbols cost as the model stands, in 64ths of a bit.

const BIT: i32 = 64;
/** Lengths up to this one have their costs in a table. */
export const MOST_COSTED: i32 = 511;

// Where the search for the slot of an offset begins: for each power of two, and the seven bits below the highest one.
const HINT_BITS: i32 = 7;
const HINTS: i32 = (31 - HINT_BITS) << HINT_BITS;

/** Before the first chunk item; the model is started. */
export function startCosts(): void {
  for (let zeros: i32 = 0; zeros <= 64; zeros++) {
    store16(LZMS_OUTCOME_COSTS + (zeros << 1), costOfChance(zeros === 0 ? 1 : zeros === 64 ? 63 : zeros));
  }
  for (let hint: i32 = 1; hint < HINTS; hint++) {
    const power: i32 = hint >>> HINT_BITS;
    const lowest: i32 = power === 0 ? hint : ((1 << HINT_BITS) | (hint & ((1 << HINT_BITS) - 1))) << (power - 1);
    store16(LZMS_HINTS + (hint << 1), slotOf(OFFSET_SLOTS, MOST_OFFSET_SLOTS, lowest));
  }
  setLengthCosts();
}

/** `-log2(chance / 64)` bits: each squaring doubles the logarithm. */
function costOfChance(chance: i32): i32 {
  let mantissa: i32 = chance;
  let log: i32 = 0;
  for (let bit: i32 = BIT; bit > 1; bit >>>= 1) {
    mantissa = multiply(mantissa, mantissa);
    log <<= 1;
    while (mantissa >= 1 << 15) {
      mantissa >>>= 1;
      log++;
    }
  }
  // the shifts count, and what is left of the mantissa
  return 6 * BIT - (log + 31 - clz(mantissa));
}

/** To be called when the length code was made anew. */
export function setLengthCosts(): void {
  for (let slot: i32 = 0; slot < LENGTH_SLOTS; slot++) {
    const entry: i32 = LENGTHS + (slot << 3);
    const cost: i32 = (adaptiveBits(LENGTH_CODE, slot) + load32(entry + 4)) * BIT;
    const end: i32 = load32(entry + 8) <= MOST_COSTED ? load32(entry + 8) : MOST_COSTED + 1;
    for (let length: i32 = load32(entry); length < end; length++) store16(LZMS_LENGTH_COSTS + (length << 1), cost);
  }
}

/** @param length at most `MOST_COSTED` */
export function lengthCost(length: i32): i32 {
  return load16(LZMS_LENGTH_COSTS + (length << 1));
}

export function literalCost(byte: i32): i32 {
  return adaptiveBits(LITERAL_CODE, byte) * BIT;
}

/** The cost of an offset in one of the two codes for them. */
export function offsetCost(code: i32, offset: i32): i32 {
  const slot: i32 = offsetSlotOf(offset);
  return (adaptiveBits(code, slot) + load8(OFFSET_SLOTS + (slot << 3) + 4)) * BIT;
}

export function symbolCost(code: i32, symbol: i32): i32 {
  return adaptiveBits(code, symbol) * BIT;
}

/** The cost of a 0. @param probability its address */
export function zeroCost(probability: i32): i32 {
  return load16(LZMS_OUTCOME_COSTS + (load32(probability + ZEROS) << 1));
}

/** The cost of a 1. @param probability its address */
export function oneCost(probability: i32): i32 {
  return load16(LZMS_OUTCOME_COSTS + ((64 - load32(probability + ZEROS)) << 1));
}

/** The slot of an offset. */
export function offsetSlotOf(offset: i32): i32 {
  const power: i32 = 31 - clz(offset) - HINT_BITS;
  const hint: i32 = power < 0 ? offset : ((power + 1) << HINT_BITS) + ((offset >>> power) & ((1 << HINT_BITS) - 1));
  let slot: i32 = load16(LZMS_HINTS + (hint << 1));
  while (load32(OFFSET_SLOTS + (slot << 3) + 8) <= offset) slot++;
  return slot;
}
