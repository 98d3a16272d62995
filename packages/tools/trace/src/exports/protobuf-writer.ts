/** Wire types of fields (protobuf.dev, "Encoding"). */
const VARINT = 0;
const LENGTH_DELIMITED = 2;

/** Writes one message of Protocol Buffers. It can be used again after `clear`. */
export class ProtobufWriter {
  #bytes = new Uint8Array(256);
  #length = 0;

  /** What was written; valid until the next call. */
  get bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  clear(): this {
    this.#length = 0;
    return this;
  }

  /** `uint32`, `uint64`, `bool`, an enumeration; and `int32`, `int64` that are not negative. */
  uint(field: number, value: number | bigint): this {
    this.#tag(field, VARINT);
    this.#varint(value);
    return this;
  }

  /** `sint32`: with a sign. */
  sint(field: number, value: number): this {
    return this.uint(field, value < 0 ? -2 * value - 1 : 2 * value);
  }

  text(field: number, value: string): this {
    return this.raw(field, new TextEncoder().encode(value));
  }

  /** A field that is bytes, or a message that was written already. */
  raw(field: number, bytes: Uint8Array): this {
    this.#tag(field, LENGTH_DELIMITED);
    this.#varint(bytes.length);
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.#length);
    this.#length += bytes.length;
    return this;
  }

  message(field: number, message: ProtobufWriter): this {
    return this.raw(field, message.bytes);
  }

  /** A repeated field of whole numbers. */
  packed(field: number, values: Iterable<number>): this {
    const body = new ProtobufWriter();
    for (const value of values) body.#varint(value);
    return this.message(field, body);
  }

  #tag(field: number, wireType: number): void {
    this.#varint(field * 8 + wireType);
  }

  #varint(value: number | bigint): void {
    this.#reserve(10);
    let [low, rest] = [Number(value), 0n];
    if (!Number.isSafeInteger(low)) {
      // Only times of day are as large.
      low = Number(BigInt(value) & 0xffff_ffff_ffffn);
      rest = BigInt(value) >> 48n;
    }
    let bits = 0;
    while (low >= 0x80 || rest > 0n) {
      this.#bytes[this.#length++] = (low % 0x80) | 0x80;
      low = Math.floor(low / 0x80);
      bits += 7;
      if (rest > 0n && bits === 42) {
        low += Number(rest) * 2 ** 6;
        rest = 0n;
      }
    }
    this.#bytes[this.#length++] = low;
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return;
    const larger = new Uint8Array(Math.max(this.#bytes.length * 2, this.#length + count));
    larger.set(this.bytes);
    this.#bytes = larger;
  }
}
