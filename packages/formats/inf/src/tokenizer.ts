import type { Findings } from "@adk/core";

// The syntax of INF files ("General Syntax Rules for INF Files", learn.microsoft.com): sections with lines of
// `key = value, value`; `;` begins a comment, `\` at the end joins the next line, quotes hold what would mean something else.

/** A place in the text. Lines and columns count from 1. */
export interface InfPlace {
  readonly line: number;
  readonly column: number;
}

/** A key or value, without its quotes; string tokens (`%token%`) are as they are written. */
export interface InfField extends InfPlace {
  readonly text: string;
}

export interface InfLine extends InfPlace {
  readonly key: InfField | undefined;
  readonly values: readonly InfField[];
}

export interface InfSection extends InfPlace {
  readonly name: string;
  readonly lines: readonly InfLine[];
}

/** Control-Z ends files of MS-DOS. */
const SPACES = " \t\f\v\u00a0\u001a\0";

function isSpace(character: string | undefined): boolean {
  return character !== undefined && SPACES.includes(character);
}

/** Splits text into sections, in their order; a name that comes again makes a section of its own here. */
export function tokenize(text: string, findings: Findings, file: string | undefined): InfSection[] {
  return new Tokenizer(text, findings, file).sections();
}

class Tokenizer {
  readonly #text: string;
  readonly #findings: Findings;
  readonly #file: string | undefined;
  #at = 0;
  #line = 1;
  #lineStart = 0;

  constructor(text: string, findings: Findings, file: string | undefined) {
    this.#text = text;
    this.#findings = findings;
    this.#file = file;
  }

  sections(): InfSection[] {
    const sections: { name: string; line: number; column: number; lines: InfLine[] }[] = [];
    let strayTold = false;
    while (this.#at < this.#text.length) {
      this.#skipSpace();
      const character = this.#text[this.#at];
      if (character === undefined) break;
      if (this.#atEnd(character)) this.#nextLine();
      else if (character === ";") this.#skipLine();
      else if (character === "[") sections.push({ ...this.#sectionName(), lines: [] });
      else {
        const line = this.#readLine();
        const section = sections.at(-1);
        if (section) section.lines.push(line);
        else if (!strayTold) {
          strayTold = true;
          this.#warn("INF_NO_SECTION", "A line stands before the first section. It means nothing.", line);
        }
      }
    }
    return sections;
  }

  get #place(): InfPlace {
    return { line: this.#line, column: this.#at - this.#lineStart + 1 };
  }

  #atEnd(character: string | undefined): boolean {
    return character === undefined || character === "\n" || character === "\r";
  }

  #skipSpace(): void {
    while (isSpace(this.#text[this.#at])) this.#at++;
  }

  #skipLine(): void {
    while (!this.#atEnd(this.#text[this.#at])) this.#at++;
  }

  /** Passes the end of a line. */
  #nextLine(): void {
    if (this.#text[this.#at] === "\r" && this.#text[this.#at + 1] === "\n") this.#at++;
    this.#at++;
    this.#line++;
    this.#lineStart = this.#at;
  }

  #sectionName(): { name: string } & InfPlace {
    const place = this.#place;
    const start = this.#at + 1;
    while (this.#text[this.#at] !== "]" && !this.#atEnd(this.#text[this.#at])) this.#at++;
    const name = this.#text.slice(start, this.#at).trim();
    if (this.#text[this.#at] === "]") this.#at++;
    else this.#warn("INF_BAD_SECTION", "The name of a section does not end with ].", place);
    this.#skipSpace();
    if (!this.#atEnd(this.#text[this.#at]) && this.#text[this.#at] !== ";") {
      this.#warn("INF_BAD_SECTION", "Text stands behind the name of a section. It means nothing.", this.#place);
    }
    this.#skipLine();
    return { name, ...place };
  }

  #readLine(): InfLine {
    const place = this.#place;
    let key: InfField | undefined;
    const values: InfField[] = [];
    for (;;) {
      const { field, end } = this.#readField(key === undefined && values.length === 0);
      if (end === "=") {
        key = field;
        continue;
      }
      values.push(field);
      if (end === ",") continue;
      // `key =` has no value, `key = ,` has two.
      if (values.length === 1 && field.text === "" && key !== undefined) values.pop();
      return { ...place, key, values };
    }
  }

  /** Reads up to a comma, the end of the line, or where it may be a key, `=`. */
  #readField(mayBeKey: boolean): { field: InfField; end: "=" | "," | "" } {
    this.#skipJoin();
    const place = this.#place;
    let text = "";
    /** How much of the text stays when spaces at its end are dropped. */
    let kept = 0;
    for (;;) {
      const character = this.#text[this.#at];
      if (character === ";") this.#skipLine();
      if (this.#atEnd(this.#text[this.#at])) return { field: { ...place, text: text.slice(0, kept) }, end: "" };
      if (character === '"') {
        text += this.#readQuoted();
        kept = text.length;
      } else if (character === "," || (character === "=" && mayBeKey)) {
        this.#at++;
        return { field: { ...place, text: text.slice(0, kept) }, end: character };
      } else if (character === "\\" && this.#joinsNextLine()) {
        this.#skipJoin();
      } else {
        text += character;
        this.#at++;
        if (!isSpace(character)) kept = text.length;
      }
    }
  }

  /** Passes spaces and joints of lines. */
  #skipJoin(): void {
    for (;;) {
      this.#skipSpace();
      if (this.#text[this.#at] !== "\\" || !this.#joinsNextLine()) return;
      this.#skipLine();
      if (this.#at < this.#text.length) this.#nextLine();
    }
  }

  /** Whether nothing but spaces and a comment follow the backslash here. */
  #joinsNextLine(): boolean {
    let at = this.#at + 1;
    while (isSpace(this.#text[at])) at++;
    return this.#atEnd(this.#text[at]) || this.#text[at] === ";";
  }

  #readQuoted(): string {
    const place = this.#place;
    let text = "";
    this.#at++;
    for (;;) {
      const character = this.#text[this.#at];
      if (this.#atEnd(character)) {
        this.#warn("INF_UNTERMINATED_QUOTE", "A quoted text does not end on its line.", place);
        return text;
      }
      this.#at++;
      if (character !== '"') text += character;
      else if (this.#text[this.#at] !== '"') return text;
      else {
        // Two of them stand for one.
        text += '"';
        this.#at++;
      }
    }
  }

  #warn(code: string, message: string, place: InfPlace): void {
    this.#findings.warning(code, message, { file: placeIn(this.#file, place) });
  }
}

/** A place as compilers write it: `x.inf:12:5`. */
export function placeIn(file: string | undefined, { line, column }: InfPlace): string {
  return `${file ?? "INF"}:${line}:${column}`;
}
