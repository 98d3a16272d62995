import { CODEC_TABLES } from "./encode-layout.ts";
import { buildCode } from "./huffman-encode.ts";
import { clz, fill, load8, load32, store8, store32, storeUnaligned16 } from "./memory.ts";

// What a parse of a chunk is made of, and how it is written: the symbols are counted while the data is parsed, then all is
// written at once. A sequence is a number of literals and the match after them.

const SYMBOLS: i32 = 512;
const LONGEST_CODEWORD: i32 = 15;
const END_OF_DATA: i32 = 256;

const FREQUENCIES: i32 = CODEC_TABLES;
/** A word a symbol, as `buildCode` makes them: the low byte is the length of the codeword. */
export const CODES: i32 = FREQUENCIES + SYMBOLS * 4;

/** Bytes of the sequences of `size` bytes: matches have 3 bytes or more. */
export function sequencesSize(size: i32): i32 {
  return size * 3 + 16;
}

/** A match in one word, as the encoder passes it on. Both numbers are below 2^16. */
export function packMatch(length: i32, offset: i32): i32 {
  return (offset << 16) | length;
}

export function matchedBytes(match: i32): i32 {
  return match & 0xffff;
}

export function matchDistance(match: i32): i32 {
  return match >>> 16;
}

/** A symbol tells the power of two in the offset, and the length as far as it has room. */
export function matchSymbol(length: i32, offset: i32): i32 {
  return 256 + ((31 - clz(offset)) << 4) + (length < 18 ? length - 3 : 15);
}

export function clearCounts(): void {
  fill(FREQUENCIES, 0, SYMBOLS << 2);
}

function count(symbol: i32): void {
  const at: i32 = FREQUENCIES + (symbol << 2);
  store32(at, load32(at) + 1);
}

export function countLiteral(value: i32): void {
  count(value);
}

export function countMatch(length: i32, offset: i32): void {
  count(matchSymbol(length, offset));
}

/** Makes the code for what was counted since `clearCounts`. */
export function buildCodes(): void {
  // not needed by decoders that know the size, but Windows refuses a chunk without it
  count(END_OF_DATA);
  buildCode(FREQUENCIES, SYMBOLS, LONGEST_CODEWORD, CODES);
}

/** Returns the address after the new sequence. */
export function addSequence(sequences: i32, literals: i32, length: i32, offset: i32): i32 {
  store32(sequences, literals);
  store32(sequences + 4, packMatch(length, offset));
  return sequences + 8;
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

/**
 * Writes the chunk whose symbols were counted: the codeword lengths, then the bits.
 *
 * @param sequences address of its sequences; what comes after them are literals
 * @param end address after the sequences
 * @returns bytes written
 */
export function writeChunk(input: i32, size: i32, output: i32, sequences: i32, end: i32): i32 {
  buildCodes();
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
  for (; sequences < end; sequences += 8) {
    for (const next: i32 = at + load32(sequences); at < next; at++) putCode(load8(at));
    const match: i32 = load32(sequences + 4);
    const length: i32 = matchedBytes(match);
    const offset: i32 = matchDistance(match);
    putCode(matchSymbol(length, offset));
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
