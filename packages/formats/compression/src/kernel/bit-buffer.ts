import { loadUnaligned16 } from "./memory.ts";

/**
 * The next bits of a stream of little-endian 16-bit words, the most significant bit first. In WebAssembly
 * (`bit-buffer.assembly.ts`) a buffer is an integer of 64 bits, left-aligned. A decoder keeps two more numbers: the address
 * `next` of the first word that is not counted to the buffer, and `bits`, how many are. To fetch without a branch, more bits
 * are put into it than are counted; then 48 to 63 bits are there, and 8 bytes from `next` on were read:
 *
 * ```
 * buffer = fetchBits(buffer, next, bits);
 * next += ((63 - bits) >>> 4) << 1;
 * bits |= 48;
 * ```
 *
 * JavaScript has no such integers: its twin of a buffer is the place of the first bit, counted from address 0. Module state:
 * one stream at a time.
 */
export function noBits(): number {
  resumed = 0;
  return 0;
}

/** Whether words begin at odd addresses. */
let parity: i32 = 0;
/** The bits before this address are not those of the words there, but the first `keptBits` of `kept`. */
let resumed: i32 = 0;
let kept: i32 = 0;
let keptBits: i32 = 0;

/** @param bits 0 to 63 */
export function fetchBits(_buffer: number, next: i32, bits: i32): number {
  parity = next & 1;
  return next * 8 - bits;
}

/** The first `count` bits as a number: 1 to 31. */
export function firstBits(buffer: number, count: i32): i32 {
  return window(buffer) >>> (32 - count);
}

/** The same where `count` may be 0. */
export function firstBitsOrNone(buffer: number, count: i32): i32 {
  return (window(buffer) >>> 1) >>> (31 - count);
}

/** A one and then the first `count` bits, 0 to 30, as a number. */
export function oneAndFirstBits(buffer: number, count: i32): i32 {
  return (1 << count) | firstBitsOrNone(buffer, count);
}

/** @param count only its lowest 6 bits count, so that an entry of a decode table will do */
export function skipBits(buffer: number, count: i32): number {
  return buffer + (count & 63);
}

/** Keeps the first `bits`, 0 to 31, and forgets what lies behind them: the words are continued at `next`. */
export function keepBits(buffer: number, bits: i32, next: i32): number {
  kept = window(buffer) & ~(-1 >>> bits);
  keptBits = bits;
  resumed = next;
  return next * 8 - bits;
}

/** 32 bits from a place on. */
function window(place: number): i32 {
  const before = resumed * 8 - place;
  return before > 0 ? (kept << (keptBits - before)) | (words(resumed * 8) >>> before) : words(place);
}

function words(place: number): i32 {
  const bit = place - parity * 8;
  const at = ((bit >>> 4) << 1) + parity;
  const two = (loadUnaligned16(at) << 16) | loadUnaligned16(at + 2);
  return (two << (bit & 15)) | (loadUnaligned16(at + 4) >>> (16 - (bit & 15)));
}
