import { AdkError, ByteReader, decodeUtf16, type Origin } from "@adk/core";

/** Tags of DER as their first byte (X.690). */
export const Tag = {
  BOOLEAN: 0x01,
  INTEGER: 0x02,
  BIT_STRING: 0x03,
  OCTET_STRING: 0x04,
  NULL: 0x05,
  OBJECT_IDENTIFIER: 0x06,
  UTC_TIME: 0x17,
  GENERALIZED_TIME: 0x18,
  BMP_STRING: 0x1e,
  UNIVERSAL_STRING: 0x1c,
  SEQUENCE: 0x30,
  SET: 0x31,
} as const;

/** Tag of a part that is named by a number in its structure. */
export function contextTag(number: number, constructed = true): number {
  return 0x80 | (constructed ? 0x20 : 0) | number;
}

/** One value: tag, length, content. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** With tag and length. */
  readonly bytes: Uint8Array;
  /** Offset of `content` in the file, for errors. */
  readonly origin: Origin;
}

/** Reads values one after the other. Signatures and catalogs are DER: lengths are always given. */
export class DerReader {
  readonly #reader: ByteReader;

  constructor(content: Uint8Array, origin: Origin = {}) {
    this.#reader = new ByteReader(content, origin);
  }

  /** Of the parts of a sequence, a set, or a part named by a number. */
  static of(element: DerElement): DerReader {
    return new DerReader(element.content, element.origin);
  }

  get done(): boolean {
    return this.#reader.remaining === 0;
  }

  /** Tag of the next value; -1 at the end. */
  get tag(): number {
    return this.done ? -1 : (this.#reader.bytes[this.#reader.position] as number);
  }

  /** @throws AdkError `PE_BAD_DER` if it is not of the tag, `UNEXPECTED_END` */
  next(tag?: number): DerElement {
    const reader = this.#reader;
    const start = reader.position;
    const found = reader.u8();
    if ((tag !== undefined && found !== tag) || (found & 0x1f) === 0x1f) {
      throw this.#bad("A value of another type was expected here.", start, tag, found);
    }
    const length = this.#length(reader.u8());
    const origin = { file: reader.origin.file, base: reader.offset };
    const content = reader.slice(length);
    return { tag: found, content, bytes: reader.bytes.subarray(start, reader.position), origin };
  }

  /** The next value if it is of a tag. */
  optional(tag: number): DerElement | undefined {
    return this.tag === tag ? this.next(tag) : undefined;
  }

  /** The parts of the next value, which is a sequence or what the tag says. */
  enter(tag: number = Tag.SEQUENCE): DerReader {
    return DerReader.of(this.next(tag));
  }

  /** All values that are left. */
  rest(): DerElement[] {
    const elements: DerElement[] = [];
    while (!this.done) elements.push(this.next());
    return elements;
  }

  oid(): string {
    return oidOf(this.next(Tag.OBJECT_IDENTIFIER));
  }

  #length(first: number): number {
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4)
      throw this.#bad("A length is not in the form of DER.", this.#reader.position - 1, undefined, first);
    let length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + this.#reader.u8();
    return length;
  }

  #bad(message: string, position: number, expected: number | undefined, found: number): AdkError {
    const { file, base = 0 } = this.#reader.origin;
    const hex = (value: number) => `0x${value.toString(16).padStart(2, "0")}`;
    return new AdkError("PE_BAD_DER", message, {
      file,
      offset: base + position,
      expected: expected === undefined ? undefined : hex(expected),
      found: hex(found),
    });
  }
}

/** `1.2.840.113549.1.7.2`. */
export function oidOf({ content }: DerElement): string {
  const parts: bigint[] = [];
  let value = 0n;
  for (const byte of content) {
    value = (value << 7n) | BigInt(byte & 0x7f);
    if (byte & 0x80) continue;
    if (parts.length > 0) parts.push(value);
    else {
      const first = value < 80n ? value / 40n : 2n;
      parts.push(first, value - first * 40n);
    }
    value = 0n;
  }
  return parts.join(".");
}

/** Lower-case hexadecimal digits of an unsigned integer, without the zero byte that keeps it positive. */
export function integerToHex({ content }: DerElement): string {
  const digits = Buffer.from(content).toString("hex");
  return digits.length > 2 && digits.startsWith("00") ? digits.slice(2) : digits;
}

/** The text of any string type; UTF-8 covers those of ASCII. */
export function textOf({ tag, content }: DerElement): string {
  if (tag === Tag.BMP_STRING) return decodeUtf16(Buffer.from(content.subarray(0, content.length & ~1)).swap16());
  return Buffer.from(content).toString("utf8");
}

const TIME = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)?(\.\d+)?(Z|[+-]\d{4})$/;

/** @throws AdkError `PE_BAD_DER` if it is no time */
export function timeOf({ tag, content, origin }: DerElement): Date {
  const text = Buffer.from(content).toString("latin1");
  // UTCTime has two digits of the year: 1950 to 2049.
  const full = tag === Tag.UTC_TIME ? `${Number(text.slice(0, 2)) < 50 ? 20 : 19}${text}` : text;
  const [, year, month, day, hour, minute, second = "00", fraction = "", zone = ""] = TIME.exec(full) ?? [];
  const date = new Date(
    `${year}-${month}-${day}T${hour}:${minute}:${second}${fraction.slice(0, 4)}${zone.replace(/(\d\d)$/, ":$1")}`,
  );
  if (Number.isNaN(date.getTime())) {
    throw new AdkError("PE_BAD_DER", "This is no time.", {
      file: origin.file,
      offset: origin.base,
      found: JSON.stringify(text),
    });
  }
  return date;
}
