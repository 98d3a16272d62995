import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import { processLabel } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { cpuProfile } from "../stacks/stack-profile.ts";
import { type ActionContext, FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { type ReportCell, reportLines } from "./report.ts";

/** Parts of the range that use is told of. */
const INTERVALS = 1;
const MOST_INTERVALS = 100_000;

interface Interval {
  /** Milliseconds. */
  readonly from: number;
  readonly to: number;
}

/** `-util 10`: the range in ten parts. */
function intervalsOf({ analysis, options }: ActionContext): Interval[] {
  const count = Math.min(MOST_INTERVALS, Math.max(1, Number.parseInt(options.get("util")?.[0] ?? "", 10) || INTERVALS));
  const from = Math.max(0, analysis.range.from);
  const width = analysis.duration / count;
  return Array.from({ length: count }, (_, i) => ({ from: from + i * width, to: from + (i + 1) * width }));
}

/** Lines of how busy each processor was. @param busy milliseconds by interval and processor */
async function writeUse(
  context: ActionContext,
  intervals: readonly Interval[],
  busy: readonly Float64Array[],
): Promise<void> {
  const processors = busy[0]?.length ?? 0;
  const titles = [
    "Start Time (us)",
    "End Time (us)",
    ...Array.from({ length: processors }, (_, cpu) => `CPU ${cpu} Usage %`),
    "Total Usage %",
  ];
  const rows = intervals.map(({ from, to }, i): ReportCell[] => {
    const shares = [...(busy[i] as Float64Array)].map((time) => (to > from ? (100 * time) / (to - from) : 0));
    const total = shares.reduce((sum, share) => sum + share, 0) / Math.max(1, processors);
    return [Math.round(from * 1000), Math.round(to * 1000), ...[...shares, total].map((share) => share.toFixed(2))];
  });
  for (const line of reportLines(titles, rows, context.target)) await context.write(line);
}

function processorsOf(analysis: Analysis): number {
  return Math.max(1, Math.min(2048, analysis.model.trace.header?.processors ?? 1));
}

export const profileAction: XperfAction = {
  name: "profile",
  summary:
    "processor use by samples; -util N: over time; -detail: by process and module or function; -freq: the interval",
  options: { ...RANGE, util: MAYBE_NUMBER, detail: FLAG, freq: FLAG },
  collectors: [SampledProfile],
  async run(context) {
    const { options, analysis, write } = context;
    if (options.has("freq")) {
      await write(`Sampling interval (us): ${analysis.get(SampledProfile).interval * 1000}\n`);
    } else if (options.has("detail")) await writeDetail(context);
    else await writeSampledUse(context);
  },
};

async function writeSampledUse(context: ActionContext): Promise<void> {
  const { analysis } = context;
  const profile = analysis.get(SampledProfile);
  const intervals = intervalsOf(context);
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

/** By process and module; by function where symbols were asked for. Shares are of all processors. */
async function writeDetail(context: ActionContext): Promise<void> {
  const { analysis, symbols, operation, target, write } = context;
  const profile = await cpuProfile(analysis, { ...symbols, ...operation });
  const { samples, stacks, frames, processes } = profile;
  const sums = new Map<string, { readonly cells: readonly [string, string]; weight: number; count: number }>();
  for (const rows = samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const process = processes[columns.process[row] as number];
    const frame = stacks.addressOf(columns.stack[row] as number);
    const place = symbols ? frames.label(frame) : frames.place(frame).module || "Unknown";
    const label = process ? processLabel(process) : "?";
    const key = `${label}\0${place}`;
    const sum = sums.get(key) ?? { cells: [label, place] as const, weight: 0, count: 0 };
    sums.set(key, sum);
    sum.weight += columns.weight[row] as number;
    sum.count++;
  }
  const whole = analysis.duration * processorsOf(analysis);
  const rows = [...sums.values()]
    .sort((a, b) => b.weight - a.weight)
    .map(({ cells, weight, count }) => [
      ...cells,
      Math.round(weight * 1000),
      count,
      (whole > 0 ? (100 * weight) / whole : 0).toFixed(2),
    ]);
  const titles = ["Process Name ( PID)", symbols ? "Image!Function" : "Image", "Weight (us)", "Count", "Usage %"];
  for (const line of reportLines(titles, rows, target)) await write(line);
}

interface ThreadUse {
  readonly process: string;
  readonly thread: number;
  readonly pid: number;
  /** Milliseconds. */
  busy: number;
  switches: number;
}

export const cswitchAction: XperfAction = {
  name: "cswitch",
  summary: "processor use by context switches; -util N: over time; -process, -thread: by these",
  options: { ...RANGE, util: MAYBE_NUMBER, process: FLAG, thread: FLAG, exc_dpcisr: FLAG },
  collectors: [ContextSwitches],
  async run(context) {
    const { options, analysis, target, write } = context;
    if (!options.has("process") && !options.has("thread")) {
      await writeSwitchedUse(context);
      return;
    }
    const byThread = options.has("thread");
    const whole = analysis.duration * processorsOf(analysis);
    const rows = [...threadUses(analysis, byThread, options.has("exc_dpcisr")).values()]
      .sort((a, b) => b.busy - a.busy)
      .map(({ process, thread, busy, switches }) => [
        process,
        ...(byThread ? [thread] : []),
        Math.round(busy * 1000),
        switches,
        (whole > 0 ? (100 * busy) / whole : 0).toFixed(2),
      ]);
    const titles = ["Process Name ( PID)", ...(byThread ? ["ThreadID"] : []), "CPU Usage (us)", "Switches", "Usage %"];
    for (const line of reportLines(titles, rows, target)) await write(line);
  },
};

/** Runs, cut to the range; idle threads are left out. */
function* runsOf(analysis: Analysis) {
  const until = Math.min(analysis.range.to, analysis.model.duration);
  for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const thread = columns.newThread[row] as number;
    if (thread === 0) continue;
    const time = columns.time[row] as number;
    const end = columns.end[row] as number;
    const from = Math.max(analysis.range.from, analysis.milliseconds(time));
    const to = Math.min(until, Number.isNaN(end) ? until : analysis.milliseconds(end));
    if (to < from) continue;
    const interrupted = analysis.milliseconds(columns.interrupted[row] as number);
    yield { thread, time, from, to, interrupted, processor: columns.processor[row] as number };
  }
}

function threadUses(analysis: Analysis, byThread: boolean, withoutInterrupts: boolean): Map<string, ThreadUse> {
  const { threads, processes } = analysis.model;
  const uses = new Map<string, ThreadUse>();
  for (const { thread, time, from, to, interrupted } of runsOf(analysis)) {
    const process = threads.processOf(thread, time) ?? processes.unknown;
    const key = byThread ? `${process.index} ${thread}` : String(process.index);
    const use = uses.get(key) ?? { process: processLabel(process), pid: process.id, thread, busy: 0, switches: 0 };
    uses.set(key, use);
    use.busy += Math.max(0, to - from - (withoutInterrupts ? interrupted : 0));
    use.switches++;
  }
  return uses;
}

async function writeSwitchedUse(context: ActionContext): Promise<void> {
  const { analysis } = context;
  const intervals = intervalsOf(context);
  const busy = intervals.map(() => new Float64Array(processorsOf(analysis)));
  const first = intervals[0] as Interval;
  const width = first.to - first.from;
  for (const { from, to, processor } of runsOf(analysis)) {
    const last = Math.min(intervals.length - 1, Math.floor((to - first.from) / width));
    for (let i = Math.max(0, Math.floor((from - first.from) / width)); i <= last; i++) {
      const own = intervals[i] as Interval;
      (busy[i] as Float64Array)[processor]! += Math.max(0, Math.min(to, own.to) - Math.max(from, own.from));
    }
  }
  await writeUse(context, intervals, busy);
}

export const cpuDiskAction: XperfAction = {
  name: "cpudisk",
  summary: "processor and disk use by process, or by thread (-thread)",
  options: { ...RANGE, thread: FLAG, exc_dpcisr: FLAG },
  collectors: [ContextSwitches, DiskTransfers],
  async run({ analysis, options, target, write }) {
    const byThread = options.has("thread");
    const uses = threadUses(analysis, byThread, options.has("exc_dpcisr"));
    const disks = diskUses(analysis, byThread);
    const keys = new Set([...uses.keys(), ...disks.keys()]);
    const rows = [...keys].map((key): ReportCell[] => {
      const [cpu, disk] = [uses.get(key), disks.get(key)];
      const thread = byThread ? [cpu?.thread ?? disk?.thread ?? 0] : [];
      return [
        cpu?.process ?? disk?.process ?? "?",
        ...thread,
        Math.round((cpu?.busy ?? 0) * 1000),
        Math.round((disk?.service ?? 0) * 1000),
        disk?.bytes ?? 0,
      ];
    });
    rows.sort((a, b) => Number(b.at(-3)) - Number(a.at(-3)));
    const titles = [
      "Process Name ( PID)",
      ...(byThread ? ["ThreadID"] : []),
      "CPU Usage (us)",
      "Disk Service Time (us)",
      "Bytes",
    ];
    for (const line of reportLines(titles, rows, target)) await write(line);
  },
};

function diskUses(analysis: Analysis, byThread: boolean) {
  const { threads, processes } = analysis.model;
  const uses = new Map<string, { process: string; thread: number; service: number; bytes: number }>();
  for (const rows = analysis.get(DiskTransfers).transfers.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const end = columns.end[row] as number;
    if (!analysis.includes(end)) continue;
    const thread = columns.thread[row] as number;
    const process = threads.processOf(thread, end) ?? processes.unknown;
    const key = byThread ? `${process.index} ${thread}` : String(process.index);
    const use = uses.get(key) ?? { process: processLabel(process), thread, service: 0, bytes: 0 };
    uses.set(key, use);
    use.service += analysis.milliseconds(end - (columns.serviceStart[row] as number));
    use.bytes += columns.size[row] as number;
  }
  return uses;
}
