import type { AnswerFile } from "../document/answer-file.ts";
import type { XmlElement } from "../document/tree.ts";

/** `<!-- adk-ignore rule-a, rule-b: why -->` before an element, or `adk-ignore-file` for the whole file. */
export interface Suppression {
  readonly rules: readonly string[];
  /** The piece of the text that it is for. */
  readonly start: number;
  readonly end: number;
}

/** Those findings that no suppression is for. @param findings in the order of the text */
export function withoutSuppressed<T extends { readonly rule: string; readonly start: number }>(
  findings: readonly T[],
  suppressions: readonly Suppression[],
): readonly T[] {
  if (suppressions.length === 0) return findings;
  const inOrder = suppressions.toSorted((a, b) => a.start - b.start);
  /** For each rule the end of what it is suppressed in, as far as the walk has come. */
  const suppressedTo = new Map<string, number>();
  let next = 0;
  return findings.filter(({ rule, start }) => {
    for (let each = inOrder[next]; each && each.start <= start; each = inOrder[++next]) {
      for (const name of each.rules) suppressedTo.set(name, Math.max(suppressedTo.get(name) ?? 0, each.end));
    }
    return (suppressedTo.get(rule) ?? -1) < start;
  });
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
  let next: XmlElement | undefined;
  for (const node of element.children.toReversed()) {
    if (node.kind === "element") {
      collect(file, node, found);
      next = node;
    }
    if (node.kind !== "comment") continue;
    const [mark, wholeFile, rules] = MARK.exec(file.text.slice(node.start, node.end)) ?? [];
    const scope = wholeFile ? { start: 0, end: file.text.length } : next;
    if (mark === undefined || scope === undefined) continue;
    const names = rules?.split(",").map((name) => name.trim()) ?? [];
    found.push({ rules: names, start: scope.start, end: scope.end });
  }
}
