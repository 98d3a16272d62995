import { ByteWriter } from "@adk/core";

/** Pieces of a payload: numbers of so many bits, text with its zero, bytes. */
export class PayloadWriter extends ByteWriter {
  /** UTF-16 with its zero. */
  wide(text: string): this {
    return this.utf16(`${text}\0`);
  }

  /** One byte a character, with its zero. */
  narrow(text: string): this {
    return this.bytes(Buffer.from(`${text}\0`, "latin1"));
  }

  pointer(value: bigint, size: 4 | 8): this {
    return size === 4 ? this.u32(Number(value)) : this.u64(value);
  }
}
