import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import type { TraceProcess } from "../model/processes.ts";
import { isWanted } from "../stacks/sampled-stacks.ts";

/** A switch of a processor to a thread, and how long that thread ran. Times are in milliseconds. */
export interface ThreadRun {
  readonly start: number;
  readonly end: number;
  readonly thread: number;
  readonly process: TraceProcess;
  readonly processor: number;
  readonly priority: number;
  /** NaN where nothing made it ready. */
  readonly ready: number;
  /** `NO_THREAD` where the trace does not tell. */
  readonly readyingThread: number;
  readonly readiedInDpc: boolean;
  /** What the thread that ran before went into. */
  readonly oldThread: number;
  readonly oldPriority: number;
  readonly oldState: number;
  readonly oldWaitReason: number;
  readonly oldWaitMode: number;
}

/** @param wanted name or identifier of a process: only switches to or from its threads */
export function* threadRuns(analysis: Analysis, wanted?: string | number): Generator<ThreadRun> {
  const { threads, processes, end } = analysis.model;
  const processAt = (thread: number, time: number) => threads.processOf(thread, time) ?? processes.unknown;
  for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const time = columns.time[row] as number;
    if (!analysis.includes(time)) continue;
    const [thread, oldThread] = [columns.newThread[row] as number, columns.oldThread[row] as number];
    const process = processAt(thread, time);
    if (!isWanted(process, wanted) && !isWanted(processAt(oldThread, time), wanted)) continue;
    const until = columns.end[row] as number;
    yield {
      start: analysis.milliseconds(time),
      end: analysis.milliseconds(Number.isNaN(until) ? end : until),
      thread,
      process,
      processor: columns.processor[row] as number,
      priority: columns.newPriority[row] as number,
      ready: analysis.milliseconds(columns.ready[row] as number),
      readyingThread: columns.readyingThread[row] as number,
      readiedInDpc: columns.readiedInDpc[row] === 1,
      oldThread,
      oldPriority: columns.oldPriority[row] as number,
      oldState: columns.oldState[row] as number,
      oldWaitReason: columns.oldWaitReason[row] as number,
      oldWaitMode: columns.oldWaitMode[row] as number,
    };
  }
}
