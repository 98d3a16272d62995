import type { AnswerFile } from "../document/answer-file.ts";
import { childElements, type XmlElement } from "../document/tree.ts";

const DEFAULT_UNIT = "  ";

/** The white space before an element on its line; undefined if something else stands there too. */
export function indentOf(text: string, element: XmlElement): string | undefined {
  const lineStart = Math.max(text.lastIndexOf("\n", element.start - 1), text.lastIndexOf("\r", element.start - 1)) + 1;
  const before = text.slice(lineStart, element.start);
  return /^[ \t]*$/.test(before) ? before : undefined;
}

/** What one level of the file is indented by: as the first nested element shows it. */
export function indentUnit(file: AnswerFile): string {
  let parent = file.root;
  while (parent) {
    const [child] = childElements(parent);
    const outer = indentOf(file.text, parent);
    const inner = child && indentOf(file.text, child);
    if (outer !== undefined && inner?.startsWith(outer) && inner.length > outer.length)
      return inner.slice(outer.length);
    parent = child;
  }
  return DEFAULT_UNIT;
}
