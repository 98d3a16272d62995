import type { AnswerFile } from "../document/answer-file.ts";
import { findSettings } from "../document/setting-path.ts";
import { walkLeaves } from "../document/setting-values.ts";
import { childElements, textOf } from "../document/tree.ts";
import { indentOf } from "./indentation.ts";
import { type EditOptions, replaceContent, requireWellFormed, setValue } from "./set-value.ts";
import { applyEdits, type TextEdit } from "./text-edits.ts";

/**
 * Puts the values of one file over those of another: what both have gets the value of the overlay, what only the overlay has is added,
 * items of lists by their key. Servicing packages are added as they stand.
 *
 * @throws AdkError `UNATTEND_MALFORMED`, `UNATTEND_AMBIGUOUS_PATH`, `UNATTEND_UNKNOWN_SETTING`
 */
export function mergeFiles(base: AnswerFile, overlay: AnswerFile, options: EditOptions = {}): AnswerFile {
  requireWellFormed(base);
  requireWellFormed(overlay);
  const replaced: TextEdit[] = [];
  const added: (readonly [path: string, value: string])[] = [];
  for (const { pass, component, architecture, path, value } of walkLeaves(overlay)) {
    const full = `${pass}/${component}@${architecture}/${path}`;
    const [found, ...more] = findSettings(base, full);
    if (found === undefined || more.length > 0) added.push([full, value]);
    else if (textOf(found).trim() !== value) replaced.push(replaceContent(base, found, value));
  }
  let merged = applyEdits(base, replaced);
  for (const [path, value] of added) merged = setValue(merged, path, value, options);
  return mergeServicing(merged, overlay);
}

function mergeServicing(base: AnswerFile, overlay: AnswerFile): AnswerFile {
  const packages = (file: AnswerFile) => {
    const [servicing] = file.root ? childElements(file.root, "servicing") : [];
    return servicing ? childElements(servicing, "package") : [];
  };
  const sourceOf = (file: AnswerFile, { start, end }: TextSpan) => file.text.slice(start, end);
  const there = new Set(packages(base).map((each) => withoutSpace(sourceOf(base, each))));
  const missing = packages(overlay).filter((each) => !there.has(withoutSpace(sourceOf(overlay, each))));
  const { root } = base;
  if (missing.length === 0 || root === undefined) return base;
  const [servicing] = childElements(root, "servicing");
  const [first] = childElements(root);
  const indent = base.lineEnd + ((first && indentOf(base.text, first)) ?? "  ");
  const text = missing
    .map((each) => `${indent}${indent.slice(base.lineEnd.length)}${sourceOf(overlay, each)}`)
    .join("");
  if (servicing === undefined) {
    const at = root.startTagEnd;
    return applyEdits(base, [{ start: at, end: at, text: `${indent}<servicing>${text}${indent}</servicing>` }]);
  }
  if (servicing.selfClosing) {
    return applyEdits(base, [
      { start: servicing.start, end: servicing.end, text: `<servicing>${text}${indent}</servicing>` },
    ]);
  }
  const at = childElements(servicing).at(-1)?.end ?? servicing.startTagEnd;
  return applyEdits(base, [{ start: at, end: at, text }]);
}

interface TextSpan {
  readonly start: number;
  readonly end: number;
}

function withoutSpace(source: string): string {
  return source.replace(/\s+/g, "");
}
