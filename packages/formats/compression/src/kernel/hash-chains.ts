import { HASH_3_BITS } from "./encode-layout.ts";
import { hash3, hash4, startHashTables } from "./hash-tables.ts";
import { load32, loadUnaligned32, matchLength, store32 } from "./memory.ts";

// Match finder for greedy and lazy parsing: the positions that share a hash of their first 4 bytes are linked, newest
// first; of those that share their first 3 only the newest is known. A position is an address, 0 is none.

/** Up to this size of a chunk a smaller table of 3 bytes is faster, and finds nearly as much. */
const LARGE: i32 = 65536;
const SMALL_HASH_3_BITS: i32 = 12;

let links: i32 = 0;
let lastHashed: i32 = 0;

/** How far back the match lies that `longestMatch` found. */
export let matchOffset: i32 = 0;

/** @param linkTable address of `4 * size` bytes */
export function startChains(input: i32, size: i32, linkTable: i32): void {
  links = linkTable - (input << 2);
  lastHashed = input + size - 4;
  startHashTables(size, size > LARGE ? HASH_3_BITS : SMALL_HASH_3_BITS);
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
  if (best < 4) {
    for (;;) {
      if (node === 0) return best;
      if (loadUnaligned32(node) === word) break;
      if (--depth <= 0) return best;
      node = load32(links + (node << 2));
    }
    best = matchLength(at, node, 4, most);
    matchOffset = at - node;
    if (best >= nice || best >= most || --depth <= 0) return best;
    node = load32(links + (node << 2));
  }
  let tail: i32 = best - 3;
  let ending: i32 = loadUnaligned32(at + tail);
  while (node !== 0) {
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
    if (--depth <= 0) break;
    node = load32(links + (node << 2));
  }
  return best;
}
