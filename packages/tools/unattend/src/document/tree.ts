/** The XML tree of an answer file: every node with its place. Offsets are UTF-16 units of the text. */

export const UNATTEND_NAMESPACE = "urn:schemas-microsoft-com:unattend";
/** Of `wcm:action` and `wcm:keyValue`. */
export const WCM_NAMESPACE = "http://schemas.microsoft.com/WMIConfig/2002/State";
export const XMLNS_NAMESPACE = "http://www.w3.org/2000/xmlns/";
export const XML_NAMESPACE = "http://www.w3.org/XML/1998/namespace";

export interface XmlAttribute {
  /** As it is written, with its prefix. */
  readonly name: string;
  readonly local: string;
  /** Empty without prefix: attributes do not take the default namespace. */
  readonly namespace: string;
  /** With references replaced. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
  /** Of the value without its quotes. */
  readonly valueStart: number;
  readonly valueEnd: number;
}

export interface XmlElement {
  readonly kind: "element";
  readonly name: string;
  readonly local: string;
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly parent: XmlElement | undefined;
  readonly children: readonly XmlNode[];
  readonly start: number;
  /** Behind the `>` of the start tag. */
  readonly startTagEnd: number;
  /** At the `<` of the end tag; `startTagEnd` where there is none. */
  readonly endTagStart: number;
  readonly end: number;
  readonly selfClosing: boolean;
}

export interface XmlText {
  readonly kind: "text" | "cdata";
  /** With references replaced. */
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

export interface XmlOther {
  readonly kind: "comment" | "instruction" | "doctype";
  readonly start: number;
  readonly end: number;
}

export type XmlNode = XmlElement | XmlText | XmlOther;

/** What is wrong with the XML at a place. */
export interface XmlProblem {
  /** `bare-ampersand`, `unclosed-element`, ... */
  readonly code: string;
  readonly message: string;
  readonly start: number;
  readonly end: number;
  /** Text to put in place of `start`..`end` that repairs it without a doubt. */
  readonly replacement?: string;
}

/** The elements among the children, or those of one name in the parent's namespace. */
export function childElements(element: XmlElement, local?: string): XmlElement[] {
  const found: XmlElement[] = [];
  for (const node of element.children) {
    if (node.kind !== "element") continue;
    if (local === undefined || (node.local === local && node.namespace === element.namespace)) found.push(node);
  }
  return found;
}

export function firstChild(element: XmlElement, local: string): XmlElement | undefined {
  for (const node of element.children) {
    if (node.kind === "element" && node.local === local && node.namespace === element.namespace) return node;
  }
  return undefined;
}

/** The first child's text, trimmed; undefined without such a child. */
export function childText(element: XmlElement, local: string): string | undefined {
  const child = firstChild(element, local);
  return child && textOf(child).trim();
}

/** Text and CDATA of the element itself, with line ends as LF (XML 1.0, 2.11). */
export function textOf(element: XmlElement): string {
  const { children } = element;
  const only = children[0];
  if (only === undefined) return "";
  let text = "";
  for (const node of children) if (node.kind === "text" || node.kind === "cdata") text += node.value;
  return text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
}

export function attribute(element: XmlElement, local: string, namespace = ""): XmlAttribute | undefined {
  for (const each of element.attributes) if (each.local === local && each.namespace === namespace) return each;
  return undefined;
}

export function attributeOf(element: XmlElement, local: string, namespace = ""): string | undefined {
  return attribute(element, local, namespace)?.value;
}
