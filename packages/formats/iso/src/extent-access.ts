import { AdkError, type RandomAccess } from "@adk/core";
import type { DiscEntry } from "./disc-entry.ts";

/** The data of a file of a disc. Closing it leaves the disc open. */
export class ExtentAccess implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #disc: RandomAccess;
  readonly #entry: DiscEntry;
  /** Where in the file each extent begins. */
  readonly #starts: number[] = [];

  constructor(disc: RandomAccess, entry: DiscEntry, name: string) {
    this.#disc = disc;
    this.#entry = entry;
    this.name = name;
    this.size = entry.size;
    let at = 0;
    for (const { length } of entry.extents) {
      this.#starts.push(at);
      at += length;
    }
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      throw new AdkError("UNEXPECTED_END", "The data ends before a structure that it refers to.", {
        file: this.name,
        offset,
        expected: `${length} bytes`,
        found: `${Math.max(0, this.size - offset)} bytes`,
      });
    }
    const { embedded, extents } = this.#entry;
    const target = into?.subarray(0, length) ?? new Uint8Array(length);
    if (embedded) {
      target.set(embedded.subarray(offset, offset + length));
      return target;
    }
    let index = this.#indexOf(offset);
    for (let done = 0; done < length; index++) {
      const extent = extents[index];
      const start = this.#starts[index];
      if (!extent || start === undefined) throw this.#short(offset + done);
      const inside = offset + done - start;
      const count = Math.min(length - done, extent.length - inside);
      const part = target.subarray(done, done + count);
      if (extent.offset === undefined) part.fill(0);
      else await this.#disc.read(extent.offset + inside, count, part);
      done += count;
    }
    return target;
  }

  async close(): Promise<void> {}

  /** The extent that holds an offset. */
  #indexOf(offset: number): number {
    let [low, high] = [0, this.#starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  #short(offset: number): AdkError {
    return new AdkError("ISO_SHORT_FILE", "The extents of the file hold less than its size says.", {
      file: this.name,
      offset,
    });
  }
}
