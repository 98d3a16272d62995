import type { RandomAccess } from "@adk/core";

const PIECE = 1 << 16;
const MOST_PIECES = 64;

/** Keeps the pieces of a disc that were read last: small structures that lie side by side are read together. */
export class PieceCache implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #inner: RandomAccess;
  /** By number, the one first that was not used for the longest time. */
  readonly #pieces = new Map<number, Uint8Array>();

  constructor(inner: RandomAccess) {
    this.#inner = inner;
    this.name = inner.name;
    this.size = inner.size;
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    const number = Math.floor(offset / PIECE);
    const inside = offset - number * PIECE;
    const isSmall = offset >= 0 && inside + length <= PIECE && offset + length <= this.size;
    if (into || !isSmall) return this.#inner.read(offset, length, into);
    let piece = this.#pieces.get(number);
    if (piece) this.#pieces.delete(number);
    else {
      const start = number * PIECE;
      piece = await this.#inner.read(start, Math.min(PIECE, this.size - start));
      const [oldest] = this.#pieces.keys();
      if (oldest !== undefined && this.#pieces.size >= MOST_PIECES) this.#pieces.delete(oldest);
    }
    this.#pieces.set(number, piece);
    return piece.subarray(inside, inside + length);
  }

  async close(): Promise<void> {}
}
