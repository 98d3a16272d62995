/** Memory of jobs that is used again: what is allocated and given up each time keeps the collector busy and returns late. */
export class BufferPool {
  readonly #free: Uint8Array<ArrayBuffer>[] = [];

  /** At least `size` bytes, which hold anything. */
  take(size: number): Uint8Array<ArrayBuffer> {
    const at = this.#free.findIndex((buffer) => buffer.length >= size);
    const [buffer] = at < 0 ? [] : this.#free.splice(at, 1);
    return buffer ?? new Uint8Array(Buffer.allocUnsafeSlow(Math.ceil(size / STEP) * STEP).buffer);
  }

  /** Takes memory back that nothing refers to any more. */
  give({ buffer }: Uint8Array<ArrayBuffer>): void {
    this.#free.push(new Uint8Array(buffer));
  }
}

/** Sizes are rounded up to this, so that one buffer does for many jobs. */
const STEP = 1 << 20;
