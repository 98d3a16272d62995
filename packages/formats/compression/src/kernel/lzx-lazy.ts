import { longestMatch, matchOffset, skipPositions, startChains } from "./hash-chains.ts";
import { clearCounts, countLiteral, countMatch, writeBlock } from "./lzx-block.ts";
import { MAX_MATCH, packMatch } from "./lzx-match.ts";
import { longestRecent, recentIndex, useOffset } from "./lzx-recent.ts";
import { observeLiteral, observeMatch, shouldSplit, startSplitting } from "./lzx-split.ts";
import { clz, load8, store32 } from "./memory.ts";

// The fast level: a match is taken unless the next position has a better one.

/** A match of 3 bytes from further away costs more than its literals. */
const FAR: i32 = 2048;
/** How much better the next position's match must be for the literal before it, in bits. */
const PATIENCE: i32 = 3;

/** Bytes of working memory: 4 a position, and 8 for each sequence of literals and a match. */
export function lazyWorkspace(size: i32): i32 {
  return size * 8 + 64;
}

// The best match at one position, found by `findMatch`.
let length: i32 = 0;
let coded: i32 = 0;

/**
 * Looks for a match and makes the position known.
 *
 * @returns what the match saves, roughly and in bits: four a byte, less what its offset takes; 0 where there is none
 */
function findMatch(at: i32, input: i32, end: i32, nice: i32, depth: i32): i32 {
  const most: i32 = end - at < MAX_MATCH ? end - at : MAX_MATCH;
  length = at === input ? 0 : longestRecent(at, most);
  coded = recentIndex;
  let worth: i32 = length === 0 ? 0 : (length << 2) - 1;
  if (length >= nice) {
    skipPositions(at, 1);
    return worth;
  }
  const longest: i32 = longestMatch(at, length < 2 ? 2 : length, most, nice, depth);
  if (longest <= length || longest < 3 || (longest === 3 && matchOffset >= FAR)) return worth;
  const distantWorth: i32 = (longest << 2) - ((31 - clz(matchOffset)) >> 1);
  if (distantWorth <= worth) return worth;
  worth = distantWorth;
  length = longest;
  coded = matchOffset + 2;
  return worth;
}

/**
 * Writes the blocks of a chunk.
 *
 * @param nice a match of this length is taken without looking further
 * @param depth how many earlier positions are tried
 */
export function encodeLazily(input: i32, size: i32, workspace: i32, nice: i32, depth: i32): void {
  const sequences: i32 = workspace + (size << 2);
  const end: i32 = input + size;
  startChains(input, size, workspace);
  let at: i32 = input;
  while (at < end) {
    const block: i32 = at;
    let sequence: i32 = sequences;
    let literals: i32 = 0;
    clearCounts();
    startSplitting();
    while (at < end && !shouldSplit(at - block, end - at)) {
      let worth: i32 = findMatch(at, input, end, nice, depth);
      if (worth === 0) {
        countLiteral(load8(at));
        observeLiteral(load8(at));
        literals++;
        at++;
        continue;
      }
      let known: i32 = 1;
      while (length < nice && at + length < end) {
        const thisLength: i32 = length;
        const thisCoded: i32 = coded;
        const next: i32 = findMatch(at + 1, input, end, nice, depth >> 1);
        if (next <= worth + PATIENCE) {
          length = thisLength;
          coded = thisCoded;
          known = 2;
          break;
        }
        worth = next;
        countLiteral(load8(at));
        observeLiteral(load8(at));
        literals++;
        at++;
      }
      const match: i32 = packMatch(length, coded);
      store32(sequence, literals);
      store32(sequence + 4, match);
      sequence += 8;
      countMatch(match);
      observeMatch(length);
      useOffset(coded);
      skipPositions(at + known, length - known);
      literals = 0;
      at += length;
    }
    store32(sequence, literals);
    store32(sequence + 4, 0);
    writeBlock(block, at - block, sequences);
  }
}
