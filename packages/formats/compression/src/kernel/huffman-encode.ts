import { HUFFMAN_SCRATCH } from "./encode-layout.ts";
import { fill, load8, load32, store32 } from "./memory.ts";

// Canonical Huffman codes of bounded length, for writing.

const MOST_SYMBOLS: i32 = 1024;
const DEEPEST: i32 = 40;

/** `frequency << 10 | symbol`, in ascending order; then a second array of the same size for sorting. */
const SORTED: i32 = HUFFMAN_SCRATCH;
const OTHER: i32 = SORTED + MOST_SYMBOLS * 4;
const NODES: i32 = OTHER + MOST_SYMBOLS * 4;
const COUNTS: i32 = NODES + MOST_SYMBOLS * 4;
const NEXT: i32 = COUNTS + (DEEPEST + 1) * 4;
const RADIX: i32 = NEXT + (DEEPEST + 1) * 4;

/**
 * Gives every symbol that occurs a codeword. The code is complete, its lengths are those of an optimal code unless that
 * would exceed the limit. A single symbol gets a neighbour, as decoders refuse a code of one codeword.
 *
 * @param frequencies address of one u32 a symbol; their sum is below 2^21
 * @param symbols at most 1024
 * @param limit bits of the longest codeword: 1 to 16, and 2^limit is at least `symbols`
 * @param codes address of one u32 a symbol: `codeword << 8 | length`, 0 for no codeword. The length can be read as a byte.
 */
export function buildCode(frequencies: i32, symbols: i32, limit: i32, codes: i32): void {
  let used: i32 = 0;
  let highest: i32 = 0;
  for (let symbol: i32 = 0; symbol < symbols; symbol++) {
    const frequency: i32 = load32(frequencies + (symbol << 2));
    store32(codes + (symbol << 2), 0);
    if (frequency === 0) continue;
    if (frequency > highest) highest = frequency;
    store32(SORTED + (used << 2), (frequency << 10) | symbol);
    used++;
  }
  if (used === 0) return;
  if (used === 1) {
    const symbol: i32 = load32(SORTED) & 1023;
    const neighbour: i32 = symbol === 0 ? 1 : 0;
    store32(codes + ((symbol < neighbour ? symbol : neighbour) << 2), 0x001);
    store32(codes + ((symbol < neighbour ? neighbour : symbol) << 2), 0x101);
    return;
  }
  for (let shift: i32 = 10; highest > 0; shift += 8) {
    sortBy(shift, used);
    highest >>= 8;
  }
  countLengths(used);
  limitLengths(limit);

  // the rarest symbols take the longest codewords
  let place: i32 = SORTED;
  for (let length: i32 = limit; length > 0; length--) {
    for (let count: i32 = load32(COUNTS + (length << 2)); count > 0; count--) {
      store32(codes + ((load32(place) & 1023) << 2), length);
      place += 4;
    }
  }
  let codeword: i32 = 0;
  for (let length: i32 = 1; length <= limit; length++) {
    store32(NEXT + (length << 2), codeword);
    codeword = (codeword + load32(COUNTS + (length << 2))) << 1;
  }
  for (let symbol: i32 = 0; symbol < symbols; symbol++) {
    const length: i32 = load8(codes + (symbol << 2));
    if (length === 0) continue;
    const next: i32 = load32(NEXT + (length << 2));
    store32(NEXT + (length << 2), next + 1);
    store32(codes + (symbol << 2), (next << 8) | length);
  }
}

/** One stable pass over eight bits of the keys in `SORTED`. */
function sortBy(shift: i32, count: i32): void {
  fill(RADIX, 0, 1024);
  for (let i: i32 = 0; i < count; i++) {
    const at: i32 = RADIX + (((load32(SORTED + (i << 2)) >>> shift) & 255) << 2);
    store32(at, load32(at) + 1);
  }
  let place: i32 = OTHER;
  for (let at: i32 = RADIX; at < RADIX + 1024; at += 4) {
    const size: i32 = load32(at) << 2;
    store32(at, place);
    place += size;
  }
  for (let i: i32 = 0; i < count; i++) {
    const key: i32 = load32(SORTED + (i << 2));
    const at: i32 = RADIX + (((key >>> shift) & 255) << 2);
    const target: i32 = load32(at);
    store32(target, key);
    store32(at, target + 4);
  }
  for (let i: i32 = 0; i < count << 2; i += 4) store32(SORTED + i, load32(OTHER + i));
}

/**
 * Builds the Huffman tree of the sorted frequencies and counts its leaves at each depth. Inner nodes arise in order of
 * their weight, so the two lightest of all are always at the head of the leaves or of the inner nodes.
 */
function countLengths(leaves: i32): void {
  const inner: i32 = leaves - 1;
  let leaf: i32 = 0;
  let node: i32 = 0;
  // NODES holds the weight of an inner node until it gets a parent, and from then on the parent's index
  for (let next: i32 = 0; next < inner; next++) {
    let weight: i32 = 0;
    for (let child: i32 = 0; child < 2; child++) {
      const leafWeight: i32 = leaf < leaves ? load32(SORTED + (leaf << 2)) >>> 10 : 0x7fff_ffff;
      const nodeWeight: i32 = node < next ? load32(NODES + (node << 2)) : 0x7fff_ffff;
      if (leafWeight <= nodeWeight) {
        weight += leafWeight;
        leaf++;
      } else {
        weight += nodeWeight;
        store32(NODES + (node << 2), next);
        node++;
      }
    }
    store32(NODES + (next << 2), weight);
  }

  // from the root down: each inner node takes the place of a leaf at its depth and has two a level below
  fill(COUNTS, 0, (DEEPEST + 1) << 2);
  store32(COUNTS + 4, 2);
  store32(NODES + ((inner - 1) << 2), 0);
  for (let i: i32 = inner - 2; i >= 0; i--) {
    const depth: i32 = load32(NODES + (load32(NODES + (i << 2)) << 2)) + 1;
    store32(NODES + (i << 2), depth);
    const at: i32 = COUNTS + (depth << 2);
    store32(at, load32(at) - 1);
    store32(at + 4, load32(at + 4) + 2);
  }
}

/**
 * Shortens codewords beyond the limit: two siblings that are too deep become one codeword a level up, in the place of
 * their parent; the other hangs under a shorter codeword that moves down a level.
 */
function limitLengths(limit: i32): void {
  for (let length: i32 = DEEPEST; length > limit; length--) {
    const at: i32 = COUNTS + (length << 2);
    while (load32(at) > 0) {
      let shorter: i32 = length - 2;
      while (load32(COUNTS + (shorter << 2)) === 0) shorter--;
      store32(at, load32(at) - 2);
      store32(at - 4, load32(at - 4) + 1);
      const up: i32 = COUNTS + (shorter << 2);
      store32(up, load32(up) - 1);
      store32(up + 4, load32(up + 4) + 2);
    }
  }
}
