import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import type { TraceProcess } from "../model/processes.ts";
import type { Interval } from "./options.ts";

/** A thread on a processor. */
interface ThreadRun extends Interval {
  readonly thread: number;
  readonly process: TraceProcess;
  readonly processor: number;
  /** Milliseconds that deferred procedure calls and interrupts took of it. */
  readonly interrupted: number;
}

/** Runs of threads, cut to the range; idle threads are left out. */
export function* runsOf(analysis: Analysis, within?: Interval): Generator<ThreadRun> {
  const { threads, processes, duration } = analysis.model;
  const since = within?.from ?? analysis.range.from;
  const until = Math.min(within?.to ?? analysis.range.to, duration);
  for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const thread = columns.newThread[row] as number;
    if (thread === 0) continue;
    const time = columns.time[row] as number;
    const end = columns.end[row] as number;
    const from = Math.max(since, analysis.milliseconds(time));
    const to = Math.min(until, Number.isNaN(end) ? until : analysis.milliseconds(end));
    if (to < from) continue;
    const interrupted = analysis.milliseconds(columns.interrupted[row] as number);
    const process = threads.processOf(thread, time) ?? processes.unknown;
    yield { thread, process, from, to, interrupted, processor: columns.processor[row] as number };
  }
}

export interface ThreadUse {
  readonly process: TraceProcess;
  /** The first of the process where threads are not told apart. */
  readonly thread: number;
  /** Milliseconds. */
  busy: number;
  switches: number;
}

export interface ThreadUseOptions {
  readonly byThread: boolean;
  readonly withoutInterrupts: boolean;
  /** Default: the range of the analysis. */
  readonly within?: Interval;
}

export function threadUseKey(process: TraceProcess, thread: number, byThread: boolean): string {
  return byThread ? `${process.index} ${thread}` : String(process.index);
}

export function threadUses(
  analysis: Analysis,
  { byThread, withoutInterrupts, within }: ThreadUseOptions,
): Map<string, ThreadUse> {
  const uses = new Map<string, ThreadUse>();
  for (const { thread, process, from, to, interrupted } of runsOf(analysis, within)) {
    const key = threadUseKey(process, thread, byThread);
    const use = uses.get(key) ?? { process, thread, busy: 0, switches: 0 };
    uses.set(key, use);
    use.busy += Math.max(0, to - from - (withoutInterrupts ? interrupted : 0));
    use.switches++;
  }
  return uses;
}
