import { LZMS_DECODE_BASE } from "./layout.ts";
import { ADAPTIVE_CODE_SIZE, ADAPTIVE_CODE_WORK, startAdaptiveCode } from "./lzms-adaptive-code.ts";
import { DECISIONS_SIZE, startDecisions } from "./lzms-decisions.ts";
import {
  fillLengthSlots,
  fillOffsetSlots,
  LENGTH_SLOT_TABLE_SIZE,
  LENGTH_SLOTS,
  OFFSET_SLOT_TABLE_SIZE,
  offsetSlotsOf,
} from "./lzms-slots.ts";
import { load32, store32 } from "./memory.ts";

// What reader and writer of LZMS both know at each item, and change in step: the decisions, the codes, the recent offsets.

const LITERALS: i32 = 256;
const DELTA_POWERS: i32 = 8;

export const DECISIONS: i32 = LZMS_DECODE_BASE;
export const OFFSET_SLOTS: i32 = DECISIONS + ((DECISIONS_SIZE + 15) & ~15);
export const LENGTHS: i32 = OFFSET_SLOTS + OFFSET_SLOT_TABLE_SIZE;
/** The offsets of the last matches, newest first; of delta matches also their powers. */
export const LZ_OFFSETS: i32 = LENGTHS + LENGTH_SLOT_TABLE_SIZE;
export const DELTA_OFFSETS: i32 = LZ_OFFSETS + 16;
export const DELTA_POWERS_USED: i32 = DELTA_OFFSETS + 16;
/** Shared by the codes. */
export const CODE_WORK: i32 = DELTA_POWERS_USED + 32;
export const LITERAL_CODE: i32 = CODE_WORK + ADAPTIVE_CODE_WORK;
export const LENGTH_CODE: i32 = LITERAL_CODE + ADAPTIVE_CODE_SIZE;
export const LZ_OFFSET_CODE: i32 = LENGTH_CODE + ADAPTIVE_CODE_SIZE;
export const DELTA_OFFSET_CODE: i32 = LZ_OFFSET_CODE + ADAPTIVE_CODE_SIZE;
export const DELTA_POWER_CODE: i32 = DELTA_OFFSET_CODE + ADAPTIVE_CODE_SIZE;
/** `X86_FILTER_WORK` bytes. */
export const FILTER_WORK: i32 = DELTA_POWER_CODE + ADAPTIVE_CODE_SIZE;

/**
 * Before the first item.
 *
 * @param size bytes of the chunk
 * @param writes whether the codes are for writing
 */
export function startModel(size: i32, writes: boolean): void {
  startDecisions(DECISIONS);
  fillOffsetSlots(OFFSET_SLOTS);
  fillLengthSlots(LENGTHS);
  const offsetSlots: i32 = offsetSlotsOf(OFFSET_SLOTS, size);
  startAdaptiveCode(LITERAL_CODE, LITERALS, 1024, writes, CODE_WORK);
  startAdaptiveCode(LENGTH_CODE, LENGTH_SLOTS, 512, writes, CODE_WORK);
  startAdaptiveCode(LZ_OFFSET_CODE, offsetSlots, 1024, writes, CODE_WORK);
  startAdaptiveCode(DELTA_OFFSET_CODE, offsetSlots, 1024, writes, CODE_WORK);
  startAdaptiveCode(DELTA_POWER_CODE, DELTA_POWERS, 512, writes, CODE_WORK);
  for (let i: i32 = 0; i < 4; i++) {
    store32(LZ_OFFSETS + (i << 2), i + 1);
    store32(DELTA_OFFSETS + (i << 2), i + 1);
    store32(DELTA_POWERS_USED + (i << 2), 0);
  }
}

/** Puts a value before the other three; the last falls out. */
export function pushFront(queue: i32, value: i32): void {
  store32(queue + 12, load32(queue + 8));
  store32(queue + 8, load32(queue + 4));
  store32(queue + 4, load32(queue));
  store32(queue, value);
}

/**
 * Takes a value to the front. The newest match can not be repeated by the next item at once, as it would have been longer:
 * then `skip` is 1 and an index means the value after it.
 */
export function moveFront(queue: i32, index: i32, skip: i32): i32 {
  let at: i32 = queue + ((index + skip) << 2);
  const value: i32 = load32(at);
  for (; at > queue; at -= 4) store32(at, load32(at - 4));
  store32(queue, value);
  return value;
}
