import type { AnswerFile } from "../document/answer-file.ts";
import type { XmlElement, XmlNode } from "../document/tree.ts";

/** `<!-- adk-ignore rule-a, rule-b: why -->` before an element, or `adk-ignore-file` for the whole file. */
export interface Suppression {
  readonly rules: readonly string[];
  /** The piece of the text that it is for. */
  readonly start: number;
  readonly end: number;
  readonly comment: { readonly start: number; readonly end: number };
}

const MARK = /^<!--\s*adk-ignore(-file)?\s+([a-z\d-]+(?:\s*,\s*[a-z\d-]+)*)\s*(?::[\s\S]*)?-->$/;

/** Finds the suppressions in the comments of a file. */
export function findSuppressions(file: AnswerFile): Suppression[] {
  if (!file.text.includes("adk-ignore") || file.root === undefined) return [];
  const found: Suppression[] = [];
  collect(file, file.root, found);
  return found;
}

function collect(file: AnswerFile, element: XmlElement, found: Suppression[]): void {
  element.children.forEach((node, index) => {
    if (node.kind === "element") collect(file, node, found);
    if (node.kind !== "comment") return;
    const [mark, wholeFile, rules] = MARK.exec(file.text.slice(node.start, node.end)) ?? [];
    if (mark === undefined) return;
    const next: XmlNode | undefined = element.children.slice(index).find((each) => each.kind === "element");
    const scope = wholeFile ? { start: 0, end: file.text.length } : next;
    if (scope === undefined) return;
    const names = rules?.split(",").map((name) => name.trim()) ?? [];
    found.push({ rules: names, start: scope.start, end: scope.end, comment: { start: node.start, end: node.end } });
  });
}
