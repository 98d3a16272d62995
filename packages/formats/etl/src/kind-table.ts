import { type Guid, guidFromBytes, type Limits, limitExceeded, NIL_GUID } from "@adk/core";

/** What tells one kind of event from another; each kind of a log has a small number, its place in the `KindTable`. */
export type EventKind =
  /** Of the kernel: SYSTEM, COMPACT and PERFINFO headers. `hook` is the group in its high byte and the type in its low one. */
  | { readonly form: "kernel"; readonly hook: number; readonly version: number }
  /** Of a provider before Vista, or a copy of a kernel event: FULL and INSTANCE headers. The provider is the class of the event. */
  | { readonly form: "classic"; readonly provider: Guid; readonly opcode: number; readonly version: number }
  /** EVENT headers: manifests and TraceLogging. */
  | {
      readonly form: "event";
      readonly provider: Guid;
      readonly id: number;
      readonly version: number;
      readonly opcode: number;
    }
  /** A WPP message: the GUID is that of the source file's messages, nil where a component id is in its place or nothing. */
  | { readonly form: "wpp"; readonly message: Guid; readonly componentId: number; readonly number: number }
  /** A header that has no known meaning; its bytes are kept. */
  | { readonly form: "opaque"; readonly headerType: number };

/** Number of a form in the table's keys. */
const KERNEL = 0;
export const CLASSIC = 1;
export const EVENT = 2;
export const WPP = 3;
export const OPAQUE = 4;

/** 32-bit words of a key: the form, a word of small numbers, and a GUID. */
const KEY_WORDS = 6;
const HOOKS = 0x10000;
const NONE = -1;
/** More than most logs have: V8 compiles the decoder again where a table has to grow. */
const FIRST_KINDS = 1024;

/** Numbers kinds in the order in which they are met. Looking one up costs a few integer comparisons and allocates nothing. */
export class KindTable {
  readonly #limits: Limits;
  #count = 0;
  #keys = new Uint32Array(FIRST_KINDS * KEY_WORDS);
  /** Kind by hash of the key, open addressing; its length is a power of two. */
  #slots = new Int32Array(4 * FIRST_KINDS).fill(NONE);
  /** The kind last met for each hook: nearly always that of the next one. */
  readonly #byHook = new Int32Array(HOOKS).fill(NONE);
  readonly #kinds: EventKind[] = [];

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#count;
  }

  /** @param kind a number below `size` */
  get(kind: number): EventKind {
    this.#kinds[kind] ??= this.#describe(kind);
    return this.#kinds[kind];
  }

  kernelKind(hook: number, version: number): number {
    const last = this.#byHook[hook] as number;
    const word = hook | (version << 16);
    if (last !== NONE && this.#keys[last * KEY_WORDS + 1] === word) return last;
    const kind = this.kind(KERNEL, word, 0, 0, 0, 0);
    this.#byHook[hook] = kind;
    return kind;
  }

  /** The number of a kind by the words of its key. @throws AdkError `LIMIT_EXCEEDED` */
  kind(form: number, word: number, g0: number, g1: number, g2: number, g3: number): number {
    const keys = this.#keys;
    const slots = this.#slots;
    const mask = slots.length - 1;
    let slot = hashOf(form, word, g0, g1, g2, g3) & mask;
    for (let kind = slots[slot] as number; kind !== NONE; kind = slots[slot] as number) {
      const at = kind * KEY_WORDS;
      if (
        keys[at + 1] === word >>> 0 &&
        keys[at + 2] === g0 &&
        keys[at + 3] === g1 &&
        keys[at + 4] === g2 &&
        keys[at + 5] === g3 &&
        keys[at] === form
      ) {
        return kind;
      }
      slot = (slot + 1) & mask;
    }
    return this.#add(slot, form, word, g0, g1, g2, g3);
  }

  #add(slot: number, ...words: [number, number, number, number, number, number]): number {
    const kind = this.#count;
    if (kind >= this.#limits.entries) throw limitExceeded("entries", kind + 1, this.#limits);
    if ((kind + 1) * KEY_WORDS > this.#keys.length) {
      const grown = new Uint32Array(this.#keys.length * 2);
      grown.set(this.#keys);
      this.#keys = grown;
    }
    this.#keys.set(words, kind * KEY_WORDS);
    this.#slots[slot] = kind;
    this.#count++;
    if (this.#count * 2 > this.#slots.length) this.#rehash();
    return kind;
  }

  #rehash(): void {
    const slots = new Int32Array(this.#slots.length * 2).fill(NONE);
    const mask = slots.length - 1;
    const keys = this.#keys;
    for (let kind = 0; kind < this.#count; kind++) {
      const [form, word, g0, g1, g2, g3] = keys.subarray(kind * KEY_WORDS, (kind + 1) * KEY_WORDS) as unknown as Key;
      let slot = hashOf(form, word, g0, g1, g2, g3) & mask;
      while (slots[slot] !== NONE) slot = (slot + 1) & mask;
      slots[slot] = kind;
    }
    this.#slots = slots;
  }

  /** Length of `toWords()`. */
  get wordCount(): number {
    return this.#count * KEY_WORDS;
  }

  /** The keys of all kinds, to be moved to another thread. */
  toWords(): Uint32Array<ArrayBuffer> {
    return this.#keys.slice(0, this.#count * KEY_WORDS);
  }

  /** Adds the kinds of another table. @returns the number here of each kind there */
  addWords(words: Uint32Array): Uint32Array {
    const numbers = new Uint32Array(words.length / KEY_WORDS);
    for (let i = 0; i < numbers.length; i++) {
      const [form, word, g0, g1, g2, g3] = words.subarray(i * KEY_WORDS, (i + 1) * KEY_WORDS) as unknown as Key;
      numbers[i] = this.kind(form, word, g0, g1, g2, g3);
    }
    return numbers;
  }

  #describe(kind: number): EventKind {
    const key = this.#keys.slice(kind * KEY_WORDS, (kind + 1) * KEY_WORDS);
    const [form, word] = key as unknown as Key;
    const guid = () => guidFromBytes(new Uint8Array(key.buffer, 8, 16));
    if (form === KERNEL) return { form: "kernel", hook: word & 0xffff, version: word >>> 16 };
    if (form === CLASSIC) return { form: "classic", provider: guid(), opcode: word & 0xff, version: word >>> 8 };
    if (form === EVENT) {
      const [id, version, opcode] = [word & 0xffff, (word >>> 16) & 0xff, word >>> 24];
      return { form: "event", provider: guid(), id, version, opcode };
    }
    if (form === WPP) {
      const component = word >>> 16 !== 0;
      const message = component ? NIL_GUID : guid();
      return { form: "wpp", message, componentId: component ? (key[2] as number) : 0, number: word & 0xffff };
    }
    return { form: "opaque", headerType: word };
  }
}

type Key = [form: number, word: number, g0: number, g1: number, g2: number, g3: number];

function hashOf(form: number, word: number, g0: number, g1: number, g2: number, g3: number): number {
  let hash = Math.imul(word ^ (form << 29), 0x9e3779b1) ^ g0;
  hash = Math.imul(hash ^ (hash >>> 15), 0x85ebca6b) ^ g1;
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35) ^ g2;
  hash = Math.imul(hash ^ (hash >>> 16), 0x27d4eb2f) ^ g3;
  return hash ^ (hash >>> 15);
}
