import { ByteReader, type ByteWriter } from "@adk/core";
import { ATTRIBUTE_LONG_NAME, DIRECTORY_ENTRY_BYTES } from "./directory-entry.ts";

/** UTF-16 code units in one entry. */
const UNITS = 13;
const LAST = 0x40;
/** 255 code units take 20 entries. */
const MOST_ENTRIES = 20;

/** Entries that a long name takes before that with the 8.3 name. */
export function longNameEntries(name: string): number {
  return Math.ceil(name.length / UNITS);
}

/** By it the parts of a long name know the 8.3 name that they belong to. */
export function shortNameChecksum(name: Uint8Array): number {
  let sum = 0;
  for (const byte of name) sum = (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff;
  return sum;
}

/** Writes the parts of a long name, the last one first, as directories have them. */
export function writeLongName(writer: ByteWriter, name: string, checksum: number): void {
  const parts = longNameEntries(name);
  for (let part = parts; part >= 1; part--) {
    const units = Array.from({ length: UNITS }, (_, i) => {
      const at = (part - 1) * UNITS + i;
      return at < name.length ? name.charCodeAt(at) : at === name.length ? 0 : 0xffff;
    });
    writer.u8(part === parts ? part | LAST : part);
    for (const unit of units.slice(0, 5)) writer.u16(unit);
    writer.u8(ATTRIBUTE_LONG_NAME).u8(0).u8(checksum);
    for (const unit of units.slice(5, 11)) writer.u16(unit);
    writer.u16(0);
    for (const unit of units.slice(11)) writer.u16(unit);
  }
}

/** Collects the parts of a long name as a directory is read; parts that do not fit each other are dropped. */
export class LongNameReader {
  #units: number[] = [];
  #expected = 0;
  #checksum = 0;

  /** @param bytes one entry of 32 bytes with the attribute of a long name */
  add(bytes: Uint8Array): void {
    const reader = new ByteReader(bytes.subarray(0, DIRECTORY_ENTRY_BYTES));
    const order = reader.u8();
    const units = Array.from({ length: 5 }, () => reader.u16());
    const checksum = reader.skip(2).u8();
    for (let i = 0; i < 6; i++) units.push(reader.u16());
    reader.skip(2);
    for (let i = 0; i < 2; i++) units.push(reader.u16());
    const part = order & ~LAST;
    if ((order & LAST) !== 0 && part >= 1 && part <= MOST_ENTRIES) {
      this.#units = [];
      this.#expected = part;
      this.#checksum = checksum;
    }
    if (part === 0 || part !== this.#expected || checksum !== this.#checksum) {
      this.reset();
      return;
    }
    this.#units.unshift(...units);
    this.#expected--;
  }

  /** The long name that stands before an 8.3 name; undefined where there is none that belongs to it. */
  take(shortName: Uint8Array): string | undefined {
    const units = this.#units;
    const whole = units.length > 0 && this.#expected === 0 && this.#checksum === shortNameChecksum(shortName);
    this.reset();
    if (!whole) return undefined;
    const end = units.indexOf(0);
    return String.fromCharCode(...(end < 0 ? units : units.slice(0, end)));
  }

  reset(): void {
    this.#units = [];
    this.#expected = 0;
  }
}
