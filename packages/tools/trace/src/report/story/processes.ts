import { formatDuration, formatNumber } from "@adk/report";
import type { ReportFacts } from "../report-facts.ts";
import { doubtsOf, type Sentence } from "./sentence.ts";

/** Starts that are told one by one. */
const MOST = 3;

/** Which processes started and ended, and which of them failed. */
export function* processStarts(facts: ReportFacts): Generator<Sentence> {
  const { analysis, time } = facts;
  const { processes } = analysis.model;
  const started = processes.all.filter(({ start }) => Number.isFinite(start) && analysis.includes(start));
  if (started.length === 0) return;
  const length = (process: (typeof started)[number]) =>
    Math.min(time.to, analysis.milliseconds(Math.min(process.end, analysis.model.end))) -
    analysis.milliseconds(process.start);
  const longest = [...started].sort((a, b) => length(b) - length(a)).slice(0, MOST);
  const texts = longest.map(
    (process) =>
      `${process.name || "?"} (${process.id}) for ${formatDuration(length(process))}${Number.isFinite(process.end) ? "" : " and on"}`,
  );
  yield {
    rule: "process-starts",
    text: `${formatNumber(started.length)} ${started.length === 1 ? "process" : "processes"} started; ${started.length > MOST ? "those that ran longest: " : ""}${texts.join(", ")}.`,
    numbers: { started: started.length, longestMs: length(longest[0] as (typeof started)[number]) },
    evidence: longest.slice(0, 1).flatMap((process) => [
      { label: "Processes", table: "process", filter: process.name },
      {
        label: process.name || "its time",
        from: analysis.milliseconds(process.start),
        to: analysis.milliseconds(process.start) + length(process),
      },
    ]),
    unsafe: doubtsOf(facts, "process"),
  };
  const failed = started.filter(
    ({ exitCode, end }) => Number.isFinite(end) && exitCode !== undefined && exitCode !== 0,
  );
  if (failed.length === 0) return;
  const names = [...new Set(failed.map(({ name }) => name || "?"))].slice(0, 5);
  yield {
    rule: "failed-processes",
    text: `${formatNumber(failed.length)} of them ended with an exit code other than 0: ${names.join(", ")}.`,
    numbers: { failed: failed.length },
    evidence: [{ label: "Processes", table: "process", filter: failed[0]?.name ?? "" }],
    unsafe: doubtsOf(facts, "process"),
  };
}
