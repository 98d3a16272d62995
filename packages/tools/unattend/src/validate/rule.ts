import * as z from "zod";

export type Severity = "error" | "warning" | "info";

/** What validation looks for. The id is stable: suppressions and SARIF name it. */
export interface Rule {
  readonly id: string;
  readonly severity: Severity;
  /** One line: what is wrong when it is reported. */
  readonly summary: string;
  /** Why it matters, and what to do. */
  readonly explanation: string;
}

/** Rules by the names under which their family reports them. */
export type Rules<Name extends string> = Readonly<Record<Name, Rule>>;

export function error(id: string, summary: string, explanation: string): Rule {
  return { id, severity: "error", summary, explanation };
}

export function warning(id: string, summary: string, explanation: string): Rule {
  return { id, severity: "warning", summary, explanation };
}

export function info(id: string, summary: string, explanation: string): Rule {
  return { id, severity: "info", summary, explanation };
}

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
