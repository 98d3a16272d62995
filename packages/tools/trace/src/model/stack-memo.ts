/** Words of addresses that are kept: stacks beyond them are found frame by frame. */
const MOST_WORDS = 1 << 24;

/**
 * Stacks by their bytes: most stacks of a trace were there before, and to compare two rows of addresses is several times quicker than
 * to look for every frame.
 */
export class StackMemo {
  #words = new Uint32Array(1 << 16);
  #used = 0;
  /** Of each stack: where its words begin, how many they are, their hash, and its number. */
  #entries = new Uint32Array(1 << 12);
  #count = 0;
  /** Open addressing; entries are counted from 1. */
  #slots = new Uint32Array(1 << 11);
  #hash = 0;

  /** The number that was put in for these words; undefined if there is none. */
  find(words: Uint32Array, from: number, count: number): number | undefined {
    let hash = count;
    for (let i = from; i < from + count; i++) hash = Math.imul(hash ^ (words[i] as number), 0x9e3779b1) ^ (hash >>> 15);
    this.#hash = hash >>> 0;
    const mask = this.#slots.length - 1;
    let slot = this.#hash & mask;
    for (let entry = this.#slots[slot] as number; entry !== 0; entry = this.#slots[slot] as number) {
      const at = (entry - 1) * 4;
      if (
        this.#entries[at + 2] === this.#hash &&
        this.#entries[at + 1] === count &&
        this.#isAt(this.#entries[at] as number, words, from, count)
      ) {
        return this.#entries[at + 3];
      }
      slot = (slot + 1) & mask;
    }
    return undefined;
  }

  /** Puts in what `find` was just asked for and did not find. */
  put(words: Uint32Array, from: number, count: number, stack: number): void {
    if (this.#used + count > MOST_WORDS) return;
    if (this.#used + count > this.#words.length) this.#words = grown(this.#words, this.#used + count);
    this.#words.set(words.subarray(from, from + count), this.#used);
    const at = this.#count * 4;
    if (at + 4 > this.#entries.length) this.#entries = grown(this.#entries, at + 4);
    this.#entries.set([this.#used, count, this.#hash, stack], at);
    this.#used += count;
    this.#count++;
    this.#insert(this.#count, this.#hash);
    if (this.#count * 2 > this.#slots.length) this.#rehash();
  }

  #isAt(place: number, words: Uint32Array, from: number, count: number): boolean {
    for (let i = 0; i < count; i++) if (this.#words[place + i] !== words[from + i]) return false;
    return true;
  }

  #insert(entry: number, hash: number): void {
    const mask = this.#slots.length - 1;
    let slot = hash & mask;
    while (this.#slots[slot] !== 0) slot = (slot + 1) & mask;
    this.#slots[slot] = entry;
  }

  #rehash(): void {
    this.#slots = new Uint32Array(this.#slots.length * 2);
    for (let entry = 1; entry <= this.#count; entry++)
      this.#insert(entry, this.#entries[(entry - 1) * 4 + 2] as number);
  }
}

function grown(old: Uint32Array<ArrayBuffer>, least: number): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(Math.max(least, old.length * 2));
  larger.set(old);
  return larger;
}
