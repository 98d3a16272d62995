import { REG_FILE_HEADER_5, type RegFile } from "./reg-file.ts";
import { RegType } from "./value-type.ts";

/** Code units that are gathered before a piece is given out. */
const PIECE_UNITS = 1 << 19;
/** A line of a list of bytes breaks behind the first comma at or behind this column, so that it has at most 80 columns. */
const BREAK_COLUMN = 77;

/**
 * Writes a `.reg` file of version 5 as regedit does: UTF-16LE with a byte order mark, CR LF, a blank line behind each key, lists
 * of bytes in lower case with lines of at most 80 columns (only the first may be longer, behind a long name). Keys and values come in the
 * order in which they are given. Verified against exports of Windows XP, 7, 10 and Server 2019.
 *
 * One thing differs: a REG_SZ whose data is not plainly text with one NUL at its end, or that has line ends in it, is written as
 * `hex(1):`. regedit writes the part before the first NUL, which changes the value when the file is imported.
 */
export class RegFileWriter {
  #units = new Uint16Array(4096);
  #at = 0;
  #lineStart = 0;
  #first = true;

  constructor() {
    this.#text(`\uFEFF${REG_FILE_HEADER_5}`);
    this.#newLine();
    this.#newLine();
  }

  /** Whether so much is gathered that it should be taken. */
  get isFull(): boolean {
    return this.#at >= PIECE_UNITS;
  }

  /** The next piece of the file: a view that is good until more is written. */
  take(): Uint8Array {
    const piece = new Uint8Array(this.#units.buffer, 0, this.#at * 2);
    this.#at = 0;
    this.#lineStart = 0;
    return piece;
  }

  /** Begins a key. Its path starts with the root and must be `isWritable`. */
  key(path: string, remove = false): void {
    if (!this.#first) this.#newLine();
    this.#first = false;
    this.#text(remove ? "[-" : "[");
    this.#text(path);
    this.#text("]");
    this.#newLine();
  }

  /** Sets a value of the key, or deletes it where it has no content. The name must be `isWritable`. */
  value(name: string, content: { readonly type: number; readonly data: Uint8Array } | undefined): void {
    if (name === "") this.#text("@");
    else this.#quoted(name);
    this.#text("=");
    if (content === undefined) this.#text("-");
    else this.#content(content.type, content.data);
    this.#newLine();
  }

  /** The blank line behind the last key; then the last piece is to be taken. */
  finish(): void {
    if (!this.#first) this.#newLine();
  }

  #content(type: number, data: Uint8Array): void {
    if (type === RegType.SZ && isPlainText(data)) this.#quotedUtf16(data);
    else if (type === RegType.DWORD && data.length === 4) {
      this.#text("dword:");
      this.#room(8);
      for (let i = 3; i >= 0; i--) this.#hexByte(data[i] as number);
    } else {
      this.#text(type === RegType.BINARY ? "hex:" : `hex(${type.toString(16)}):`);
      this.#hexList(data);
    }
  }

  #hexList(data: Uint8Array): void {
    const last = data.length - 1;
    // Three units a byte, five more a line of 25 bytes, and the first line may have but one.
    this.#room(data.length * 4 + 16);
    const units = this.#units;
    let at = this.#at;
    let breakAt = this.#lineStart + BREAK_COLUMN;
    for (let i = 0; i <= last; i++) {
      const byte = data[i] as number;
      units[at] = DIGITS[byte >> 4] as number;
      units[at + 1] = DIGITS[byte & 15] as number;
      at += 2;
      if (i === last) break;
      units[at++] = COMMA;
      if (at < breakAt) continue;
      units[at] = BACKSLASH;
      units[at + 1] = CARRIAGE_RETURN;
      units[at + 2] = LINE_FEED;
      units[at + 3] = SPACE;
      units[at + 4] = SPACE;
      breakAt = at + 3 + BREAK_COLUMN;
      at += 5;
    }
    this.#at = at;
  }

  #hexByte(byte: number): void {
    this.#units[this.#at++] = DIGITS[byte >> 4] as number;
    this.#units[this.#at++] = DIGITS[byte & 15] as number;
  }

  #quoted(text: string): void {
    this.#room(text.length * 2 + 2);
    this.#units[this.#at++] = QUOTE;
    for (let i = 0; i < text.length; i++) this.#escaped(text.charCodeAt(i));
    this.#units[this.#at++] = QUOTE;
  }

  /** UTF-16LE with a NUL at its end. */
  #quotedUtf16(data: Uint8Array): void {
    this.#room(data.length + 2);
    this.#units[this.#at++] = QUOTE;
    for (let i = 0; i < data.length - 2; i += 2) this.#escaped((data[i] as number) | ((data[i + 1] as number) << 8));
    this.#units[this.#at++] = QUOTE;
  }

  #escaped(unit: number): void {
    if (unit === QUOTE || unit === BACKSLASH) this.#units[this.#at++] = BACKSLASH;
    this.#units[this.#at++] = unit;
  }

  #text(text: string): void {
    this.#room(text.length);
    const units = this.#units;
    let at = this.#at;
    for (let i = 0; i < text.length; i++) units[at++] = text.charCodeAt(i);
    this.#at = at;
  }

  #newLine(): void {
    this.#room(2);
    this.#units[this.#at++] = CARRIAGE_RETURN;
    this.#units[this.#at++] = LINE_FEED;
    this.#lineStart = this.#at;
  }

  #room(count: number): void {
    if (this.#at + count <= this.#units.length) return;
    const grown = new Uint16Array(Math.max(this.#units.length * 2, this.#at + count));
    grown.set(this.#units.subarray(0, this.#at));
    this.#units = grown;
  }
}

/** The bytes of a `.reg` file of version 5; what is not `isWritable` must not be in it. */
export function formatRegFile(file: RegFile): Uint8Array<ArrayBuffer> {
  const writer = new RegFileWriter();
  for (const { path, remove, values } of file.keys) {
    writer.key(path, remove);
    for (const { name, content } of values) writer.value(name, content);
  }
  writer.finish();
  return writer.take().slice();
}

const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const COMMA = 0x2c;
const SPACE = 0x20;
const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const DIGITS = Uint8Array.from("0123456789abcdef", (digit) => digit.charCodeAt(0));

/** Whether "text" says all of the data: whole code units, one NUL, at the end, and no line end. */
function isPlainText(data: Uint8Array): boolean {
  const last = data.length - 2;
  if (last < 0 || (data.length & 1) !== 0) return false;
  for (let i = 0; i <= last; i += 2) {
    if (data[i + 1] !== 0) continue;
    const unit = data[i] as number;
    if (unit === 0 ? i !== last : unit === LINE_FEED || unit === CARRIAGE_RETURN) return false;
  }
  return data[last] === 0 && data[last + 1] === 0;
}
