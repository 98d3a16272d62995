import type { Checker } from "./checker.ts";
import { error, type Rule, type Rules } from "./rule.ts";

/** Rules of XML itself: what breaks them, no reader gets past. */
export const WELL_FORMED: Rules<"notWellFormed" | "documentType" | "encoding" | "tooLarge"> = {
  notWellFormed: error(
    "not-well-formed",
    "The file is not well-formed XML.",
    "Setup stops with 'The unattend answer file is invalid' or passes over the file. In values & must be &amp;, < must be &lt;; each tag must be closed.",
  ),
  documentType: error(
    "document-type",
    "The file has a document type declaration.",
    "An answer file needs none, and its entities are not expanded here: they are a way to make a small file huge.",
  ),
  encoding: error(
    "encoding",
    "The bytes are not in the encoding that the file declares.",
    "A reader that believes the declaration refuses the file or reads other characters. Store it as UTF-8 and declare that.",
  ),
  tooLarge: error(
    "too-large",
    "The file is nested too deep or has too many elements.",
    "What lies beyond is not checked. No answer file comes near these bounds.",
  ),
};

const RULE_OF: Readonly<Record<string, Rule>> = {
  "document-type": WELL_FORMED.documentType,
  "encoding-mismatch": WELL_FORMED.encoding,
  "bad-bytes": WELL_FORMED.encoding,
  "too-large": WELL_FORMED.tooLarge,
};

export function checkWellFormed(checker: Checker): void {
  for (const { code, message, start, end, replacement } of checker.file.problems) {
    const rule = RULE_OF[code] ?? WELL_FORMED.notWellFormed;
    const fix =
      replacement === undefined
        ? undefined
        : { title: `Write ${replacement}`, edits: [{ start, end, text: replacement }] };
    checker.report(rule, { start, end }, message, { fix });
  }
}
