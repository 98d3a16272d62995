import { clz, copyMatch, load8, loadUnaligned16, loadUnaligned32, storeUnaligned32 } from "./memory.ts";
import { BAD_MATCH, INPUT_ENDS } from "./status.ts";

// Plain LZ77, [MS-XCA] 2.3 and 2.4: XPRESS without Huffman codes.

/** A 16-bit word with this length has more of it behind it. */
const LONG: i32 = 7;
const SHORTEST: i32 = 3;

/**
 * Decodes what has no size of its own: until the output is full or the input ends.
 *
 * @param input its `INPUT_SLACK` bytes after the input are read and have no meaning
 * @param size room for output; `MATCH_SLACK` bytes after it are overwritten
 * @returns bytes written, or a negative status
 */
export function xpressPlainDecode(input: i32, inputSize: i32, output: i32, size: i32): i32 {
  const inputEnd: i32 = input + inputSize;
  const end: i32 = output + size;
  let next: i32 = input;
  let target: i32 = output;
  let flags: i32 = 0;
  let flagCount: i32 = 0;
  // Address of a byte whose high half is the next length that needs four more bits; 0 for none.
  let halfByte: i32 = 0;

  while (target < end && next < inputEnd) {
    if (flagCount === 0) {
      if (next + 4 > inputEnd) return INPUT_ENDS;
      flags = loadUnaligned32(next);
      next += 4;
      flagCount = 32;
      // An encoder whose last flag word was just full adds another, of ones.
      if (next === inputEnd) break;
    }
    if (flags >= 0) {
      let literals: i32 = clz(flags);
      if (literals > flagCount) literals = flagCount;
      if (literals > end - target) literals = end - target;
      if (literals > inputEnd - next) literals = inputEnd - next;
      for (let i: i32 = 0; i < literals; i += 4) storeUnaligned32(target + i, loadUnaligned32(next + i));
      target += literals;
      next += literals;
      flagCount -= literals;
      // A shift by 32 would be one by 0.
      flags = flagCount === 0 ? 0 : flags << literals;
      continue;
    }
    flags <<= 1;
    flagCount--;
    if (next + 2 > inputEnd) return INPUT_ENDS;
    const match: i32 = loadUnaligned16(next);
    next += 2;
    const offset: i32 = (match >>> 3) + 1;
    let length: i32 = match & 7;
    if (length === LONG) {
      if (halfByte === 0) {
        if (next === inputEnd) return INPUT_ENDS;
        halfByte = next;
        length = load8(next++) & 15;
      } else {
        length = load8(halfByte) >>> 4;
        halfByte = 0;
      }
      if (length === 15) {
        if (next === inputEnd) return INPUT_ENDS;
        length = load8(next++);
        if (length === 255) {
          if (next + 2 > inputEnd) return INPUT_ENDS;
          length = loadUnaligned16(next);
          next += 2;
          if (length === 0) {
            if (next + 4 > inputEnd) return INPUT_ENDS;
            length = loadUnaligned32(next);
            next += 4;
          }
          // The long forms hold all of the length; one with less than the short forms can say is damage.
          if (length < 15 + LONG) return BAD_MATCH;
          length -= 15 + LONG;
        }
        length += 15;
      }
      length += LONG;
    }
    // Compared before what is added could wrap.
    if (offset > target - output || length > end - target - SHORTEST) return BAD_MATCH;
    length += SHORTEST;
    copyMatch(target, offset, length);
    target += length;
  }
  return target - output;
}
