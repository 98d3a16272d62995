import * as z from "zod";
import type { AnswerFile } from "../document/answer-file.ts";
import { walkLeaves } from "../document/setting-values.ts";
import type { XmlElement } from "../document/tree.ts";
import { KNOWN_MESSAGES } from "./known-messages.ts";
import type { SetupLogEntry } from "./setup-log.ts";

const logProblemSchema = z.object({
  log: z.string(),
  /** In the log. */
  line: z.number(),
  time: z.string(),
  level: z.string(),
  /** Of the table of known messages; null for an error that is not in it. */
  id: z.string().nullable(),
  message: z.string(),
  cause: z.string().nullable(),
  fix: z.string().nullable(),
  /** Where in the answer file, as far as the message tells. */
  places: z.array(z.object({ line: z.number(), column: z.number(), path: z.string() })),
});
export type LogProblem = z.infer<typeof logProblemSchema>;

export const logExplanationSchema = z.object({
  answerFile: z.string().nullable(),
  problems: z.array(logProblemSchema),
  /** Errors that say nothing of the answer file are counted only, unless all were asked for. */
  otherErrors: z.number(),
});
export type LogExplanation = z.infer<typeof logExplanationSchema>;

/** Characters of a message that are shown. */
const SHOWN = 600;

/**
 * What the logs of Setup say about an answer file.
 *
 * @param options.all tell also of errors whose message is not known
 */
export function explainLogs(
  logs: readonly { readonly name: string; readonly entries: readonly SetupLogEntry[] }[],
  file: AnswerFile | undefined,
  options: { all?: boolean } = {},
): LogExplanation {
  const problems: LogProblem[] = [];
  let otherErrors = 0;
  for (const { name, entries } of logs) {
    for (const entry of entries) {
      const problem = explainEntry(name, entry, file);
      if (problem) problems.push(problem);
      else if (entry.level === "error" || entry.level === "fatal") {
        otherErrors++;
        if (options.all) problems.push({ ...head(name, entry), id: null, cause: null, fix: null, places: [] });
      }
    }
  }
  return { answerFile: file?.file ?? null, problems, otherErrors };
}

function head(log: string, { line, time, level, text }: SetupLogEntry) {
  return { log, line, time, level, message: text.length > SHOWN ? `${text.slice(0, SHOWN)}...` : text };
}

function explainEntry(log: string, entry: SetupLogEntry, file: AnswerFile | undefined): LogProblem | undefined {
  for (const { id, parts, cause, fix, setting, onlyErrors } of KNOWN_MESSAGES) {
    if (onlyErrors && entry.level !== "error" && entry.level !== "fatal") continue;
    const named = matchParts(entry.text, parts);
    if (!named) continue;
    const places = file ? placesOf(file, named, setting) : [];
    return { ...head(log, entry), id, cause, fix, places };
  }
  return undefined;
}

/** What the parts name, if all of them are there in their order. */
function matchParts(text: string, parts: readonly RegExp[]): Record<string, string | undefined> | undefined {
  let rest = text;
  const named: Record<string, string | undefined> = {};
  for (const part of parts) {
    const found = part.exec(rest);
    if (!found) return undefined;
    Object.assign(named, found.groups);
    rest = rest.slice(found.index + found[0].length);
  }
  return named;
}

/** At most so many places are told for one message. */
const MOST_PLACES = 20;

function placesOf(
  file: AnswerFile,
  named: Readonly<Record<string, string | undefined>>,
  setting: string | undefined,
): LogProblem["places"] {
  const { line, column, pass, component } = named;
  if (line !== undefined) return [{ line: Number(line), column: Number(column ?? 1), path: "" }];
  if (setting !== undefined && component === undefined) {
    const leaves = [...walkLeaves(file)].filter(({ path }) => endsWith(path, setting));
    return leaves
      .slice(0, MOST_PLACES)
      .map((leaf) => placeOf(file, leaf.element, `${leaf.pass}/${leaf.component}/${leaf.path}`));
  }
  if (pass === undefined) return [];
  const components = file.components.filter((one) => {
    return same(one.pass, pass) && (component === undefined || same(one.name, component));
  });
  return components.slice(0, MOST_PLACES).map(({ name, element }) => placeOf(file, element, `${pass}/${name}`));
}

/** Whether the plain path has these names next to each other at its end, or as a group near it. */
function endsWith(path: string, setting: string): boolean {
  const plain = `/${path.replace(/\[[^\]]*\]/g, "")}/`;
  return plain.includes(`/${setting}/`);
}

function placeOf(file: AnswerFile, element: XmlElement, path: string): LogProblem["places"][number] {
  const { line, column } = file.rangeOf(element.start);
  return { line, column, path };
}

function same(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
