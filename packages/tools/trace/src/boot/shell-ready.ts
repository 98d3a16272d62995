import type { Analysis } from "../analysis.ts";
import { Marks } from "../model/marks.ts";
import type { TraceProcess } from "../model/processes.ts";
import { isReadyName, TaskEvents } from "../transitions/task-events.ts";
import { BUSY_INTERVAL, MOST_BUSY, processorTime } from "./busy-intervals.ts";

/** When the shell was ready, and how that is known. */
export interface ShellReady {
  /** Milliseconds since the start of the trace. */
  readonly time: number;
  /** `approximation`: its process took little of the processors; nothing in the trace says it. */
  readonly from: "mark" | "event" | "approximation";
  /** The mark, the event, or the rule. */
  readonly source: string;
}

/** Milliseconds that the shell takes little of the processors once it has started. */
const SHELL_QUIET = 500;

/**
 * When the shell was ready: by a mark or an event that says so by its name, else when Windows begins to look for the idle time behind the
 * boot (which a published script takes for the desktop), else when Winlogon ends the boot of a user, else when the process has taken at
 * most 20 % of one processor for 500 ms.
 *
 * @param start milliseconds at which the shell's process started
 */
export function shellReady(analysis: Analysis, start: number, shell: string): ShellReady | undefined {
  return toldReady(analysis, start) ?? quietAfter(analysis, start, shell);
}

/** What marks and events tell. */
export function toldReady(analysis: Analysis, start: number): ShellReady | undefined {
  const isLater = ({ time }: { readonly time: number }) => analysis.milliseconds(time) >= start;
  const ready = ({ time }: { readonly time: number }, from: "mark" | "event", source: string): ShellReady => {
    return { time: analysis.milliseconds(time), from, source };
  };
  const mark = analysis.get(Marks).all.find((each) => isLater(each) && isReadyName(each.text));
  const events = analysis.get(TaskEvents).all.filter(isLater);
  const phase = events.find(
    ({ task, values }) =>
      isReadyName(task) || (task === "Explorer_Startup_PhaseReached" && isReadyName(String(values["psz"] ?? ""))),
  );
  if (phase && (!mark || phase.time <= mark.time)) {
    const text = isReadyName(phase.task) ? "" : ` ${String(phase.values["psz"])}`;
    return ready(phase, "event", `${phase.provider}/${phase.task}${text}`);
  }
  if (mark) return ready(mark, "mark", `mark ${mark.text}`);
  const postBoot = events.find(({ task }) => /^IdleDetection_Post(Boot|ResumeFromHybridboot)$/.test(task));
  if (postBoot) return ready(postBoot, "event", `${postBoot.provider}/${postBoot.task}`);
  const userBoot = events.find(({ task, opcode }) => task === "UserBoot" && opcode === "Stop");
  return userBoot && ready(userBoot, "event", `${userBoot.provider}/UserBoot/Stop`);
}

function quietAfter(analysis: Analysis, start: number, name: string): ShellReady | undefined {
  const isOfShell = (process: TraceProcess | undefined) => process?.name.toLowerCase() === name.toLowerCase();
  const usage = processorTime(analysis, start, { wanted: isOfShell });
  const needed = SHELL_QUIET / BUSY_INTERVAL;
  let quiet = 0;
  for (const [i, busy] of usage.entries()) {
    quiet = busy <= MOST_BUSY * BUSY_INTERVAL ? quiet + 1 : 0;
    if (quiet < needed) continue;
    const time = start + (i + 1 - needed) * BUSY_INTERVAL;
    return { time, from: "approximation", source: `${name} takes at most 20 % of a processor for 500 ms` };
  }
  return undefined;
}
