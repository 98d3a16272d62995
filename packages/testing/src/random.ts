/** Gives the next of a sequence of pseudo-random 32-bit numbers, unsigned. */
export type Random = () => number;

/** A sequence that never changes: seeds of failures stay good. */
export function random(seed: number): Random {
  let state = seed | 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) | 0;
    let mixed = state ^ (state >>> 16);
    mixed = Math.imul(mixed, 0x45d9f3b);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}

/** Bytes that no compression makes smaller. */
export function noise(size: number, seed = 1): Uint8Array {
  const next = random(seed);
  const words = new Uint32Array(Math.ceil(size / 4));
  for (let i = 0; i < words.length; i++) words[i] = next();
  return new Uint8Array(words.buffer, 0, size);
}

/** Bytes that compress to about a third. */
export function prose(size: number, seed = 1): Uint8Array {
  const words = "the volume of an image holds its files and each file has a name with attributes times streams".split(
    " ",
  );
  const next = random(seed);
  let text = "";
  while (text.length < Math.min(size, 200_000))
    text += `${words[next() % words.length]} ${next() % 7 ? "" : next().toString(36)}`;
  const bytes = new Uint8Array(size);
  const page = new TextEncoder().encode(text);
  for (let at = 0; at < size; at += page.length) bytes.set(page.subarray(0, size - at), at);
  return bytes;
}
