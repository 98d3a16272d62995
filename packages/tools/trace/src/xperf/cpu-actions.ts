import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { processLabel } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { cpuProfile } from "../stacks/stack-profile.ts";
import { cpuTable } from "../tables/cpu.ts";
import { cswitchTable } from "../tables/cswitch.ts";
import { type ActionContext, FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { addToIntervals, type Interval, intervalsOf, micro, percent } from "./options.ts";
import { type ReportCell, reportLines } from "./report.ts";
import { runsOf, threadUses } from "./thread-use.ts";

function processorsOf(analysis: Analysis): number {
  return Math.max(1, Math.min(2048, analysis.model.trace.header?.processors ?? 1));
}

/** Lines of how busy each processor was. @param busy milliseconds by interval and processor @param idle tell of the rest instead */
async function writeUse(
  { target, write }: ActionContext,
  intervals: readonly Interval[],
  busy: readonly Float64Array[],
  idle = false,
): Promise<void> {
  const processors = busy[0]?.length ?? 0;
  const titles = ["StartTime", "EndTime", ...Array.from({ length: processors }, (_, cpu) => `Cpu ${cpu}`), "Total"];
  const rows = intervals.map(({ from, to }, i): ReportCell[] => {
    const times = [...(busy[i] as Float64Array)].map((time) => (idle ? Math.max(0, to - from - time) : time));
    const total = times.reduce((sum, time) => sum + time, 0);
    const shares = times.map((time) => percent(time, to - from));
    return [micro(from), micro(to), ...shares, percent(total, (to - from) * processors)];
  });
  for (const line of reportLines(titles, rows, target)) await write(line);
}

export const profileAction: XperfAction = {
  name: "profile",
  summary: "processor use by samples; -util SECONDS: over time; -detail: by process and function; -freq: the interval",
  options: { ...RANGE, util: MAYBE_NUMBER, detail: FLAG, freq: FLAG },
  needs: cpuTable.needs,
  collectors: [SampledProfile],
  async run(context) {
    const { options, analysis, write } = context;
    const parts: (() => Promise<void>)[] = [];
    if (options.has("freq")) {
      parts.push(() => write(`Sampling interval (us): ${analysis.get(SampledProfile).interval * 1000}\n`));
    }
    if (options.has("detail")) parts.push(() => writeDetail(context));
    if (options.has("util") || parts.length === 0) parts.push(() => writeSampledUse(context));
    await inParts(parts, write);
  },
};

/** Reports that were asked for, with an empty line between them. */
export async function inParts(
  parts: readonly (() => Promise<void>)[],
  write: (text: string) => Promise<void>,
): Promise<void> {
  for (const [i, part] of parts.entries()) {
    if (i > 0) await write("\n");
    await part();
  }
}

async function writeSampledUse(context: ActionContext): Promise<void> {
  const { analysis, options } = context;
  const profile = analysis.get(SampledProfile);
  const intervals = intervalsOf(analysis, options, "util");
  const busy = intervals.map(() => new Float64Array(processorsOf(analysis)));
  const first = intervals[0] as Interval;
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const time = columns.time[row] as number;
    if (profile.isIdle(columns, row) || !analysis.includes(time)) continue;
    const index = Math.floor((analysis.milliseconds(time) - first.from) / (first.to - first.from));
    const own = busy[Math.max(0, Math.min(intervals.length - 1, index))] as Float64Array;
    own[columns.processor[row] as number]! += profile.interval * (columns.count[row] as number);
  }
  await writeUse(context, intervals, busy);
}

/** By process and function, by module where no symbols were asked for. Shares are of all processors. */
async function writeDetail(context: ActionContext): Promise<void> {
  const { analysis, symbols, operation, target, write } = context;
  const profile = await cpuProfile(analysis, { ...symbols, ...operation });
  const { samples, stacks, frames, processes } = profile;
  const sums = new Map<string, { readonly process: string; readonly place: string; weight: number }>();
  for (const rows = samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const process = processes[columns.process[row] as number];
    const frame = stacks.innermost(columns.stack[row] as number);
    const place = symbols ? frames.label(frame) : `${frames.place(frame).module || "Unknown"}!Unknown`;
    const label = process ? processLabel(process) : "Unknown (-1)";
    const key = `${label}\0${place}`;
    const sum = sums.get(key) ?? { process: label, place, weight: 0 };
    sums.set(key, sum);
    sum.weight += columns.weight[row] as number;
  }
  const whole = analysis.duration * processorsOf(analysis);
  const rows = [...sums.values()]
    .sort((a, b) => b.weight - a.weight)
    .map(({ process, place, weight }) => [process, micro(weight), percent(weight, whole), place]);
  const titles = ["Process Name ( PID)", "Weight", "Usage %", "Module!Function"];
  for (const line of reportLines(titles, rows, target)) await write(line);
}

export const cswitchAction: XperfAction = {
  name: "cswitch",
  summary:
    "processor use by context switches; -avail, -util SECONDS: over time; -process, -thread: by these; -exc_dpcisr: without interrupts",
  options: { ...RANGE, avail: MAYBE_NUMBER, util: MAYBE_NUMBER, process: FLAG, thread: FLAG, exc_dpcisr: FLAG },
  needs: cswitchTable.needs,
  collectors: [ContextSwitches],
  async run(context) {
    const { options, write } = context;
    const parts: (() => Promise<void>)[] = [];
    if (options.has("process")) parts.push(() => writeThreadUse(context, false));
    if (options.has("thread")) parts.push(() => writeThreadUse(context, true));
    if (options.has("util")) parts.push(() => writeSwitchedUse(context, "util"));
    if (options.has("avail") || parts.length === 0) parts.push(() => writeSwitchedUse(context, "avail"));
    await inParts(parts, write);
  },
};

async function writeThreadUse({ analysis, options, target, write }: ActionContext, byThread: boolean): Promise<void> {
  const whole = analysis.duration * processorsOf(analysis);
  const rows = [...threadUses(analysis, { byThread, withoutInterrupts: options.has("exc_dpcisr") }).values()]
    .sort((a, b) => b.busy - a.busy)
    .map(({ process, thread, busy, switches }) => [
      processLabel(process),
      ...(byThread ? [thread] : []),
      micro(busy),
      switches,
      percent(busy, whole),
    ]);
  const titles = ["Process Name ( PID)", ...(byThread ? ["ThreadID"] : []), "CPU Usage (us)", "Switches", "Usage %"];
  for (const line of reportLines(titles, rows, target)) await write(line);
}

async function writeSwitchedUse(context: ActionContext, kind: "util" | "avail"): Promise<void> {
  const { analysis, options } = context;
  const intervals = intervalsOf(analysis, options, kind);
  const busy = intervals.map(() => new Float64Array(processorsOf(analysis)));
  const withoutInterrupts = options.has("exc_dpcisr");
  for (const { from, to, interrupted, processor } of runsOf(analysis)) {
    // Interruptions are told of the whole run: its parts have theirs by their lengths.
    const share = withoutInterrupts && to > from ? Math.max(0, 1 - interrupted / (to - from)) : 1;
    addToIntervals(intervals, from, to, (i, time) => {
      (busy[i] as Float64Array)[processor]! += time * share;
    });
  }
  await writeUse(context, intervals, busy, kind === "avail");
}
