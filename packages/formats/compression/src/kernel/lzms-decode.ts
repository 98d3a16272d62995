import { decodeAdaptive } from "./lzms-adaptive-code.ts";
import {
  CHILDREN,
  DELTA_EXPLICIT,
  DELTA_REPEAT,
  LITERAL,
  LZ_EXPLICIT,
  LZ_REPEAT,
  MOST_LEAF,
  PROBABILITIES,
  PROBABILITY_SHIFT,
  STATE,
  STATE_MASK,
  ZEROS,
} from "./lzms-decisions.ts";
import {
  CODE_WORK,
  DECISIONS,
  DELTA_OFFSET_CODE,
  DELTA_OFFSETS,
  DELTA_POWER_CODE,
  DELTA_POWERS_USED,
  FILTER_WORK,
  LENGTH_CODE,
  LENGTHS,
  LITERAL_CODE,
  LZ_OFFSET_CODE,
  LZ_OFFSETS,
  moveFront,
  OFFSET_SLOTS,
  pushFront,
  startModel,
} from "./lzms-model.ts";
import { lzmsX86Filter } from "./lzms-x86-filter.ts";
import {
  copyMatch,
  isBelow,
  load8,
  load16,
  load32,
  loadUnaligned32,
  multiply,
  shiftIn,
  store8,
  store32,
} from "./memory.ts";
import { BAD_MATCH, INPUT_ENDS } from "./status.ts";

/**
 * Decodes one chunk. Two streams share its 16-bit words: a range coder reads from the start on, and Huffman codes with the
 * extra bits are read from the end backwards, each word from its most significant bit.
 *
 * @param input address, even; up to `INPUT_SLACK` bytes before and after the input may be read
 * @param size bytes of output that the chunk must give exactly; `MATCH_SLACK` bytes after them are overwritten
 * @returns 0, or a negative status
 */
export function lzmsDecode(input: i32, inputSize: i32, output: i32, size: i32): i32 {
  if (inputSize < 4 || (inputSize & 1) !== 0) return INPUT_ENDS;
  startModel(size, false);
  const inputEnd: i32 = input + inputSize;
  const end: i32 = output + size;
  let target: i32 = output;

  let range: i32 = -1;
  let code: i32 = (load16(input) << 16) | load16(input + 2);
  let next: i32 = input + 4;
  // The backward stream: the end of its words that were not used up, and the bits used of the last of them.
  let wordsEnd: i32 = inputEnd;
  let used: i32 = 0;
  let last: i32 = LITERAL;

  while (target < end) {
    let decision: i32 = DECISIONS;
    do {
      if (range >>> 16 === 0) {
        range <<= 16;
        code = (code << 16) | load16(next);
        next += 2;
      }
      const state: i32 = load32(decision + STATE);
      const probability: i32 = load32(decision + PROBABILITIES) + (state << PROBABILITY_SHIFT);
      const zeros: i32 = load32(probability + ZEROS);
      // Neither outcome is ever impossible.
      const bound: i32 = multiply(range >>> 6, zeros === 0 ? 1 : zeros === 64 ? 63 : zeros);
      let bit: i32 = 0;
      if (isBelow(code, bound)) {
        range = bound;
      } else {
        range -= bound;
        code -= bound;
        bit = 1;
      }
      store32(probability + ZEROS, zeros + shiftIn(probability, bit) - bit);
      store32(decision + STATE, ((state << 1) | bit) & load32(decision + STATE_MASK));
      decision = load32(decision + CHILDREN + (bit << 2));
    } while (decision > MOST_LEAF);

    if (decision === LITERAL) {
      const entry: i32 = decodeAdaptive(LITERAL_CODE, peek(wordsEnd, used), CODE_WORK);
      used += entry & 255;
      wordsEnd -= (used >>> 4) << 1;
      used &= 15;
      if (next > inputEnd || wordsEnd - (used === 0 ? 0 : 2) < input) return INPUT_ENDS;
      store8(target++, entry >>> 8);
      last = LITERAL;
      continue;
    }

    const isDelta: boolean = decision >= DELTA_EXPLICIT;
    let power: i32 = 0;
    let offset: i32 = 0;
    if (decision === LZ_EXPLICIT || decision === DELTA_EXPLICIT) {
      if (isDelta) {
        const entry: i32 = decodeAdaptive(DELTA_POWER_CODE, peek(wordsEnd, used), CODE_WORK);
        used += entry & 255;
        power = entry >>> 8;
      }
      const entry: i32 = decodeAdaptive(isDelta ? DELTA_OFFSET_CODE : LZ_OFFSET_CODE, peek(wordsEnd, used), CODE_WORK);
      used += entry & 255;
      const slot: i32 = OFFSET_SLOTS + ((entry >>> 8) << 3);
      const extraBits: i32 = load32(slot + 4);
      offset = load32(slot) + peekNumber(wordsEnd, used, extraBits);
      used += extraBits;
      if (isDelta) {
        pushFront(DELTA_POWERS_USED, power);
        pushFront(DELTA_OFFSETS, offset);
      } else {
        pushFront(LZ_OFFSETS, offset);
      }
    } else if (isDelta) {
      const index: i32 = decision - DELTA_REPEAT;
      const skip: i32 = last >= DELTA_EXPLICIT ? 1 : 0;
      power = moveFront(DELTA_POWERS_USED, index, skip);
      offset = moveFront(DELTA_OFFSETS, index, skip);
    } else {
      offset = moveFront(LZ_OFFSETS, decision - LZ_REPEAT, last !== LITERAL && last < DELTA_EXPLICIT ? 1 : 0);
    }
    last = decision;

    const entry: i32 = decodeAdaptive(LENGTH_CODE, peek(wordsEnd, used), CODE_WORK);
    used += entry & 255;
    const slot: i32 = LENGTHS + ((entry >>> 8) << 3);
    const extraBits: i32 = load32(slot + 4);
    let length: i32 = load32(slot);
    if (extraBits !== 0) {
      length += peekNumber(wordsEnd, used, extraBits);
      used += extraBits;
    }
    wordsEnd -= (used >>> 4) << 1;
    used &= 15;
    if (next > inputEnd || wordsEnd - (used === 0 ? 0 : 2) < input) return INPUT_ENDS;

    if (length > end - target) return BAD_MATCH;
    if (!isDelta) {
      if (offset > target - output) return BAD_MATCH;
      copyMatch(target, offset, length);
      target += length;
      continue;
    }
    const span: i32 = 1 << power;
    if (offset > (target - output) >>> power || (offset << power) + span > target - output) return BAD_MATCH;
    offset <<= power;
    for (; length > 0; length--) {
      const value: i32 = load8(target - offset) + load8(target - span) - load8(target - offset - span);
      store8(target++, value);
    }
  }
  lzmsX86Filter(output, size, 1, FILTER_WORK);
  return 0;
}

/** The next bits of the backward stream, left-aligned; at least 17 of the 32 are valid. */
function peek(wordsEnd: i32, used: i32): i32 {
  return loadUnaligned32(wordsEnd - 4 - ((used >>> 4) << 1)) << (used & 15);
}

/** A number of up to 32 bits. */
function peekNumber(wordsEnd: i32, used: i32, bits: i32): i32 {
  if (bits <= 16) return (peek(wordsEnd, used) >>> 1) >>> (31 - bits);
  const high: i32 = peek(wordsEnd, used) >>> 16;
  return (high << (bits - 16)) | (peek(wordsEnd, used + 16) >>> (48 - bits));
}
