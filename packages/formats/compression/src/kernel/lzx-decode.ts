import { peekBits } from "./bit-reader.ts";
import { buildDecodeTable, SUBTABLE } from "./huffman-decode.ts";
import { LZX_DECODE_BASE } from "./layout.ts";
import { PRETREE_WORK, readCodeLengths } from "./lzx-code-lengths.ts";
import { undoE8 } from "./lzx-e8-filter.ts";
import { copy, copyMatch, fill, load32, store8, store32 } from "./memory.ts";
import { BAD_BLOCK, BAD_CODE, BAD_MATCH, INPUT_ENDS } from "./status.ts";

// LZX as WIM files use it: each chunk is a stream of its own, with nothing carried over.

const VERBATIM: i32 = 1;
const ALIGNED: i32 = 2;
const UNCOMPRESSED: i32 = 3;
const DEFAULT_BLOCK_SIZE: i32 = 32768;

const LITERALS: i32 = 256;
const MAX_MAIN_SYMBOLS: i32 = LITERALS + 8 * 50;
const LENGTH_SYMBOLS: i32 = 249;
const ALIGNED_SYMBOLS: i32 = 8;

const MAIN_BITS: i32 = 11;
const LENGTH_BITS: i32 = 10;
const ALIGNED_BITS: i32 = 7;

const MAIN_LENGTHS: i32 = LZX_DECODE_BASE;
const LENGTH_LENGTHS: i32 = MAIN_LENGTHS + MAX_MAIN_SYMBOLS;
const ALIGNED_LENGTHS: i32 = MAIN_LENGTHS + 0x3a0;
/** The three offsets that were used last. */
const RECENT: i32 = MAIN_LENGTHS + 0x3b0;
/** For each slot the lowest offset and the number of extra bits. */
const SLOTS: i32 = MAIN_LENGTHS + 0x3c0;
const SCRATCH: i32 = MAIN_LENGTHS + 0x600;
const PRETREE: i32 = SCRATCH + 0x800;
const ALIGNED_TABLE: i32 = PRETREE + PRETREE_WORK;
const LENGTH_TABLE: i32 = ALIGNED_TABLE + 0x200;
const MAIN_TABLE: i32 = LENGTH_TABLE + 0x5000;

/**
 * Decodes one chunk.
 *
 * @param input address, even; `INPUT_SLACK` bytes after the input may be read
 * @param size bytes of output that the chunk must give exactly; `MATCH_SLACK` bytes after them are overwritten
 * @param windowOrder 15 to 21: chunks are at most 2^windowOrder bytes
 * @returns 0, or a negative status
 */
export function lzxDecode(input: i32, inputSize: i32, output: i32, size: i32, windowOrder: i32): i32 {
  const mainSymbols: i32 = LITERALS + 8 * offsetSlots(windowOrder);
  const inputBits: i32 = (inputSize & ~1) << 3;
  const end: i32 = output + size;
  let target: i32 = output;
  let position: i32 = 0;
  store32(RECENT, 1);
  store32(RECENT + 4, 1);
  store32(RECENT + 8, 1);
  fillSlots();
  fill(MAIN_LENGTHS, 0, MAX_MAIN_SYMBOLS + LENGTH_SYMBOLS);

  while (target < end) {
    let window: i32 = peekBits(input, position);
    const type: i32 = window >>> 29;
    let blockSize: i32 = DEFAULT_BLOCK_SIZE;
    position += 4;
    if (((window >>> 28) & 1) === 0) {
      blockSize = peekBits(input, position) >>> 16;
      position += 16;
      if (windowOrder >= 16) {
        blockSize = (blockSize << 8) | (peekBits(input, position) >>> 24);
        position += 8;
      }
    }
    if (position > inputBits) return INPUT_ENDS;
    if (blockSize === 0 || blockSize > end - target) return BAD_BLOCK;

    if (type === UNCOMPRESSED) {
      // Padded to a whole word, by a word if there is nothing to pad.
      let at: i32 = ((position >>> 4) + 1) << 1;
      if (at + 12 + blockSize > inputSize) return INPUT_ENDS;
      copy(RECENT, input + at, 12);
      at += 12;
      copy(target, input + at, blockSize);
      target += blockSize;
      position = (at + blockSize + (blockSize & 1)) << 3;
      continue;
    }
    if (type !== VERBATIM && type !== ALIGNED) return BAD_BLOCK;

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

    const firstAligned: i32 = type === ALIGNED ? 8 : 255;
    const blockEnd: i32 = target + blockSize;
    while (target < blockEnd) {
      window = peekBits(input, position);
      let entry: i32 = load32(MAIN_TABLE + ((window >>> (32 - MAIN_BITS)) << 2));
      if ((entry & SUBTABLE) !== 0) {
        const index: i32 = ((entry & ~SUBTABLE) >>> 8) + ((window << MAIN_BITS) >>> (32 - (entry & 255)));
        position += MAIN_BITS;
        entry = load32(MAIN_TABLE + (index << 2));
      }
      position += entry & 255;
      if (position > inputBits) return INPUT_ENDS;
      const symbol: i32 = entry >>> 8;
      if (symbol < LITERALS) {
        store8(target++, symbol);
        continue;
      }

      let length: i32 = symbol & 7;
      if (length === 7) {
        window = peekBits(input, position);
        entry = load32(LENGTH_TABLE + ((window >>> (32 - LENGTH_BITS)) << 2));
        if ((entry & SUBTABLE) !== 0) {
          const index: i32 = ((entry & ~SUBTABLE) >>> 8) + ((window << LENGTH_BITS) >>> (32 - (entry & 255)));
          position += LENGTH_BITS;
          entry = load32(LENGTH_TABLE + (index << 2));
        }
        position += entry & 255;
        length += entry >>> 8;
      }
      length += 2;

      const slot: i32 = (symbol - LITERALS) >>> 3;
      let offset: i32 = 0;
      if (slot < 3) {
        offset = load32(RECENT + (slot << 2));
        store32(RECENT + (slot << 2), load32(RECENT));
      } else {
        offset = load32(SLOTS + (slot << 3));
        const extra: i32 = load32(SLOTS + (slot << 3) + 4);
        window = peekBits(input, position);
        if (slot >= firstAligned) {
          offset += ((window >>> 1) >>> (34 - extra)) << 3;
          position += extra - 3;
          entry = load32(ALIGNED_TABLE + ((peekBits(input, position) >>> (32 - ALIGNED_BITS)) << 2));
          offset += entry >>> 8;
          position += entry & 255;
        } else {
          offset += (window >>> 1) >>> (31 - extra);
          position += extra;
        }
        store32(RECENT + 8, load32(RECENT + 4));
        store32(RECENT + 4, load32(RECENT));
      }
      store32(RECENT, offset);
      if (position > inputBits) return INPUT_ENDS;
      if (offset > target - output || offset <= 0 || length > blockEnd - target) return BAD_MATCH;
      copyMatch(target, offset, length);
      target += length;
    }
  }
  undoE8(output, size);
  return 0;
}

/** How many ranges the offsets in a window are divided into. */
function offsetSlots(windowOrder: i32): i32 {
  return windowOrder < 20 ? windowOrder << 1 : windowOrder === 20 ? 42 : 50;
}

function fillSlots(): void {
  let base: i32 = -2;
  for (let slot: i32 = 0; slot < 50; slot++) {
    let extra: i32 = slot < 4 ? 0 : (slot >>> 1) - 1;
    if (extra > 17) extra = 17;
    store32(SLOTS + (slot << 3), base);
    store32(SLOTS + (slot << 3) + 4, extra);
    base += 1 << extra;
  }
}
