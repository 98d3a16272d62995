import { encodeAdaptive, isAnew } from "./lzms-adaptive-code.ts";
import { backwardPlace, putBackwardBits } from "./lzms-bits-encode.ts";
import { offsetSlotOf, setLengthCosts } from "./lzms-costs.ts";
import { DELTA_EXPLICIT, DELTA_REPEAT, LITERAL, LZ_EXPLICIT, LZ_REPEAT } from "./lzms-decisions.ts";
import {
  CODE_WORK,
  DELTA_OFFSET_CODE,
  DELTA_OFFSETS,
  DELTA_POWER_CODE,
  DELTA_POWERS_USED,
  LENGTH_CODE,
  LENGTHS,
  LITERAL_CODE,
  LZ_OFFSET_CODE,
  LZ_OFFSETS,
  moveFront,
  OFFSET_SLOTS,
  pushFront,
} from "./lzms-model.ts";
import { putKind, rangePlace } from "./lzms-range-encode.ts";
import { LENGTH_SLOTS, slotOf } from "./lzms-slots.ts";
import { load32 } from "./memory.ts";

// Writes items into both streams, and keeps the model in step with what a decoder will know.

/**
 * Bytes that must lie between the two streams before items are written. No item takes more than 14 bytes of codewords and five
 * words of decisions, and no more items than this has room for are written in a row.
 */
export const ITEMS_ROOM: i32 = 0x10000;

/** Whether the streams leave `ITEMS_ROOM`. */
export function hasRoom(): boolean {
  return rangePlace() + ITEMS_ROOM <= backwardPlace();
}

/** The kind of the last item. */
export let lastKind: i32 = 0;

export function startItems(): void {
  lastKind = LITERAL;
}

export function putLiteral(byte: i32): void {
  putKind(LITERAL);
  putSymbol(LITERAL_CODE, byte);
  lastKind = LITERAL;
}

/**
 * @param source of explicit matches the offset; of delta matches `offset << 3 | power`, where the offset is in units of
 *   `1 << power` bytes
 */
export function putMatch(kind: i32, source: i32, length: i32): void {
  putKind(kind);
  if (kind === LZ_EXPLICIT) {
    putNumber(LZ_OFFSET_CODE, OFFSET_SLOTS, offsetSlotOf(source), source);
    pushFront(LZ_OFFSETS, source);
  } else if (kind === DELTA_EXPLICIT) {
    const offset: i32 = source >>> 3;
    putSymbol(DELTA_POWER_CODE, source & 7);
    putNumber(DELTA_OFFSET_CODE, OFFSET_SLOTS, offsetSlotOf(offset), offset);
    pushFront(DELTA_POWERS_USED, source & 7);
    pushFront(DELTA_OFFSETS, offset);
  } else if (kind < DELTA_EXPLICIT) {
    moveFront(LZ_OFFSETS, kind - LZ_REPEAT, lzSkip());
  } else {
    const skip: i32 = deltaSkip();
    moveFront(DELTA_POWERS_USED, kind - DELTA_REPEAT, skip);
    moveFront(DELTA_OFFSETS, kind - DELTA_REPEAT, skip);
  }
  lastKind = kind;
  putNumber(LENGTH_CODE, LENGTHS, slotOf(LENGTHS, LENGTH_SLOTS, length), length);
  if (isAnew(LENGTH_CODE)) setLengthCosts();
}

/** 1 where the next item cannot repeat the newest LZ match. */
export function lzSkip(): i32 {
  return lastKind !== LITERAL && lastKind < DELTA_EXPLICIT ? 1 : 0;
}

/** 1 where the next item cannot repeat the newest delta match. */
export function deltaSkip(): i32 {
  return lastKind >= DELTA_EXPLICIT ? 1 : 0;
}

function putSymbol(code: i32, symbol: i32): void {
  const entry: i32 = encodeAdaptive(code, symbol, CODE_WORK);
  putBackwardBits(entry >>> 8, entry & 255);
}

function putNumber(code: i32, table: i32, slot: i32, value: i32): void {
  putSymbol(code, slot);
  const extraBits: i32 = load32(table + (slot << 3) + 4);
  if (extraBits !== 0) putBackwardBits(value - load32(table + (slot << 3)), extraBits);
}
