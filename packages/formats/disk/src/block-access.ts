import { AdkError, check, type RandomAccess } from "@adk/core";
import type { DiskAccess, StoredRange } from "./pieces.ts";

/** Where the blocks of a dynamic disk are in its file. */
export interface BlockMap {
  /** Bytes of the disk. */
  readonly size: number;
  readonly blockBytes: number;
  /** Offset of a block in the file, undefined where it is not stored and reads as zeros. */
  offsetOf(block: number): number | undefined;
}

/** A disk whose blocks are anywhere in a file, or nowhere. Closing it closes the file. */
export class BlockAccess implements DiskAccess {
  readonly name: string;
  readonly size: number;
  readonly #inner: RandomAccess;
  readonly #map: BlockMap;

  constructor(inner: RandomAccess, map: BlockMap) {
    this.name = inner.name;
    this.size = map.size;
    this.#inner = inner;
    this.#map = map;
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    check(offset >= 0 && length >= 0 && offset + length <= this.size, () => {
      const found = `${Math.max(0, this.size - offset)} bytes`;
      const message = "The data ends before a structure that it refers to.";
      return new AdkError("UNEXPECTED_END", message, { file: this.name, offset, expected: `${length} bytes`, found });
    });
    const { blockBytes } = this.#map;
    const target = into ?? new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const at = offset + done;
      const within = at % blockBytes;
      const count = Math.min(blockBytes - within, length - done);
      const part = target.subarray(done, done + count);
      const place = this.#map.offsetOf(Math.floor(at / blockBytes));
      if (place === undefined) part.fill(0);
      else await this.#inner.read(place + within, count, part);
      done += count;
    }
    return target.subarray(0, length);
  }

  *stored(): Generator<StoredRange> {
    const { blockBytes } = this.#map;
    for (let block = 0, offset = 0; offset < this.size; block++, offset += blockBytes) {
      if (this.#map.offsetOf(block) === undefined) continue;
      yield { offset, length: Math.min(blockBytes, this.size - offset) };
    }
  }

  async close(): Promise<void> {
    await this.#inner.close();
  }
}
