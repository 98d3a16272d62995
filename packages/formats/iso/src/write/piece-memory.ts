/** Bytes that are written at once, whole sectors. */
const PIECE_BYTES = 1 << 20;

/**
 * Gathers the bytes of a disc in pieces of one size, in two memories in turn: while one is written, the other is filled. A piece
 * stays as it is until the second one behind it is taken.
 */
export class PieceMemory {
  #memory = new Uint8Array(PIECE_BYTES);
  #other = new Uint8Array(PIECE_BYTES);
  #used = 0;

  get isFull(): boolean {
    return this.#used === PIECE_BYTES;
  }

  /** What is free, to be read into; `add` tells what was. */
  get free(): Uint8Array {
    return this.#memory.subarray(this.#used);
  }

  /** Counts bytes that were read into `free`, or copies others. @returns how many had room */
  add(bytes: Uint8Array): number {
    const count = Math.min(bytes.length, PIECE_BYTES - this.#used);
    const isHere = bytes.buffer === this.#memory.buffer;
    if (!isHere) this.#memory.set(count === bytes.length ? bytes : bytes.subarray(0, count), this.#used);
    this.#used += count;
    return count;
  }

  /** Copies all of some bytes. @returns the pieces that became full */
  *addAll(bytes: Uint8Array): Generator<Uint8Array> {
    for (let at = 0; at < bytes.length; ) {
      at += this.add(at === 0 ? bytes : bytes.subarray(at));
      if (this.isFull) yield this.take();
    }
  }

  /** Fills up with zeros to a multiple of a sector. Pieces have whole sectors, so there is always room. */
  alignTo(sector: number): void {
    const end = Math.ceil(this.#used / sector) * sector;
    this.#memory.fill(0, this.#used, end);
    this.#used = end;
  }

  /** What was gathered. */
  take(): Uint8Array {
    const piece = this.#memory.subarray(0, this.#used);
    [this.#memory, this.#other] = [this.#other, this.#memory];
    this.#used = 0;
    return piece;
  }
}
