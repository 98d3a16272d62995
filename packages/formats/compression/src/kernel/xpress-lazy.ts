import { longestMatch, matchOffset, skipPositions, startChains } from "./hash-chains.ts";
import { clz, load8 } from "./memory.ts";
import { addSequence, clearCounts, countLiteral, countMatch, sequencesSize, writeChunk } from "./xpress-sequences.ts";

// The fast and the default level: a match is taken unless the next position has a better one.

/** A match of 3 bytes from further away costs more than its literals. */
const FAR: i32 = 2048;
/** The logarithm of how many literals in a row it takes until one more is passed without looking for a match. */
const HOPELESS: i32 = 7;

/** Bytes of working memory: 4 a position, and the sequences. */
export function lazyWorkspace(size: i32): i32 {
  return size * 4 + sequencesSize(size);
}

/** Writes a chunk. Parameters as for `xpressEncode`. */
export function encodeLazily(input: i32, size: i32, output: i32, workspace: i32, nice: i32, depth: i32): i32 {
  const sequences: i32 = workspace + (size << 2);
  const end: i32 = input + size;
  let sequence: i32 = sequences;
  let at: i32 = input;
  let literals: i32 = 0;
  startChains(input, size, workspace);
  clearCounts();
  while (at < end) {
    let length: i32 = longestMatch(at, 2, end - at, nice, depth);
    let offset: i32 = matchOffset;
    if (length < 3 || (length === 3 && offset >= FAR)) {
      // where nothing matched for long the data is probably compressed already
      for (let step: i32 = 1 + (literals >> HOPELESS); step > 0 && at < end; step--) {
        countLiteral(load8(at));
        literals++;
        at++;
      }
      continue;
    }
    let known: i32 = 1;
    while (length < nice && at + 1 < end) {
      const next: i32 = longestMatch(at + 1, length - 1, end - at - 1, nice, depth >> 1);
      known = 2;
      // a byte more is worth about four bits, a doubled offset costs one; the literal in between costs some, too
      if (next < length || ((next - length) << 2) + clz(matchOffset) - clz(offset) <= 2) break;
      countLiteral(load8(at));
      literals++;
      at++;
      length = next;
      offset = matchOffset;
      known = 1;
    }
    countMatch(length, offset);
    sequence = addSequence(sequence, literals, length, offset);
    skipPositions(at + known, length - known);
    literals = 0;
    at += length;
  }
  return writeChunk(input, size, output, sequences, sequence);
}
