import type { Limits } from "@adk/core";
import { Namespaces } from "./namespaces.ts";
import { decodeReferences } from "./references.ts";
import { nameAt, type RawAttribute, readStartTag, skipSpace } from "./start-tag.ts";
import { XMLNS_NAMESPACE, type XmlAttribute, type XmlElement, type XmlNode, type XmlProblem } from "./tree.ts";

export interface ParsedXml {
  /** The first element; what follows it is in `nodes` too. */
  readonly root: XmlElement | undefined;
  readonly nodes: readonly XmlNode[];
  /** In the order of the text. */
  readonly problems: readonly XmlProblem[];
}

interface OpenElement extends XmlElement {
  children: XmlNode[];
  startTagEnd: number;
  endTagStart: number;
  end: number;
  /** Prefixes that it declares. */
  readonly prefixes: readonly string[];
}

/** A hostile file must not fill the memory with complaints. */
const MOST_PROBLEMS = 1000;
/** Real answer files have 12 levels; some code walks the tree by recursion. */
const MOST_DEPTH = 128;
const NONE: readonly never[] = [];
/** Until the first comes: most elements have one child, and an array that grows takes room for many. */
const NO_CHILDREN: XmlNode[] = [];
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
const FORBIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g;

/**
 * Reads XML 1.0 with namespaces into a tree that has a place for every node. It never throws for bad XML: what is wrong is reported, all of
 * it, and reading goes on behind it as well as it can. Document types are not read: an answer file has none, and their entities are the
 * way to make a small file huge.
 */
export function parseXml(text: string, limits: Pick<Limits, "depth" | "entries">): ParsedXml {
  return new XmlParser(text, Math.min(limits.depth, MOST_DEPTH), limits.entries).parse();
}

class XmlParser {
  readonly #text: string;
  readonly #mostDepth: number;
  readonly #mostElements: number;
  readonly #namespaces = new Namespaces();
  readonly #nodes: XmlNode[] = [];
  readonly #open: OpenElement[] = [];
  readonly #problems: XmlProblem[] = [];
  #root: OpenElement | undefined;
  #elements = 0;
  #stopped = false;

  constructor(text: string, mostDepth: number, mostElements: number) {
    this.#text = text;
    this.#mostDepth = mostDepth;
    this.#mostElements = mostElements;
  }

  parse(): ParsedXml {
    const text = this.#text;
    for (let at = 0; at < text.length && !this.#stopped; ) {
      const markup = text.indexOf("<", at);
      const end = markup < 0 ? text.length : markup;
      if (end > at) this.#addText(at, end);
      at = markup < 0 ? text.length : this.#readMarkup(markup);
    }
    for (let element = this.#open.at(-1); element; element = this.#open.at(-1)) {
      if (!this.#stopped) this.#unclosed(element, "at the end of the file");
      this.#close(element, text.length, text.length);
    }
    if (this.#root === undefined) this.#report("no-element", "There is no element in this file.", 0, 0);
    for (const { index } of text.matchAll(FORBIDDEN)) {
      const code = text.charCodeAt(index).toString(16).toUpperCase().padStart(4, "0");
      this.#report("forbidden-character", `The character U+${code} is not allowed in XML.`, index, index + 1);
    }
    const problems = this.#problems.sort((a, b) => a.start - b.start);
    return { root: this.#root, nodes: this.#nodes, problems };
  }

  #report(code: string, message: string, start: number, end: number): void {
    this.#add({ code, message, start, end });
  }

  readonly #add = (problem: XmlProblem): void => {
    if (this.#problems.length < MOST_PROBLEMS) this.#problems.push(problem);
  };

  /** @returns the offset behind it */
  #readMarkup(at: number): number {
    const text = this.#text;
    const next = text[at + 1];
    if (next === "/") return this.#readEndTag(at);
    if (next === "?") return this.#readInstruction(at);
    if (text.startsWith("<!--", at)) return this.#readComment(at);
    if (text.startsWith("<![CDATA[", at)) return this.#readCdata(at);
    if (text.startsWith("<!DOCTYPE", at)) return this.#readDoctype(at);
    if (nameAt(text, at + 1) !== "") return this.#readElement(at);
    const message = "A < that starts no tag must be written &lt;.";
    this.#add({ code: "bare-less-than", message, start: at, end: at + 1, replacement: "&lt;" });
    this.#append({ kind: "text", value: "<", start: at, end: at + 1 });
    return at + 1;
  }

  #append(node: XmlNode): void {
    const parent = this.#open.at(-1);
    if (parent === undefined) this.#nodes.push(node);
    else if (parent.children === NO_CHILDREN) parent.children = [node];
    else parent.children.push(node);
  }

  #addText(start: number, end: number): void {
    const raw = this.#text.slice(start, end);
    // Most of it is the white space between elements.
    if (raw.charCodeAt(0) <= 0x20 && raw.trim() === "") {
      this.#append({ kind: "text", value: raw, start, end });
      return;
    }
    const value = decodeReferences(raw, start, this.#add);
    if (this.#open.length === 0) {
      this.#report("text-outside", "Text is not allowed outside of the root element.", start, end);
    }
    const cdataEnd = raw.indexOf("]]>");
    if (cdataEnd >= 0) {
      this.#report("cdata-end", "]]> must be written ]]&gt; here.", start + cdataEnd, start + cdataEnd + 3);
    }
    this.#append({ kind: "text", value, start, end });
  }

  #readComment(start: number): number {
    const text = this.#text;
    const dashes = text.indexOf("--", start + 4);
    const close = dashes < 0 ? -1 : text.startsWith("-->", dashes) ? dashes : text.indexOf("-->", dashes);
    if (close < 0) {
      this.#report("unclosed-comment", "This comment has no end: --> is missing.", start, start + 4);
    } else if (dashes < close) {
      this.#report("dashes-in-comment", "-- is not allowed within a comment.", dashes, dashes + 2);
    }
    const end = close < 0 ? text.length : close + 3;
    this.#append({ kind: "comment", start, end });
    return end;
  }

  #readCdata(start: number): number {
    const close = this.#text.indexOf("]]>", start + 9);
    if (close < 0) this.#report("unclosed-cdata", "This CDATA section has no end: ]]> is missing.", start, start + 9);
    if (this.#open.length === 0) {
      this.#report("text-outside", "Text is not allowed outside of the root element.", start, start + 9);
    }
    const end = close < 0 ? this.#text.length : close + 3;
    const value = this.#text.slice(start + 9, close < 0 ? end : close);
    this.#append({ kind: "cdata", value, start, end });
    return end;
  }

  #readInstruction(start: number): number {
    const close = this.#text.indexOf("?>", start + 2);
    const end = close < 0 ? this.#text.length : close + 2;
    if (close < 0) {
      this.#report("unclosed-instruction", "This instruction has no end: ?> is missing.", start, start + 2);
    }
    const target = nameAt(this.#text, start + 2);
    if (target === "") this.#report("bad-instruction", "An instruction needs a name.", start, start + 2);
    if (target.toLowerCase() === "xml" && start > 0) {
      const message = "The XML declaration must stand at the very start of the file.";
      this.#report("misplaced-declaration", message, start, end);
    }
    this.#append({ kind: "instruction", start, end });
    return end;
  }

  #readDoctype(start: number): number {
    const text = this.#text;
    const close = text.indexOf(">", start);
    const subset = close < 0 ? -1 : text.slice(start, close).indexOf("[");
    const subsetEnd = subset < 0 ? start : text.indexOf("]", start + subset);
    const last = subsetEnd < 0 ? -1 : text.indexOf(">", subsetEnd);
    const end = last < 0 ? text.length : last + 1;
    const message = "An answer file has no document type; its entities are not expanded.";
    this.#report("document-type", message, start, end);
    this.#append({ kind: "doctype", start, end });
    return end;
  }

  #readElement(start: number): number {
    const tag = readStartTag(this.#text, start, this.#add);
    if (this.#open.length >= this.#mostDepth || ++this.#elements > this.#mostElements) {
      const what = this.#open.length >= this.#mostDepth ? "Nested too deep" : "Too many elements";
      this.#report("too-large", `${what}: nothing is read from here on.`, start, tag.end);
      this.#stopped = true;
      return tag.end;
    }
    const prefixes = this.#bindPrefixes(tag.attributes);
    const colon = tag.name.indexOf(":");
    const namespace = this.#namespaceOf(tag.name, colon, start + 1, this.#namespaces.find("") ?? "");
    const element: OpenElement = {
      kind: "element",
      name: tag.name,
      local: tag.name.slice(colon + 1) || tag.name,
      namespace,
      attributes:
        tag.attributes.length === 0 ? NONE : tag.attributes.map((attribute) => this.#resolveAttribute(attribute)),
      parent: this.#open.at(-1),
      children: NO_CHILDREN,
      start,
      startTagEnd: tag.end,
      endTagStart: tag.end,
      end: tag.end,
      selfClosing: tag.selfClosing,
      prefixes,
    };
    if (this.#open.length === 0 && this.#root) {
      const message = `A file has one root element, and that is <${this.#root.name}>.`;
      this.#report("several-roots", message, start, tag.end);
    }
    this.#append(element);
    this.#root ??= element;
    if (tag.selfClosing) this.#namespaces.release(prefixes);
    else this.#open.push(element);
    return tag.end;
  }

  #bindPrefixes(attributes: readonly RawAttribute[]): readonly string[] {
    if (attributes.length === 0) return NONE;
    const prefixes: string[] = [];
    for (const { name, value, start, end } of attributes) {
      if (!name.startsWith("xmlns")) continue;
      const prefix = name === "xmlns" ? "" : name[5] === ":" ? name.slice(6) : undefined;
      if (prefix === undefined) continue;
      if (prefix !== "" && value === "") {
        this.#report("empty-namespace", `The prefix ${prefix} needs a namespace.`, start, end);
      }
      this.#namespaces.bind(prefix, value);
      prefixes.push(prefix);
    }
    return prefixes;
  }

  #resolveAttribute({ name, value, start, end, valueStart, valueEnd }: RawAttribute): XmlAttribute {
    const colon = name.indexOf(":");
    const namespace = name === "xmlns" ? XMLNS_NAMESPACE : this.#namespaceOf(name, colon, start, "");
    const local = name.slice(colon + 1) || name;
    return { name, local, namespace, value, start, end, valueStart, valueEnd };
  }

  /** The namespace of a name's prefix. */
  #namespaceOf(name: string, colon: number, at: number, withoutPrefix: string): string {
    if (colon < 0) return withoutPrefix;
    if (colon === 0 || name.indexOf(":", colon + 1) >= 0 || colon === name.length - 1) {
      this.#report("bad-name", `${name} is no name: a prefix, a colon and a name are.`, at, at + name.length);
      return "";
    }
    const prefix = name.slice(0, colon);
    const namespace = this.#namespaces.find(prefix);
    if (namespace === undefined) {
      const message = `The prefix ${prefix} is not declared: xmlns:${prefix}="..." is missing.`;
      this.#report("undeclared-prefix", message, at, at + colon);
    }
    return namespace ?? "";
  }

  #readEndTag(start: number): number {
    const text = this.#text;
    const name = nameAt(text, start + 2);
    const at = skipSpace(text, start + 2 + name.length);
    const end = text[at] === ">" ? at + 1 : at;
    if (text[at] !== ">") {
      this.#report("unclosed-tag", `The end tag </${name} has no closing >.`, start, Math.max(at, start + 2));
    }
    const top = this.#open.at(-1);
    if (top?.name === name) {
      this.#close(top, start, end);
      return end;
    }
    const depth = this.#open.findLastIndex((element) => element.name === name);
    if (top && depth < 0 && isMisspelt(name, top.name)) {
      const message = `</${name}> closes <${top.name}>: the names differ.`;
      const replacement = `</${top.name}>`;
      this.#add({ code: "mismatched-tag", message, start, end, replacement });
      this.#close(top, start, end);
    } else if (depth < 0) {
      this.#report("stray-end-tag", `</${name}> closes nothing.`, start, end);
    } else {
      for (let element = this.#open.at(-1); element && this.#open.length > depth; element = this.#open.at(-1)) {
        const matches = this.#open.length === depth + 1;
        if (!matches) this.#unclosed(element, `before </${name}>`);
        this.#close(element, start, matches ? end : start);
      }
    }
    return Math.max(end, start + 2);
  }

  #unclosed(element: OpenElement, where: string): void {
    const message = `<${element.name}> is not closed ${where}.`;
    this.#report("unclosed-element", message, element.start, element.startTagEnd);
  }

  #close(element: OpenElement, endTagStart: number, end: number): void {
    element.endTagStart = endTagStart;
    element.end = end;
    this.#open.pop();
    this.#namespaces.release(element.prefixes);
  }
}

/** Whether an end tag that fits nothing was meant for an element: another letter case, or a letter or two wrong. */
function isMisspelt(name: string, meant: string): boolean {
  if (name.toLowerCase() === meant.toLowerCase()) return true;
  if (Math.abs(name.length - meant.length) > 2) return false;
  let prefix = 0;
  while (prefix < name.length && name[prefix] === meant[prefix]) prefix++;
  let suffix = 0;
  while (suffix < name.length - prefix && name.at(-1 - suffix) === meant.at(-1 - suffix)) suffix++;
  return prefix + suffix >= Math.max(name.length, meant.length) - 2 && prefix + suffix > 0;
}
