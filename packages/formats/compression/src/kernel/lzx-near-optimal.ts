import { findMatches, startTree } from "./binary-tree.ts";
import { buildCodes, clearCounts, countLiteral, countMatch, writeBlock } from "./lzx-block.ts";
import { setCosts } from "./lzx-costs.ts";
import { codedOffset, MAX_MATCH, matchedBytes, offsetSlots, packMatch } from "./lzx-match.ts";
import { findPath, keepRecent, pathSequences } from "./lzx-path.ts";
import { observeLiteral, observeMatch, shouldSplit, startSplitting } from "./lzx-split.ts";
import { load8, load32, matchLength, store32 } from "./memory.ts";

// The default level: all matches of a block are found once, then the cheapest way through them is searched, again and
// again with the costs that the last way gave.

/** Blocks end here whatever they hold. */
const MAX_BLOCK: i32 = 65536;
/** The last match before that may pass it by less than this. */
const BLOCK_SLACK: i32 = 512;
/** All passes but the last only estimate the costs: they take a match of this length where they meet it. */
const ROUGH_NICE: i32 = 16;
/** A match of 3 bytes from further away costs more than its literals. */
const FAR: i32 = 2048;
/** Words in the match cache for each byte of a block; the block ends earlier if they do not suffice. */
const CACHE_WORDS: i32 = 8;

/** Bytes after the cache: for the matches of the last position, and zeros for those that its longest match passes. */
const CACHE_SLACK: i32 = 4096;

function blockBound(size: i32): i32 {
  return size < MAX_BLOCK ? size : MAX_BLOCK + BLOCK_SLACK;
}

/** Bytes of working memory: the tree, the nodes of the path, the match cache, the sequences. */
export function nearOptimalWorkspace(size: i32): i32 {
  const block: i32 = blockBound(size);
  return size * 8 + (block + 1) * 8 + block * CACHE_WORDS * 4 + CACHE_SLACK + block * 4 + 16;
}

/** Writes the blocks of a chunk. Parameters as for `lzxEncode`. */
export function encodeNearOptimally(
  input: i32,
  size: i32,
  windowOrder: i32,
  workspace: i32,
  passes: i32,
  nice: i32,
  depth: i32,
): void {
  const block: i32 = blockBound(size);
  const nodes: i32 = workspace + size * 8;
  const cache: i32 = nodes + (block + 1) * 8;
  const cacheEnd: i32 = cache + block * CACHE_WORDS * 4;
  const sequencesEnd: i32 = cacheEnd + CACHE_SLACK + block * 4 + 16;
  const slots: i32 = offsetSlots(windowOrder);
  const end: i32 = input + size;
  startTree(input, size, workspace);
  let at: i32 = input;
  while (at < end) {
    const start: i32 = at;
    clearCounts();
    at = cacheMatches(start, end, cache, cacheEnd, nice, depth);
    const length: i32 = at - start;
    let sequences: i32 = 0;
    for (let pass: i32 = 0; pass < passes; pass++) {
      buildCodes();
      setCosts(slots);
      findPath(input, start, length, nodes, cache, pass < passes - 1 ? ROUGH_NICE : nice);
      clearCounts();
      sequences = pathSequences(start, length, nodes, sequencesEnd);
    }
    keepRecent(at);
    writeBlock(start, length, sequences);
  }
}

/**
 * Finds the matches of a block and where it ends. A position's matches are a word with their number, then a word each.
 * Counts what a greedy parse would use, for the first costs.
 *
 * @returns the end of the block
 */
function cacheMatches(start: i32, end: i32, cache: i32, cacheEnd: i32, nice: i32, depth: i32): i32 {
  let at: i32 = start;
  let parsed: i32 = start;
  let recent: i32 = 1;
  startSplitting();
  while (at < end && at - start < MAX_BLOCK && cache < cacheEnd && !shouldSplit(at - start, end - at)) {
    const most: i32 = end - at < MAX_MATCH ? end - at : MAX_MATCH;
    const last: i32 = findMatches(at, most, nice, depth, cache + 4);
    store32(cache, (last - cache - 4) >> 2);
    const longest: i32 = last === cache + 4 ? 0 : load32(last - 4);
    const length: i32 = matchedBytes(longest);
    cache = last;
    if (at >= parsed) {
      const again: i32 = at - start > recent ? matchLength(at, at - recent, 0, most) : 0;
      let match: i32 = 0;
      if (again >= 3 && again + 1 >= length) {
        match = packMatch(again, 0);
      } else if (length > 3 || (length === 3 && codedOffset(longest) < FAR)) {
        match = longest;
        recent = codedOffset(longest) - 2;
      }
      if (match !== 0) {
        countMatch(match);
        observeMatch(matchedBytes(match));
        parsed = at + matchedBytes(match);
      } else {
        countLiteral(load8(at));
        observeLiteral(load8(at));
        parsed = at + 1;
      }
    }
    at++;
    if (length < nice) continue;
    // inside a long match no others are needed
    for (const next: i32 = at + length - 1; at < next; at++) {
      findMatches(at, end - at < MAX_MATCH ? end - at : MAX_MATCH, nice, depth, cache + 4);
      store32(cache, 0);
      cache += 4;
    }
  }
  return at;
}
