import { lastAtMost } from "@adk/core";
import type { LineTable, SourceLine } from "@adk/pdb";
import { latin1, lineStarts, trimmedEnd } from "./breakpad-text.ts";

/** Where lines of source files are: what tells the line of an address. */
export type SourceLines = Pick<LineTable, "find">;

const SPACE = 0x20;
const [DIGIT_0, DIGIT_9, LETTER_A, LETTER_F] = [0x30, 0x39, 0x61, 0x66];
const UPPER_TO_LOWER = 0x20;

/**
 * Lines of a Breakpad symbol file: `FILE number name` for each source file, and behind each function `address size line number` for its
 * pieces of code. Inlined functions are passed over: their code has the line of the function that it was put into, as the file has it.
 */
export class BreakpadLines implements SourceLines {
  readonly #bytes: Uint8Array;
  readonly #addresses: Uint32Array;
  readonly #sizes: Uint32Array;
  readonly #lines: Uint32Array;
  readonly #files: Uint32Array;
  /** Offsets of names in the file, by number. */
  readonly #names: ReadonlyMap<number, number>;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    const names = new Map<number, number>();
    let count = 0;
    for (const at of lineStarts(bytes)) {
      if (isLine(bytes, at)) count++;
      else {
        const [all, number] = /^FILE (\d{1,9}) /.exec(latin1(bytes, at, Math.min(at + 32, bytes.length))) ?? [];
        if (all !== undefined) names.set(Number(number), at + all.length);
      }
    }
    this.#names = names;
    const column = () => new Uint32Array(count);
    const [addresses, sizes, lines, files] = [column(), column(), column(), column()];
    let rows = 0;
    for (const at of lineStarts(bytes)) {
      if (!isLine(bytes, at)) continue;
      const [address, size, line, file] = numbers(bytes, at);
      if (address === undefined || size === undefined || line === undefined || file === undefined) continue;
      addresses[rows] = address;
      sizes[rows] = size;
      lines[rows] = line;
      files[rows++] = file;
    }
    const order = Uint32Array.from({ length: rows }, (_, i) => i);
    order.sort((a, b) => (addresses[a] as number) - (addresses[b] as number));
    const ordered = (values: Uint32Array) => order.map((i) => values[i] as number);
    [this.#addresses, this.#sizes] = [ordered(addresses), ordered(sizes)];
    [this.#lines, this.#files] = [ordered(lines), ordered(files)];
  }

  /** @param address relative virtual address @returns undefined for code without a line */
  find(address: number): SourceLine | undefined {
    const i = lastAtMost(this.#addresses, address);
    if (i < 0 || address >= (this.#addresses[i] as number) + (this.#sizes[i] as number)) return undefined;
    const name = this.#names.get(this.#files[i] as number);
    const line = this.#lines[i] as number;
    if (name === undefined || line === 0) return undefined;
    const file = new TextDecoder().decode(this.#bytes.subarray(name, trimmedEnd(this.#bytes, name)));
    return { file, line };
  }
}

/** Others begin with a word, `FILE`, `FUNC`, whose first letter may be a digit too. */
function isLine(bytes: Uint8Array, at: number): boolean {
  return digit(bytes[at]) >= 0 && (bytes[at + 1] === SPACE || digit(bytes[at + 1]) >= 0);
}

/** `address size line file` of a line of text: two hexadecimal numbers, two decimal ones. */
function numbers(bytes: Uint8Array, start: number): (number | undefined)[] {
  let at = start;
  return [16, 16, 10, 10].map((base) => {
    let [value, digits] = [0, 0];
    for (let each = digit(bytes[at]); each >= 0 && each < base; each = digit(bytes[++at])) {
      value = value * base + each;
      digits++;
    }
    if (bytes[at] === SPACE) at++;
    return digits > 0 && value <= 0xffff_ffff ? value : undefined;
  });
}

/** The value of a hexadecimal digit; -1 of what is none. */
function digit(character = 0): number {
  if (character >= DIGIT_0 && character <= DIGIT_9) return character - DIGIT_0;
  const letter = character | UPPER_TO_LOWER;
  return letter >= LETTER_A && letter <= LETTER_F ? letter - LETTER_A + 10 : -1;
}
