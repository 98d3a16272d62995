import { AdkError, check, type Limits, limitExceeded, withLimits } from "@adk/core";
import { declaredEncoding, decodeText, encodeText, type TextEncodingInfo } from "./encoding.ts";
import { LineIndex, type TextRange } from "./line-index.ts";
import { type ParsedXml, parseXml } from "./parse-xml.ts";
import { attributeOf, childElements, UNATTEND_NAMESPACE, type XmlElement, type XmlProblem } from "./tree.ts";

/** `<settings pass="...">`: what one configuration pass takes. */
export interface PassSection {
  /** As written; empty where the attribute is missing. */
  readonly pass: string;
  readonly element: XmlElement;
  readonly components: readonly ComponentSection[];
}

/** `<component>` in a `PassSection`. Attributes that are missing are empty. */
export interface ComponentSection {
  readonly pass: string;
  readonly name: string;
  readonly architecture: string;
  readonly language: string;
  readonly versionScope: string;
  readonly element: XmlElement;
  readonly section: PassSection;
}

export interface ParseOptions {
  /** Name for errors. */
  readonly file?: string | undefined;
  readonly limits?: Partial<Limits> | undefined;
}

/** Bytes: real answer files have up to 220 KB, and edits keep the text several times. */
const MOST_BYTES = 2 ** 26;
const MOST_ELEMENTS = 1_000_000;

/**
 * An answer file as it stands in the file, to the byte: comments, order, white space, line ends, foreign elements and encoding are kept.
 * Immutable; an edit gives a new one whose text differs only where it must.
 */
export class AnswerFile {
  readonly file: string | undefined;
  readonly bytes: Uint8Array;
  readonly text: string;
  readonly encoding: TextEncodingInfo;
  /** What is wrong with the XML, in the order of the text. */
  readonly problems: readonly XmlProblem[];
  readonly root: XmlElement | undefined;
  readonly #options: ParseOptions;
  readonly #damaged: boolean;
  #settings: readonly PassSection[] | undefined;
  #components: readonly ComponentSection[] | undefined;
  #byElement: ReadonlyMap<XmlElement, ComponentSection> | undefined;
  #lines: LineIndex | undefined;

  private constructor(
    bytes: Uint8Array,
    { text, encoding, damaged }: { text: string; encoding: TextEncodingInfo; damaged: boolean },
    { root, problems }: ParsedXml,
    options: ParseOptions,
  ) {
    this.file = options.file;
    this.bytes = bytes;
    this.text = text;
    this.encoding = encoding;
    this.root = root;
    this.#options = options;
    this.#damaged = damaged;
    this.problems = [...encodingProblems(text, encoding, damaged), ...problems];
  }

  /** Never throws for bad XML: see `problems`. @throws AdkError `LIMIT_EXCEEDED` for a file beyond 64 MB */
  static parse(bytes: Uint8Array, options: ParseOptions = {}): AnswerFile {
    const limits = withLimits({ memoryBytes: MOST_BYTES, entries: MOST_ELEMENTS, ...options.limits });
    check(bytes.length <= limits.memoryBytes, () => {
      return limitExceeded("memoryBytes", bytes.length, limits, { file: options.file });
    });
    const decoded = decodeText(bytes);
    return new AnswerFile(bytes, decoded, parseXml(decoded.text, limits), options);
  }

  /** A new file, in UTF-8 without byte order mark. */
  static fromText(text: string, options: ParseOptions = {}): AnswerFile {
    return AnswerFile.parse(new TextEncoder().encode(text), options);
  }

  /** Another text in the same encoding. @throws AdkError `UNATTEND_DAMAGED_TEXT` where bytes would be lost */
  withText(text: string): AnswerFile {
    if (text === this.text) return this;
    check(!this.#damaged, () => {
      return new AdkError("UNATTEND_DAMAGED_TEXT", "The file has bytes that are no text in its encoding.", {
        file: this.file,
        expected: this.encoding.name,
        hint: "Store it in the encoding that its XML declaration names, then edit it.",
      });
    });
    return AnswerFile.parse(encodeText(text, this.encoding), this.#options);
  }

  /** The bytes of an unchanged file are those that it was read from. */
  toBytes(): Uint8Array {
    return this.bytes;
  }

  /** The one that the first line has. */
  get lineEnd(): "\n" | "\r\n" {
    const first = this.text.indexOf("\n");
    return first > 0 && this.text[first - 1] === "\r" ? "\r\n" : "\n";
  }

  get lines(): LineIndex {
    this.#lines ??= new LineIndex(this.text);
    return this.#lines;
  }

  rangeOf(start: number, end = start): TextRange {
    return this.lines.rangeOf(start, end);
  }

  /** The sections for the configuration passes, in the order of the file. Empty where the root is no `<unattend>`. */
  get settings(): readonly PassSection[] {
    this.#settings ??= this.root?.local === "unattend" ? childElements(this.root, "settings").map(passSection) : [];
    return this.#settings;
  }

  /** The component that an element is, or lies in. */
  componentOf(element: XmlElement): ComponentSection | undefined {
    this.#byElement ??= new Map(this.components.map((component) => [component.element, component]));
    for (let at: XmlElement | undefined = element; at; at = at.parent) {
      const component = this.#byElement.get(at);
      if (component) return component;
    }
    return undefined;
  }

  get components(): readonly ComponentSection[] {
    this.#components ??= this.settings.flatMap((section) => section.components);
    return this.#components;
  }
}

function passSection(element: XmlElement): PassSection {
  const components: ComponentSection[] = [];
  const section: PassSection = { pass: attributeOf(element, "pass") ?? "", element, components };
  for (const child of childElements(element, "component")) {
    components.push({
      pass: section.pass,
      name: attributeOf(child, "name") ?? "",
      architecture: attributeOf(child, "processorArchitecture") ?? "",
      language: attributeOf(child, "language") ?? "",
      versionScope: attributeOf(child, "versionScope") ?? "",
      element: child,
      section,
    });
  }
  return section;
}

/** Whether it belongs to the answer file's own vocabulary; others are for other programs, and Setup passes over them. */
export function isOwn(element: XmlElement): boolean {
  return element.namespace === UNATTEND_NAMESPACE;
}

function encodingProblems(text: string, { name }: TextEncodingInfo, damaged: boolean): XmlProblem[] {
  const problems: XmlProblem[] = [];
  const declared = declaredEncoding(text);
  const family = declared?.startsWith("utf-16") ? "utf-16" : declared;
  if (declared !== undefined && family !== "ascii" && !name.startsWith(family as string)) {
    const start = text.indexOf(declared.slice(0, 1), text.toLowerCase().indexOf("encoding"));
    const message = `The declaration says ${declared}, the file is ${name}.`;
    problems.push({ code: "encoding-mismatch", message, start: Math.max(start, 0), end: text.indexOf("?>") });
  }
  if (damaged) {
    const at = Math.max(
      text.search(/\ufffd|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/),
      0,
    );
    problems.push({ code: "bad-bytes", message: `These bytes are no ${name}.`, start: at, end: at + 1 });
  }
  return problems;
}
