import { endBits, putBits, putCode, startBits } from "./bit-writer.ts";
import { CODEC_TABLES } from "./encode-layout.ts";
import { buildCode } from "./huffman-encode.ts";
import { writeCodeLengths } from "./lzx-code-lengths-encode.ts";
import {
  codedOffset,
  extraBits,
  FIRST_ALIGNED_OFFSET,
  FIRST_ALIGNED_SLOT,
  LENGTH_SYMBOLS,
  LITERALS,
  MAX_MAIN_SYMBOLS,
  mainSymbol,
  matchedBytes,
  offsetSlot,
  offsetSlots,
} from "./lzx-match.ts";
import { fill, load8, load32, store32 } from "./memory.ts";

// One block of an LZX stream: its symbols are counted while it is parsed, then it is written at once.

const VERBATIM: i32 = 1;
const ALIGNED: i32 = 2;
const DEFAULT_BLOCK_SIZE: i32 = 32768;
const ALIGNED_SYMBOLS: i32 = 8;
/** Extra bits that the aligned code replaces. */
const ALIGNED_BITS: i32 = 3;

const LONGEST_MAIN_CODEWORD: i32 = 16;
const LONGEST_LENGTH_CODEWORD: i32 = 12;
const LONGEST_ALIGNED_CODEWORD: i32 = 7;

const MAIN_FREQUENCIES: i32 = CODEC_TABLES;
const LENGTH_FREQUENCIES: i32 = MAIN_FREQUENCIES + MAX_MAIN_SYMBOLS * 4;
const ALIGNED_FREQUENCIES: i32 = LENGTH_FREQUENCIES + LENGTH_SYMBOLS * 4;
const FREQUENCIES_SIZE: i32 = (MAX_MAIN_SYMBOLS + LENGTH_SYMBOLS + ALIGNED_SYMBOLS) * 4;

export const MAIN_CODES: i32 = ALIGNED_FREQUENCIES + ALIGNED_SYMBOLS * 4;
export const LENGTH_CODES: i32 = MAIN_CODES + MAX_MAIN_SYMBOLS * 4;
export const ALIGNED_CODES: i32 = LENGTH_CODES + LENGTH_SYMBOLS * 4;

/** Codeword lengths of the block before, a byte each. */
const LAST_MAIN_LENGTHS: i32 = ALIGNED_CODES + ALIGNED_SYMBOLS * 4;
const LAST_LENGTH_LENGTHS: i32 = LAST_MAIN_LENGTHS + MAX_MAIN_SYMBOLS;
const LAST_LENGTHS_SIZE: i32 = MAX_MAIN_SYMBOLS + LENGTH_SYMBOLS;

let windowOrder: i32 = 0;
let mainSymbols: i32 = 0;

export function startStream(output: i32, order: i32): void {
  windowOrder = order;
  mainSymbols = LITERALS + 8 * offsetSlots(order);
  fill(LAST_MAIN_LENGTHS, 0, LAST_LENGTHS_SIZE);
  startBits(output);
}

/** Returns the address after the stream. */
export function endStream(): i32 {
  return endBits();
}

export function clearCounts(): void {
  fill(MAIN_FREQUENCIES, 0, FREQUENCIES_SIZE);
}

export function countLiteral(value: i32): void {
  const at: i32 = MAIN_FREQUENCIES + (value << 2);
  store32(at, load32(at) + 1);
}

export function countMatch(match: i32): void {
  const length: i32 = matchedBytes(match);
  const coded: i32 = codedOffset(match);
  let at: i32 = MAIN_FREQUENCIES + (mainSymbol(offsetSlot(coded), length) << 2);
  store32(at, load32(at) + 1);
  if (length >= 9) {
    at = LENGTH_FREQUENCIES + ((length - 9) << 2);
    store32(at, load32(at) + 1);
  }
  if (coded >= FIRST_ALIGNED_OFFSET) {
    at = ALIGNED_FREQUENCIES + ((coded & 7) << 2);
    store32(at, load32(at) + 1);
  }
}

/** Makes the codes for what was counted since `clearCounts`. */
export function buildCodes(): void {
  buildCode(MAIN_FREQUENCIES, mainSymbols, LONGEST_MAIN_CODEWORD, MAIN_CODES);
  buildCode(LENGTH_FREQUENCIES, LENGTH_SYMBOLS, LONGEST_LENGTH_CODEWORD, LENGTH_CODES);
  buildCode(ALIGNED_FREQUENCIES, ALIGNED_SYMBOLS, LONGEST_ALIGNED_CODEWORD, ALIGNED_CODES);
}

/** Whether coding the low bits of offsets saves more than their code costs. Wants the codes. */
export function alignedIsSmaller(): boolean {
  let plain: i32 = 0;
  let coded: i32 = ALIGNED_BITS * ALIGNED_SYMBOLS;
  for (let symbol: i32 = 0; symbol < ALIGNED_SYMBOLS; symbol++) {
    const frequency: i32 = load32(ALIGNED_FREQUENCIES + (symbol << 2));
    plain += frequency * ALIGNED_BITS;
    coded += frequency * load8(ALIGNED_CODES + (symbol << 2));
  }
  return coded < plain;
}

/**
 * Writes the block whose symbols were counted.
 *
 * @param data its first byte
 * @param size its bytes
 * @param sequences address of its sequences, two words each: a number of literals and the match that follows them. The
 *   last one has 0 for the match.
 */
export function writeBlock(data: i32, size: i32, sequences: i32): void {
  buildCodes();
  const aligned: boolean = alignedIsSmaller();
  putBits(aligned ? ALIGNED : VERBATIM, 3);
  if (size === DEFAULT_BLOCK_SIZE) {
    putBits(1, 1);
  } else {
    putBits(0, 1);
    if (windowOrder >= 16) {
      putBits(size >>> 8, 16);
      putBits(size & 255, 8);
    } else {
      putBits(size, 16);
    }
  }
  if (aligned) {
    for (let symbol: i32 = 0; symbol < ALIGNED_SYMBOLS; symbol++) putBits(load8(ALIGNED_CODES + (symbol << 2)), 3);
  }
  writeCodeLengths(MAIN_CODES, LAST_MAIN_LENGTHS, LITERALS);
  writeCodeLengths(MAIN_CODES + LITERALS * 4, LAST_MAIN_LENGTHS + LITERALS, mainSymbols - LITERALS);
  writeCodeLengths(LENGTH_CODES, LAST_LENGTH_LENGTHS, LENGTH_SYMBOLS);
  writeSequences(data, sequences, aligned ? FIRST_ALIGNED_SLOT : MAX_MAIN_SYMBOLS);
}

/** @param alignedFrom the first slot whose low extra bits have a code */
function writeSequences(data: i32, sequences: i32, alignedFrom: i32): void {
  for (; ; sequences += 8) {
    for (const next: i32 = data + load32(sequences); data < next; data++)
      putCode(load32(MAIN_CODES + (load8(data) << 2)));
    const match: i32 = load32(sequences + 4);
    if (match === 0) return;
    const length: i32 = matchedBytes(match);
    const coded: i32 = codedOffset(match);
    const slot: i32 = offsetSlot(coded);
    putCode(load32(MAIN_CODES + (mainSymbol(slot, length) << 2)));
    if (length >= 9) putCode(load32(LENGTH_CODES + ((length - 9) << 2)));
    let bits: i32 = extraBits(slot);
    let extra: i32 = coded & ((1 << bits) - 1);
    if (slot >= alignedFrom) {
      putBits(extra >>> 3, bits - 3);
      putCode(load32(ALIGNED_CODES + ((extra & 7) << 2)));
    } else {
      if (bits > 16) {
        putBits(extra >>> 16, 1);
        bits = 16;
        extra &= 0xffff;
      }
      putBits(extra, bits);
    }
    data += length;
  }
}
