// Plain LZ77, [MS-XCA] 2.3: XPRESS without Huffman codes.

const WINDOW = 8192;
const SHORTEST = 3;
const HASH_BITS = 14;
const FLAGS = 32;

/** Place of the last three bytes with a hash, plus 1. */
const heads = new Int32Array(1 << HASH_BITS);

/**
 * Compresses with plain LZ77 ([MS-XCA] 2.3): quickly, taking the nearest match there is.
 *
 * @param output gets at most its length
 * @returns bytes written, or 0 where they did not fit: then the data is better stored as it is
 */
export function encodeXpressPlain(input: Uint8Array, output: Uint8Array): number {
  if (output.length < 4) return 0;
  heads.fill(0);
  let flagsAt = 0;
  let flags = 0;
  let flagCount = 0;
  let out = 4;
  /** Where a byte has room for four bits of another length; 0 for none. */
  let halfByte = 0;

  function putFlags(): void {
    output[flagsAt] = flags;
    output[flagsAt + 1] = flags >>> 8;
    output[flagsAt + 2] = flags >>> 16;
    output[flagsAt + 3] = flags >>> 24;
  }

  function putLength(length: number): void {
    if (halfByte === 0) {
      halfByte = out;
      output[out++] = Math.min(length, 15);
    } else {
      output[halfByte] = (output[halfByte] as number) | (Math.min(length, 15) << 4);
      halfByte = 0;
    }
    if (length < 15) return;
    output[out++] = Math.min(length - 15, 255);
    if (length - 15 < 255) return;
    // The long forms hold all of it, what the short forms say as well.
    const all = length + 7;
    if (all > 0xffff) out += 2;
    for (let rest = all, bytes = all > 0xffff ? 4 : 2; bytes > 0; bytes--, rest >>>= 8) output[out++] = rest;
    if (all > 0xffff) output.fill(0, out - 6, out - 4);
  }

  for (let at = 0; at < input.length; ) {
    // A flag word, and the longest match there is.
    if (out + 4 + 10 > output.length) return 0;
    const [length, offset] = at + SHORTEST <= input.length ? findMatch(input, at) : [0, 0];
    if (length === 0) {
      output[out++] = input[at++] as number;
      flags <<= 1;
    } else {
      const short = Math.min(length - SHORTEST, 7);
      const word = ((offset - 1) << 3) | short;
      output[out++] = word;
      output[out++] = word >>> 8;
      if (short === 7) putLength(length - SHORTEST - 7);
      at += length;
      flags = (flags << 1) | 1;
    }
    if (++flagCount < FLAGS) continue;
    putFlags();
    flagsAt = out;
    out += 4;
    flags = 0;
    flagCount = 0;
  }
  // Flags that are left over are ones.
  flags = flagCount === 0 ? -1 : (flags << (FLAGS - flagCount)) | ((1 << (FLAGS - flagCount)) - 1);
  putFlags();
  return out;
}

/** Length and distance of the last place with the same three bytes, as far as both go on alike; 0 where there is none near. */
function findMatch(input: Uint8Array, at: number): readonly [length: number, offset: number] {
  const three = (input[at] as number) | ((input[at + 1] as number) << 8) | ((input[at + 2] as number) << 16);
  const hash = Math.imul(three, 0x9e3779b1) >>> (32 - HASH_BITS);
  const match = (heads[hash] as number) - 1;
  heads[hash] = at + 1;
  if (match < 0 || at - match > WINDOW) return [0, 0];
  let length = 0;
  while (at + length < input.length && input[match + length] === input[at + length]) length++;
  return length < SHORTEST ? [0, 0] : [length, at - match];
}
