import { LZX_SPLIT } from "./encode-layout.ts";
import { fill, load32, store32 } from "./memory.ts";

// When to end a block: what was seen since the last check is compared with what the block held before. Where they differ
// much, codes of their own are worth their header.

const KINDS: i32 = 10;
const SHORT_MATCH: i32 = 8;
const LONG_MATCH: i32 = 9;
/** Observations between two checks. */
const STEP: i32 = 400;
/** Blocks below this size do not earn their header back, whatever they hold. */
const MIN_BLOCK: i32 = 6144;

/** How much distributions may differ, of 2^13. */
const THRESHOLD: i32 = 3000;

/** Counts of each kind in the block, and since the last check. */
const BEFORE: i32 = LZX_SPLIT;
const RECENT: i32 = LZX_SPLIT + KINDS * 4;

let recentCount: i32 = 0;
let beforeCount: i32 = 0;

export function startSplitting(): void {
  fill(LZX_SPLIT, 0, KINDS * 8);
  recentCount = 0;
  beforeCount = 0;
}

/** The top two bits and the lowest tell text, code and tables apart. */
export function observeLiteral(value: i32): void {
  observe(((value >>> 5) & 6) | (value & 1));
}

export function observeMatch(length: i32): void {
  observe(length < 9 ? SHORT_MATCH : LONG_MATCH);
}

function observe(kind: i32): void {
  const at: i32 = RECENT + (kind << 2);
  store32(at, load32(at) + 1);
  recentCount++;
}

/**
 * @param size bytes in the block so far
 * @param rest bytes of the chunk after it
 */
export function shouldSplit(size: i32, rest: i32): boolean {
  if (recentCount < STEP || size < MIN_BLOCK || rest < MIN_BLOCK) return false;
  if (beforeCount > 0) {
    // distributions as fractions of 2^12, the sum of their differences at most 2^13
    let difference: i32 = 0;
    for (let kind: i32 = 0; kind < KINDS; kind++) {
      const before: i32 = fraction(load32(BEFORE + (kind << 2)), beforeCount);
      const recent: i32 = fraction(load32(RECENT + (kind << 2)), recentCount);
      difference += before < recent ? recent - before : before - recent;
    }
    if (difference + (size >>> 6) > THRESHOLD) return true;
  }
  for (let kind: i32 = 0; kind < KINDS << 2; kind += 4) {
    store32(BEFORE + kind, load32(BEFORE + kind) + load32(RECENT + kind));
    store32(RECENT + kind, 0);
  }
  beforeCount += recentCount;
  recentCount = 0;
  return false;
}

/** Of 2^12, rounded down. */
function fraction(count: i32, total: i32): i32 {
  return ((count << 12) / total) | 0;
}
