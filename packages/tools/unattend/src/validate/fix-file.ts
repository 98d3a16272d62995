import type { AnswerFile } from "../document/answer-file.ts";
import { applyEdits, type TextEdit } from "../edit/text-edits.ts";
import { type ValidateOptions, validate } from "./validate.ts";
import type { Verdict } from "./verdict.ts";

export interface FixedFile {
  readonly file: AnswerFile;
  /** What is left. */
  readonly verdict: Verdict;
  /** What was repaired, each as its rule and what was done. */
  readonly fixed: readonly { readonly rule: string; readonly line: number; readonly title: string }[];
}

/** One repair can bring another to light: well-formed first, then the rest. */
const MOST_ROUNDS = 8;

/** Makes all repairs that findings offer. They change nothing but what is wrong; where two touch, the first is made, then the other. */
export function fixFile(file: AnswerFile, options: ValidateOptions = {}): FixedFile {
  const fixed: { rule: string; line: number; title: string }[] = [];
  let current = file;
  let verdict = validate(current, options);
  for (let round = 0; round < MOST_ROUNDS; round++) {
    const edits: TextEdit[] = [];
    let done = -1;
    for (const { rule, line, fix } of verdict.findings) {
      if (fix === undefined || fix.edits.some(({ start }) => start < done)) continue;
      edits.push(...fix.edits);
      done = Math.max(...fix.edits.map(({ end }) => end));
      fixed.push({ rule, line, title: fix.title });
    }
    if (edits.length === 0) break;
    current = applyEdits(current, edits);
    verdict = validate(current, options);
  }
  return { file: current, verdict, fixed };
}
