import { valueName, WAIT_REASON } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import { ContextSwitches, NO_THREAD, ThreadState } from "../model/context-switches.ts";
import type { TraceProcess } from "../model/processes.ts";

/** A time in which a thread did not run. */
export interface Delay {
  readonly process: TraceProcess;
  readonly thread: number;
  /** Milliseconds since the start of the trace. */
  readonly from: number;
  readonly to: number;
  /** Who ended a wait; empty where the trace does not tell. */
  readonly endedBy: string;
  /** What a wait was for, as Windows tells it. */
  readonly reason: string;
}

/** What the threads of a process did with their time, in milliseconds. */
export interface ProcessSwitches {
  readonly process: TraceProcess;
  running: number;
  ready: number;
  /** The longest times of a thread of it that was ready, and that waited. */
  longestReady: Delay | undefined;
  longestWait: Delay | undefined;
}

/** By process; the one that was ready longest first. */
export function switchUse(analysis: Analysis): readonly ProcessSwitches[] {
  const { threads, processes } = analysis.model;
  const byProcess = new Map<TraceProcess, ProcessSwitches>();
  for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const thread = columns.newThread[row] as number;
    const time = columns.time[row] as number;
    if (thread === 0 || !analysis.includes(time)) continue;
    const process = threads.processOf(thread, time) ?? processes.unknown;
    let own = byProcess.get(process);
    if (!own) {
      own = { process, running: 0, ready: 0, longestReady: undefined, longestWait: undefined };
      byProcess.set(process, own);
    }
    const [lastOut, readyAt, end] = [
      columns.lastOut[row] as number,
      columns.ready[row] as number,
      columns.end[row] as number,
    ];
    if (!Number.isNaN(end)) own.running += analysis.milliseconds(end - time);
    const at = analysis.milliseconds(time);
    const ready = Number.isNaN(readyAt) ? at : analysis.milliseconds(readyAt);
    own.ready += at - ready;
    if (at - ready > lengthOf(own.longestReady))
      own.longestReady = { process, thread, from: ready, to: at, endedBy: "", reason: "" };
    if (Number.isNaN(lastOut) || columns.newPreviousState[row] !== ThreadState.WAITING) continue;
    const out = analysis.milliseconds(lastOut);
    if (ready - out <= lengthOf(own.longestWait)) continue;
    const readying = columns.readyingThread[row] as number;
    const by = readying === NO_THREAD || readying === 0 ? undefined : threads.processOf(readying, readyAt);
    const endedBy = columns.readiedInDpc[row] === 1 ? "a deferred procedure call" : (by?.name ?? "");
    const reason = valueName(WAIT_REASON, columns.newPreviousWaitReason[row] as number);
    own.longestWait = { process, thread, from: out, to: ready, endedBy, reason };
  }
  return [...byProcess.values()].sort((a, b) => b.ready - a.ready);
}

export function lengthOf(delay: Delay | undefined): number {
  return delay ? delay.to - delay.from : 0;
}
