import { fetchBits, firstBits, firstBitsOrNone, noBits, skipBits } from "./bit-buffer.ts";
import { peekBits } from "./bit-reader.ts";
import { SUBTABLE } from "./huffman-decode.ts";
import { INPUT_SLACK } from "./layout.ts";
import {
  ALIGNED,
  ALIGNED_BITS,
  ALIGNED_TABLE,
  LENGTH_BITS,
  LENGTH_TABLE,
  MAIN_BITS,
  MAIN_TABLE,
  RECENT,
  readCodes,
  SLOTS,
  startTables,
  UNCOMPRESSED,
  VERBATIM,
} from "./lzx-decode-tables.ts";
import { undoE8 } from "./lzx-e8-filter.ts";
import { LITERALS, offsetSlots } from "./lzx-match.ts";
import { copy, copyMatch, fill, load32, store8, store32 } from "./memory.ts";
import { BAD_BLOCK, BAD_MATCH, INPUT_ENDS } from "./status.ts";

// LZX as WIM files use it: each chunk is a stream of its own, with nothing carried over.

const DEFAULT_BLOCK_SIZE: i32 = 32768;

/** Entries of the main table below this one are literals. */
const FIRST_MATCH: i32 = LITERALS << 8;

/**
 * Decodes one chunk.
 *
 * @param input address, even; `INPUT_SLACK` bytes after the input are overwritten
 * @param size bytes of output that the chunk must give exactly; `MATCH_SLACK` bytes after them are overwritten
 * @param windowOrder 15 to 21: chunks are at most 2^windowOrder bytes
 * @returns 0, or a negative status
 */
export function lzxDecode(input: i32, inputSize: i32, output: i32, size: i32, windowOrder: i32): i32 {
  const mainSymbols: i32 = LITERALS + 8 * offsetSlots(windowOrder);
  const inputEnd: i32 = input + (inputSize & ~1);
  fill(input + inputSize, 0, INPUT_SLACK);
  const inputBits: i32 = (inputSize & ~1) << 3;
  const end: i32 = output + size;
  let target: i32 = output;
  let position: i32 = 0;
  startTables();

  while (target < end) {
    const window: i32 = peekBits(input, position);
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

    position = readCodes(input, position, inputBits, type, mainSymbols);
    if (position < 0) return position;

    const firstAligned: i32 = type === ALIGNED ? 8 : 255;
    const blockEnd: i32 = target + blockSize;
    let next: i32 = input + ((position >>> 4) << 1);
    let buffer = skipBits(fetchBits(noBits(), next, 0), position & 15);
    let bits: i32 = 48 - (position & 15);
    next += 6;
    while (target < blockEnd) {
      buffer = fetchBits(buffer, next, bits);
      next += ((63 - bits) >>> 4) << 1;
      bits |= 48;
      // Three words at most are not used yet.
      if (next > inputEnd + 6) return INPUT_ENDS;
      let entry: i32 = load32(MAIN_TABLE + (firstBits(buffer, MAIN_BITS) << 2));
      // Literals are often followed by literals: what was fetched is enough for three.
      if (entry < FIRST_MATCH) {
        buffer = skipBits(buffer, entry);
        bits -= entry & 255;
        store8(target++, entry >>> 8);
        if (target === blockEnd) break;
        entry = load32(MAIN_TABLE + (firstBits(buffer, MAIN_BITS) << 2));
        if (entry < FIRST_MATCH) {
          buffer = skipBits(buffer, entry);
          bits -= entry & 255;
          store8(target++, entry >>> 8);
          if (target === blockEnd) break;
          entry = load32(MAIN_TABLE + (firstBits(buffer, MAIN_BITS) << 2));
          if (entry < FIRST_MATCH) {
            buffer = skipBits(buffer, entry);
            bits -= entry & 255;
            store8(target++, entry >>> 8);
            continue;
          }
        }
        buffer = fetchBits(buffer, next, bits);
        next += ((63 - bits) >>> 4) << 1;
        bits |= 48;
      }
      if ((entry & SUBTABLE) !== 0) {
        buffer = skipBits(buffer, MAIN_BITS);
        bits -= MAIN_BITS;
        entry = load32(MAIN_TABLE + ((((entry & ~SUBTABLE) >>> 8) + firstBits(buffer, entry & 255)) << 2));
      }
      buffer = skipBits(buffer, entry);
      bits -= entry & 255;
      const symbol: i32 = entry >>> 8;
      if (symbol < LITERALS) {
        store8(target++, symbol);
        continue;
      }

      let length: i32 = symbol & 7;
      if (length === 7) {
        entry = load32(LENGTH_TABLE + (firstBits(buffer, LENGTH_BITS) << 2));
        if ((entry & SUBTABLE) !== 0) {
          buffer = skipBits(buffer, LENGTH_BITS);
          bits -= LENGTH_BITS;
          entry = load32(LENGTH_TABLE + ((((entry & ~SUBTABLE) >>> 8) + firstBits(buffer, entry & 255)) << 2));
        }
        buffer = skipBits(buffer, entry);
        bits -= entry & 255;
        length += entry >>> 8;
      }
      length += 2;

      const slot: i32 = (symbol - LITERALS) >>> 3;
      let offset: i32 = 0;
      if (slot < 3) {
        offset = load32(RECENT + (slot << 2));
        store32(RECENT + (slot << 2), load32(RECENT));
      } else {
        buffer = fetchBits(buffer, next, bits);
        next += ((63 - bits) >>> 4) << 1;
        bits |= 48;
        offset = load32(SLOTS + (slot << 3));
        let extra: i32 = load32(SLOTS + (slot << 3) + 4);
        if (slot >= firstAligned) {
          extra -= 3;
          offset += firstBitsOrNone(buffer, extra) << 3;
          buffer = skipBits(buffer, extra);
          entry = load32(ALIGNED_TABLE + (firstBits(buffer, ALIGNED_BITS) << 2));
          offset += entry >>> 8;
          buffer = skipBits(buffer, entry);
          bits -= extra + (entry & 255);
        } else {
          offset += firstBitsOrNone(buffer, extra);
          buffer = skipBits(buffer, extra);
          bits -= extra;
        }
        store32(RECENT + 8, load32(RECENT + 4));
        store32(RECENT + 4, load32(RECENT));
      }
      store32(RECENT, offset);
      if (offset > target - output || offset <= 0 || length > blockEnd - target) return BAD_MATCH;
      copyMatch(target, offset, length);
      target += length;
    }
    position = ((next - input) << 3) - bits;
    if (position > inputBits) return INPUT_ENDS;
  }
  undoE8(output, size);
  return 0;
}
