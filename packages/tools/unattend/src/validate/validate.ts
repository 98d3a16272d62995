import { builtinCatalog } from "../catalog/builtin.ts";
import type { Catalog } from "../catalog/catalog.ts";
import type { AnswerFile } from "../document/answer-file.ts";
import type { Release } from "../facts/releases.ts";
import { Checker } from "./checker.ts";
import { FAMILIES } from "./families.ts";
import { findSuppressions, withoutSuppressed } from "./suppressions.ts";
import type { Verdict } from "./verdict.ts";

export interface ValidateOptions {
  /** The Windows version that the file is for. Default: none in particular. */
  readonly target?: Release | undefined;
  /** Default: the one that the kit ships. */
  readonly catalog?: Catalog | undefined;
  /** Placeholders may stand in place of values. */
  readonly template?: boolean | undefined;
}

/** Checks an answer file by all rules. Findings come in the order of the text. */
export function validate(file: AnswerFile, options: ValidateOptions = {}): Verdict {
  const checker = new Checker(file, options.catalog ?? builtinCatalog(), options.target, options.template ?? false);
  for (const { check } of FAMILIES) check(checker);
  const all = checker.findings.sort((a, b) => a.start - b.start);
  const told = withoutSuppressed(all, findSuppressions(file));
  const findings = told.map(({ start: _, ...finding }) => finding);
  return { file: file.file ?? "", findings, suppressed: all.length - told.length };
}

/** Whether a verdict has errors: the answer of `adk unattend validate`. */
export function hasErrors({ findings }: Verdict): boolean {
  return findings.some(({ severity }) => severity === "error");
}
