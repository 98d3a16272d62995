import { ByteWriter } from "@adk/core";
import { extraBits, offsetSlot, offsetSlots } from "./kernel/lzx-match.ts";

// Writes LZX streams as cabinets have them, for tests: every kind of block, with codes that do not fit the data.

const FRAME = 32768;
const MAX_MATCH = 257;

export interface LzxStreamSampleOptions {
  readonly windowOrder: number;
  /** Bytes of the blocks, taken in turn. */
  readonly blockSizes?: readonly number[] | undefined;
  /** Kinds of the blocks, taken in turn: 1 verbatim, 2 aligned, 3 uncompressed. */
  readonly kinds?: readonly number[] | undefined;
  /** Translate x86 calls for a file of this size. */
  readonly callSize?: number | undefined;
}

/** Bits from the most significant on, in little-endian words. */
class Bits {
  #writer = new ByteWriter();
  #word = 0;
  #free = 16;

  put(value: number, count: number): void {
    for (let i = count - 1; i >= 0; i--) {
      this.#word = (this.#word << 1) | (Math.floor(value / 2 ** i) & 1);
      if (--this.#free === 0) this.#flush();
    }
  }

  #flush(): void {
    this.#writer.u16(this.#word & 0xffff);
    this.#word = 0;
    this.#free = 16;
  }

  /** To a whole word; by a word if there is nothing to pad and `always`. */
  align(always = false): void {
    if (always || this.#free < 16) this.put(0, this.#free);
  }

  bytes(bytes: Uint8Array): void {
    this.#writer.bytes(bytes);
  }

  /** What was written so far; a new frame begins. */
  frame(): Uint8Array {
    this.align();
    const frame = this.#writer.finish().slice();
    this.#writer = new ByteWriter();
    return frame;
  }
}

/** A complete prefix code of codewords of nearly one length: the shorter ones come first, so that no frame is too long. */
class FlatCode {
  readonly lengths: number[];
  readonly #codewords: number[] = [];

  constructor(symbols: number) {
    const short = Math.floor(Math.log2(symbols));
    const shorter = 2 ** (short + 1) - symbols;
    this.lengths = Array.from({ length: symbols }, (_, i) => (i < shorter ? short : short + 1));
    let next = 0;
    for (let length = 1; length <= 16; length++) {
      next *= 2;
      for (const [symbol, its] of this.lengths.entries()) if (its === length) this.#codewords[symbol] = next++;
    }
  }

  put(bits: Bits, symbol: number): void {
    bits.put(this.#codewords[symbol] as number, this.lengths[symbol] as number);
  }
}

/** Compresses data to the frames of a stream. Larger than what makers of cabinets write, and slow. */
export function encodeLzxStreamSample(data: Uint8Array, options: LzxStreamSampleOptions): Uint8Array[] {
  return new SampleEncoder(translateCalls(data, options.callSize ?? 0), options).frames();
}

class SampleEncoder {
  readonly #data: Uint8Array;
  readonly #options: LzxStreamSampleOptions;
  readonly #bits = new Bits();
  readonly #main: FlatCode;
  readonly #length = new FlatCode(249);
  readonly #aligned = new FlatCode(8);
  readonly #pretree = new FlatCode(20);
  #recent: [number, number, number] = [1, 1, 1];
  #lastLengths: number[];
  readonly #heads = new Map<number, number>();

  constructor(data: Uint8Array, options: LzxStreamSampleOptions) {
    this.#data = data;
    this.#options = options;
    this.#main = new FlatCode(256 + 8 * offsetSlots(options.windowOrder));
    this.#lastLengths = [...this.#main.lengths, ...this.#length.lengths].map(() => 0);
  }

  frames(): Uint8Array[] {
    const { blockSizes = [FRAME], kinds = [1], callSize = 0 } = this.#options;
    const frames: Uint8Array[] = [];
    this.#bits.put(callSize === 0 ? 0 : 1, 1);
    if (callSize !== 0) this.#bits.put(callSize >>> 0, 32);
    let at = 0;
    for (let block = 0; at < this.#data.length; block++) {
      const size = Math.min(blockSizes[block % blockSizes.length] as number, this.#data.length - at);
      const kind = kinds[block % kinds.length] as number;
      this.#header(kind, size);
      const end = at + size;
      while (at < end) {
        const frameEnd = Math.min((Math.floor(at / FRAME) + 1) * FRAME, this.#data.length);
        const stop = Math.min(end, frameEnd);
        if (kind === 3) this.#bits.bytes(this.#data.subarray(at, stop));
        else this.#symbols(at, stop, kind === 2);
        at = stop;
        if (at === end && kind === 3 && size % 2 === 1) this.#bits.bytes(new Uint8Array(1));
        if (at === frameEnd) frames.push(this.#bits.frame());
      }
    }
    return frames;
  }

  #header(kind: number, size: number): void {
    this.#bits.put(kind, 3);
    this.#bits.put(size, 24);
    if (kind === 3) {
      this.#bits.align(true);
      const recent = new ByteWriter(12);
      for (const offset of this.#recent) recent.u32(offset);
      this.#bits.bytes(recent.finish());
      return;
    }
    if (kind === 2) for (const length of this.#aligned.lengths) this.#bits.put(length, 3);
    const main = this.#main.lengths;
    this.#codeLengths(main.slice(0, 256), 0);
    this.#codeLengths(main.slice(256), 256);
    this.#codeLengths(this.#length.lengths, main.length);
  }

  /** The lengths as differences to those of the block before, each by itself. */
  #codeLengths(lengths: readonly number[], first: number): void {
    for (const length of this.#pretree.lengths) this.#bits.put(length, 4);
    for (const [i, length] of lengths.entries()) {
      const before = this.#lastLengths[first + i] as number;
      this.#pretree.put(this.#bits, (before - length + 17) % 17);
      this.#lastLengths[first + i] = length;
    }
  }

  #symbols(start: number, stop: number, aligned: boolean): void {
    for (let at = start; at < stop; ) {
      const { length, offset } = this.#findMatch(at, stop);
      if (length < 3) {
        this.#main.put(this.#bits, this.#data[at++] as number);
        continue;
      }
      this.#match(length, offset, aligned);
      at += length;
    }
  }

  #match(length: number, offset: number, aligned: boolean): void {
    const recent = this.#recent.indexOf(offset);
    const coded = recent >= 0 ? recent : offset + 2;
    const slot = recent >= 0 ? recent : offsetSlot(coded);
    const header = Math.min(length - 2, 7);
    this.#main.put(this.#bits, 256 + slot * 8 + header);
    if (header === 7) this.#length.put(this.#bits, length - 9);
    if (recent >= 0) {
      this.#recent[recent as 0 | 1 | 2] = this.#recent[0];
      this.#recent[0] = offset;
      return;
    }
    this.#recent = [offset, this.#recent[0], this.#recent[1]];
    const extra = extraBits(slot);
    const value = coded % 2 ** extra;
    if (aligned && extra >= 3) {
      this.#bits.put(Math.floor(value / 8), extra - 3);
      this.#aligned.put(this.#bits, value % 8);
    } else this.#bits.put(value, extra);
  }

  /** The last place with the same three bytes. */
  #findMatch(at: number, stop: number): { length: number; offset: number } {
    if (stop - at < 3) return { length: 0, offset: 0 };
    const data = this.#data;
    const key = (data[at] as number) | ((data[at + 1] as number) << 8) | ((data[at + 2] as number) << 16);
    const from = this.#heads.get(key);
    this.#heads.set(key, at);
    const most = Math.min(MAX_MATCH, stop - at);
    if (from === undefined || at - from > 2 ** this.#options.windowOrder - 3) return { length: 0, offset: 0 };
    let length = 3;
    while (length < most && data[from + length] === data[at + length]) length++;
    return { length, offset: at - from };
  }
}

/** Makes the targets of x86 calls absolute, frame by frame. */
function translateCalls(data: Uint8Array, fileSize: number): Uint8Array {
  const result = data.slice();
  const view = new DataView(result.buffer);
  for (let start = 0; fileSize !== 0 && start < data.length; start += FRAME) {
    const end = Math.min(start + FRAME, data.length) - 10;
    for (let at = start; at < end; at++) {
      if (result[at] !== 0xe8) continue;
      const distance = view.getInt32(at + 1, true);
      if (distance >= -at && distance < fileSize) {
        view.setInt32(at + 1, distance < fileSize - at ? distance + at : distance - fileSize, true);
      }
      at += 4;
    }
  }
  return result;
}
