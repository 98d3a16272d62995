import { hash3, hash4, startHashTables } from "./hash-tables.ts";
import { load32, loadUnaligned32, matchLength, store32 } from "./memory.ts";

// Match finder for greedy and lazy parsing: the positions that share a hash of their first 4 bytes are linked, newest
// first; of those that share their first 3 only the newest is known. A position is an address, 0 is none.

let links: i32 = 0;
let lastHashed: i32 = 0;

/** How far back the match lies that `longestMatch` found. */
export let matchOffset: i32 = 0;

/** @param linkTable address of `4 * size` bytes */
export function startChains(input: i32, size: i32, linkTable: i32): void {
  links = linkTable - (input << 2);
  lastHashed = input + size - 4;
  startHashTables(size);
}

/** Makes `count` positions known without looking for matches. */
export function skipPositions(at: i32, count: i32): void {
  let end: i32 = at + count;
  if (end > lastHashed) end = lastHashed + 1;
  for (; at < end; at++) {
    const word: i32 = loadUnaligned32(at);
    store32(hash3(word), at);
    const head: i32 = hash4(word);
    store32(links + (at << 2), load32(head));
    store32(head, at);
  }
}

/**
 * Looks for a match that is longer than `best` and makes the position known.
 *
 * @param best at least 2
 * @param most longest match allowed
 * @param nice a match of this length ends the search
 * @param depth how many earlier positions may be looked at
 * @returns its length, with `matchOffset` set; or `best`
 */
export function longestMatch(at: i32, best: i32, most: i32, nice: i32, depth: i32): i32 {
  if (at > lastHashed) return best;
  const word: i32 = loadUnaligned32(at);
  const head3: i32 = hash3(word);
  const head4: i32 = hash4(word);
  const newest3: i32 = load32(head3);
  let node: i32 = load32(head4);
  store32(head3, at);
  store32(head4, at);
  store32(links + (at << 2), node);
  if (best >= most) return best;

  if (best < 3 && newest3 !== 0 && (loadUnaligned32(newest3) ^ word) << 8 === 0) {
    best = 3;
    matchOffset = at - newest3;
    if (best >= most) return best;
  }
  // a longer match must also agree in the four bytes that end one past the best
  let tail: i32 = best - 3;
  if (tail < 0) tail = 0;
  let ending: i32 = loadUnaligned32(at + tail);
  while (node !== 0 && depth > 0) {
    if (loadUnaligned32(node + tail) === ending && loadUnaligned32(node) === word) {
      const length: i32 = matchLength(at, node, 4, most);
      if (length > best) {
        best = length;
        matchOffset = at - node;
        if (length >= nice || length >= most) return best;
        tail = best - 3;
        ending = loadUnaligned32(at + tail);
      }
    }
    node = load32(links + (node << 2));
    depth--;
  }
  return best;
}
