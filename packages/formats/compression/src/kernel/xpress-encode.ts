import { CODEC_TABLES } from "./encode-layout.ts";
import { longestMatch, matchOffset, skipPositions, startChains } from "./hash-chains.ts";
import { buildCode } from "./huffman-encode.ts";
import { clz, fill, load8, load32, store8, store32, storeUnaligned16 } from "./memory.ts";

// LZ77+Huffman, [MS-XCA] 2.1.4, as WIM files use it.

const SYMBOLS: i32 = 512;
const LONGEST_CODEWORD: i32 = 15;
const END_OF_DATA: i32 = 256;
/** A match of 3 bytes from further away costs more than its literals. */
const FAR: i32 = 2048;

const FREQUENCIES: i32 = CODEC_TABLES;
const CODES: i32 = FREQUENCIES + SYMBOLS * 4;

/** Bytes of working memory for `size` bytes: 4 a position, and 12 for each sequence of literals and a match. */
export function xpressWorkspace(size: i32): i32 {
  return size * 8 + 64;
}

/**
 * Encodes one chunk.
 *
 * @param size 1 to 65536; `INPUT_SLACK` bytes after the input are readable
 * @param output even; `3 * size + 4096` bytes are writable
 * @param workspace a multiple of 4; address of `xpressWorkspace(size)` bytes
 * @param nice a match of this length is taken without looking further
 * @param depth how many earlier positions are tried
 * @param lazy whether a match waits for a better one at the next position
 * @returns bytes written
 */
export function xpressEncode(
  input: i32,
  size: i32,
  output: i32,
  workspace: i32,
  nice: i32,
  depth: i32,
  lazy: boolean,
): i32 {
  const sequences: i32 = workspace + (size << 2);
  startChains(input, size, workspace);
  fill(FREQUENCIES, 0, SYMBOLS << 2);
  const end: i32 = lazy
    ? parseLazily(input, size, sequences, nice, depth)
    : parseGreedily(input, size, sequences, nice, depth);
  // not needed by decoders that know the size, but Windows refuses a chunk without it
  count(END_OF_DATA);
  buildCode(FREQUENCIES, SYMBOLS, LONGEST_CODEWORD, CODES);
  return write(input, size, output, sequences, end);
}

function count(symbol: i32): void {
  const at: i32 = FREQUENCIES + (symbol << 2);
  store32(at, load32(at) + 1);
}

function matchSymbol(length: i32, offset: i32): i32 {
  return 256 + ((31 - clz(offset)) << 4) + (length < 18 ? length - 3 : 15);
}

/** A sequence is a number of literals, and the length and the offset of the match after them. */
function addSequence(at: i32, literals: i32, length: i32, offset: i32): i32 {
  store32(at, literals);
  store32(at + 4, length);
  store32(at + 8, offset);
  count(matchSymbol(length, offset));
  return at + 12;
}

function parseGreedily(input: i32, size: i32, sequences: i32, nice: i32, depth: i32): i32 {
  const end: i32 = input + size;
  let at: i32 = input;
  let literals: i32 = 0;
  while (at < end) {
    const length: i32 = longestMatch(at, 2, end - at, nice, depth);
    if (length < 3 || (length === 3 && matchOffset >= FAR)) {
      count(load8(at));
      literals++;
      at++;
      continue;
    }
    sequences = addSequence(sequences, literals, length, matchOffset);
    skipPositions(at + 1, length - 1);
    literals = 0;
    at += length;
  }
  return sequences;
}

function parseLazily(input: i32, size: i32, sequences: i32, nice: i32, depth: i32): i32 {
  const end: i32 = input + size;
  let at: i32 = input;
  let literals: i32 = 0;
  while (at < end) {
    let length: i32 = longestMatch(at, 2, end - at, nice, depth);
    let offset: i32 = matchOffset;
    if (length < 3 || (length === 3 && offset >= FAR)) {
      count(load8(at));
      literals++;
      at++;
      continue;
    }
    let known: i32 = 1;
    while (length < nice && at + 1 < end) {
      const next: i32 = longestMatch(at + 1, length - 1, end - at - 1, nice, depth >> 1);
      known = 2;
      // a byte more is worth about four bits, a doubled offset costs one; the literal in between costs some, too
      if (next < length || ((next - length) << 2) + clz(matchOffset) - clz(offset) <= 2) break;
      count(load8(at));
      literals++;
      at++;
      length = next;
      offset = matchOffset;
      known = 1;
    }
    sequences = addSequence(sequences, literals, length, offset);
    skipPositions(at + known, length - known);
    literals = 0;
    at += length;
  }
  return sequences;
}

// Bits go into 16-bit words, most significant first. A decoder fetches words ahead of the bytes that lie between them, so
// the places of the next two words are reserved before any byte after them is written.
let held: i32 = 0;
let heldBits: i32 = 0;
let word: i32 = 0;
let nextWord: i32 = 0;
let nextByte: i32 = 0;

function putBits(value: i32, bits: i32): void {
  held = (held << bits) | value;
  heldBits += bits;
  if (heldBits > 16) {
    heldBits -= 16;
    storeUnaligned16(word, held >>> heldBits);
    word = nextWord;
    nextWord = nextByte;
    nextByte += 2;
  }
}

function putCode(symbol: i32): void {
  const code: i32 = load32(CODES + (symbol << 2));
  putBits(code >>> 8, code & 255);
}

/** Writes the codeword lengths and the bits. */
function write(input: i32, size: i32, output: i32, sequences: i32, end: i32): i32 {
  for (let i: i32 = 0; i < SYMBOLS / 2; i++) {
    const pair: i32 = CODES + (i << 3);
    store8(output + i, load8(pair) | (load8(pair + 4) << 4));
  }
  word = output + SYMBOLS / 2;
  nextWord = word + 2;
  nextByte = word + 4;
  held = 0;
  heldBits = 0;
  let at: i32 = input;
  for (; sequences < end; sequences += 12) {
    for (const next: i32 = at + load32(sequences); at < next; at++) putCode(load8(at));
    const length: i32 = load32(sequences + 4);
    const offset: i32 = load32(sequences + 8);
    const symbol: i32 = matchSymbol(length, offset);
    putCode(symbol);
    if (length >= 18) putLength(length - 3);
    const offsetBits: i32 = 31 - clz(offset);
    putBits(offset - (1 << offsetBits), offsetBits);
    at += length;
  }
  for (const last: i32 = input + size; at < last; at++) putCode(load8(at));
  putCode(END_OF_DATA);
  storeUnaligned16(word, held << (16 - heldBits));
  storeUnaligned16(nextWord, 0);
  return nextByte - output;
}

/** A length of 15 and more, less 3: the part beyond 15 in a byte; or 255 and the whole in two bytes. */
function putLength(length: i32): void {
  if (length < 15 + 255) {
    store8(nextByte, length - 15);
    nextByte++;
  } else {
    store8(nextByte, 255);
    storeUnaligned16(nextByte + 1, length);
    nextByte += 3;
  }
}
