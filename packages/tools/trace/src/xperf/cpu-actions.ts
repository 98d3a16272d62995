import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { processLabel, type TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import { ImageCounts } from "../tables/code-columns.ts";
import { cpuTable } from "../tables/cpu.ts";
import { cswitchTable } from "../tables/cswitch.ts";
import { type ActionContext, FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { functionCell, processCell } from "./dump-columns.ts";
import { addToIntervals, type Interval, intervalsOf, micro, percent } from "./options.ts";
import { fixedLines, type ReportCell, reportLines } from "./report.ts";
import { runsOf, threadUses } from "./thread-use.ts";

function processorsOf(analysis: Analysis): number {
  return Math.max(1, Math.min(2048, analysis.model.trace.header?.processors ?? 1));
}

/** Of the times, and of each processor. */
const USE_WIDTHS = [10, 9, 6];
/** Of processes, weights, shares; functions are as long as they are. */
const DETAIL_WIDTHS = [23, 10, 10, 24];

/** Lines of how busy each processor was. @param busy milliseconds by interval and processor @param idle tell of the rest instead */
async function writeUse(
  { target, write }: ActionContext,
  intervals: readonly Interval[],
  busy: readonly Float64Array[],
  idle = false,
): Promise<void> {
  const processors = busy[0]?.length ?? 0;
  const titles = ["StartTime", "EndTime", ...Array.from({ length: processors }, (_, cpu) => `Cpu ${cpu}`)];
  const rows = intervals.map(({ from, to }, i): ReportCell[] => {
    const times = [...(busy[i] as Float64Array)].map((time) => (idle ? Math.max(0, to - from - time) : time));
    return [micro(from), micro(to), ...times.map((time) => percent(time, to - from))];
  });
  for (const line of fixedLines(titles, rows, USE_WIDTHS, target)) await write(line);
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

/** By process and function, by module where no symbols were asked for; idle processors are a process. Shares are of all processors. */
async function writeDetail({ analysis, symbols, operation, target, write }: ActionContext): Promise<void> {
  const { model } = analysis;
  const { samples, interval } = analysis.get(SampledProfile);
  const images = new ImageCounts(model);
  const sums = new Map<string, { process: TraceProcess; address: number; time: number; weight: number }>();
  let whole = 0;
  for (const rows = samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const [time, address] = [columns.time[row] as number, columns.address[row] as number];
    if (!analysis.includes(time)) continue;
    const process = model.threads.processOf(columns.thread[row] as number, time) ?? model.processes.unknown;
    const key = `${process.index} ${address}`;
    const sum = sums.get(key) ?? { process, address, time, weight: 0 };
    if (!sums.has(key) && symbols) images.address(process.id, address, time);
    sums.set(key, sum);
    const weight = interval * (columns.count[row] as number);
    sum.weight += weight;
    whole += weight;
  }
  const symbolizer = await Symbolizer.load(model, images.images, { ...symbols, ...operation });
  const byCode = new Map<string, { process: string; code: string; weight: number }>();
  for (const { process, address, time, weight } of sums.values()) {
    const { module, function: name } = symbolizer.place(process.id, address, time);
    const code = functionCell(module || "Unknown", (symbols && name) || "Unknown");
    const key = `${process.index} ${code}`;
    const sum = byCode.get(key) ?? { process: processCell(process.name, process.id), code, weight: 0 };
    byCode.set(key, sum);
    sum.weight += weight;
  }
  const rows = [...byCode.values()]
    .sort((a, b) => b.weight - a.weight)
    .map(({ process, code, weight }) => [process, micro(weight), percent(weight, whole), code])
    .map((cells) => (target === "machine" ? cells.map((cell) => String(cell).trim()) : cells));
  const titles = ["Process Name ( PID)", "Weight", "Usage %", "Module!Function"];
  for (const line of fixedLines(titles, rows, DETAIL_WIDTHS, target)) await write(line);
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
