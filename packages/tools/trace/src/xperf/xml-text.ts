/** An element of a report. Attributes that are undefined are left out. */
export interface XmlNode {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string | number | undefined>>;
  readonly children: readonly XmlNode[];
}

export function xml(
  name: string,
  attributes: XmlNode["attributes"] = {},
  children: readonly (XmlNode | undefined)[] = [],
): XmlNode {
  return { name, attributes, children: children.filter((child) => child !== undefined) };
}

/** Lines of a document, with its declaration. */
export function* xmlLines(root: XmlNode): Generator<string> {
  yield '<?xml version="1.0" encoding="utf-8"?>\n';
  yield* elementLines(root, "");
}

function* elementLines({ name, attributes, children }: XmlNode, indent: string): Generator<string> {
  const given = Object.entries(attributes)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => ` ${key}="${escapeXml(String(value))}"`)
    .join("");
  if (children.length === 0) {
    yield `${indent}<${name}${given}/>\n`;
    return;
  }
  yield `${indent}<${name}${given}>\n`;
  for (const child of children) yield* elementLines(child, `${indent}  `);
  yield `${indent}</${name}>\n`;
}

/** Characters that XML cannot have are left out. */
function escapeXml(text: string): string {
  const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };
  return text
    .replaceAll(/[\p{Cc}\p{Cs}\uFFFE\uFFFF]/gu, "")
    .replaceAll(/[&<>"]/g, (character) => entities[character] as string);
}

/** Whole milliseconds, as xperf has them; -1 if it is not known. */
export function wholeMilliseconds(time: number | undefined): number {
  return time === undefined ? -1 : Math.round(time);
}
