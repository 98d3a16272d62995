import { type Context, type ExitCode, exitCodes, readInput, type Terminal } from "@adk/cli-kit";
import { AdkError, check } from "@adk/core";
import * as z from "zod";
import { parseRelease } from "../../facts/releases.ts";
import { explainLogs, type LogExplanation, logExplanationSchema } from "../../logs/explain-log.ts";
import { parseSetupLog } from "../../logs/setup-log.ts";
import { answerFilePage } from "../../report/answer-file-page.ts";
import { validate } from "../../validate/validate.ts";
import { readAnswerFile, readDocument, writeFile } from "../documents.ts";

export interface HtmlOptions {
  output: string;
  target?: string;
  force?: boolean;
}
export interface LogOptions {
  answerFile?: string;
  all?: boolean;
}

const htmlSchema = z.object({ file: z.string(), page: z.string(), bytes: z.number() });

export async function html(context: Context, name: string, { output, target, force }: HtmlOptions): Promise<void> {
  const file = await readDocument(context, name);
  const release = target === undefined ? undefined : parseRelease(target);
  const verdict = validate(file, { target: release });
  const text = answerFilePage({ file, verdict, target: release?.title, generator: "adk unattend" });
  const bytes = new TextEncoder().encode(text);
  await writeFile(context, output, bytes, force);
  const result = { file: name, page: output, bytes: bytes.length };
  context.output(result, { schema: htmlSchema, render: ({ page, bytes }, out) => out.line(`${page}: ${bytes} bytes`) });
}

export async function logs(
  context: Context,
  names: readonly string[],
  { answerFile, all }: LogOptions,
): Promise<ExitCode> {
  const file = answerFile === undefined ? undefined : await readAnswerFile(context, answerFile);
  const read = [];
  for (const name of names) read.push({ name, entries: parseSetupLog(await readInput(context, name), name) });
  const result = explainLogs(read, file, { all: all ?? false });
  for (const { name, entries } of read) {
    const isLog = entries.length === 0 || entries.some(({ time }) => time !== "");
    check(isLog || result.problems.some(({ log }) => log === name), () => notALog(name));
  }
  context.output(result, { schema: logExplanationSchema, render: renderLogs });
  return result.problems.length > 0 ? exitCodes.no : exitCodes.done;
}

/** An empty setuperr.log is good news; a file without a line as Setup writes them is another one. */
function notALog(file: string): AdkError {
  return new AdkError("SETUP_LOG_NO_ENTRY", "This is no log of Setup.", {
    file,
    expected: "2019-05-01 10:00:00, Error ...",
    hint: "setupact.log and setuperr.log are in Windows/Panther, also in its folder UnattendGC.",
  });
}

function renderLogs({ answerFile, problems, otherErrors }: LogExplanation, out: Terminal): void {
  for (const { log, line, time, message, cause, fix, places } of problems) {
    out.line(`${log}:${line}: ${time} ${out.style("red", message.split("\n", 1)[0]!)}`);
    if (cause !== null) out.line(`  Cause: ${cause}`);
    if (fix !== null) out.line(`  Fix:   ${fix}`);
    for (const place of places) out.line(`  At:    ${answerFile}:${place.line}:${place.column} ${place.path}`);
  }
  if (problems.length === 0) out.line("The logs tell of no known problem with an answer file.");
  if (otherErrors > 0) out.line(`${otherErrors} other errors; --all shows them.`);
}
