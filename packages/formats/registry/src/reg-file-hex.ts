/** What stands behind `hex:`. */
interface ScannedHex {
  readonly data: Uint8Array;
  /** Where the list ends, or where the problem is. */
  readonly end: number;
  /** Line ends that were passed, and where the last line starts. */
  readonly lines: number;
  readonly lineStart: number;
  readonly problem: string | undefined;
}

/**
 * Lists of bytes `01,ff,\` that go over lines. Behind the `\` there may be a comment; lines that are blank or only a comment
 * may follow it. A comma at the end is allowed, as regedit allows it.
 */
export class HexScanner {
  readonly #text: string;
  #bytes = new Uint8Array(4096);

  constructor(text: string) {
    this.#text = text;
  }

  scan(start: number): ScannedHex {
    const text = this.#text;
    let at = start;
    let count = 0;
    let lines = 0;
    let lineStart = 0;
    const result = (end: number, problem?: string): ScannedHex => {
      return { data: this.#bytes.slice(0, count), end, lines, lineStart, problem };
    };
    for (;;) {
      at = afterBlanks(text, at);
      let unit = text.charCodeAt(at);
      const high = digitOf(unit);
      if (high < 0) {
        if (unit !== BACKSLASH) return isEnd(unit) ? result(at) : result(at, "two hexadecimal digits were expected");
        const next = this.#continuation(at + 1);
        if (next === undefined) return result(at, "the line was expected to end behind \\");
        ({ at } = next);
        lines += next.lines;
        lineStart = next.lineStart;
        continue;
      }
      const low = digitOf(text.charCodeAt(++at));
      if (low >= 0) at++;
      if (count === this.#bytes.length) this.#grow();
      this.#bytes[count++] = low < 0 ? high : (high << 4) | low;
      unit = text.charCodeAt(at);
      if (unit === COMMA) {
        at++;
        continue;
      }
      at = afterBlanks(text, at);
      unit = text.charCodeAt(at);
      if (isEnd(unit)) return result(at);
      if (unit !== COMMA)
        return result(at, unit === BACKSLASH ? "a comma is missing before \\" : "a comma was expected");
      at++;
    }
  }

  /** Where the list goes on, from behind a `\`. */
  #continuation(start: number): { at: number; lines: number; lineStart: number } | undefined {
    const text = this.#text;
    let at = start;
    let lines = 0;
    let lineStart = 0;
    for (;;) {
      at = afterBlanks(text, at);
      const unit = text.charCodeAt(at);
      if (unit !== LINE_FEED && unit !== SEMICOLON) {
        return lines > 0 || Number.isNaN(unit) ? { at, lines, lineStart } : undefined;
      }
      const end = text.indexOf("\n", at);
      if (end < 0) return { at: text.length, lines, lineStart };
      at = end + 1;
      lines++;
      lineStart = at;
    }
  }

  #grow(): void {
    const grown = new Uint8Array(this.#bytes.length * 2);
    grown.set(this.#bytes);
    this.#bytes = grown;
  }
}

const LINE_FEED = 0x0a;
const COMMA = 0x2c;
const SEMICOLON = 0x3b;
const BACKSLASH = 0x5c;

function digitOf(unit: number): number {
  if (unit >= 0x30 && unit <= 0x39) return unit - 0x30;
  const lower = unit | 0x20;
  return lower >= 0x61 && lower <= 0x66 ? lower - 0x57 : -1;
}

function isEnd(unit: number): boolean {
  return unit === LINE_FEED || unit === SEMICOLON || Number.isNaN(unit);
}

function afterBlanks(text: string, start: number): number {
  let at = start;
  for (let unit = text.charCodeAt(at); unit === 0x20 || unit === 0x09 || unit === 0x0d; unit = text.charCodeAt(at))
    at++;
  return at;
}
