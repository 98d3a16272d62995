import { CODE_LENGTHS_WORK, lzmsCodeLengths } from "../kernel/lzms-code-lengths.ts";
import {
  fillLengthSlots,
  fillOffsetSlots,
  LENGTH_SLOT_TABLE_SIZE,
  LENGTH_SLOTS,
  MOST_OFFSET_SLOTS,
  OFFSET_SLOT_TABLE_SIZE,
  offsetSlotsOf,
  slotOf,
} from "../kernel/lzms-slots.ts";
import { lzmsX86Filter, X86_FILTER_WORK } from "../kernel/lzms-x86-filter.ts";
import { growMemory, load8, load32, memoryBytes, store32 } from "../kernel/memory.ts";

// A writer of LZMS for tests: it uses every kind of item and has no eye for the size of what it writes.

const FREQUENCIES = 0x200000;
const LENGTHS = FREQUENCIES + 800 * 4;
const WORK = LENGTHS + 800;
const OFFSET_SLOTS = WORK + CODE_LENGTHS_WORK;
const LENGTH_SLOTS_AT = OFFSET_SLOTS + OFFSET_SLOT_TABLE_SIZE;
const FILTER_WORK = LENGTH_SLOTS_AT + LENGTH_SLOT_TABLE_SIZE;
const DATA = FILTER_WORK + X86_FILTER_WORK;

/** The range coder that writes the words from the start on. */
class RangeEncoder {
  readonly words: number[] = [];
  #low = 0;
  #range = 0xffff_ffff;
  #held = 0;
  #heldCount = 1;
  #first = true;

  encode(bit: number, zeros: number): void {
    const bound = (this.#range >>> 6) * Math.min(63, Math.max(1, zeros));
    if (bit) {
      this.#low += bound;
      this.#range -= bound;
    } else this.#range = bound;
    if (this.#range <= 0xffff) {
      this.#range *= 0x10000;
      this.#shift();
    }
  }

  finish(): number[] {
    for (let i = 0; i < 4; i++) this.#shift();
    return this.words;
  }

  #shift(): void {
    if (this.#low < 0xffff_0000 || this.#low > 0xffff_ffff) {
      const carry = this.#low > 0xffff_ffff ? 1 : 0;
      for (let word = this.#held; this.#heldCount > 0; this.#heldCount--, word = 0xffff) {
        if (!this.#first) this.words.push((word + carry) & 0xffff);
        this.#first = false;
      }
      this.#held = Math.floor(this.#low / 0x10000) & 0xffff;
    }
    this.#heldCount++;
    this.#low = (this.#low % 0x10000) * 0x10000;
  }
}

/** A decision with its state, and the last 64 outcomes for each state. */
class Decision {
  #state = 0;
  readonly #history: bigint[];

  constructor(states: number) {
    this.#history = Array.from({ length: states }, () => 0x5555_5555n);
  }

  encode(coder: RangeEncoder, bit: number): void {
    const history = this.#history[this.#state] as bigint;
    let zeros = 64;
    for (let bits = history; bits; bits &= bits - 1n) zeros--;
    coder.encode(bit, zeros);
    this.#history[this.#state] = BigInt.asUintN(64, (history << 1n) | BigInt(bit));
    this.#state = ((this.#state << 1) | bit) & (this.#history.length - 1);
  }
}

/** The bits that are read from the end backwards. */
class BackwardBits {
  #bits = "";

  put(value: number, count: number): void {
    if (count) this.#bits += value.toString(2).padStart(count, "0");
  }

  finish(): number[] {
    const words = this.#bits.match(/.{1,16}/g) ?? [];
    return words.map((word) => Number.parseInt(word.padEnd(16, "0"), 2)).reverse();
  }
}

class AdaptiveCode {
  readonly #frequencies: number[];
  readonly #interval: number;
  #remaining = 0;
  #codewords: [code: number, length: number][] = [];

  constructor(symbols: number, interval: number) {
    this.#frequencies = new Array<number>(symbols).fill(1);
    this.#interval = interval;
    this.#rebuild();
  }

  encode(bits: BackwardBits, symbol: number): void {
    bits.put(...(this.#codewords[symbol] as [number, number]));
    this.#frequencies[symbol] = (this.#frequencies[symbol] as number) + 1;
    if (--this.#remaining === 0) this.#rebuild();
  }

  #rebuild(): void {
    const symbols = this.#frequencies.length;
    this.#frequencies.forEach((frequency, symbol) => {
      store32(FREQUENCIES + symbol * 4, frequency);
      this.#frequencies[symbol] = (frequency >> 1) + 1;
    });
    lzmsCodeLengths(FREQUENCIES, LENGTHS, symbols, WORK);
    this.#codewords = new Array(symbols);
    let code = 0;
    for (let length = 1; length <= 15; length++, code <<= 1) {
      for (let symbol = 0; symbol < symbols; symbol++) {
        if (load8(LENGTHS + symbol) === length) this.#codewords[symbol] = [code++, length];
      }
    }
    this.#remaining = this.#interval;
  }
}

/** Moves what was `index` places back to the front, as the reader does. */
function moveFront<T>(queue: T[], index: number, skip: number): void {
  const [value] = queue.splice(index + skip, 1) as [T];
  queue.splice(0, 0, value);
}

/** What an item could be; an index below 0 is an explicit offset. */
interface Choice {
  kind: "literal" | "lz" | "delta";
  length: number;
  index: number;
}

/** Compresses a chunk to LZMS. */
export function encodeLzmsSample(chunk: Uint8Array): Uint8Array {
  const size = chunk.length;
  growMemory(DATA + size + 64);
  memoryBytes().set(chunk, DATA);
  fillOffsetSlots(OFFSET_SLOTS);
  fillLengthSlots(LENGTH_SLOTS_AT);
  lzmsX86Filter(DATA, size, 0, FILTER_WORK);
  const data = memoryBytes().slice(DATA, DATA + size);

  const coder = new RangeEncoder();
  const bits = new BackwardBits();
  const offsetSlots = offsetSlotsOf(OFFSET_SLOTS, size);
  const literal = new AdaptiveCode(256, 1024);
  const length = new AdaptiveCode(LENGTH_SLOTS, 512);
  const lzOffset = new AdaptiveCode(offsetSlots, 1024);
  const deltaOffset = new AdaptiveCode(offsetSlots, 1024);
  const deltaPower = new AdaptiveCode(8, 512);
  const main = new Decision(16);
  const match = new Decision(32);
  const lz = [new Decision(64), new Decision(64), new Decision(64)] as const;
  const delta = [new Decision(64), new Decision(64), new Decision(64)] as const;
  const lzRecent = [1, 2, 3, 4];
  const deltaRecent = [1, 2, 3, 4].map((offset): [power: number, offset: number] => [0, offset]);
  const seen = new Map<number, number>();

  const putSlot = (code: AdaptiveCode, table: number, slots: number, value: number): void => {
    const slot = slotOf(table, slots, value);
    code.encode(bits, slot);
    bits.put(value - load32(table + slot * 8), load32(table + slot * 8 + 4));
  };
  const lzLength = (at: number, offset: number): number => {
    let count = 0;
    while (offset <= at && at + count < size && data[at + count] === data[at + count - offset]) count++;
    return count;
  };
  const deltaLength = (at: number, power: number, raw: number): number => {
    const [span, offset] = [1 << power, raw << power];
    if (offset + span > at) return 0;
    const byte = (index: number): number => data[index] as number;
    let i = at;
    while (i < size && byte(i) === ((byte(i - offset) + byte(i - span) - byte(i - offset - span)) & 255)) i++;
    return i - at;
  };

  let last: Choice["kind"] = "literal";
  for (let at = 0; at < size; ) {
    const key = ((data[at] as number) << 16) | ((data[at + 1] ?? 0) << 8) | (data[at + 2] ?? 0);
    const found = at - (seen.get(key) ?? at + 1);
    const skip = last === "lz" ? 1 : 0;
    const deltaSkip = last === "delta" ? 1 : 0;
    const choices: Choice[] = [
      { length: 2, kind: "literal", index: 0 },
      { length: found > 0 ? lzLength(at, found) : 0, kind: "lz", index: -1 },
      ...[0, 1, 2].map((index) => ({
        length: lzLength(at, lzRecent[index + skip] as number),
        kind: "lz" as const,
        index,
      })),
      ...[0, 1, 2].map((index) => {
        const [power, raw] = deltaRecent[index + deltaSkip] as readonly [number, number];
        return { length: deltaLength(at, power, raw), kind: "delta" as const, index };
      }),
      ...[0, 1, 2].map((power) => ({ length: deltaLength(at, power, 1), kind: "delta" as const, index: -1 - power })),
    ];
    const best = choices.reduce((a, b) => (b.length > a.length ? b : a));
    main.encode(coder, best.kind === "literal" ? 0 : 1);
    if (best.kind === "literal") {
      literal.encode(bits, data[at] as number);
    } else if (best.kind === "lz") {
      match.encode(coder, 0);
      lz[0].encode(coder, best.index < 0 ? 0 : 1);
      if (best.index < 0) {
        putSlot(lzOffset, OFFSET_SLOTS, MOST_OFFSET_SLOTS, found);
        lzRecent.splice(0, 0, found);
        lzRecent.length = 4;
      } else {
        lz[1].encode(coder, best.index === 0 ? 0 : 1);
        if (best.index > 0) lz[2].encode(coder, best.index - 1);
        moveFront(lzRecent, best.index, skip);
      }
    } else {
      match.encode(coder, 1);
      delta[0].encode(coder, best.index < 0 ? 0 : 1);
      if (best.index < 0) {
        deltaPower.encode(bits, -1 - best.index);
        putSlot(deltaOffset, OFFSET_SLOTS, MOST_OFFSET_SLOTS, 1);
        deltaRecent.splice(0, 0, [-1 - best.index, 1]);
        deltaRecent.length = 4;
      } else {
        delta[1].encode(coder, best.index === 0 ? 0 : 1);
        if (best.index > 0) delta[2].encode(coder, best.index - 1);
        moveFront(deltaRecent, best.index, deltaSkip);
      }
    }
    if (best.kind === "literal") best.length = 1;
    else putSlot(length, LENGTH_SLOTS_AT, LENGTH_SLOTS, best.length);
    seen.set(key, at);
    at += best.length;
    last = best.kind;
  }
  return new Uint8Array(Uint16Array.from([...coder.finish(), ...bits.finish()]).buffer);
}
