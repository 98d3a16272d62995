import { findMatches, startTree } from "./binary-tree.ts";
import { codedOffset, matchedBytes as foundBytes } from "./lzx-match.ts";
import { clz, load8, load16, load32, matchLength, store32 } from "./memory.ts";
import { FIRST_LONG, LITERAL_COSTS, longMatchCost, matchCosts, setCosts } from "./xpress-costs.ts";
import {
  addSequence,
  buildCodes,
  clearCounts,
  countLiteral,
  countMatch,
  matchDistance,
  matchedBytes,
  packMatch,
  sequencesSize,
  writeChunk,
} from "./xpress-sequences.ts";

// The level `max`: all matches of a chunk are found once, then the cheapest way through them is searched, again and again with
// the costs that the last way gave. There is a node before each byte and one at the end, two words each: the least cost from
// there to the end, and the match that comes next on that way, 0 for a literal.

/** The finder looks for no longer ones; `nice` is below, and matches from there on are prolonged here. */
const MOST_FOUND: i32 = 511;
/** A match of 3 bytes from further away costs more than its literals. */
const FAR: i32 = 2048;
/** Words for matches for each byte of the chunk; what comes after they are used up is coded without. */
const CACHE_WORDS: i32 = 8;
/** Bytes after the cache, for the matches of the last position. */
const CACHE_SLACK: i32 = 4096;

/** Bytes of working memory: the tree, the nodes, the match cache with a word more a position, the sequences. */
export function nearOptimalWorkspace(size: i32): i32 {
  return size * 8 + (size + 1) * 8 + size * (CACHE_WORDS + 1) * 4 + CACHE_SLACK + sequencesSize(size);
}

/** Writes a chunk. Parameters as for `xpressEncode`. */
export function encodeNearOptimally(
  input: i32,
  size: i32,
  output: i32,
  workspace: i32,
  passes: i32,
  nice: i32,
  depth: i32,
): i32 {
  const nodes: i32 = workspace + size * 8;
  const cache: i32 = nodes + (size + 1) * 8;
  const sequences: i32 = cache + size * (CACHE_WORDS + 1) * 4 + CACHE_SLACK;
  startTree(input, size, workspace);
  clearCounts();
  const cacheEnd: i32 = cacheMatches(input, size, cache, nice, depth);
  let sequencesEnd: i32 = sequences;
  for (let pass: i32 = 0; pass < passes; pass++) {
    buildCodes();
    setCosts();
    findPath(input, size, nodes, cacheEnd, nice);
    clearCounts();
    sequencesEnd = pathSequences(input, size, nodes, sequences);
  }
  return writeChunk(input, size, output, sequences, sequencesEnd);
}

/**
 * Finds the matches of a chunk: those of a position, then a word with their number. Counts what a greedy parse would use, for
 * the first costs.
 *
 * @returns the address after the last number
 */
function cacheMatches(input: i32, size: i32, cache: i32, nice: i32, depth: i32): i32 {
  const end: i32 = input + size;
  const full: i32 = cache + size * CACHE_WORDS * 4;
  let at: i32 = input;
  let parsed: i32 = input;
  while (at < end && cache < full) {
    const most: i32 = end - at < MOST_FOUND ? end - at : MOST_FOUND;
    const last: i32 = findMatches(at, most, nice, depth, cache);
    const longest: i32 = last === cache ? 0 : load32(last - 4);
    const offset: i32 = codedOffset(longest) - 2;
    let length: i32 = foundBytes(longest);
    store32(last, (last - cache) >> 2);
    cache = last + 4;
    if (length >= nice) length = matchLength(at, at - offset, length, end - at);
    if (at >= parsed) {
      if (length > 3 || (length === 3 && offset < FAR)) {
        countMatch(length, offset);
        parsed = at + length;
      } else {
        countLiteral(load8(at));
        parsed = at + 1;
      }
    }
    at++;
    if (length < nice) continue;
    // inside a long match no others are needed
    for (const next: i32 = at + length - 1; at < next; at++) {
      findMatches(at, end - at < MOST_FOUND ? end - at : MOST_FOUND, nice, depth, cache);
      store32(cache, 0);
      cache += 4;
    }
  }
  for (; at < end; at++) {
    store32(cache, 0);
    cache += 4;
  }
  return cache;
}

/** Finds the cheapest way, from the end of the chunk to its start. */
function findPath(input: i32, size: i32, nodes: i32, cache: i32, nice: i32): void {
  const end: i32 = input + size;
  let node: i32 = nodes + (size << 3);
  store32(node, 0);
  for (let at: i32 = end - 1; at >= input; at--) {
    let least: i32 = load16(LITERAL_COSTS + (load8(at) << 1)) + load32(node);
    let step: i32 = 0;
    node -= 8;
    cache -= 4;
    let match: i32 = cache - (load32(cache) << 2);
    const last: i32 = cache;
    cache = match;
    let length: i32 = 3;
    for (; match < last; match += 4) {
      const found: i32 = load32(match);
      const offset: i32 = codedOffset(found) - 2;
      const row: i32 = matchCosts(31 - clz(offset));
      let longest: i32 = foundBytes(found);
      if (longest >= nice) longest = matchLength(at, at - offset, longest, end - at);
      for (; length <= longest && length < FIRST_LONG; length++) {
        const cost: i32 = load16(row + (length << 1)) + load32(node + (length << 3));
        if (cost < least) {
          least = cost;
          step = packMatch(length, offset);
        }
      }
      // all of these cost the same
      if (longest < FIRST_LONG) continue;
      const cost: i32 = longMatchCost(row, longest) + load32(node + (longest << 3));
      if (cost < least) {
        least = cost;
        step = packMatch(longest, offset);
      }
      length = longest + 1;
    }
    store32(node, least);
    store32(node + 4, step);
  }
}

/**
 * Walks the path and counts its symbols.
 *
 * @returns the address after the sequences
 */
function pathSequences(input: i32, size: i32, nodes: i32, sequences: i32): i32 {
  const end: i32 = input + size;
  let at: i32 = input;
  let literals: i32 = 0;
  while (at < end) {
    const match: i32 = load32(nodes + ((at - input) << 3) + 4);
    if (match === 0) {
      countLiteral(load8(at));
      literals++;
      at++;
      continue;
    }
    const length: i32 = matchedBytes(match);
    const offset: i32 = matchDistance(match);
    countMatch(length, offset);
    sequences = addSequence(sequences, literals, length, offset);
    literals = 0;
    at += length;
  }
  return sequences;
}
