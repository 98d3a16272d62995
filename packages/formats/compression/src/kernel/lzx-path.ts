import { LZX_QUEUES } from "./encode-layout.ts";
import { countLiteral, countMatch } from "./lzx-block.ts";
import { ALIGNED_COSTS, LITERAL_COSTS, matchCosts } from "./lzx-costs.ts";
import { codedOffset, FIRST_ALIGNED_OFFSET, MAX_MATCH, matchedBytes, offsetSlot, packMatch } from "./lzx-match.ts";
import { recent0, recent1, recent2, setRecent } from "./lzx-recent.ts";
import { fill, load8, load16, load32, loadUnaligned16, matchLength, store32 } from "./memory.ts";

// The cheapest way through a block. There is a node before each byte and one at the end, two words each: the least cost
// found to get there in sixteenths of a bit, and the last step on that way, a packed match. A literal is a match of length 1.

const LITERAL: i32 = 1;

/** The recent offsets at the last 512 nodes, four words each: more nodes than a match can pass. */
const QUEUES: i32 = LZX_QUEUES;

/** Offers the node that `length` bytes on a way there. */
function offer(node: i32, cost: i32, step: i32): void {
  if (cost < load32(node)) {
    store32(node, cost);
    store32(node + 4, step);
  }
}

/** Offers all lengths from `from` to `to` of a match. */
function offerLengths(node: i32, cost: i32, from: i32, to: i32, row: i32, step: i32): void {
  for (let length: i32 = from; length <= to; length++) {
    offer(node + (length << 3), cost + load16(row + (length << 1)), step | length);
  }
}

/**
 * @param input first byte of the chunk
 * @param start first byte of the block; the recent offsets are those there
 * @param nodes address of `size + 1` nodes
 * @param cache the matches at each byte: their number, then each, longer ones later
 * @param nice a match of this length is taken where it is met
 */
export function findPath(input: i32, start: i32, size: i32, nodes: i32, cache: i32, nice: i32): void {
  const end: i32 = start + size;
  fill(nodes, 0x7f, (size + 1) << 3);
  store32(nodes, 0);
  store32(nodes + 4, LITERAL);
  let first: i32 = recent0;
  let second: i32 = recent1;
  let third: i32 = recent2;
  let node: i32 = nodes;
  let at: i32 = start;
  for (;;) {
    const cost: i32 = load32(node);
    const step: i32 = load32(node + 4);
    const stepLength: i32 = matchedBytes(step);
    const queue: i32 = QUEUES + ((at & 511) << 4);
    if (stepLength > 1) {
      // the state at the node where the step began, changed by it; after a literal it is that of the byte before
      const origin: i32 = QUEUES + (((at - stepLength) & 511) << 4);
      const coded: i32 = codedOffset(step);
      first = load32(origin);
      second = load32(origin + 4);
      third = load32(origin + 8);
      if (coded > 2) {
        third = second;
        second = first;
        first = coded - 2;
      } else if (coded === 1) {
        const swapped: i32 = first;
        first = second;
        second = swapped;
      } else if (coded === 2) {
        const swapped: i32 = first;
        first = third;
        third = swapped;
      }
    }
    store32(queue, first);
    store32(queue + 4, second);
    store32(queue + 8, third);
    if (at === end) break;

    const most: i32 = end - at < MAX_MATCH ? end - at : MAX_MATCH;
    let best: i32 = 1;
    if (most >= 2 && at > input) {
      const pair: i32 = loadUnaligned16(at);
      if (loadUnaligned16(at - first) === pair) {
        best = matchLength(at, at - first, 2, most);
        offerLengths(node, cost, 2, best, matchCosts(0), 0);
      }
      if (loadUnaligned16(at - second) === pair) {
        const length: i32 = matchLength(at, at - second, 2, most);
        offerLengths(node, cost, 2, length, matchCosts(1), packMatch(0, 1));
        if (length > best) best = length;
      }
      if (loadUnaligned16(at - third) === pair) {
        const length: i32 = matchLength(at, at - third, 2, most);
        offerLengths(node, cost, 2, length, matchCosts(2), packMatch(0, 2));
        if (length > best) best = length;
      }
    }

    const count: i32 = load32(cache);
    cache += 4;
    const last: i32 = cache + (count << 2);
    let length: i32 = best + 1;
    for (; cache < last; cache += 4) {
      const match: i32 = load32(cache);
      let longest: i32 = matchedBytes(match);
      if (longest > most) longest = most;
      if (longest < length) continue;
      const coded: i32 = codedOffset(match);
      const slot: i32 = offsetSlot(coded);
      const base: i32 = cost + (coded < FIRST_ALIGNED_OFFSET ? 0 : load16(ALIGNED_COSTS + ((coded & 7) << 1)));
      offerLengths(node, base, length, longest, matchCosts(slot), packMatch(0, coded));
      length = longest + 1;
    }

    if (length > nice) {
      // The way ahead of a match this long is hardly ever better; where it is a run, looking at each byte of it would take long.
      length--;
      node += length << 3;
      at += length;
      for (let skipped: i32 = length - 1; skipped > 0; skipped--) cache += (load32(cache) + 1) << 2;
      continue;
    }
    node += 8;
    offer(node, cost + load16(LITERAL_COSTS + (load8(at) << 1)), LITERAL);
    at++;
  }
}

/** Makes the recent offsets at the end of the last path those of the stream. */
export function keepRecent(end: i32): void {
  const queue: i32 = QUEUES + ((end & 511) << 4);
  setRecent(load32(queue), load32(queue + 4), load32(queue + 8));
}

/**
 * Walks the path back from the end of the block and counts its symbols.
 *
 * @param sequencesEnd the sequences, as `writeBlock` wants them, end here; `4 * size + 16` bytes before it are writable
 * @returns address of the first sequence
 */
export function pathSequences(start: i32, size: i32, nodes: i32, sequencesEnd: i32): i32 {
  let at: i32 = start + size;
  let node: i32 = nodes + (size << 3);
  let literals: i32 = 0;
  let sequence: i32 = sequencesEnd - 8;
  store32(sequence + 4, 0);
  while (at > start) {
    const step: i32 = load32(node + 4);
    const length: i32 = matchedBytes(step);
    at -= length;
    node -= length << 3;
    if (length === 1) {
      countLiteral(load8(at));
      literals++;
      continue;
    }
    countMatch(step);
    store32(sequence, literals);
    sequence -= 8;
    store32(sequence + 4, step);
    literals = 0;
  }
  store32(sequence, literals);
  return sequence;
}
