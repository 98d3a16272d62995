import * as z from "zod";

/** A change of the text that repairs what was found. Offsets are UTF-16 units of the file's text. */
const answerFix = z.object({
  title: z.string(),
  edits: z.array(z.object({ start: z.number(), end: z.number(), text: z.string() })),
});
export type AnswerFix = z.infer<typeof answerFix>;

/** Something that validation found. Lines and columns count from 1, columns in UTF-16 units; the end is exclusive. */
export const answerFinding = z.object({
  rule: z.string(),
  severity: z.enum(["error", "warning", "info"]),
  line: z.number(),
  column: z.number(),
  endLine: z.number(),
  endColumn: z.number(),
  message: z.string(),
  /** Of the setting: `oobeSystem/Microsoft-Windows-Shell-Setup/TimeZone`. */
  path: z.string().optional(),
  /** A repair that changes nothing but what is wrong. */
  fix: answerFix.optional(),
});
export type AnswerFinding = z.infer<typeof answerFinding>;

/** What validation says about one file. */
export const verdict = z.object({
  file: z.string(),
  findings: z.array(answerFinding),
  /** How many findings comments in the file asked not to be told. */
  suppressed: z.number(),
});
export type Verdict = z.infer<typeof verdict>;
