import { fill, load32, store8, store32 } from "./memory.ts";

// Reader and writer of LZMS derive the same Huffman codes from the frequencies of what was coded before, so the way a code
// is made is part of the format: which of two equal frequencies comes first, and what happens to codewords that are too long.

const MOST_SYMBOLS: i32 = 800;
export const LONGEST_CODEWORD: i32 = 15;
/** A frequency above every sum of frequencies, where there is no leaf or node any more. */
const NONE: i32 = 0x3f_ffff;

// In the work memory:
/** `frequency << 10 | symbol` of each symbol, in ascending order in the end; frequencies are below 2^12. */
const LEAVES: i32 = 0;
const OTHER_LEAVES: i32 = LEAVES + MOST_SYMBOLS * 4;
/** Frequency of each inner node, in the order in which they are made, which is ascending too; later its depth. */
const NODES: i32 = OTHER_LEAVES + MOST_SYMBOLS * 4;
const PARENTS: i32 = NODES + MOST_SYMBOLS * 4;
const COUNTS: i32 = PARENTS + MOST_SYMBOLS * 4;
/** Bytes of work memory that `lzmsCodeLengths` needs. */
export const CODE_LENGTHS_WORK: i32 = COUNTS + 64 * 4;

/**
 * @param frequencies address of one 32-bit number a symbol, each from 1 to 4095
 * @param lengths address of one byte a symbol, where the codeword lengths are put: 1 to 15
 * @param symbols 2 to 799
 * @param work address of `CODE_LENGTHS_WORK` bytes, a multiple of 4
 */
export function lzmsCodeLengths(frequencies: i32, lengths: i32, symbols: i32, work: i32): void {
  for (let symbol: i32 = 0; symbol < symbols; symbol++) {
    store32(work + LEAVES + (symbol << 2), (load32(frequencies + (symbol << 2)) << 10) | symbol);
  }
  sortBy(10, work + LEAVES, work + OTHER_LEAVES, symbols, work + COUNTS);
  sortBy(16, work + OTHER_LEAVES, work + LEAVES, symbols, work + COUNTS);
  joinNodes(symbols, work);
  countLengths(symbols - 2, work);

  // The rarest symbols take the longest codewords.
  let leaf: i32 = work + LEAVES;
  for (let length: i32 = LONGEST_CODEWORD; length > 0; length--) {
    for (let count: i32 = load32(work + COUNTS + (length << 2)); count > 0; count--) {
      store8(lengths + (load32(leaf) & 1023), length);
      leaf += 4;
    }
  }
}

/** One pass of a radix sort, by six bits of the keys. */
function sortBy(shift: i32, from: i32, to: i32, count: i32, places: i32): void {
  fill(places, 0, 64 * 4);
  const end: i32 = from + (count << 2);
  for (let at: i32 = from; at < end; at += 4) {
    const place: i32 = places + (((load32(at) >>> shift) & 63) << 2);
    store32(place, load32(place) + 4);
  }
  let next: i32 = to;
  for (let place: i32 = places; place < places + 64 * 4; place += 4) {
    const size: i32 = load32(place);
    store32(place, next);
    next += size;
  }
  for (let at: i32 = from; at < end; at += 4) {
    const key: i32 = load32(at);
    const place: i32 = places + (((key >>> shift) & 63) << 2);
    const target: i32 = load32(place);
    store32(target, key);
    store32(place, target + 4);
  }
}

/** Joins the two rarest of leaves and nodes until one node, the root, is left. Of equals, leaves come first. */
function joinNodes(symbols: i32, work: i32): void {
  let leaf: i32 = work + LEAVES;
  let leafFrequency: i32 = load32(leaf) >>> 10;
  let node: i32 = 0;
  let nodeFrequency: i32 = NONE;
  store32(work + LEAVES + (symbols << 2), NONE << 10);
  for (let made: i32 = 0; made < symbols - 1; made++) {
    let frequency: i32 = 0;
    for (let child: i32 = 0; child < 2; child++) {
      if (leafFrequency <= nodeFrequency) {
        frequency += leafFrequency;
        leaf += 4;
        leafFrequency = load32(leaf) >>> 10;
      } else {
        frequency += nodeFrequency;
        store32(work + PARENTS + (node << 2), made);
        node++;
        nodeFrequency = node < made ? load32(work + NODES + (node << 2)) : NONE;
      }
    }
    store32(work + NODES + (made << 2), frequency);
    if (node === made) nodeFrequency = frequency;
  }
}

/** Counts the codewords of each length. */
function countLengths(root: i32, work: i32): void {
  const counts: i32 = work + COUNTS;
  fill(counts, 0, (LONGEST_CODEWORD + 1) * 4);
  store32(counts + 4, 2);
  store32(work + NODES + (root << 2), 0);
  for (let node: i32 = root - 1; node >= 0; node--) {
    const parent: i32 = load32(work + PARENTS + (node << 2));
    const depth: i32 = load32(work + NODES + (parent << 2)) + 1;
    store32(work + NODES + (node << 2), depth);
    // The node was counted as a codeword and becomes two longer ones; where they would be too long, another one does.
    let length: i32 = depth;
    if (length >= LONGEST_CODEWORD) {
      length = LONGEST_CODEWORD - 1;
      while (load32(counts + (length << 2)) === 0) length--;
    }
    store32(counts + (length << 2), load32(counts + (length << 2)) - 1);
    store32(counts + ((length + 1) << 2), load32(counts + ((length + 1) << 2)) + 2);
  }
}
