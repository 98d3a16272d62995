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
