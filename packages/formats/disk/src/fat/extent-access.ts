import { checkRange, lastAtMost, type RandomAccess } from "@adk/core";

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
    checkRange(this, offset, length);
    const target = into ?? new Uint8Array(length);
    let done = 0;
    for (let i = lastAtMost(this.#starts, offset); done < length; i++) {
      const extent = this.#extents[i] as FatExtent;
      const within = offset + done - (this.#starts[i] as number);
      const count = Math.min(extent.length - within, length - done);
      await this.#inner.read(extent.offset + within, count, target.subarray(done, done + count));
      done += count;
    }
    return target.subarray(0, length);
  }

  async close(): Promise<void> {}
}
