import { clz } from "./memory.ts";

// How LZX names matches. An offset is coded as 0, 1 or 2 for one of the three recent offsets, else as the offset plus 2. A
// slot holds a range of coded offsets; the place in it follows as extra bits.

export const LITERALS: i32 = 256;
export const MIN_MATCH: i32 = 2;
export const MAX_MATCH: i32 = 257;
export const LENGTH_SYMBOLS: i32 = 249;
export const MAX_SLOTS: i32 = 50;
export const MAX_MAIN_SYMBOLS: i32 = LITERALS + 8 * MAX_SLOTS;

/** From this slot on the three lowest extra bits can have a code of their own. */
export const FIRST_ALIGNED_SLOT: i32 = 8;
/** The least coded offset in that slot. */
export const FIRST_ALIGNED_OFFSET: i32 = 16;

/** A match in one word, as the encoder passes it on. */
export function packMatch(length: i32, codedOffset: i32): i32 {
  return (codedOffset << 9) | length;
}

export function matchedBytes(match: i32): i32 {
  return match & 511;
}

export function codedOffset(match: i32): i32 {
  return match >>> 9;
}

/** How many slots the offsets in a window are divided into. */
export function offsetSlots(windowOrder: i32): i32 {
  return windowOrder < 20 ? windowOrder << 1 : windowOrder === 20 ? 42 : 50;
}

/** Slots are pairs of equal size that double; from 36 on all have 2^17 offsets. */
export function offsetSlot(coded: i32): i32 {
  if (coded < 4) return coded;
  if (coded >= 1 << 18) return 34 + (coded >>> 17);
  const top: i32 = 31 - clz(coded);
  return (top << 1) + ((coded >>> (top - 1)) & 1);
}

export function extraBits(slot: i32): i32 {
  if (slot < 4) return 0;
  return slot < 36 ? (slot >>> 1) - 1 : 17;
}

/** The first of the two or three symbols of a match: slot and length. */
export function mainSymbol(slot: i32, length: i32): i32 {
  return LITERALS + (slot << 3) + (length < 9 ? length - MIN_MATCH : 7);
}
