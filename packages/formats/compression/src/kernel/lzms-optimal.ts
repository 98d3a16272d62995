import { LZMS_NODES } from "./encode-layout.ts";
import { lengthCost, literalCost, offsetCost, oneCost, symbolCost, zeroCost } from "./lzms-costs.ts";
import {
  DELTA_EXPLICIT,
  DELTA_PROBABILITIES,
  DELTA_REPEAT,
  LITERAL,
  LZ_EXPLICIT,
  LZ_PROBABILITIES,
  LZ_REPEAT,
  MAIN_PROBABILITIES,
  MATCH_PROBABILITIES,
  PROBABILITY_SHIFT,
} from "./lzms-decisions.ts";
import { deltaLength, deltaSource, findDelta, startDeltas } from "./lzms-delta-matches.ts";
import { hasRoom, putMatch } from "./lzms-items-encode.ts";
import { DECISIONS, DELTA_OFFSET_CODE, DELTA_POWER_CODE, LZ_OFFSET_CODE } from "./lzms-model.ts";
import {
  COST,
  DELTA_QUEUE,
  DELTA_STATES,
  endsWithDelta,
  endsWithLz,
  LZ_QUEUE,
  NODE_SIZE,
  packStep,
  putPath,
  SOURCE,
  STATES,
  STEP,
  STEP_BYTE,
  settle,
  startPath,
} from "./lzms-path.ts";
import { findMatches, matches, matchesEnd, startTree } from "./lzms-tree.ts";
import { load8, load32, loadUnaligned16, matchLength, store32 } from "./memory.ts";

// The default level: from each byte on, all that could come next is weighed with what it costs as the model stands, and the
// cheapest way is written when all ways meet, or after some bytes. Then the model is asked again.

/** A way is written after this many bytes at the latest. */
const MOST_NODES: i32 = 2048;
const INFINITE: i32 = 0x3fff_ffff;

const MAIN: i32 = DECISIONS + MAIN_PROBABILITIES;
const MATCH: i32 = DECISIONS + MATCH_PROBABILITIES;
const LZ: i32 = DECISIONS + LZ_PROBABILITIES;
const LZ_REPEATED: i32 = LZ + (64 << PROBABILITY_SHIFT);
const LZ_OLDER: i32 = LZ_REPEATED + (64 << PROBABILITY_SHIFT);
const DELTA: i32 = DECISIONS + DELTA_PROBABILITIES;
const DELTA_REPEATED: i32 = DELTA + (64 << PROBABILITY_SHIFT);
const DELTA_OLDER: i32 = DELTA_REPEATED + (64 << PROBABILITY_SHIFT);

/** The last node that some way leads to. */
let farthest: i32 = 0;

/** Makes the nodes up to `to` ready for offers. */
function reach(to: i32): void {
  while (farthest < to) {
    farthest += NODE_SIZE;
    store32(farthest + COST, INFINITE);
  }
}

/** Offers a way to a node that is reached. */
function offer(to: i32, cost: i32, step: i32, source: i32): void {
  if (cost >= load32(to + COST)) return;
  store32(to + COST, cost);
  store32(to + STEP, step);
  store32(to + SOURCE, source);
}

/** Offers a match in all lengths from `from` to `to`. */
function offerLengths(node: i32, cost: i32, kind: i32, from: i32, to: i32, source: i32): void {
  reach(node + to * NODE_SIZE);
  let target: i32 = node + from * NODE_SIZE;
  let step: i32 = packStep(kind, from, 0);
  for (let length: i32 = from; length <= to; length++) {
    offer(target, cost + lengthCost(length), step, source);
    target += NODE_SIZE;
    step += STEP_BYTE;
  }
}

/** The probability for a state, whose bits are in `states` from `shift` on. */
function probability(decision: i32, states: i32, shift: i32, mask: i32): i32 {
  return decision + (((states >>> shift) & mask) << PROBABILITY_SHIFT);
}

/**
 * Offers an LZ match, a literal, and the match again: data of which little has changed.
 *
 * @param cost of the way to the end of the match
 */
function offerAgain(node: i32, at: i32, end: i32, cost: i32, kind: i32, length: i32, offset: i32, nice: i32): void {
  const next: i32 = at + length + 1;
  if (end - next < 2 || loadUnaligned16(next) !== loadUnaligned16(next - offset)) return;
  const most: i32 = end - next < nice ? end - next : nice;
  const again: i32 = matchLength(next, next - offset, 2, most);
  const states: i32 = load32(node + STATES);
  const repeats: i32 = kind === LZ_EXPLICIT ? 0 : 1;
  let repeated: i32 = (states >>> 15) & 63;
  if (repeats !== 0) repeated = ((repeated << 1) | (kind === LZ_REPEAT ? 0 : 1)) & 63;
  const main: i32 = ((states << 1) | 1) & 15;
  const total: i32 =
    cost +
    zeroCost(MAIN + (main << PROBABILITY_SHIFT)) +
    literalCost(load8(next - 1)) +
    oneCost(MAIN + (((main << 1) & 15) << PROBABILITY_SHIFT)) +
    zeroCost(MATCH + (((states >>> 3) & 30) << PROBABILITY_SHIFT)) +
    oneCost(LZ + ((((states >>> 8) & 62) | repeats) << PROBABILITY_SHIFT)) +
    zeroCost(LZ_REPEATED + (repeated << PROBABILITY_SHIFT)) +
    lengthCost(again);
  const to: i32 = node + (length + 1 + again) * NODE_SIZE;
  reach(to);
  offer(to, total, packStep(kind, length, again), offset);
}

/**
 * Encodes a chunk.
 *
 * @param nice a match of this length is taken at once, at most `MOST_COSTED`
 * @param depth how many earlier positions are tried
 * @returns whether it did fit
 */
export function encodeOptimally(input: i32, size: i32, workspace: i32, nice: i32, depth: i32): boolean {
  startTree(input, size, workspace, nice, depth);
  startDeltas(input, size);
  const end: i32 = input + size;
  let at: i32 = input;
  while (at < end) {
    at = encodeWay(input, at, end, nice);
    if (!hasRoom()) return false;
  }
  return true;
}

/**
 * Writes the items up to where the ways meet.
 *
 * @returns the next byte
 */
function encodeWay(input: i32, start: i32, end: i32, nice: i32): i32 {
  startPath();
  let node: i32 = LZMS_NODES;
  let at: i32 = start;
  farthest = node;
  for (;;) {
    if (node !== LZMS_NODES) {
      settle(node);
      if (node === farthest || at - start >= MOST_NODES) break;
    }
    const left: i32 = end - at;
    const most: i32 = left < nice ? left : nice;
    const states: i32 = load32(node + STATES);
    const before: i32 = load32(node + STEP);
    const cost: i32 = load32(node + COST);
    const main: i32 = probability(MAIN, states, 0, 15);
    const matchCost: i32 = cost + oneCost(main);
    const lzCost: i32 = matchCost + zeroCost(probability(MATCH, states, 4, 31));

    reach(node + NODE_SIZE);
    offer(node + NODE_SIZE, cost + zeroCost(main) + literalCost(load8(at)), packStep(LITERAL, 1, 0), 0);

    // repeated LZ matches
    let longest: i32 = 1;
    let longestKind: i32 = LITERAL;
    let longestSource: i32 = 0;
    if (left >= 2) {
      const pair: i32 = loadUnaligned16(at);
      const repeatCost: i32 = lzCost + oneCost(probability(LZ, states, 9, 63));
      const skip: i32 = node + LZ_QUEUE + (endsWithLz(before) ? 4 : 0);
      for (let index: i32 = 0; index < 3; index++) {
        const offset: i32 = load32(skip + (index << 2));
        if (offset > at - input || loadUnaligned16(at - offset) !== pair) continue;
        const length: i32 = matchLength(at, at - offset, 2, most);
        let indexCost: i32 = repeatCost;
        const first: i32 = probability(LZ_REPEATED, states, 15, 63);
        if (index === 0) {
          indexCost += zeroCost(first);
        } else {
          const older: i32 = probability(LZ_OLDER, states, 21, 63);
          indexCost += oneCost(first) + (index === 1 ? zeroCost(older) : oneCost(older));
        }
        offerLengths(node, indexCost, LZ_REPEAT + index, 2, length, offset);
        offerAgain(node, at, end, indexCost + lengthCost(length), LZ_REPEAT + index, length, offset, nice);
        if (length > longest) {
          longest = length;
          longestKind = LZ_REPEAT + index;
          longestSource = offset;
        }
      }
    }

    // other LZ matches
    const explicitCost: i32 = lzCost + zeroCost(probability(LZ, states, 9, 63));
    findMatches(at);
    let shortest: i32 = 3;
    for (let match: i32 = matches; match < matchesEnd; match += 8) {
      const length: i32 = load32(match);
      const offset: i32 = load32(match + 4);
      if (length > longest) {
        longest = length;
        longestKind = LZ_EXPLICIT;
        longestSource = offset;
      }
      const base: i32 = explicitCost + offsetCost(LZ_OFFSET_CODE, offset);
      offerLengths(node, base, LZ_EXPLICIT, shortest, length, offset);
      offerAgain(node, at, end, base + lengthCost(length), LZ_EXPLICIT, length, offset, nice);
      shortest = length + 1;
    }

    // delta matches
    const deltaCost: i32 = matchCost + oneCost(probability(MATCH, states, 4, 31));
    const deltaStates: i32 = load32(node + DELTA_STATES);
    const skip: i32 = node + DELTA_QUEUE + (endsWithDelta(before) ? 4 : 0);
    for (let index: i32 = 0; index < 3; index++) {
      const source: i32 = load32(skip + (index << 2));
      const length: i32 = deltaLength(at, source, most);
      if (length < 2) continue;
      const first: i32 = probability(DELTA_REPEATED, deltaStates, 6, 63);
      const older: i32 = probability(DELTA_OLDER, deltaStates, 12, 63);
      const indexCost: i32 =
        deltaCost +
        oneCost(probability(DELTA, deltaStates, 0, 63)) +
        (index === 0 ? zeroCost(first) : oneCost(first) + (index === 1 ? zeroCost(older) : oneCost(older)));
      offerLengths(node, indexCost, DELTA_REPEAT + index, 2, length, source);
      if (length > longest) {
        longest = length;
        longestKind = DELTA_REPEAT + index;
        longestSource = source;
      }
    }
    const deltaFound: i32 = longest < 8 ? findDelta(at, most) : 0;
    if (deltaFound > 2) {
      const base: i32 =
        deltaCost +
        zeroCost(probability(DELTA, deltaStates, 0, 63)) +
        symbolCost(DELTA_POWER_CODE, deltaSource & 7) +
        offsetCost(DELTA_OFFSET_CODE, deltaSource >>> 3);
      offerLengths(node, base, DELTA_EXPLICIT, 3, deltaFound, deltaSource);
      if (deltaFound > longest) {
        longest = deltaFound;
        longestKind = DELTA_EXPLICIT;
        longestSource = deltaSource;
      }
    }

    if (longest >= nice) {
      // the way ahead of a match this long is hardly ever better
      putPath(node, start);
      longest =
        longestKind < DELTA_EXPLICIT
          ? matchLength(at, at - longestSource, longest, left)
          : deltaLength(at, longestSource, left);
      putMatch(longestKind, longestSource, longest);
      return at + longest;
    }
    node += NODE_SIZE;
    at++;
  }
  putPath(node, start);
  return at;
}
