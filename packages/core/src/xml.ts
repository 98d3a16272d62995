/** Small XML documents, read whole: manifests, profiles. Beside the other exports, as only this needs an XML parser. */
import { createRequire } from "node:module";
import type { XMLMetaData } from "fast-xml-parser";
import { decodeTextFile } from "./bytes.ts";
import { AdkError } from "./errors.ts";
import { lastAtMost } from "./ordered.ts";

/** An element with its place. Prefixes of name spaces are left out. */
export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly XmlElement[];
  /** Between the tags, without that of its children. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** Such documents have some ten levels. */
const MOST_DEPTH = 64;
const MOST_BYTES = 1 << 26;

let library: typeof import("fast-xml-parser") | undefined;

/** The XML library itself, which is loaded with the first document: as one file of CommonJS, for its modules take five times as long. */
export function xmlLibrary(): typeof import("fast-xml-parser") {
  library ??= createRequire(import.meta.url)("fast-xml-parser") as typeof import("fast-xml-parser");
  return library;
}

/**
 * @param source UTF-8, or UTF-16 with a byte order mark; zeros at its end do not count
 * @param code of the error: `PE_BAD_MANIFEST`
 * @returns its root
 * @throws AdkError of that code, with line and column, if it is not well-formed; `LIMIT_EXCEEDED`
 */
export function parseXml(source: string | Uint8Array, code: string, file?: string): XmlElement {
  if (source.length > MOST_BYTES) throw new AdkError("LIMIT_EXCEEDED", "The document is too large.", { file });
  const text = (typeof source === "string" ? source : decodeTextFile(source))
    .replace(/^\ufeff/, "")
    .replace(/\0+$/, "");
  const bad = (found: string) => new AdkError(code, "The document is not well-formed XML.", { file, found });
  const { XMLParser, XMLValidator } = xmlLibrary();
  const verdict = XMLValidator.validate(text);
  if (verdict !== true) {
    const { msg, line, col } = verdict.err;
    throw bad(`line ${line}, column ${col}: ${msg}`);
  }
  let nodes: readonly Node[];
  try {
    nodes = new XMLParser(OPTIONS).parse(text) as Node[];
  } catch (cause) {
    throw bad(cause instanceof Error ? cause.message : String(cause));
  }
  const place = XMLParser.getMetaDataSymbol() as unknown as symbol;
  const [root] = elementsOf(nodes, { place, lines: new LineStarts(text), bad }, 0);
  if (!root) throw bad("no element");
  return root;
}

/** The same, where a document that cannot be read says nothing. */
export function tryParseXml(source: string | Uint8Array): XmlElement | undefined {
  try {
    return parseXml(source, "BAD_XML");
  } catch (error) {
    if (error instanceof AdkError) return undefined;
    throw error;
  }
}

/** Children of a name. */
export function childrenOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.filter((child) => child.name === name);
}

/** All elements of a name below another, the outer ones first. */
export function descendantsOf(element: XmlElement, name: string): XmlElement[] {
  return element.children.flatMap((child) => [...(child.name === name ? [child] : []), ...descendantsOf(child, name)]);
}

/** The parser's: one key is the element's name, `:@` has its attributes, `#text` is text. */
type Node = Readonly<Record<string | symbol, unknown>>;

const OPTIONS = {
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: "",
  parseTagValue: false,
  parseAttributeValue: false,
  removeNSPrefix: true,
  // Entities of its own are of no use in a document, and a way to blow up the reader.
  processEntities: false,
  ignoreDeclaration: true,
  ignorePiTags: true,
  captureMetaData: true,
};

interface Document {
  /** The key of a node's place. */
  readonly place: symbol;
  readonly lines: LineStarts;
  readonly bad: (found: string) => AdkError;
}

function elementsOf(nodes: readonly Node[], document: Document, depth: number): XmlElement[] {
  const { place, lines, bad } = document;
  if (depth > MOST_DEPTH) throw bad("elements that are nested too deep");
  return nodes.flatMap((node) => {
    const name = Object.keys(node).find((key) => key !== ":@" && key !== "#text");
    const inner = name === undefined ? undefined : node[name];
    if (name === undefined || !Array.isArray(inner)) return [];
    const attributes = Object.entries((node[":@"] ?? {}) as Record<string, unknown>);
    const texts = (inner as Node[]).flatMap((each) => ("#text" in each ? [String(each["#text"])] : []));
    const { startIndex = 0 } = (node[place] ?? {}) as XMLMetaData;
    return [
      {
        name,
        attributes: Object.fromEntries(attributes.map(([key, value]) => [key, decodeEntities(String(value))])),
        children: elementsOf(inner as Node[], document, depth + 1),
        text: decodeEntities(texts.join(" ").trim()),
        ...lines.placeOf(startIndex),
      },
    ];
  });
}

/** Where the lines of a text begin. */
class LineStarts {
  readonly #starts: number[] = [0];

  constructor(text: string) {
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) this.#starts.push(at + 1);
  }

  /** Both count from 1. */
  placeOf(offset: number): { readonly line: number; readonly column: number } {
    const last = lastAtMost(this.#starts, offset);
    return { line: last + 1, column: offset - this.#starts[last]! + 1 };
  }
}

const ENTITIES: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-f]{1,6})|(\w+));/gi, (whole, decimal, hexadecimal, name) => {
    if (name !== undefined) return ENTITIES[name] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hexadecimal, 16) : Number(decimal);
    return code <= 0x10_ffff ? String.fromCodePoint(code) : whole;
  });
}
