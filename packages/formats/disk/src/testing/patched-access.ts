import { AdkError, type RandomAccess } from "@adk/core";

/** Bytes with some of them replaced, and perhaps cut off: damage without a copy of the whole. */
export class PatchedAccess implements RandomAccess {
  readonly name: string;
  readonly size: number;
  readonly #inner: RandomAccess;
  readonly #patches: readonly { readonly offset: number; readonly bytes: Uint8Array }[];

  constructor(inner: RandomAccess, patches: readonly { offset: number; bytes: Uint8Array }[], size: number) {
    this.name = inner.name;
    this.size = size;
    this.#inner = inner;
    this.#patches = patches;
  }

  async read(offset: number, length: number, into?: Uint8Array): Promise<Uint8Array> {
    if (!(offset >= 0 && length >= 0 && offset + length <= this.size)) {
      throw new AdkError("UNEXPECTED_END", "The data ends before a structure that it refers to.", { offset });
    }
    const target = (into ?? new Uint8Array(length)).subarray(0, length);
    await this.#inner.read(offset, length, target);
    for (const patch of this.#patches) {
      const start = Math.max(offset, patch.offset);
      const end = Math.min(offset + length, patch.offset + patch.bytes.length);
      if (start < end) target.set(patch.bytes.subarray(start - patch.offset, end - patch.offset), start - offset);
    }
    return target;
  }

  async close(): Promise<void> {}
}
