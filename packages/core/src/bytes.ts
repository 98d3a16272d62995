import { AdkError } from "./errors.ts";

/** Where a view of bytes lies in its file: told in errors. */
export interface Origin {
  file?: string | undefined;
  /** Offset of the view's first byte in the file. */
  base?: number | undefined;
}

/**
 * Little-endian reader over a view of bytes. Each read is checked; one past the end throws `UNEXPECTED_END` with the
 * offset in the file.
 */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly view: DataView;
  readonly origin: Origin;
  /** Next byte to read, from the start of the view. */
  position: number;
  /** The same bytes, for text: one for all of it. */
  #buffer: Buffer | undefined;

  constructor(bytes: Uint8Array, origin: Origin = {}, position = 0) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.origin = origin;
    this.position = position;
  }

  get length(): number {
    return this.bytes.length;
  }

  get remaining(): number {
    return this.bytes.length - this.position;
  }

  /** Offset of the next byte in the file. */
  get offset(): number {
    return (this.origin.base ?? 0) + this.position;
  }

  /** Moves past `count` bytes and returns where they start. */
  take(count: number): number {
    const start = this.position;
    if (count < 0 || count > this.bytes.length - start) {
      throw new AdkError("UNEXPECTED_END", "The data ends inside a structure.", {
        file: this.origin.file,
        offset: this.offset,
        expected: `${count} bytes`,
        found: `${Math.max(0, this.bytes.length - start)} bytes`,
      });
    }
    this.position = start + count;
    return start;
  }

  seek(position: number): this {
    this.position = 0;
    this.take(position);
    return this;
  }

  skip(count: number): this {
    this.take(count);
    return this;
  }

  /** Moves up to the next multiple of `alignment`, counted from the start of the view. */
  align(alignment: number): this {
    const over = this.position % alignment;
    return over === 0 ? this : this.skip(alignment - over);
  }

  u8(): number {
    return this.view.getUint8(this.take(1));
  }

  u16(): number {
    return this.view.getUint16(this.take(2), true);
  }

  u32(): number {
    return this.view.getUint32(this.take(4), true);
  }

  i32(): number {
    return this.view.getInt32(this.take(4), true);
  }

  /** A 64-bit identity (hash, FILETIME, reference). */
  u64(): bigint {
    return this.view.getBigUint64(this.take(8), true);
  }

  /** A 64-bit size or offset as a number; beyond 2^53 it throws `NUMBER_TOO_LARGE`. */
  size64(): number {
    const start = this.take(8);
    return this.#size(this.view.getUint32(start, true), this.view.getUint32(start + 4, true), start);
  }

  /** A 56-bit size, as resource headers of WIM files have it. */
  size56(): number {
    const start = this.take(7);
    const high = this.view.getUint16(start + 4, true) | (this.view.getUint8(start + 6) << 16);
    return this.#size(this.view.getUint32(start, true), high, start);
  }

  #size(low: number, high: number, start: number): number {
    if (high >= 0x200000) {
      throw new AdkError("NUMBER_TOO_LARGE", "A size or offset is beyond 2^53.", {
        file: this.origin.file,
        offset: (this.origin.base ?? 0) + start,
        found: `0x${high.toString(16)}${low.toString(16).padStart(8, "0")}`,
      });
    }
    return high * 0x1_0000_0000 + low;
  }

  /** A view, not a copy. */
  slice(count: number): Uint8Array {
    const start = this.take(count);
    return this.bytes.subarray(start, start + count);
  }

  /** UTF-16LE text of `byteLength` bytes; unpaired surrogates are kept, as Windows keeps them. */
  utf16(byteLength: number): string {
    const start = this.take(byteLength);
    return byteLength === 0 ? "" : this.#text().toString("utf16le", start, start + (byteLength & ~1));
  }

  /** Lower-case hexadecimal digits of `count` bytes. */
  hex(count: number): string {
    const start = this.take(count);
    return this.#text().toString("hex", start, start + count);
  }

  #text(): Buffer {
    this.#buffer ??= Buffer.from(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    return this.#buffer;
  }

  /** A reader of the next `count` bytes that knows its place in the file. */
  within(count: number): ByteReader {
    const base = this.offset;
    return new ByteReader(this.slice(count), { file: this.origin.file, base });
  }
}

/** Little-endian writer that grows; `finish` returns exactly what was written. */
export class ByteWriter {
  #bytes: Uint8Array<ArrayBuffer>;
  #view: DataView;
  #position = 0;

  constructor(capacity = 256) {
    this.#bytes = new Uint8Array(capacity);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get position(): number {
    return this.#position;
  }

  #room(count: number): number {
    const start = this.#position;
    const end = start + count;
    if (end > this.#bytes.length) {
      const grown = new Uint8Array(Math.max(end, this.#bytes.length * 2));
      grown.set(this.#bytes.subarray(0, start));
      this.#bytes = grown;
      this.#view = new DataView(grown.buffer);
    }
    this.#position = end;
    return start;
  }

  u8(value: number): this {
    const at = this.#room(1);
    this.#view.setUint8(at, value);
    return this;
  }

  u16(value: number): this {
    const at = this.#room(2);
    this.#view.setUint16(at, value, true);
    return this;
  }

  u32(value: number): this {
    const at = this.#room(4);
    this.#view.setUint32(at, value, true);
    return this;
  }

  u64(value: bigint): this {
    const at = this.#room(8);
    this.#view.setBigUint64(at, value, true);
    return this;
  }

  size64(value: number): this {
    const at = this.#room(8);
    this.#view.setUint32(at, value % 0x1_0000_0000, true);
    this.#view.setUint32(at + 4, Math.floor(value / 0x1_0000_0000), true);
    return this;
  }

  size56(value: number): this {
    const at = this.#room(7);
    const high = Math.floor(value / 0x1_0000_0000);
    this.#view.setUint32(at, value % 0x1_0000_0000, true);
    this.#view.setUint16(at + 4, high & 0xffff, true);
    this.#view.setUint8(at + 6, high >>> 16);
    return this;
  }

  bytes(value: Uint8Array): this {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
    return this;
  }

  utf16(text: string): this {
    const at = this.#room(text.length * 2);
    for (let i = 0; i < text.length; i++) this.#view.setUint16(at + i * 2, text.charCodeAt(i), true);
    return this;
  }

  zeros(count: number): this {
    const at = this.#room(count);
    this.#bytes.fill(0, at, at + count);
    return this;
  }

  align(alignment: number): this {
    const over = this.#position % alignment;
    return over === 0 ? this : this.zeros(alignment - over);
  }

  /** Overwrites four bytes that were written before: a length that is known only later. */
  patchU32(position: number, value: number): this {
    this.#view.setUint32(position, value, true);
    return this;
  }

  /** Overwrites eight bytes that were written before. */
  patchSize64(position: number, value: number): this {
    this.#view.setUint32(position, value % 0x1_0000_0000, true);
    this.#view.setUint32(position + 4, Math.floor(value / 0x1_0000_0000), true);
    return this;
  }

  finish(): Uint8Array<ArrayBuffer> {
    return this.#bytes.subarray(0, this.#position);
  }
}

/** UTF-16LE bytes to a string, code unit by code unit: unpaired surrogates survive, which `TextDecoder` would replace. */
export function decodeUtf16(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength & ~1).toString("utf16le");
}

/** The text of a file: UTF-16LE by its byte order mark, UTF-8, or, of old tools, code page 1252; without the mark. */
export function decodeTextFile(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return decodeUtf16(bytes.subarray(2));
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

export function encodeUtf16(text: string): Uint8Array<ArrayBuffer> {
  return new ByteWriter(text.length * 2).utf16(text).finish();
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}

export function fromHex(text: string): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.from(text, "hex"));
}

/** Rounds up to a multiple of a power of two up to 2^31. */
export function alignUp(value: number, alignment: number): number {
  const over = value % alignment;
  return over === 0 ? value : value + alignment - over;
}
