import type { AnswerFile } from "../document/answer-file.ts";
import { attributeOf, XML_NAMESPACE, type XmlElement, type XmlNode } from "../document/tree.ts";
import { indentUnit } from "./indentation.ts";
import { requireWellFormed } from "./set-value.ts";
import { applyEdits, type TextEdit } from "./text-edits.ts";

export interface FormatOptions {
  /** White space of one level. Default: the file's own. */
  readonly indent?: string | undefined;
}

/**
 * Puts each element on a line of its own, indented by its depth. Only the white space between elements changes: values, comments, tags and
 * whatever belongs to other programs stay as they are.
 *
 * @throws AdkError `UNATTEND_MALFORMED`
 */
export function formatFile(file: AnswerFile, { indent = indentUnit(file) }: FormatOptions = {}): AnswerFile {
  requireWellFormed(file);
  const edits: TextEdit[] = [];
  if (file.root) formatChildren(file, file.root, file.lineEnd, indent, edits);
  return applyEdits(file, edits);
}

/** @param outer line end and indentation of the element itself */
function formatChildren(file: AnswerFile, element: XmlElement, outer: string, unit: string, edits: TextEdit[]): void {
  const nodes = element.children.filter((node) => !isBlank(node));
  const mixed = nodes.some((node) => node.kind === "text" || node.kind === "cdata");
  const foreign =
    element.namespace !== file.root?.namespace || attributeOf(element, "space", XML_NAMESPACE) === "preserve";
  if (nodes.length === 0 || mixed || foreign) return;
  const inner = outer + unit;
  let at = element.startTagEnd;
  for (const node of nodes) {
    edits.push({ start: at, end: node.start, text: blankLine(file.text.slice(at, node.start), file.lineEnd) + inner });
    if (node.kind === "element") formatChildren(file, node, inner, unit, edits);
    at = node.end;
  }
  edits.push({ start: at, end: element.endTagStart, text: outer });
}

/** An empty line that someone left to set things apart is kept. */
function blankLine(space: string, lineEnd: string): string {
  return space.split(/\r\n|\n|\r/).length > 2 ? lineEnd : "";
}

function isBlank(node: XmlNode): boolean {
  return node.kind === "text" && node.value.trim() === "";
}
