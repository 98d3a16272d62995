import { AdkError, check, Findings, type Limits, limitExceeded, upcase, withLimits } from "@adk/core";
import { type DecodedText, decodeText, type InfEncoding } from "./decode-text.ts";
import { readStrings } from "./strings.ts";
import { type InfField, type InfLine, type InfPlace, type InfSection, placeIn, tokenize } from "./tokenizer.ts";

export interface ParseInfOptions {
  /** The file's name, for findings and for what depends on it: `netkvm.inf`. */
  readonly name?: string | undefined;
  /** Language whose strings are taken where there are several. Default 0x0409, English of the United States. */
  readonly language?: number | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** INF files are small; those of Windows itself stay below 10 MB. */
const MOST_BYTES = 1 << 25;

/**
 * An INF file: its sections by name, and its texts with string tokens replaced. What it installs is told by `selectInstall`.
 */
export class InfFile {
  readonly name: string;
  readonly encoding: InfEncoding;
  /** As they stand in the file. */
  readonly sections: readonly InfSection[];
  /** What is wrong, as far as it was met: reading more may find more. `where.file` has line and column: `x.inf:12:5`. */
  readonly findings: Findings;
  /** String tokens by their upper-case names. */
  readonly strings: ReadonlyMap<string, string>;
  readonly #byName = new Map<string, InfSection>();
  readonly #byKey = new Map<InfSection, Map<string, InfLine[]>>();
  readonly #unknownTokens = new Set<string>();
  readonly #limits: Limits;
  #listed = 0;

  /** Use `parseInf`. */
  constructor(name: string, { text, encoding }: DecodedText, language: number, limits: Limits) {
    this.name = name;
    this.encoding = encoding;
    this.findings = new Findings(1000);
    const sections = tokenize(text, this.findings, name);
    if (sections.length > limits.entries) throw limitExceeded("entries", sections.length, limits, { file: name });
    this.sections = sections;
    this.#limits = limits;
    for (const [key, [first, ...others]] of Map.groupBy(sections, (section) => upcase(section.name))) {
      if (first) this.#byName.set(key, { ...first, lines: [first, ...others].flatMap((section) => section.lines) });
    }
    this.strings = readStrings(this.#byName, language);
  }

  /** A section, with the lines of all sections of its name; names are equal in any case. */
  section(name: string): InfSection | undefined {
    return this.#byName.get(upcase(name));
  }

  /**
   * The lines of a list (of files, of registry values) that an install section names. Lists may be named again and again, so
   * what is taken of them in all is bounded.
   *
   * @throws AdkError `LIMIT_EXCEEDED`
   */
  list(name: string): readonly InfLine[] {
    const lines = this.section(name)?.lines ?? [];
    this.#listed += 1 + lines.length;
    if (this.#listed > this.#limits.entries) {
      throw limitExceeded("entries", this.#listed, this.#limits, { file: this.name });
    }
    return lines;
  }

  /** The names of the sections, each once, as they are first written. */
  get sectionNames(): string[] {
    return Array.from(this.#byName.values(), ({ name }) => name);
  }

  /** The lines of a section with a key, in any case. */
  lines(section: string, key: string): readonly InfLine[] {
    const found = this.#byName.get(upcase(section));
    if (!found) return [];
    let byKey = this.#byKey.get(found);
    if (!byKey) {
      byKey = Map.groupBy(found.lines, (line) => (line.key ? upcase(this.text(line.key)) : ""));
      this.#byKey.set(found, byKey);
    }
    return byKey.get(upcase(key)) ?? [];
  }

  /** The text of the first value of a key; undefined where there is none. */
  value(section: string, key: string): string | undefined {
    const field = this.lines(section, key)[0]?.values[0];
    return field && this.text(field);
  }

  /**
   * The text of a field with its string tokens replaced; `%%` becomes `%`. A token that is a number stands for a directory
   * and is left, as is one that is not known, with a finding.
   */
  text(field: InfField | undefined): string {
    if (field === undefined || !field.text.includes("%")) return field?.text ?? "";
    return field.text.replace(/%([^%]*)%/g, (whole, token: string) => {
      if (token === "") return "%";
      const value = this.strings.get(upcase(token));
      if (value === undefined && !/^-?\d+$/.test(token) && !this.#unknownTokens.has(token)) {
        this.#unknownTokens.add(token);
        this.warn("INF_UNKNOWN_STRING", `The string ${JSON.stringify(token)} is not defined.`, field);
      }
      return value ?? whole;
    });
  }

  /** The texts of values, from one on. */
  texts(line: InfLine, from = 0): string[] {
    return line.values.slice(from).map((field) => this.text(field));
  }

  warn(code: string, message: string, place: InfPlace): void {
    this.findings.warning(code, message, { file: placeIn(this.name, place) });
  }

  error(code: string, message: string, place: InfPlace): void {
    this.findings.error(code, message, { file: placeIn(this.name, place) });
  }
}

/**
 * Reads an INF file. Anything is one: what makes no sense becomes findings.
 *
 * @throws AdkError `LIMIT_EXCEEDED`, `INF_BINARY` for what is no text
 */
export function parseInf(bytes: Uint8Array, options: ParseInfOptions = {}): InfFile {
  const { name = "INF", language = 0x0409 } = options;
  const limits = withLimits(options.limits);
  const most = Math.min(MOST_BYTES, limits.memoryBytes);
  if (bytes.length > most) {
    throw limitExceeded("memoryBytes", bytes.length, { ...limits, memoryBytes: most }, { file: name });
  }
  const decoded = decodeText(bytes);
  check(!decoded.text.slice(0, 1024).includes("\0"), () => {
    return new AdkError("INF_BINARY", "This is no text, so it is no INF file.", { file: name });
  });
  return new InfFile(name, decoded, language, limits);
}
