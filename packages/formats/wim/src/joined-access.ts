import type { RandomAccess } from "@adk/core";

/** Sources one behind the other, as if they were one file. Closing it leaves them open. */
export class JoinedAccess implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #parts: readonly RandomAccess[];

  constructor(name: string, parts: readonly RandomAccess[]) {
    this.name = name;
    this.#parts = parts;
    this.size = parts.reduce((sum, { size }) => sum + size, 0);
  }

  /** Beyond the end it reads nothing less than asked for: the last source refuses. */
  async read(offset: number, length: number, into: Uint8Array = new Uint8Array(length)): Promise<Uint8Array> {
    let start = 0;
    let done = 0;
    for (const [i, part] of this.#parts.entries()) {
      const from = offset + done - start;
      const isLast = i === this.#parts.length - 1;
      const here = isLast ? length - done : Math.min(length - done, Math.max(0, part.size - from));
      if (here > 0) await part.read(from, here, into.subarray(done, done + here));
      done += here;
      start += part.size;
    }
    return into.subarray(0, length);
  }

  async close(): Promise<void> {}
}
