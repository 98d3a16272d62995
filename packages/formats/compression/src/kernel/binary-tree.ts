import { HASH_3_BITS } from "./encode-layout.ts";
import { hash2, hash3, hash4, startHashTable2, startHashTables } from "./hash-tables.ts";
import { packMatch } from "./lzx-match.ts";
import { load8, load32, loadUnaligned16, loadUnaligned32, matchLength, store32 } from "./memory.ts";

// Match finder for optimal parsing: the positions that share a hash of their first 4 bytes form a binary tree, sorted by the
// bytes that follow, with newer positions nearer to the root. A search descends towards the position's own place, meets
// the longer matches on its way, and makes the position the new root. Of those that share only 2 or 3 bytes the newest is
// known. A position is an address, 0 is none.

/** A match of 2 bytes is hardly ever worth its cost from further away. */
const NEAR: i32 = 512;

/** The children of a position: two words at `children + (position << 3)`, for lesser and for greater ones. */
let children: i32 = 0;
let lastHashed: i32 = 0;

/** @param childTable address of `8 * size` bytes */
export function startTree(input: i32, size: i32, childTable: i32): void {
  children = (childTable - (input << 3)) | 0;
  lastHashed = input + size - 4;
  startHashTables(size, HASH_3_BITS);
  startHashTable2();
}

/**
 * Writes the matches at a position, each longer than the one before, and makes the position known.
 *
 * @param most longest match allowed
 * @param nice a match of this length ends the search
 * @param depth how many earlier positions may be looked at
 * @param matches where the packed matches go, at most `depth + 2` words
 * @returns the address after them
 */
export function findMatches(at: i32, most: i32, nice: i32, depth: i32, matches: i32): i32 {
  if (at > lastHashed) return matches;
  const word: i32 = loadUnaligned32(at);
  const head2: i32 = hash2(word);
  const head3: i32 = hash3(word);
  const head4: i32 = hash4(word);
  const newest2: i32 = load32(head2);
  const newest3: i32 = load32(head3);
  let node: i32 = load32(head4);
  store32(head2, at);
  store32(head3, at);
  store32(head4, at);
  if (nice > most) nice = most;
  if (newest2 !== 0 && newest2 !== newest3 && at - newest2 < NEAR && loadUnaligned16(newest2) === (word & 0xffff)) {
    store32(matches, packMatch(2, at - newest2 + 2));
    matches += 4;
  }
  let best: i32 = 3;
  if (newest3 !== 0 && newest3 !== node && (loadUnaligned32(newest3) ^ word) << 8 === 0) {
    store32(matches, packMatch(3, at - newest3 + 2));
    matches += 4;
  }

  let lesser: i32 = (children + (at << 3)) | 0;
  let greater: i32 = lesser + 4;
  let lesserLength: i32 = 0;
  let greaterLength: i32 = 0;
  while (node !== 0 && depth > 0) {
    depth--;
    const pair: i32 = (children + (node << 3)) | 0;
    // what is sorted between two positions agrees with this one in as many bytes as they both do
    let length: i32 = lesserLength < greaterLength ? lesserLength : greaterLength;
    length = matchLength(at, node, length, most);
    if (length > best) {
      best = length;
      store32(matches, packMatch(length, at - node + 2));
      matches += 4;
    }
    if (length >= nice) {
      store32(lesser, load32(pair));
      store32(greater, load32(pair + 4));
      return matches;
    }
    if (load8(node + length) < load8(at + length)) {
      store32(lesser, node);
      lesser = pair + 4;
      node = load32(lesser);
      lesserLength = length;
    } else {
      store32(greater, node);
      greater = pair;
      node = load32(greater);
      greaterLength = length;
    }
  }
  store32(lesser, 0);
  store32(greater, 0);
  return matches;
}
