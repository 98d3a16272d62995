import { loadWords } from "./memory.ts";

// LZX keeps its bits in little-endian 16-bit words, the most significant bit first. A place in such a stream is one number,
// the count of the bits before it, so there is no buffer that has to be refilled.

/** The bits from `position` on, left-aligned; at least 17 of the 32 are valid. `base` must be even. */
export function peekBits(base: i32, position: i32): i32 {
  return loadWords(base + ((position >>> 4) << 1)) << (position & 15);
}
