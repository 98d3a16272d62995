import { longestMatch, matchOffset, skipPositions, startChains } from "./hash-chains.ts";
import { lengthCost, literalCost, MOST_COSTED, offsetCost } from "./lzms-costs.ts";
import { DELTA_EXPLICIT, DELTA_REPEAT, LZ_EXPLICIT, LZ_REPEAT } from "./lzms-decisions.ts";
import { deltaLength, deltaSource, findDelta, startDeltas } from "./lzms-delta-matches.ts";
import { deltaSkip, hasRoom, lzSkip, putLiteral, putMatch } from "./lzms-items-encode.ts";
import { DELTA_OFFSET_CODE, DELTA_OFFSETS, DELTA_POWERS_USED, LZ_OFFSET_CODE, LZ_OFFSETS } from "./lzms-model.ts";
import { fill, load8, load32, loadUnaligned16, loadUnaligned32, matchLength, multiply, store32 } from "./memory.ts";

// The fast level: at each byte the match that saves most, unless the one at the next byte saves more. Hash chains find what is
// near; for what is far, in large chunks, the newest position with the same 8 bytes is known.

const FACTOR: i32 = 0x1e35a7bd;
const OTHER_FACTOR: i32 = 0x2c1b3c6d;
const LEAST_HASH_BITS: i32 = 10;
const MOST_HASH_BITS: i32 = 20;
const LONG: i32 = 8;

const BIT: i32 = 64;
/** What a literal costs on average, with its decision. */
const LITERAL_COST: i32 = 6 * BIT;
/** The decisions of an explicit match and of a repetition. */
const EXPLICIT_COST: i32 = 3 * BIT;
const REPEAT_COST: i32 = 4 * BIT;
const DELTA_COST: i32 = 7 * BIT;
/** Delta matches are looked for only where no other is this long. */
const DELTA_BELOW: i32 = 4;
/** Literals of a match up to this length are counted exactly. */
const SHORT: i32 = 6;

let input: i32 = 0;
let end: i32 = 0;
let nice: i32 = 0;
let depth: i32 = 0;
let heads: i32 = 0;
let shift: i32 = 0;

/** What the last `search` found: 0 bytes for nothing. */
let kind: i32 = 0;
let source: i32 = 0;
let length: i32 = 0;
/** What it saves, in 64ths of a bit. */
let gain: i32 = 0;

function hashBits(size: i32): i32 {
  let bits: i32 = LEAST_HASH_BITS;
  while (bits < MOST_HASH_BITS && 1 << (bits + 2) < size) bits++;
  return bits;
}

/** Bytes of working memory. */
export function lazyWorkspace(size: i32): i32 {
  return (size << 2) + (4 << hashBits(size));
}

/** Encodes a chunk. Parameters and result as for `encodeOptimally`. */
export function encodeLazily(start: i32, size: i32, workspace: i32, most: i32, steps: i32): boolean {
  const bits: i32 = hashBits(size);
  input = start;
  end = start + size;
  nice = most;
  depth = steps;
  heads = workspace + (size << 2);
  shift = 32 - bits;
  fill(heads, 0, 4 << bits);
  startChains(input, size, workspace);
  startDeltas(input, size);
  let at: i32 = input;
  while (at < end) {
    if (!hasRoom()) return false;
    search(at, depth, lzSkip(), deltaSkip());
    if (length === 0) {
      putLiteral(load8(at));
      at++;
      continue;
    }
    let known: i32 = 1;
    let bestKind: i32 = kind;
    let bestSource: i32 = source;
    let bestLength: i32 = length;
    while (bestLength < nice && at + 1 < end) {
      const bestGain: i32 = gain;
      search(at + 1, depth >> 1, 0, 0);
      known = 2;
      if (length === 0 || gain + LITERAL_COST - literalCost(load8(at)) <= bestGain + BIT) break;
      putLiteral(load8(at));
      at++;
      known = 1;
      bestKind = kind;
      bestSource = source;
      bestLength = length;
    }
    putMatch(bestKind, bestSource, bestLength);
    skipPositions(at + known, bestLength - known);
    at += bestLength;
  }
  return true;
}

/** Takes a match if it saves more than the best. */
function consider(newKind: i32, newSource: i32, newLength: i32, cost: i32): void {
  const costed: i32 = newLength < MOST_COSTED ? newLength : MOST_COSTED;
  const newGain: i32 = newLength * LITERAL_COST - cost - lengthCost(costed);
  if (newGain <= gain) return;
  kind = newKind;
  source = newSource;
  length = newLength;
  gain = newGain;
}

/** Looks for the best match at a byte, and makes its position known. */
function search(at: i32, steps: i32, skipLz: i32, skipDelta: i32): void {
  length = 0;
  gain = 0;
  const most: i32 = end - at;
  const limit: i32 = most < 0x0fff_ffff / LITERAL_COST ? most : 0x0fff_ffff / LITERAL_COST;
  if (most < 8) {
    longestMatch(at, most, most, nice, 0);
    return;
  }
  const pair: i32 = loadUnaligned16(at);
  for (let index: i32 = 0; index < 3; index++) {
    const offset: i32 = load32(LZ_OFFSETS + ((index + skipLz) << 2));
    if (offset > at - input || loadUnaligned16(at - offset) !== pair) continue;
    consider(LZ_REPEAT + index, offset, matchLength(at, at - offset, 2, limit), REPEAT_COST + (index << 6));
  }

  const far: i32 = newestLong(at);
  const near: i32 = longestMatch(at, 3, limit, nice, steps);
  if (near > 3) consider(LZ_EXPLICIT, matchOffset, near, EXPLICIT_COST + offsetCost(LZ_OFFSET_CODE, matchOffset));
  if (far !== 0 && near < nice) {
    const farLength: i32 = matchLength(at, at - far, 0, limit);
    if (farLength > near) consider(LZ_EXPLICIT, far, farLength, EXPLICIT_COST + offsetCost(LZ_OFFSET_CODE, far));
  }

  if (length < DELTA_BELOW) {
    for (let index: i32 = 0; index < 3; index++) {
      const place: i32 = (index + skipDelta) << 2;
      const recent: i32 = (load32(DELTA_OFFSETS + place) << 3) | load32(DELTA_POWERS_USED + place);
      const deltaBytes: i32 = deltaLength(at, recent, limit);
      if (deltaBytes >= 2) consider(DELTA_REPEAT + index, recent, deltaBytes, REPEAT_COST + BIT);
    }
    const found: i32 = findDelta(at, limit);
    if (found >= 3) {
      consider(DELTA_EXPLICIT, deltaSource, found, DELTA_COST + offsetCost(DELTA_OFFSET_CODE, deltaSource >>> 3));
    }
  }

  if (length > SHORT) return;
  // literals that cost less than usual may be better
  let literals: i32 = 0;
  for (let i: i32 = 0; i < length; i++) literals += literalCost(load8(at + i)) + (BIT >> 1);
  if (literals <= length * LITERAL_COST - gain) length = 0;
}

/** The distance of the newest position that has the same hash of 8 bytes, 0 for none. */
function newestLong(at: i32): i32 {
  const hash: i32 =
    multiply(multiply(loadUnaligned32(at), FACTOR) ^ loadUnaligned32(at + LONG - 4), OTHER_FACTOR) >>> shift;
  const head: i32 = heads + (hash << 2);
  const other: i32 = load32(head);
  store32(head, at);
  return other === 0 ? 0 : at - other;
}
