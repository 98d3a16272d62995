/** The stack of no frames. */
export const EMPTY_STACK = 0;

/**
 * Call stacks, each kept once: a stack is its outermost frames (another stack) and one address more. Made for tens of millions of
 * addresses, so there is no object a frame.
 */
export class StackTrie {
  #prefix = new Uint32Array(4096);
  #address = new Float64Array(4096);
  /**
   * Of each stack, the first one that was made of it by one frame more. Most have no other, and those of one call stack lie one behind
   * the other, where a look into a table of hashes would wait for the memory each time.
   */
  #firstChild = new Uint32Array(4096);
  #count = 1;
  /** All other ones, by open addressing; 0 is free, as the empty stack is never looked for. */
  #slots = new Uint32Array(1 << 11);
  #hashed = 0;

  /** Stacks, the empty one counted. */
  get size(): number {
    return this.#count;
  }

  prefixOf(stack: number): number {
    return this.#prefix[stack] as number;
  }

  /** Of the innermost frame. */
  addressOf(stack: number): number {
    return this.#address[stack] as number;
  }

  /** The stack with one more frame inside. */
  push(prefix: number, address: number): number {
    const first = this.#firstChild[prefix] as number;
    if (first === 0) {
      const stack = this.#add(prefix, address);
      this.#firstChild[prefix] = stack;
      return stack;
    }
    return this.#address[first] === address ? first : this.#pushOther(prefix, address);
  }

  #pushOther(prefix: number, address: number): number {
    const mask = this.#slots.length - 1;
    let slot = hash(prefix, address) & mask;
    for (let stack = this.#slots[slot] as number; stack !== 0; stack = this.#slots[slot] as number) {
      if (this.#prefix[stack] === prefix && this.#address[stack] === address) return stack;
      slot = (slot + 1) & mask;
    }
    const stack = this.#add(prefix, address);
    this.#slots[slot] = stack;
    if (++this.#hashed * 2 > this.#slots.length) this.#rehash();
    return stack;
  }

  #add(prefix: number, address: number): number {
    const stack = this.#count++;
    if (stack === this.#prefix.length) this.#grow();
    this.#prefix[stack] = prefix;
    this.#address[stack] = address;
    return stack;
  }

  /** Addresses from the innermost frame outwards, as events have them. */
  *addresses(stack: number): Generator<number> {
    for (let at = stack; at !== EMPTY_STACK; at = this.#prefix[at] as number) yield this.#address[at] as number;
  }

  #grow(): void {
    const length = this.#prefix.length * 2;
    const [prefix, address, firstChild] = [new Uint32Array(length), new Float64Array(length), new Uint32Array(length)];
    prefix.set(this.#prefix);
    address.set(this.#address);
    firstChild.set(this.#firstChild);
    [this.#prefix, this.#address, this.#firstChild] = [prefix, address, firstChild];
  }

  #rehash(): void {
    const old = this.#slots;
    // By four: what is put in anew each time is then a third of all, not all of them.
    const slots = new Uint32Array(old.length * 4);
    const mask = slots.length - 1;
    for (const stack of old) {
      if (stack === 0) continue;
      let slot = hash(this.#prefix[stack] as number, this.#address[stack] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = stack;
    }
    this.#slots = slots;
  }
}

function hash(prefix: number, address: number): number {
  // The low and the high half of an address.
  let value = Math.imul(prefix ^ 0x9e3779b1, 0x85ebca6b) ^ (address | 0);
  value = Math.imul(value ^ (value >>> 15), 0xc2b2ae35) ^ ((address / 0x1_0000_0000) | 0);
  value = Math.imul(value ^ (value >>> 13), 0x27d4eb2f);
  return (value ^ (value >>> 16)) >>> 0;
}
