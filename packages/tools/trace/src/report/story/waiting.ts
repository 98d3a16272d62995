import { formatDuration, formatShare } from "@adk/report";
import type { ReportFacts } from "../report-facts.ts";
import { lengthOf } from "../switch-use.ts";
import { doubtsOf, type Sentence } from "./sentence.ts";

/** Time ready beside time running, from which on it is told. */
const LEAST_READY = 0.1;
/** Milliseconds: shorter waits are not told. */
const LEAST_WAIT = 50;
/** Processes whose waits are told. */
const MOST = 3;

/** Threads that could have run and had no processor. */
export function* readyThreads(facts: ReportFacts): Generator<Sentence> {
  for (const use of facts.switches.slice(0, MOST)) {
    const { process, ready, running, longestReady } = use;
    if (!longestReady || ready < LEAST_READY * running || ready < 1) continue;
    const { from, to, thread } = longestReady;
    yield {
      rule: "ready-threads",
      text: `Threads of ${process.name || "?"} (${process.id}) were ready for ${formatDuration(ready)} and had no processor, beside ${formatDuration(running)} that they ran; once thread ${thread} was ready for ${formatDuration(to - from)}.`,
      numbers: { processId: process.id, readyMs: ready, runningMs: running, longestReadyMs: to - from },
      evidence: [
        { label: "CPU Usage (Precise) by Thread", table: "threads", filter: process.name },
        { label: `${formatDuration(from)} to ${formatDuration(to)}`, from, to },
      ],
      unsafe: doubtsOf(facts, "cswitch"),
    };
  }
}

/** Long waits of the processes that did something, and who ended them. */
export function* longWaits(facts: ReportFacts): Generator<Sentence> {
  const { switches, time } = facts;
  const active = [...switches].sort((a, b) => b.running - a.running).slice(0, MOST);
  for (const { process, longestWait } of active) {
    if (!longestWait || lengthOf(longestWait) < LEAST_WAIT) continue;
    const { from, to, thread, endedBy, reason } = longestWait;
    const whole = formatShare(to - from, time.to - time.from);
    yield {
      rule: "long-waits",
      text: `Thread ${thread} of ${process.name || "?"} (${process.id}) waited ${formatDuration(to - from)} in one piece (${whole} of the time, ${reason})${endedBy === "" ? "" : `, until ${endedBy} ended it`}. A thread without work waits too: the stack of the wait tells which it was.`,
      numbers: { processId: process.id, threadId: thread, waitMs: to - from },
      evidence: [
        { label: "CPU Usage (Precise)", table: "cswitch", filter: `${process.name} ${thread}` },
        { label: `${formatDuration(from)} to ${formatDuration(to)}`, from, to },
      ],
      unsafe: doubtsOf(facts, "cswitch"),
    };
  }
}
