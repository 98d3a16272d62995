import { AdkError, encodeUtf16, type Findings, type Limits, limitExceeded, withLimits } from "@adk/core";
import {
  REG_FILE_HEADER_4,
  REG_FILE_HEADER_5,
  type RegFile,
  type RegFileContent,
  type RegFileKey,
  type RegFileValue,
} from "./reg-file.ts";
import { HexScanner } from "./reg-file-hex.ts";
import { ansiDecoder, DEFAULT_CODE_PAGE, decodeRegText } from "./reg-file-text.ts";
import { textData } from "./value-data.ts";
import { RegType } from "./value-type.ts";

export interface ParseRegFileOptions {
  /** What errors call the file. */
  readonly name?: string | undefined;
  /** ANSI code page of text that says nothing of its encoding, and of the strings of version 4: see `decodeRegText`. */
  readonly codePage?: number | undefined;
  /** With it, lines that make no sense are told here and left out, as regedit leaves them out; without, they are an error. */
  readonly findings?: Findings | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** Something that makes no sense, and where; both count from 1, columns in UTF-16 code units. */
interface Problem {
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** Problems that an error tells in full. */
const MOST_PROBLEMS = 20;

/**
 * Reads a `.reg` file of version 4 or 5 in any of the encodings that such files come in, with either kind of line end.
 *
 * regedit passes over lines that it does not understand. That leaves half a change behind, so here they are an error that
 * tells all of them with line and column, unless `findings` is given.
 *
 * @throws AdkError `REG_FILE_BAD_HEADER`, `REG_FILE_INVALID`, `LIMIT_EXCEEDED`, `REG_UNKNOWN_CODE_PAGE`
 */
export function parseRegFile(bytes: Uint8Array, options: ParseRegFileOptions = {}): RegFile {
  const limits = withLimits(options.limits);
  if (bytes.length > limits.memoryBytes)
    throw limitExceeded("memoryBytes", bytes.length, limits, { file: options.name });
  const parser = new RegFileParser(decodeRegText(bytes, options.codePage), options, limits);
  const file = parser.parse();
  const { problems } = parser;
  if (problems.length === 0) return file;
  if (options.findings) {
    for (const { line, column, message } of problems) {
      const where = { file: options.name };
      options.findings.error("REG_FILE_INVALID", `Line ${line}, column ${column}: ${message}`, where);
    }
    return file;
  }
  const lines = problems
    .slice(0, MOST_PROBLEMS)
    .map((each) => `line ${each.line}, column ${each.column}: ${each.message}`);
  if (problems.length > MOST_PROBLEMS) lines.push(`and ${problems.length - MOST_PROBLEMS} more`);
  throw new AdkError("REG_FILE_INVALID", lines.join("; "), { file: options.name });
}

class RegFileParser {
  readonly problems: Problem[] = [];
  readonly #text: string;
  readonly #options: ParseRegFileOptions;
  readonly #limits: Limits;
  readonly #keys: RegFileKey[] = [];
  readonly #hex: HexScanner;
  #values: RegFileValue[] | undefined;
  /** `[-KEY]` was the last key: values below it belong to nothing. */
  #removed = false;
  #version: 4 | 5 = 5;
  #entries = 0;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string, options: ParseRegFileOptions, limits: Limits) {
    this.#text = text;
    this.#options = options;
    this.#limits = limits;
    this.#hex = new HexScanner(text);
  }

  parse(): RegFile {
    this.#header();
    while (this.#at < this.#text.length) this.#statement();
    return { version: this.#version, keys: this.#keys };
  }

  #header(): void {
    const header = this.#text.slice(0, this.#lineEnd()).trim();
    if (header === REG_FILE_HEADER_4) this.#version = 4;
    else if (header !== REG_FILE_HEADER_5) {
      throw new AdkError("REG_FILE_BAD_HEADER", "This is no .reg file.", {
        file: this.#options.name,
        offset: 0,
        expected: `a first line "${REG_FILE_HEADER_5}" or "${REG_FILE_HEADER_4}"`,
        found: JSON.stringify(header.slice(0, 60)),
      });
    }
    this.#nextLine();
  }

  #statement(): void {
    this.#skipBlanks();
    switch (this.#text[this.#at]) {
      case "[":
        this.#key();
        break;
      case '"':
      case "@":
        this.#value();
        break;
      case ";":
      case "#":
      case "\n":
      case undefined:
        break;
      default:
        this.#problem("a key in [brackets], a value or a comment was expected");
    }
    this.#nextLine();
  }

  /** The name of a key may hold `]`, so that it goes to the last one of its line, as with regedit. */
  #key(): undefined {
    const line = this.#line;
    const end = this.#lineEnd();
    const close = this.#text.lastIndexOf("]", end - 1);
    this.#values = undefined;
    this.#removed = false;
    if (close <= this.#at) return this.#problem("the ] of the key is missing");
    const remove = this.#text[this.#at + 1] === "-";
    const start = this.#at + (remove ? 2 : 1);
    const path = this.#text.slice(start, close);
    if (path.trim() === "") return this.#problem("the key has no name");
    this.#at = close + 1;
    if (!this.#restIsBlank()) return;
    this.#count();
    const values: RegFileValue[] = [];
    this.#keys.push({ path, remove, values, line });
    this.#removed = remove;
    if (!remove) this.#values = values;
  }

  #value(): undefined {
    const [line, lineStart, start] = [this.#line, this.#lineStart, this.#at];
    const name = this.#name();
    if (name === undefined) return;
    this.#skipBlanks();
    if (this.#text[this.#at] !== "=") return this.#problem("= was expected after the name of the value");
    this.#at++;
    this.#skipBlanks();
    const content = this.#content();
    if (content === undefined || !this.#restIsBlank()) return;
    this.#count();
    if (this.#values) this.#values.push({ name, content: content === "remove" ? undefined : content, line });
    else {
      const message = this.#removed
        ? "a value below a key that is deleted, which regedit would ignore"
        : "a value before any valid key";
      this.#problem(message, start, line, lineStart);
    }
  }

  #name(): string | undefined {
    if (this.#text[this.#at] === '"') return this.#quoted(false);
    this.#at++;
    return "";
  }

  #content(): RegFileContent | "remove" | undefined {
    const first = this.#text[this.#at];
    if (first === "-") {
      this.#at++;
      return "remove";
    }
    if (first === '"') {
      const text = this.#quoted(true);
      return text === undefined ? undefined : { type: RegType.SZ, data: textData(text) };
    }
    const [prefix = "", keyword, type] = /^(?:(dword|qword|hex)(?:\(([0-9a-f]{1,8})\))?:)?/i.exec(this.#ahead()) ?? [];
    switch (keyword?.toLowerCase()) {
      case "hex":
        this.#at += prefix.length;
        return this.#hexContent(type === undefined ? RegType.BINARY : Number.parseInt(type, 16));
      case "dword":
        return type === undefined ? this.#number(prefix, 8, RegType.DWORD) : this.#unknownContent();
      case "qword":
        return type === undefined ? this.#number(prefix, 16, RegType.QWORD) : this.#unknownContent();
      default:
        return this.#unknownContent();
    }
  }

  #unknownContent(): undefined {
    return this.#problem('"text", dword:, hex:, hex(type): or - was expected');
  }

  #number(prefix: string, digits: 8 | 16, type: number): RegFileContent | undefined {
    this.#at += prefix.length;
    const [text = ""] = /^[0-9a-f]*/i.exec(this.#ahead()) ?? [];
    if (text === "" || text.length > digits) return this.#problem(`1 to ${digits} hexadecimal digits were expected`);
    this.#at += text.length;
    const data = new Uint8Array(Buffer.from(text.padStart(digits, "0"), "hex")).reverse();
    return { type, data };
  }

  /** In version 4 the bytes of string types are text in the code page. */
  #hexContent(type: number): RegFileContent | undefined {
    const { data, end, lines, lineStart, problem } = this.#hex.scan(this.#at);
    this.#at = end;
    this.#line += lines;
    if (lines > 0) this.#lineStart = lineStart;
    if (problem !== undefined) return this.#problem(problem);
    const isText = type === RegType.SZ || type === RegType.EXPAND_SZ || type === RegType.MULTI_SZ;
    if (this.#version === 5 || !isText) return { type, data };
    return { type, data: encodeUtf16(ansiDecoder(this.#options.codePage ?? DEFAULT_CODE_PAGE)(data)) };
  }

  /**
   * Text in quotes with `\\` and `\"` in it. Data may go over several lines, because regedit writes line ends in a string as
   * they are, with a CR more before each LF.
   */
  #quoted(severalLines: boolean): string | undefined {
    const opening = this.#at;
    let text = "";
    let from = opening + 1;
    let [line, lineStart] = [this.#line, this.#lineStart];
    for (let at = from; ; at++) {
      const unit = this.#text.charCodeAt(at);
      if (unit === QUOTE) {
        this.#at = at + 1;
        this.#line = line;
        this.#lineStart = lineStart;
        return text + this.#text.slice(from, at);
      }
      if (unit === BACKSLASH) {
        const next = this.#text.charCodeAt(at + 1);
        if (next !== QUOTE && next !== BACKSLASH) {
          return this.#problem('\\ in a string is written \\\\, and " is written \\"', at, line, lineStart);
        }
        text += this.#text.slice(from, at);
        from = ++at;
      } else if (unit === LINE_FEED || Number.isNaN(unit)) {
        if (!severalLines || Number.isNaN(unit) || STATEMENT_START.test(this.#text.slice(at + 1, at + 3))) {
          return this.#problem('the closing " is missing', opening);
        }
        const hasReturn = at > from && this.#text.charCodeAt(at - 1) === CARRIAGE_RETURN;
        text += `${this.#text.slice(from, hasReturn ? at - 1 : at)}\n`;
        from = at + 1;
        line++;
        lineStart = from;
      }
    }
  }

  /** Some units from here on, enough for any keyword with what belongs to it. */
  #ahead(): string {
    return this.#text.slice(this.#at, this.#at + 32);
  }

  #restIsBlank(): boolean {
    this.#skipBlanks();
    const next = this.#text[this.#at];
    if (next === undefined || next === "\n" || next === ";") return true;
    this.#problem("the end of the line was expected");
    return false;
  }

  #skipBlanks(): void {
    while (isBlank(this.#text.charCodeAt(this.#at))) this.#at++;
  }

  #lineEnd(): number {
    const end = this.#text.indexOf("\n", this.#at);
    return end < 0 ? this.#text.length : end;
  }

  #nextLine(): void {
    this.#at = this.#lineEnd() + 1;
    this.#line++;
    this.#lineStart = this.#at;
  }

  #count(): void {
    if (++this.#entries > this.#limits.entries) {
      throw limitExceeded("entries", this.#entries, this.#limits, { file: this.#options.name });
    }
  }

  #problem(message: string, at = this.#at, line = this.#line, lineStart = this.#lineStart): undefined {
    this.problems.push({ line, column: at - lineStart + 1, message });
  }
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const LINE_FEED = 0x0a;
const CARRIAGE_RETURN = 0x0d;
/** How a line starts that surely belongs to no string of the lines before. */
const STATEMENT_START = /^(\[|"|@=)/;

function isBlank(unit: number): boolean {
  return unit === 0x20 || unit === 0x09 || unit === CARRIAGE_RETURN;
}
