import { load32, store32 } from "./memory.ts";

// LZMS codes an offset or a length as a slot, which is a range of values, and extra bits that tell the value in the range.

export const MOST_OFFSET_SLOTS: i32 = 799;
export const LENGTH_SLOTS: i32 = 54;

/** Bytes of a slot table: for each slot its lowest value and the number of its extra bits, 4 bytes each; then an end mark. */
export const OFFSET_SLOT_TABLE_SIZE: i32 = (MOST_OFFSET_SLOTS + 1) * 8;
export const LENGTH_SLOT_TABLE_SIZE: i32 = (LENGTH_SLOTS + 1) * 8;

export function fillOffsetSlots(table: i32): void {
  store32(table, 1);
  let at: i32 = addSlots(table, 8, 0);
  at = addSlots(at, 9, 2);
  at = addSlots(at, 7, 3);
  at = addSlots(at, 10, 4);
  at = addSlots(at, 15, 5);
  at = addSlots(at, 15, 6);
  at = addSlots(at, 20, 7);
  at = addSlots(at, 20, 8);
  at = addSlots(at, 30, 9);
  at = addSlots(at, 33, 10);
  at = addSlots(at, 40, 11);
  at = addSlots(at, 42, 12);
  at = addSlots(at, 45, 13);
  at = addSlots(at, 60, 14);
  at = addSlots(at, 73, 15);
  at = addSlots(at, 80, 16);
  at = addSlots(at, 85, 17);
  at = addSlots(at, 95, 18);
  at = addSlots(at, 105, 19);
  at = addSlots(at, 6, 20);
  addSlots(at, 1, 30);
}

export function fillLengthSlots(table: i32): void {
  store32(table, 1);
  let at: i32 = addSlots(table, 26, 0);
  at = addSlots(at, 4, 1);
  at = addSlots(at, 6, 2);
  at = addSlots(at, 4, 3);
  at = addSlots(at, 5, 4);
  at = addSlots(at, 2, 5);
  at = addSlots(at, 1, 6);
  at = addSlots(at, 1, 7);
  at = addSlots(at, 1, 8);
  at = addSlots(at, 1, 9);
  at = addSlots(at, 1, 10);
  at = addSlots(at, 1, 16);
  addSlots(at, 1, 30);
}

/** Adds slots of equal size; the lowest value of the first is there already, and that of the one after the last is added. */
function addSlots(at: i32, count: i32, extraBits: i32): i32 {
  let lowest: i32 = load32(at);
  for (; count > 0; count--) {
    store32(at + 4, extraBits);
    lowest += 1 << extraBits;
    at += 8;
    store32(at, lowest);
  }
  return at;
}

/** The slot of a value of at least 1. */
export function slotOf(table: i32, slots: i32, value: i32): i32 {
  let low: i32 = 0;
  let high: i32 = slots - 1;
  while (low < high) {
    const middle: i32 = (low + high + 1) >>> 1;
    if (load32(table + (middle << 3)) <= value) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** How many offset slots a chunk of this many bytes uses; two at least, so that there is a code to build. */
export function offsetSlotsOf(table: i32, size: i32): i32 {
  const slots: i32 = size < 2 ? 0 : 1 + slotOf(table, MOST_OFFSET_SLOTS, size - 1);
  return slots < 2 ? 2 : slots;
}
