import type { AnswerFile } from "../document/answer-file.ts";
import { escapeAttribute, escapeText } from "../document/references.ts";
import { childElements, WCM_NAMESPACE, XMLNS_NAMESPACE, type XmlElement } from "../document/tree.ts";
import { indentOf, indentUnit } from "./indentation.ts";
import type { TextEdit } from "./text-edits.ts";

/** An element that is to be written. */
export interface NewElement {
  readonly local: string;
  /** `wcm:` names get the prefix that is in force where the element comes to stand. */
  readonly attributes?: Readonly<Record<string, string>>;
  readonly content: string | readonly NewElement[];
}

/** Puts a child into an element, indented as its surroundings are: behind `after`, or at the very start. */
export function insertElement(
  file: AnswerFile,
  parent: XmlElement,
  child: NewElement,
  after: XmlElement | "start" | undefined = childElements(parent).at(-1),
): TextEdit {
  const { text, lineEnd } = file;
  const unit = indentUnit(file);
  const prefix = parent.name.slice(0, parent.name.length - parent.local.length);
  const wcm = prefixInForce(parent, WCM_NAMESPACE);
  const style = { prefix, wcm, unit, lineEnd };
  const neighbour = after === "start" ? childElements(parent)[0] : after;
  if (neighbour) {
    const at = after === "start" ? parent.startTagEnd : neighbour.end;
    const indent = indentOf(text, neighbour);
    // Several elements in a line: go on so.
    if (indent === undefined)
      return { start: at, end: at, text: render(child, { ...style, lineEnd: "", unit: "" }, "") };
    return { start: at, end: at, text: lineEnd + indent + render(child, style, indent) };
  }
  const outer = indentOf(text, parent) ?? "";
  const inner = lineEnd + outer + unit + render(child, style, outer + unit) + lineEnd + outer;
  if (!parent.selfClosing) {
    const content = text.slice(parent.startTagEnd, parent.endTagStart);
    const start = parent.startTagEnd + content.trimEnd().length;
    return { start, end: parent.endTagStart, text: inner };
  }
  const tagEnd = text.slice(parent.start, parent.end).replace(/\s*\/>$/, "").length + parent.start;
  return { start: tagEnd, end: parent.end, text: `>${inner}</${parent.name}>` };
}

/** The prefix of a namespace at an element: undefined if none is declared. */
export function prefixInForce(element: XmlElement | undefined, namespace: string): string | undefined {
  const hidden = new Set<string>();
  for (let at = element; at; at = at.parent) {
    for (const { local, namespace: of, value, name } of at.attributes) {
      if (of !== XMLNS_NAMESPACE || name === "xmlns") continue;
      if (value === namespace && !hidden.has(local)) return local;
      hidden.add(local);
    }
  }
  return undefined;
}

interface Style {
  /** Of the answer file's own elements: empty, or `u:`. */
  readonly prefix: string;
  readonly wcm: string | undefined;
  readonly unit: string;
  readonly lineEnd: string;
}

function render(element: NewElement, style: Style, indent: string): string {
  const { local, attributes = {}, content } = element;
  const entries = Object.entries(attributes);
  const needsWcm = style.wcm === undefined && entries.some(([name]) => name.startsWith("wcm:"));
  const inner = needsWcm ? { ...style, wcm: "wcm" } : style;
  const written = entries.map(
    ([name, value]) => ` ${name.replace(/^wcm:/, `${inner.wcm}:`)}="${escapeAttribute(value)}"`,
  );
  if (needsWcm) written.push(` xmlns:wcm="${WCM_NAMESPACE}"`);
  const name = style.prefix + local;
  const open = `<${name}${written.join("")}`;
  if (typeof content === "string") return content === "" ? `${open} />` : `${open}>${escapeText(content)}</${name}>`;
  if (content.length === 0) return `${open} />`;
  const children = content.map(
    (child) => style.lineEnd + indent + style.unit + render(child, inner, indent + style.unit),
  );
  return `${open}>${children.join("")}${style.lineEnd}${indent}</${name}>`;
}
