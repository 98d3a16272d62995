import { LZMS_HASH_3, LZMS_HASH_3_BITS, LZMS_LANES } from "./encode-layout.ts";
import { fill, load8, load32, loadUnaligned32, matchLength, multiply, store32 } from "./memory.ts";

// Match finder for optimal parsing of chunks of any size. As in binary-tree.ts, the positions that share a hash of their first
// 4 bytes form a binary tree, sorted by the bytes that follow, with newer positions nearer to the root; of those that share
// only 3 bytes the newest is known. In large chunks each step down a tree waits for memory, so several positions that follow
// each other, and are in different trees, go down together, a step each in turn: that finds the same and waits at once.

/** Odd, with well mixed bits: the high bits of a product depend on all bits of the other factor. */
const FACTOR: i32 = 0x1e35a7bd;
const LEAST_HASH_BITS: i32 = 10;
const MOST_HASH_BITS: i32 = 22;

/** Most positions that go together. */
const LANES: i32 = 8;
/** Most earlier positions that may be looked at for one. */
const MOST_DEPTH: i32 = 120;

// A lane in memory:
/** Where the search stands, 0 at its end. */
const NODE: i32 = 0;
/** Addresses of the links to the next lesser and the next greater node, and how many bytes all nodes there agree in. */
const LESSER: i32 = 4;
const GREATER: i32 = 8;
const LESSER_LENGTH: i32 = 12;
const GREATER_LENGTH: i32 = 16;
const BEST: i32 = 20;
/** Address of the end of its matches; they begin at `MATCHES`. */
const END: i32 = 24;
/** Address of the hash table's entry. */
const HEAD: i32 = 28;
const MATCHES: i32 = 32;
const LANE_SIZE: i32 = MATCHES + (MOST_DEPTH + 2) * 8;

/** Address of position 0, one before the first byte. */
let base: i32 = 0;
let heads: i32 = 0;
let shift: i32 = 0;
/** Two words a position, for lesser and for greater ones. */
let children: i32 = 0;
let inputEnd: i32 = 0;
let lastHashed: i32 = 0;
let nice: i32 = 0;
let depth: i32 = 0;
/** The bytes whose matches the lanes hold. */
let lanesStart: i32 = 0;
let lanesEnd: i32 = 0;

/** What the last `findMatches` found, each longer than the one before: length and offset, two words. */
export let matches: i32 = 0;
export let matchesEnd: i32 = 0;

function hashBits(size: i32): i32 {
  let bits: i32 = LEAST_HASH_BITS;
  while (bits < MOST_HASH_BITS && 1 << (bits + 1) < size) bits++;
  return bits;
}

/** Bytes of working memory. */
export function treeWorkspace(size: i32): i32 {
  return (4 << hashBits(size)) + ((size + 1) << 3);
}

/**
 * @param most longest match that is looked for
 * @param steps how many earlier positions may be looked at, at most `MOST_DEPTH`
 */
export function startTree(input: i32, size: i32, workspace: i32, most: i32, steps: i32): void {
  const bits: i32 = hashBits(size);
  base = input - 1;
  heads = workspace;
  shift = 32 - bits;
  children = workspace + (4 << bits);
  inputEnd = input + size;
  lastHashed = inputEnd - 4;
  nice = most;
  depth = steps;
  lanesStart = input;
  lanesEnd = input;
  fill(heads, 0, 4 << bits);
  fill(LZMS_HASH_3, 0, 4 << LZMS_HASH_3_BITS);
}

/** Sets `matches` and `matchesEnd`. The byte comes after that of the last call; all those between become known as well. */
export function findMatches(at: i32): void {
  matches = LZMS_LANES;
  matchesEnd = LZMS_LANES;
  if (at > lastHashed) return;
  while (at >= lanesEnd) search();
  const lane: i32 = LZMS_LANES + (at - lanesStart) * LANE_SIZE;
  matches = lane + MATCHES;
  matchesEnd = load32(lane + END);
}

/** Searches for the next positions. */
function search(): void {
  lanesStart = lanesEnd;
  let lane: i32 = LZMS_LANES;
  while (lanesEnd <= lastHashed && lane < LZMS_LANES + LANES * LANE_SIZE && startLane(lane, lanesEnd)) {
    lane += LANE_SIZE;
    lanesEnd++;
  }
  const end: i32 = lane;
  let searching: boolean = true;
  for (let left: i32 = depth; searching && left > 0; left--) {
    searching = false;
    let at: i32 = lanesStart;
    for (lane = LZMS_LANES; lane < end; lane += LANE_SIZE) {
      const node: i32 = load32(lane + NODE);
      if (node !== 0 && descend(lane, at, node)) searching = true;
      at++;
    }
  }
  // the places where the searches stopped have nothing below them any more
  for (lane = LZMS_LANES; lane < end; lane += LANE_SIZE) {
    if (load32(lane + LESSER) === 0) continue;
    store32(load32(lane + LESSER), 0);
    store32(load32(lane + GREATER), 0);
  }
}

/** Begins the search for one position, unless one before it is in the same tree. */
function startLane(lane: i32, at: i32): boolean {
  const position: i32 = at - base;
  const word: i32 = loadUnaligned32(at);
  const head: i32 = heads + ((multiply(word, FACTOR) >>> shift) << 2);
  for (let other: i32 = LZMS_LANES; other < lane; other += LANE_SIZE) {
    if (load32(other + HEAD) === head) return false;
  }
  const head3: i32 = LZMS_HASH_3 + ((multiply(word << 8, FACTOR) >>> (32 - LZMS_HASH_3_BITS)) << 2);
  const newest3: i32 = load32(head3);
  store32(lane + HEAD, head);
  store32(lane + NODE, load32(head));
  store32(head3, position);
  store32(head, position);
  store32(lane + LESSER, children + (position << 3));
  store32(lane + GREATER, children + (position << 3) + 4);
  store32(lane + LESSER_LENGTH, 0);
  store32(lane + GREATER_LENGTH, 0);
  store32(lane + BEST, 3);
  store32(lane + END, lane + MATCHES);
  if (newest3 !== 0 && (loadUnaligned32(base + newest3) ^ word) << 8 === 0) {
    store32(lane + MATCHES, 3);
    store32(lane + MATCHES + 4, position - newest3);
    store32(lane + END, lane + MATCHES + 8);
  }
  return true;
}

/** One step down a tree; returns whether there is another. */
function descend(lane: i32, at: i32, node: i32): boolean {
  const pair: i32 = children + (node << 3);
  const other: i32 = base + node;
  const most: i32 = inputEnd - at < nice ? inputEnd - at : nice;
  const lesserLength: i32 = load32(lane + LESSER_LENGTH);
  const greaterLength: i32 = load32(lane + GREATER_LENGTH);
  // what is sorted between two positions agrees with this one in as many bytes as they both do
  const length: i32 = matchLength(at, other, lesserLength < greaterLength ? lesserLength : greaterLength, most);
  if (length > load32(lane + BEST)) {
    const end: i32 = load32(lane + END);
    store32(lane + BEST, length);
    store32(end, length);
    store32(end + 4, at - other);
    store32(lane + END, end + 8);
  }
  if (length >= most) {
    store32(load32(lane + LESSER), load32(pair));
    store32(load32(lane + GREATER), load32(pair + 4));
    store32(lane + LESSER, 0);
    store32(lane + NODE, 0);
    return false;
  }
  let next: i32 = 0;
  if (load8(other + length) < load8(at + length)) {
    store32(load32(lane + LESSER), node);
    store32(lane + LESSER, pair + 4);
    store32(lane + LESSER_LENGTH, length);
    next = load32(pair + 4);
  } else {
    store32(load32(lane + GREATER), node);
    store32(lane + GREATER, pair);
    store32(lane + GREATER_LENGTH, length);
    next = load32(pair);
  }
  store32(lane + NODE, next);
  return next !== 0;
}
