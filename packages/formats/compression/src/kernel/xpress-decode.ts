import { fetchBits, firstBits, keepBits, noBits, oneAndFirstBits, skipBits } from "./bit-buffer.ts";
import { buildDecodeTable, SUBTABLE } from "./huffman-decode.ts";
import { INPUT_SLACK, XPRESS_BASE } from "./layout.ts";
import { copyMatch, fill, load8, load32, loadUnaligned16, store8 } from "./memory.ts";
import { BAD_CODE, BAD_MATCH, INPUT_ENDS } from "./status.ts";

// LZ77+Huffman, [MS-XCA] 2.2, as WIM files use it.

const SYMBOLS: i32 = 512;
const TABLE_BITS: i32 = 11;
const LITERALS: i32 = 256;
/** Entries of the table below this one are literals. */
const FIRST_MATCH: i32 = LITERALS << 8;
const LENGTHS: i32 = XPRESS_BASE;
const SCRATCH: i32 = LENGTHS + SYMBOLS;
const TABLE: i32 = SCRATCH + 0x600;

/**
 * Decodes one chunk.
 *
 * @param input its `INPUT_SLACK` bytes after the input are overwritten
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
  // Words past the end are zero: fetching them is right, using them is not.
  fill(inputEnd, 0, INPUT_SLACK);
  let buffer = noBits();
  let bits: i32 = 0;

  while (target < end) {
    buffer = fetchBits(buffer, next, bits);
    next += ((63 - bits) >>> 4) << 1;
    bits |= 48;
    // Three words at most are not used yet.
    if (next > inputEnd + 6) return INPUT_ENDS;
    let entry: i32 = load32(TABLE + (firstBits(buffer, TABLE_BITS) << 2));
    // Literals are often followed by literals: what was fetched is enough for three.
    if (entry < FIRST_MATCH) {
      buffer = skipBits(buffer, entry);
      bits -= entry & 255;
      store8(target++, entry >>> 8);
      if (target === end) break;
      entry = load32(TABLE + (firstBits(buffer, TABLE_BITS) << 2));
      if (entry < FIRST_MATCH) {
        buffer = skipBits(buffer, entry);
        bits -= entry & 255;
        store8(target++, entry >>> 8);
        if (target === end) break;
        entry = load32(TABLE + (firstBits(buffer, TABLE_BITS) << 2));
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
      buffer = skipBits(buffer, TABLE_BITS);
      bits -= TABLE_BITS;
      entry = load32(TABLE + ((((entry & ~SUBTABLE) >>> 8) + firstBits(buffer, entry & 255)) << 2));
    }
    buffer = skipBits(buffer, entry);
    bits -= entry & 255;
    const symbol: i32 = entry >>> 8;
    if (symbol < LITERALS) {
      store8(target++, symbol);
      continue;
    }

    const offsetBits: i32 = (symbol >>> 4) & 15;
    const offset: i32 = oneAndFirstBits(buffer, offsetBits);
    let length: i32 = symbol & 15;
    buffer = skipBits(buffer, offsetBits);
    if (length === 15) {
      // Raw bytes lie between the words: behind those that were fetched when fewer than 16 bits were left, before a symbol
      // and before an offset. Words beyond them are none.
      next -= ((bits >>> 4) - 1) << 1;
      bits = (16 | (bits & 15)) - offsetBits;
      if (next >= inputEnd) return INPUT_ENDS;
      length += load8(next++);
      if (length === 15 + 255) {
        if (next + 2 > inputEnd) return INPUT_ENDS;
        length = loadUnaligned16(next);
        next += 2;
      }
      buffer = keepBits(buffer, bits, next);
    } else {
      bits -= offsetBits;
    }
    length += 3;
    if (offset > target - output || length > end - target) return BAD_MATCH;
    copyMatch(target, offset, length);
    target += length;
  }
  return next - ((bits >>> 4) << 1) > inputEnd ? INPUT_ENDS : 0;
}
