import type { AtomicFile } from "@adk/core";
import type { DiskPieces } from "./pieces.ts";

export interface BlockWriterOptions {
  /** What stands in the file before the data of each block. */
  readonly before?: Uint8Array | undefined;
  /** Told where in the file a block begins, with what stands before it. */
  readonly onBlock: (block: number, offset: number) => void;
}

/** Puts the blocks of a disk that hold something one behind the other into a file. */
export class BlockWriter {
  readonly #file: AtomicFile;
  readonly #blockBytes: number;
  readonly #options: BlockWriterOptions;
  readonly #beforeBytes: number;
  /** Where the next block goes. */
  #end: number;
  #block = -1;
  #written: Promise<void> | undefined;

  /** @param start where the first block goes */
  constructor(file: AtomicFile, blockBytes: number, start: number, options: BlockWriterOptions) {
    this.#file = file;
    this.#blockBytes = blockBytes;
    this.#options = options;
    this.#beforeBytes = options.before?.length ?? 0;
    this.#end = start;
  }

  /** @returns where the last block ends; the file has that size */
  async write(pieces: DiskPieces): Promise<number> {
    try {
      for await (const { offset, bytes } of pieces) {
        for (let done = 0; done < bytes.length; ) {
          const at = offset + done;
          const within = at % this.#blockBytes;
          const count = Math.min(this.#blockBytes - within, bytes.length - done);
          await this.#enter(Math.floor(at / this.#blockBytes));
          const place = this.#end - this.#blockBytes + within;
          // One write is under way while the next piece is read.
          await this.#written;
          this.#written = this.#file.writeAt(bytes.subarray(done, done + count), place);
          done += count;
        }
      }
    } finally {
      await this.#written;
    }
    if (this.#file.size < this.#end) await this.#file.truncate(this.#end);
    return this.#end;
  }

  /** Pieces come in order: a block that was left is not come back to. */
  async #enter(block: number): Promise<void> {
    if (block === this.#block) return;
    this.#block = block;
    const { before, onBlock } = this.#options;
    onBlock(block, this.#end);
    if (before) {
      await this.#written;
      this.#written = this.#file.writeAt(before, this.#end);
    }
    this.#end += this.#beforeBytes + this.#blockBytes;
  }
}
