import { random } from "@adk/testing";

function generate(size: number, seed: number, next: (random: () => number, i: number) => number): Uint8Array {
  const source = random(seed);
  return Uint8Array.from({ length: size }, (_, i) => next(source, i));
}

const WORDS = "the volume of an image holds its files and each file has a name with attributes times streams ".split(
  " ",
);

function text(size: number, seed: number): Uint8Array {
  const source = random(seed);
  let result = "";
  while (result.length < size) result += `${WORDS[source() % WORDS.length]}${source() % 9 === 0 ? ".\r\n" : " "}`;
  return new TextEncoder().encode(result.slice(0, size));
}

/** Like x86 code: a call of one of a few functions every dozen bytes, with a distance relative to where it stands. */
function calls(size: number, seed: number): Uint8Array {
  const source = random(seed);
  const bytes = generate(size, seed + 1, (next) => [0x8b, 0x45, 0xff, 0x89, 0x00, 0x55][next() % 6] ?? 0);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i + 5 <= size; i += 5 + (source() % 12)) {
    bytes[i] = 0xe8;
    view.setInt32(i + 1, (source() % 16) * 4096 - i, true);
  }
  return bytes;
}

/** Blocks of random bytes, each of which comes again further on: matches of all lengths at all distances. */
function repeats(size: number, seed: number): Uint8Array {
  const source = random(seed);
  const bytes = new Uint8Array(size);
  for (let i = 0; i < size; ) {
    const length = Math.min(size - i, 1 + (source() % 700));
    if (i > 0 && source() % 3 > 0) {
      const from = source() % i;
      for (let j = 0; j < length; j++) bytes[i + j] = bytes[from + j] ?? 0;
    } else for (let j = 0; j < length; j++) bytes[i + j] = source();
    i += length;
  }
  return bytes;
}

/** Chunks that differ in what an encoder makes of them. */
export const INPUTS: Record<string, (size: number) => Uint8Array> = {
  zeros: (size) => new Uint8Array(size),
  "one symbol": (size) => new Uint8Array(size).fill(0xff),
  "all E8": (size) => new Uint8Array(size).fill(0xe8),
  random: (size) => generate(size, 1, (next) => next()),
  "few symbols": (size) => generate(size, 2, (next) => next() % 3),
  "skewed symbols": (size) => generate(size, 3, (next) => Math.clz32(next())),
  text: (size) => text(size, 4),
  calls: (size) => calls(size, 5),
  repeats: (size) => repeats(size, 6),
  "text, then random, then zeros": (size) => {
    const bytes = text(size, 7);
    bytes.set(generate(size >> 1, 8, (next) => next()).subarray(0, size >> 2), size >> 2);
    return bytes.fill(0, size - (size >> 2));
  },
  "a match from the last byte to the first": (size) => {
    const bytes = generate(size, 9, (next) => next());
    const length = Math.min(300, size >> 1);
    bytes.copyWithin(size - length, 0, length);
    return bytes;
  },
  "counting words": (size) => generate(size, 10, (_, i) => (i & 3 ? (i >> 2) >> (8 * ((i & 3) - 1)) : 0x80)),
};
