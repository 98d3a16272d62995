import { decodeReferences } from "./references.ts";
import type { XmlProblem } from "./tree.ts";

/** An attribute before its prefix is resolved. */
export interface RawAttribute {
  readonly name: string;
  readonly value: string;
  readonly start: number;
  readonly end: number;
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface StartTag {
  readonly name: string;
  readonly attributes: readonly RawAttribute[];
  /** Behind the `>`. */
  readonly end: number;
  readonly selfClosing: boolean;
}

type Report = (problem: XmlProblem) => void;

/** More on one element are dropped: no answer file has ten. */
const MOST_ATTRIBUTES = 256;
const NONE: readonly never[] = [];
/** Letters as XML 1.0 has them, with all of Unicode above ASCII taken for letters. */
const NAME = /[A-Za-z_:\u0080-\uffff][-.\w:\u00b7\u0080-\uffff]*/y;
const SPACE = /[ \t\r\n]*/y;
const UNQUOTED = /[^\s<>"']*/y;

/** The name at an offset; empty if none starts there. */
export function nameAt(text: string, at: number): string {
  NAME.lastIndex = at;
  return NAME.test(text) ? text.slice(at, NAME.lastIndex) : "";
}

export function skipSpace(text: string, at: number): number {
  if (text.charCodeAt(at) > 0x20) return at;
  SPACE.lastIndex = at;
  SPACE.test(text);
  return SPACE.lastIndex;
}

/** Reads the start tag whose `<` is at an offset and is followed by a name. What is wrong is reported and read on. */
export function readStartTag(text: string, start: number, report: Report): StartTag {
  const name = nameAt(text, start + 1);
  let at = start + 1 + name.length;
  // Most tags have no attributes.
  if (text[at] === ">") return { name, attributes: NONE, end: at + 1, selfClosing: false };
  const attributes: RawAttribute[] = [];
  // Looked for once a tag: looking from every value would walk a file of one huge tag again and again.
  let nextTag = text.indexOf("<", at);
  /** Names seen, made when there are more than a few. */
  let names: Set<string> | undefined;
  const isThere = (attribute: string) => {
    if (attributes.length < 8) return attributes.some((each) => each.name === attribute);
    names ??= new Set(attributes.map((each) => each.name));
    return names.has(attribute);
  };
  while (true) {
    const before = at;
    at = skipSpace(text, at);
    const character = text[at];
    if (character === ">") return { name, attributes, end: at + 1, selfClosing: false };
    if (character === "/" && text[at + 1] === ">") return { name, attributes, end: at + 2, selfClosing: true };
    if (character === undefined || character === "<") {
      report({ code: "unclosed-tag", message: `The tag <${name} has no closing >.`, start, end: before });
      return { name, attributes, end: before, selfClosing: false };
    }
    if (nextTag >= 0 && nextTag < at) nextTag = text.indexOf("<", at);
    const attribute = readAttribute(text, at, nextTag < 0 ? text.length : nextTag, report);
    if (attribute === undefined) {
      const message = `${JSON.stringify(character)} has no place in a tag.`;
      report({ code: "bad-tag", message, start: at, end: at + 1 });
      at++;
      continue;
    }
    if (at === before) {
      const message = "There must be a space before an attribute.";
      report({ code: "missing-space", message, start: at, end: at + attribute.name.length });
    }
    at = attribute.end;
    if (isThere(attribute.name)) {
      const message = `The attribute ${attribute.name} is there twice.`;
      report({ code: "duplicate-attribute", message, start: attribute.start, end: attribute.end });
    } else if (attributes.length < MOST_ATTRIBUTES) {
      attributes.push(attribute);
      names?.add(attribute.name);
    } else {
      const message = `More than ${MOST_ATTRIBUTES} attributes: this one is not read.`;
      report({ code: "too-many-attributes", message, start: attribute.start, end: attribute.end });
    }
  }
}

/** @param nextTag where the next `<` is, or the end of the text */
function readAttribute(text: string, start: number, nextTag: number, report: Report): RawAttribute | undefined {
  const name = nameAt(text, start);
  if (name === "") return undefined;
  const nameEnd = start + name.length;
  const equals = skipSpace(text, nameEnd);
  if (text[equals] !== "=") {
    report({ code: "attribute-without-value", message: `The attribute ${name} has no value.`, start, end: nameEnd });
    return { name, value: "", start, end: nameEnd, valueStart: nameEnd, valueEnd: nameEnd };
  }
  const open = skipSpace(text, equals + 1);
  const quote = text[open];
  if (quote !== '"' && quote !== "'") {
    UNQUOTED.lastIndex = open;
    const value = UNQUOTED.exec(text)?.[0] ?? "";
    const end = open + value.length;
    const message = `The value of ${name} must stand in quotes.`;
    report({ code: "unquoted-attribute", message, start, end, replacement: `${text.slice(start, open)}"${value}"` });
    return { name, value, start, end, valueStart: open, valueEnd: end };
  }
  const valueStart = open + 1;
  const close = text.indexOf(quote, valueStart);
  if (nextTag < (close < 0 ? text.length : close)) {
    // A quote is missing, or a < is: a value that runs over a line and into a tag has lost its quote.
    const lost = close < 0 || indexWithin(text, "\n", valueStart, close) >= 0;
    const end = lost ? endOfLostValue(text, valueStart, nextTag) : close;
    const message = lost ? `The value of ${name} has no closing quote.` : `In the value of ${name} a < must be &lt;.`;
    report({ code: lost ? "unclosed-quote" : "markup-in-value", message, start: lost ? start : nextTag, end });
    const value = text.slice(valueStart, end);
    return { name, value, start, end: lost ? end : end + 1, valueStart, valueEnd: end };
  }
  const valueEnd = close < 0 ? endOfLostValue(text, valueStart, text.length) : close;
  if (close < 0) {
    const message = `The value of ${name} has no closing quote.`;
    report({ code: "unclosed-quote", message, start, end: valueEnd });
  }
  const decoded = decodeReferences(text.slice(valueStart, valueEnd), valueStart, report);
  const value = /[\t\n\r]/.test(decoded) ? decoded.replace(/\r\n|[\t\n\r]/g, " ") : decoded;
  return { name, value, start, end: close < 0 ? valueEnd : close + 1, valueStart, valueEnd };
}

/** Where a value without closing quote may have ended: at the end of its tag or line. */
function endOfLostValue(text: string, from: number, before: number): number {
  const tag = indexWithin(text, ">", from, before);
  const line = indexWithin(text, "\n", from, before);
  const end = tag < 0 ? line : line < 0 ? tag : Math.min(tag, line);
  if (end < 0) return before;
  return text[end] === ">" && text[end - 1] === "/" && end - 1 >= from ? end - 1 : end;
}

/** `indexOf` that does not look beyond a bound, so that damage costs no second walk through the file. */
function indexWithin(text: string, character: string, from: number, before: number): number {
  const code = character.charCodeAt(0);
  for (let at = from; at < before; at++) if (text.charCodeAt(at) === code) return at;
  return -1;
}
