import { buildDecodeTable, SUBTABLE } from "./huffman-decode.ts";
import { XPRESS_BASE } from "./layout.ts";
import { copyMatch, load8, load32, loadUnaligned16, store8 } from "./memory.ts";
import { BAD_CODE, BAD_MATCH, INPUT_ENDS } from "./status.ts";

// LZ77+Huffman, [MS-XCA] 2.2, as WIM files use it.

const SYMBOLS: i32 = 512;
const TABLE_BITS: i32 = 11;
const LENGTHS: i32 = XPRESS_BASE;
const SCRATCH: i32 = LENGTHS + SYMBOLS;
const TABLE: i32 = SCRATCH + 0x600;

/**
 * Decodes one chunk.
 *
 * @param size bytes of output that the chunk must give exactly; `MATCH_SLACK` bytes after them are overwritten
 * @returns 0, or a negative status
 */
export function xpressDecode(input: i32, inputSize: i32, output: i32, size: i32): i32 {
  if (inputSize < SYMBOLS / 2) return INPUT_ENDS;
  for (let i: i32 = 0; i < SYMBOLS / 2; i++) {
    const pair: i32 = load8(input + i);
    store8(LENGTHS + i * 2, pair & 15);
    store8(LENGTHS + i * 2 + 1, pair >> 4);
  }
  if (buildDecodeTable(TABLE, TABLE_BITS, LENGTHS, SYMBOLS, SCRATCH) !== 1) return BAD_CODE;

  const inputEnd: i32 = input + inputSize;
  const end: i32 = output + size;
  let next: i32 = input + SYMBOLS / 2;
  let target: i32 = output;
  // Bits are kept left-aligned. Raw bytes lie between the words, so at most one word may be fetched ahead: exactly when
  // fewer than 16 bits are left, before a symbol and before an offset. Words past the end count as zero: fetching them is
  // right, using them is not.
  let buffer: i32 = 0;
  let bits: i32 = 0;
  let missing: i32 = 0;

  while (target < end) {
    if (bits < 16) {
      if (next + 2 <= inputEnd) {
        buffer |= loadUnaligned16(next) << (16 - bits);
        next += 2;
      } else {
        missing += 16;
      }
      bits += 16;
    }
    let entry: i32 = load32(TABLE + ((buffer >>> (32 - TABLE_BITS)) << 2));
    if ((entry & SUBTABLE) !== 0) {
      const index: i32 = ((entry & ~SUBTABLE) >>> 8) + ((buffer << TABLE_BITS) >>> (32 - (entry & 255)));
      buffer <<= TABLE_BITS;
      bits -= TABLE_BITS;
      entry = load32(TABLE + (index << 2));
    }
    buffer <<= entry & 255;
    bits -= entry & 255;
    const symbol: i32 = entry >>> 8;
    if (symbol < 256) {
      store8(target++, symbol);
      continue;
    }

    const offsetBits: i32 = (symbol >>> 4) & 15;
    let length: i32 = symbol & 15;
    if (bits < 16) {
      if (next + 2 <= inputEnd) {
        buffer |= loadUnaligned16(next) << (16 - bits);
        next += 2;
      } else {
        missing += 16;
      }
      bits += 16;
    }
    const offset: i32 = (1 << offsetBits) | ((buffer >>> 1) >>> (31 - offsetBits));
    buffer <<= offsetBits;
    bits -= offsetBits;
    if (length === 15) {
      if (next >= inputEnd) return INPUT_ENDS;
      length += load8(next++);
      if (length === 15 + 255) {
        if (next + 2 > inputEnd) return INPUT_ENDS;
        length = loadUnaligned16(next);
        next += 2;
      }
    }
    length += 3;
    if (offset > target - output || length > end - target) return BAD_MATCH;
    copyMatch(target, offset, length);
    target += length;
  }
  return bits < missing ? INPUT_ENDS : 0;
}
