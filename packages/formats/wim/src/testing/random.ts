/** Pseudo-random 32-bit numbers whose sequence never changes. */
export function random(seed: number): () => number {
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
  return Uint8Array.from({ length: size }, next);
}

/** Bytes that compress to about a third. */
export function prose(size: number, seed = 1): Uint8Array {
  const words = "the volume of an image holds its files and each file has a name with attributes times streams".split(
    " ",
  );
  const next = random(seed);
  let text = "";
  while (text.length < size) text += `${words[next() % words.length]} ${next() % 7 ? "" : next().toString(36)}`;
  return new TextEncoder().encode(text.slice(0, size));
}
