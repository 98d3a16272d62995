import { formatDuration } from "@adk/report";
import { logonsOf } from "../../logon/logon.ts";
import { shutdownOf } from "../../shutdown/shutdown.ts";
import { suspendsOf } from "../../suspend/suspend.ts";
import type { TransitionRow } from "../../transitions/transition-rows.ts";
import type { ReportFacts } from "../report-facts.ts";
import { doubtsOf, type Evidence, type Sentence } from "./sentence.ts";

/** Parts that are told. */
const MOST = 3;
/** Milliseconds: shorter ones are not. */
const LEAST = 50;

type TimedRow = TransitionRow & { readonly start: number; readonly end: number };

/** How long a logon took, and with what. */
export function* logonStory(facts: ReportFacts): Generator<Sentence> {
  for (const { session, start, end, ready, rows } of logonsOf(facts.analysis)) {
    if (start === undefined || end === undefined || !isSeen(facts, start, end)) continue;
    const within = rows.filter((row) => row.name !== "Logon" && (row.end ?? 0) > start && (row.start ?? end) < end);
    const parts = longest(within);
    const how = ready?.from === "approximation" ? ", which is approximated" : "";
    yield {
      rule: "logon",
      text: `Logging on to session ${session} took ${formatDuration(end - start)}, until the desktop was ready${how}${listOf(parts)}.`,
      numbers: { sessionId: session, logonMs: end - start },
      evidence: evidenceOf("Logon Phases", "logon", start, end, parts),
      unsafe: doubtsOf(facts, "logon"),
    };
  }
}

/** How long a shutdown took, by its sessions and the kernel, and who was slow. */
export function* shutdownStory(facts: ReportFacts): Generator<Sentence> {
  const shutdown = shutdownOf(facts.analysis);
  if (!shutdown || !isSeen(facts, shutdown.start, shutdown.end)) return;
  const { start, end, endIsTold, sessions, kernelStart } = shutdown;
  const phases = sessions.map(
    (each) => `${each.session === 0 ? "services" : `session ${each.session}`} ${formatDuration(each.end - each.start)}`,
  );
  if (kernelStart !== undefined) phases.push(`kernel ${formatDuration(end - kernelStart)}`);
  const parts = longest(sessions.flatMap(({ members }) => members));
  const took = `${endIsTold ? "" : "at least "}${formatDuration(end - start)}`;
  const divided = phases.length === 0 ? "" : ` (${phases.join(", ")})`;
  yield {
    rule: "shutdown",
    text: `Shutting down took ${took}${divided}${listOf(parts)}.`,
    numbers: { shutdownMs: end - start, ...(kernelStart === undefined ? {} : { kernelMs: end - kernelStart }) },
    evidence: evidenceOf("Shutdown Phases", "shutdown", start, end, parts),
    unsafe: doubtsOf(facts, "shutdown"),
  };
}

/** How long going to sleep and waking took. */
export function* suspendStory(facts: ReportFacts): Generator<Sentence> {
  for (const { start, suspended, woken, end, rows } of suspendsOf(facts.analysis)) {
    if (start === undefined || end === undefined || !isSeen(facts, start, end)) continue;
    const texts: string[] = [];
    if (suspended !== undefined) texts.push(`Going to sleep took ${formatDuration(suspended - start)}`);
    if (woken !== undefined) texts.push(`${texts.length > 0 ? "w" : "W"}aking ${formatDuration(end - woken)}`);
    if (texts.length === 0) continue;
    const parts = longest(rows.filter(({ kind }) => kind !== "Phase" && kind !== "Step" && kind !== "Driver"));
    yield {
      rule: "suspend",
      text: `${texts.join(", ")}${listOf(parts)}.`,
      numbers: {
        ...(suspended === undefined ? {} : { suspendMs: suspended - start }),
        ...(woken === undefined ? {} : { resumeMs: end - woken }),
      },
      evidence: evidenceOf("Suspend and Resume Phases", "suspend", start, end, parts),
      unsafe: doubtsOf(facts, "suspend"),
    };
  }
}

function isSeen({ time }: ReportFacts, start: number, end: number): boolean {
  return start <= time.to && end >= time.from;
}

function longest(rows: readonly TransitionRow[]): TimedRow[] {
  return rows
    .filter((row): row is TimedRow => row.start !== undefined && row.end !== undefined && row.end - row.start >= LEAST)
    .sort((a, b) => b.end - b.start - (a.end - a.start))
    .slice(0, MOST);
}

function listOf(rows: readonly TimedRow[]): string {
  const texts = rows.map(({ name, detail, kind, start, end }) => {
    const what = kind === "Process" || kind === "Service" || detail === "" ? name : `${name} ${detail}`;
    return `${what} (${formatDuration(end - start)})`;
  });
  return texts.length === 0 ? "" : `; its longest parts are ${texts.join(", ")}`;
}

function evidenceOf(label: string, table: string, from: number, to: number, [part]: readonly TimedRow[]): Evidence[] {
  return [
    { label, table, ...(part ? { filter: part.name } : {}) },
    { label: `${formatDuration(from)} to ${formatDuration(to)}`, from, to },
  ];
}
