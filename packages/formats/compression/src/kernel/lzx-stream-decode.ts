import { peekBits } from "./bit-reader.ts";
import { SUBTABLE } from "./huffman-decode.ts";
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
import { LITERALS, offsetSlots } from "./lzx-match.ts";
import { undoCalls } from "./lzx-stream-calls.ts";
import { copy, copyMatch, load32, store8, store32 } from "./memory.ts";
import { BAD_BLOCK, BAD_MATCH, INPUT_ENDS } from "./status.ts";

// LZX as cabinets have it: one stream for a folder, given in frames. Codes, last offsets and blocks go on from frame to frame,
// and matches reach into the frames before; only the bits of each frame begin at a whole word. The state between two frames
// lies in the tables and in these variables.

/** From this much output on calls are left as they are. */
const MOST_TRANSLATED: i32 = 1 << 30;

let mainSymbols: i32 = 0;
let blockType: i32 = 0;
let blockSize: i32 = 0;
/** Bytes of the block that are still to come. */
let blockLeft: i32 = 0;
/** 1 where the byte that pads an uncompressed block of odd size was not in the frame that the block ended in. */
let paddingLeft: i32 = 0;
let headerRead: i32 = 0;
/** The size of the file that calls are translated for; 0 where they are not. */
let callSize: i32 = 0;
let produced: i32 = 0;

/** @param windowOrder 15 to 21: matches reach back 2^windowOrder bytes at most */
export function lzxStreamStart(windowOrder: i32): void {
  mainSymbols = LITERALS + 8 * offsetSlots(windowOrder);
  blockLeft = 0;
  paddingLeft = 0;
  headerRead = 0;
  callSize = 0;
  produced = 0;
  startTables();
}

/**
 * Decodes the next frame.
 *
 * @param input address, even; `INPUT_SLACK` bytes after the input may be read, and the input itself may be moved
 * @param history address of the first byte that matches may reach
 * @param target address behind the frames before; `MATCH_SLACK` bytes after the frame are overwritten
 * @param size bytes of the frame
 * @param output address that gets the frame with calls made relative again; the window keeps it as it was decoded
 * @returns 0, or a negative status: the stream cannot be continued then
 */
export function lzxStreamDecode(input: i32, inputSize: i32, history: i32, target: i32, size: i32, output: i32): i32 {
  const frame: i32 = target;
  const end: i32 = target + size;
  let position: i32 = 0;
  if (headerRead === 0) {
    headerRead = 1;
    position = 1;
    if (peekBits(input, 0) < 0) {
      callSize = (peekBits(input, 1) & ~0xffff) | (peekBits(input, 17) >>> 16);
      position = 33;
    }
  }
  if (paddingLeft !== 0) {
    paddingLeft = 0;
    position = 8;
  }

  while (target < end) {
    if (blockLeft === 0) {
      if ((position & 15) === 8 && blockType === UNCOMPRESSED) {
        // A frame that began inside an uncompressed block after an odd number of its bytes: words begin at odd places.
        const at: i32 = position >>> 3;
        inputSize--;
        copy(input + at - 1, input + at, inputSize - at + 1);
        position -= 8;
      }
      position = readBlockHeader(input, position, inputSize);
      if (position < 0) return position;
    }
    const count: i32 = blockLeft < end - target ? blockLeft : end - target;
    blockLeft -= count;
    if (blockType === UNCOMPRESSED) {
      const at: i32 = position >>> 3;
      if (count > inputSize - at) return INPUT_ENDS;
      copy(target, input + at, count);
      position += count << 3;
      if (blockLeft === 0 && (blockSize & 1) !== 0) {
        if (at + count < inputSize) position += 8;
        else paddingLeft = 1;
      }
    } else {
      position = decodeSymbols(input, position, inputSize, history, target, target + count);
      if (position < 0) return position;
    }
    target += count;
  }
  copy(output, frame, size);
  if (callSize !== 0 && produced < MOST_TRANSLATED) undoCalls(output, size, produced, callSize);
  if (produced < MOST_TRANSLATED) produced += size;
  return 0;
}

/** Reads what a block begins with. Returns the position behind it, or a negative status. */
function readBlockHeader(input: i32, position: i32, inputSize: i32): i32 {
  const inputBits: i32 = ((inputSize + 1) & ~1) << 3;
  if (position + 27 > inputBits) return INPUT_ENDS;
  const type: i32 = peekBits(input, position) >>> 29;
  blockSize = ((peekBits(input, position + 3) >>> 16) << 8) | (peekBits(input, position + 19) >>> 24);
  position += 27;
  if (blockSize === 0) return BAD_BLOCK;
  blockType = type;
  blockLeft = blockSize;

  if (type === UNCOMPRESSED) {
    // Padded to a whole word, by a word if there is nothing to pad.
    const at: i32 = ((position >>> 4) + 1) << 1;
    if (at + 12 > inputSize) return INPUT_ENDS;
    copy(RECENT, input + at, 12);
    return (at + 12) << 3;
  }
  if (type !== VERBATIM && type !== ALIGNED) return BAD_BLOCK;
  return readCodes(input, position, inputBits, type, mainSymbols);
}

/** Decodes literals and matches up to `end`, which no match may pass. Returns the position behind them, or a negative status. */
function decodeSymbols(input: i32, position: i32, inputSize: i32, history: i32, target: i32, end: i32): i32 {
  const inputBits: i32 = ((inputSize + 1) & ~1) << 3;
  const firstAligned: i32 = blockType === ALIGNED ? 8 : 255;
  while (target < end) {
    let window: i32 = peekBits(input, position);
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
    if (offset > target - history || offset <= 0 || length > end - target) return BAD_MATCH;
    copyMatch(target, offset, length);
    target += length;
  }
  return position;
}
