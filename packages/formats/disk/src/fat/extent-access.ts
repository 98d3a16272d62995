import { AdkError, check, type RandomAccess } from "@adk/core";

/** Bytes of the volume that follow each other. */
export interface FatExtent {
  readonly offset: number;
  readonly length: number;
}

/** A file of the volume: the extents of its chain as one. Closing it leaves the volume open. */
export class ExtentAccess implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #inner: RandomAccess;
  readonly #extents: readonly FatExtent[];
  /** Where each extent begins in the file. */
  readonly #starts: Float64Array;

  /** @param size at most what the extents hold */
  constructor(inner: RandomAccess, extents: readonly FatExtent[], size: number, name: string) {
    this.#inner = inner;
    this.#extents = extents;
    this.size = size;
    this.name = name;
    this.#starts = new Float64Array(extents.length);
    let start = 0;
    for (const [i, { length }] of extents.entries()) {
      this.#starts[i] = start;
      start += length;
    }
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    check(offset >= 0 && length >= 0 && offset + length <= this.size, () => {
      const found = `${Math.max(0, this.size - offset)} bytes`;
      const message = "The data ends before a structure that it refers to.";
      return new AdkError("UNEXPECTED_END", message, { file: this.name, offset, expected: `${length} bytes`, found });
    });
    const target = into ?? new Uint8Array(length);
    let done = 0;
    for (let i = this.#indexOf(offset); done < length; i++) {
      const extent = this.#extents[i] as FatExtent;
      const within = offset + done - (this.#starts[i] as number);
      const count = Math.min(extent.length - within, length - done);
      await this.#inner.read(extent.offset + within, count, target.subarray(done, done + count));
      done += count;
    }
    return target.subarray(0, length);
  }

  async close(): Promise<void> {}

  /** The last extent that begins at or before an offset. */
  #indexOf(offset: number): number {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}
