import { HASH_2, HASH_2_BITS, HASH_3, HASH_4, HASH_4_BITS } from "./encode-layout.ts";
import { fill, multiply } from "./memory.ts";

// Where the match finders look up the newest position that begins with the same 2, 3 or 4 bytes. Each table has a word a hash:
// the address of a position, 0 for none.

/** Odd, with well mixed bits: the high bits of a product depend on all bits of the other factor. */
const FACTOR: i32 = 0x1e35a7bd;
const LEAST_BITS: i32 = 11;

let shift3: i32 = 0;
let shift4: i32 = 0;

/**
 * Empties the tables of 3 and 4 bytes; a chunk of `size` bytes uses no more of the larger one than it needs.
 *
 * @param bits3 at most `HASH_3_BITS`: a small table stays in the fastest memory
 */
export function startHashTables(size: i32, bits3: i32): void {
  let bits4: i32 = HASH_4_BITS;
  while (bits4 > LEAST_BITS && 1 << (bits4 - 1) >= size) bits4--;
  shift3 = 32 - bits3;
  shift4 = 32 - bits4;
  fill(HASH_3, 0, 4 << bits3);
  fill(HASH_4, 0, 4 << bits4);
}

/** Empties the table of 2 bytes. */
export function startHashTable2(): void {
  fill(HASH_2, 0, 4 << HASH_2_BITS);
}

/** The entry of the first 2 bytes of `word`. */
export function hash2(word: i32): i32 {
  return HASH_2 + ((multiply(word << 16, FACTOR) >>> (32 - HASH_2_BITS)) << 2);
}

/** The entry of its first 3 bytes. */
export function hash3(word: i32): i32 {
  return HASH_3 + ((multiply(word << 8, FACTOR) >>> shift3) << 2);
}

/** The entry of its 4 bytes. */
export function hash4(word: i32): i32 {
  return HASH_4 + ((multiply(word, FACTOR) >>> shift4) << 2);
}
