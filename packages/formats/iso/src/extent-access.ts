import { AdkError, checkRange, lastAtMost, type RandomAccess } from "@adk/core";
import type { DiscEntry, Extent } from "./disc-entry.ts";

/** Finds the extent that holds a byte of a file. */
export class ExtentIndex {
  /** Bytes that the extents hold. */
  readonly size: number;
  readonly #extents: readonly Extent[];
  /** Where in the file each extent begins. */
  readonly #starts: number[] = [];

  constructor(extents: readonly Extent[]) {
    this.#extents = extents;
    let at = 0;
    for (const { length } of extents) {
      this.#starts.push(at);
      at += length;
    }
    this.size = at;
  }

  /** @returns undefined for a byte that lies in no extent */
  find(offset: number): { readonly extent: Extent; readonly inside: number } | undefined {
    const last = lastAtMost(this.#starts, offset);
    const extent = this.#extents[last];
    const inside = offset - (this.#starts[last] ?? 0);
    return extent && inside < extent.length ? { extent, inside } : undefined;
  }
}

/** The data of a file of a disc. Closing it leaves the disc open. */
export class ExtentAccess implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #disc: RandomAccess;
  readonly #embedded: Uint8Array | undefined;
  readonly #index: ExtentIndex;

  constructor(
    disc: RandomAccess,
    { size, extents, embedded }: Pick<DiscEntry, "size" | "extents" | "embedded">,
    name: string,
  ) {
    this.#disc = disc;
    this.#embedded = embedded;
    this.#index = new ExtentIndex(extents);
    this.name = name;
    this.size = size;
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    checkRange(this, offset, length);
    if (this.#embedded) {
      const part = this.#embedded.subarray(offset, offset + length);
      into?.set(part);
      return into?.subarray(0, length) ?? part;
    }
    const first = this.#index.find(offset);
    if (!into && first?.extent.offset !== undefined && first.inside + length <= first.extent.length) {
      return this.#disc.read(first.extent.offset + first.inside, length);
    }
    const target = into?.subarray(0, length) ?? new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const place = this.#index.find(offset + done);
      if (!place) throw this.#short(offset + done);
      const { extent, inside } = place;
      const part = target.subarray(done, done + Math.min(length - done, extent.length - inside));
      if (extent.offset === undefined) part.fill(0);
      else await this.#disc.read(extent.offset + inside, part.length, part);
      done += part.length;
    }
    return target;
  }

  async close(): Promise<void> {}

  #short(offset: number): AdkError {
    return new AdkError("ISO_SHORT_FILE", "The extents of the file hold less than its size says.", {
      file: this.name,
      offset,
    });
  }
}
