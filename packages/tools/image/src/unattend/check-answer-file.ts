import { AdkError, type Findings } from "@adk/core";
import { AnswerFile, parseRelease, validate } from "@adk/unattend";

/**
 * Where Setup and DISM look for an answer file in an image ("Windows Setup Automation Overview", learn.microsoft.com): the
 * Panther directory, which goes before Sysprep's.
 */
export const PANTHER_ANSWER_FILE = "/Windows/Panther/unattend.xml";

/** Further errors that are told beside the first. */
const MOST_TOLD = 4;

/**
 * Refuses an answer file that Setup would stumble over; what is only doubtful becomes findings.
 *
 * @param place its name for errors
 * @param target the Windows that it is for: `win11-24h2`
 * @param reader what reads it: an image that starts, or Setup itself
 * @throws AdkError `ANSWER_FILE_BAD`, told with line and column
 */
export function checkAnswerFile(
  bytes: Uint8Array,
  place: string,
  target: string | undefined,
  findings: Findings,
  reader: "image" | "setup" = "image",
): AnswerFile {
  const file = AnswerFile.parse(bytes, { file: place });
  const verdict = validate(file, { target: target === undefined ? undefined : parseRelease(target) });
  const errors = verdict.findings.filter(({ severity }) => severity === "error");
  const [first, ...more] = errors;
  if (first) {
    const others = more.slice(0, MOST_TOLD).map(({ line, column, message }) => `:${line}:${column} ${message}`);
    if (more.length > others.length) others.push(`and ${more.length - others.length} more`);
    throw new AdkError("ANSWER_FILE_BAD", `${first.message} [${first.rule}]`, {
      file: `${place}:${first.line}:${first.column}`,
      hint: others.length > 0 ? `There is more to correct: ${others.join(" ")}` : undefined,
    });
  }
  for (const { severity, message, rule, line } of verdict.findings) {
    if (severity === "warning")
      findings.warning("ANSWER_FILE_DOUBTFUL", `${message} [${rule}]`, { file: `${place}:${line}` });
  }
  const early = reader === "setup" ? undefined : file.settings.find(({ pass }) => pass === "windowsPE");
  if (early) {
    const { line } = file.rangeOf(early.element.start);
    const message = "Settings for windowsPE have no effect in an image: Setup is over when it starts.";
    findings.warning("ANSWER_FILE_PASS", message, { file: `${place}:${line}` });
  }
  return file;
}
