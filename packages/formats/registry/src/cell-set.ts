/** A set of offsets of cells: a bit for each possible one. */
export class CellSet {
  #words: Uint32Array;

  /** @param end bytes of hive bins */
  constructor(end: number) {
    this.#words = new Uint32Array((end >>> 8) + 1);
  }

  has(offset: number): boolean {
    return (((this.#words[offset >>> 8] ?? 0) >>> ((offset >>> 3) & 31)) & 1) !== 0;
  }

  add(offset: number): void {
    const word = offset >>> 8;
    if (word >= this.#words.length) this.#grow(word);
    this.#words[word] = (this.#words[word] as number) | (1 << ((offset >>> 3) & 31));
  }

  delete(offset: number): void {
    const word = offset >>> 8;
    this.#words[word] = (this.#words[word] as number) & ~(1 << ((offset >>> 3) & 31));
  }

  /** The largest offset in the set below another, -1 if there is none. */
  before(offset: number): number {
    let word = offset >>> 8;
    let bits = (this.#words[word] ?? 0) & ((1 << ((offset >>> 3) & 31)) - 1);
    while (bits === 0) {
      if (--word < 0) return -1;
      bits = this.#words[word] as number;
    }
    return word * 256 + (31 - Math.clz32(bits)) * 8;
  }

  #grow(word: number): void {
    const grown = new Uint32Array(Math.max(word + 1, this.#words.length * 2));
    grown.set(this.#words);
    this.#words = grown;
  }
}
