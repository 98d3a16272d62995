import { peekBits } from "./bit-reader.ts";
import { buildDecodeTable } from "./huffman-decode.ts";
import { LZX_DECODE_BASE } from "./layout.ts";
import { PRETREE_WORK, readCodeLengths } from "./lzx-code-lengths.ts";
import { extraBits, LENGTH_SYMBOLS, LITERALS, MAX_MAIN_SYMBOLS, MAX_SLOTS } from "./lzx-match.ts";
import { fill, store8, store32 } from "./memory.ts";
import { BAD_CODE, INPUT_ENDS } from "./status.ts";

// What LZX decoders keep in memory: the codes of a block, the last offsets, and what the slots of offsets mean.

export const VERBATIM: i32 = 1;
export const ALIGNED: i32 = 2;
export const UNCOMPRESSED: i32 = 3;
const ALIGNED_SYMBOLS: i32 = 8;

export const MAIN_BITS: i32 = 11;
export const LENGTH_BITS: i32 = 10;
export const ALIGNED_BITS: i32 = 7;

const MAIN_LENGTHS: i32 = LZX_DECODE_BASE;
const LENGTH_LENGTHS: i32 = MAIN_LENGTHS + MAX_MAIN_SYMBOLS;
const ALIGNED_LENGTHS: i32 = MAIN_LENGTHS + 0x3a0;
/** The three offsets that were used last. */
export const RECENT: i32 = MAIN_LENGTHS + 0x3b0;
/** For each slot the lowest offset and the number of extra bits. */
export const SLOTS: i32 = MAIN_LENGTHS + 0x3c0;
const SCRATCH: i32 = MAIN_LENGTHS + 0x600;
const PRETREE: i32 = SCRATCH + 0x800;
export const ALIGNED_TABLE: i32 = PRETREE + PRETREE_WORK;
export const LENGTH_TABLE: i32 = ALIGNED_TABLE + 0x200;
export const MAIN_TABLE: i32 = LENGTH_TABLE + 0x5000;

/** What a stream begins with: codes of no symbols, and 1 for the last offsets. */
export function startTables(): void {
  fill(MAIN_LENGTHS, 0, MAX_MAIN_SYMBOLS + LENGTH_SYMBOLS);
  for (let i: i32 = 0; i < 3; i++) store32(RECENT + (i << 2), 1);
  let base: i32 = -2;
  for (let slot: i32 = 0; slot < MAX_SLOTS; slot++) {
    const extra: i32 = extraBits(slot);
    store32(SLOTS + (slot << 3), base);
    store32(SLOTS + (slot << 3) + 4, extra);
    base += 1 << extra;
  }
}

/**
 * Reads the codes of a block, the lengths of which are told by those of the block before.
 *
 * @param type `VERBATIM` or `ALIGNED`
 * @param inputBits what the position may not exceed
 * @returns the position of the first symbol, or a negative status
 */
export function readCodes(input: i32, position: i32, inputBits: i32, type: i32, mainSymbols: i32): i32 {
  if (type === ALIGNED) {
    for (let symbol: i32 = 0; symbol < ALIGNED_SYMBOLS; symbol++) {
      store8(ALIGNED_LENGTHS + symbol, peekBits(input, position) >>> 29);
      position += 3;
    }
    if (position > inputBits) return INPUT_ENDS;
    const built: i32 = buildDecodeTable(ALIGNED_TABLE, ALIGNED_BITS, ALIGNED_LENGTHS, ALIGNED_SYMBOLS, SCRATCH);
    if (built < 0) return built;
  }
  position = readCodeLengths(input, position, inputBits, MAIN_LENGTHS, LITERALS, PRETREE);
  if (position < 0) return position;
  position = readCodeLengths(input, position, inputBits, MAIN_LENGTHS + LITERALS, mainSymbols - LITERALS, PRETREE);
  if (position < 0) return position;
  position = readCodeLengths(input, position, inputBits, LENGTH_LENGTHS, LENGTH_SYMBOLS, PRETREE);
  if (position < 0) return position;
  if (buildDecodeTable(MAIN_TABLE, MAIN_BITS, MAIN_LENGTHS, mainSymbols, SCRATCH) !== 1) return BAD_CODE;
  if (buildDecodeTable(LENGTH_TABLE, LENGTH_BITS, LENGTH_LENGTHS, LENGTH_SYMBOLS, SCRATCH) < 0) return BAD_CODE;
  return position;
}
