import { LZMS_DELTA_HASH, LZMS_DELTA_HASH_BITS } from "./encode-layout.ts";
import { fill, load8, load32, multiply, store32 } from "./memory.ts";

// Delta matches: places where the differences between bytes a span apart come again. Numbers that rise by equal steps, samples
// of sound and tables of addresses have them. Spans are powers of two, and a match lies a multiple of its span back.

const FACTOR: i32 = 0x1e35a7bd;
/** Spans beyond 1 << 4 are hardly ever found in what images hold. */
const POWERS: i32 = 5;
const LONGEST_SPAN: i32 = 1 << (POWERS - 1);

/** An entry of the hash table is a position, and more bits of its hash above it. */
const MARK: i32 = 0xfc00_0000 | 0;

let first: i32 = 0;
let lastHashed: i32 = 0;

/** The best match of the last `findDelta`: `offset << 3 | power`, the offset in units of the span. */
export let deltaSource: i32 = 0;

export function startDeltas(input: i32, size: i32): void {
  first = input;
  lastHashed = input + size - 3;
  fill(LZMS_DELTA_HASH, 0, 4 << LZMS_DELTA_HASH_BITS);
}

/**
 * Length of the delta match at a position, at most `most`; 0 where it would reach before the chunk.
 *
 * @param source `offset << 3 | power`
 */
export function deltaLength(at: i32, source: i32, most: i32): i32 {
  const span: i32 = 1 << (source & 7);
  const units: i32 = source >>> 3;
  if (units > (at - first) >>> (source & 7)) return 0;
  const offset: i32 = units << (source & 7);
  if (offset + span > at - first) return 0;
  let length: i32 = 0;
  while (length < most) {
    const from: i32 = at + length;
    const sum: i32 = load8(from - offset) + load8(from - span) - load8(from - offset - span);
    if (load8(from) !== (sum & 255)) return length;
    length++;
  }
  return length;
}

/**
 * Looks for a delta match and makes the position known.
 *
 * @returns its length, with `deltaSource` set; 0 for none
 */
export function findDelta(at: i32, most: i32): i32 {
  if (at > lastHashed) return 0;
  let best: i32 = 0;
  const position: i32 = at - first;
  if (position < LONGEST_SPAN) return 0;
  const a: i32 = load8(at);
  const b: i32 = load8(at + 1);
  const c: i32 = load8(at + 2);
  for (let power: i32 = 0; power < POWERS; power++) {
    const span: i32 = 1 << power;
    const from: i32 = at - span;
    const differences: i32 =
      ((a - load8(from)) & 255) | (((b - load8(from + 1)) & 255) << 8) | (((c - load8(from + 2)) & 255) << 16);
    // without differences it is a repetition
    if (differences === 0) continue;
    // positions that are no multiple of the span apart do not meet
    const key: i32 = differences | (power << 29) | ((at & (span - 1)) << 24);
    const hash: i32 = multiply(key, FACTOR);
    const head: i32 = LZMS_DELTA_HASH + ((hash >>> (32 - LZMS_DELTA_HASH_BITS)) << 2);
    const mark: i32 = (hash << LZMS_DELTA_HASH_BITS) & MARK;
    const entry: i32 = load32(head);
    store32(head, mark | position);
    if ((entry & MARK) !== mark) continue;
    const distance: i32 = position - (entry & ~MARK);
    if (entry === 0 || distance === 0 || (distance & (span - 1)) !== 0) continue;
    const source: i32 = ((distance >>> power) << 3) | power;
    const length: i32 = deltaLength(at, source, most);
    if (length > best) {
      best = length;
      deltaSource = source;
    }
  }
  return best;
}
