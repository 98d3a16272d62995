import type { Analysis } from "../analysis.ts";
import { INTERRUPT_TYPES, Interrupts } from "../model/interrupts.ts";
import { dpcTable } from "../tables/dpc.ts";
import { FLAG, MAYBE_NUMBER, RANGE, type XperfAction } from "./action.ts";
import { addToIntervals, type Interval, intervalsOf, micro, numbersOf, percent } from "./options.ts";

const LINE = "-".repeat(58);
/** Percents of a processor that intervals are sorted into; the last class has no end. */
const SHARES = [0, 1, 5, 10, 15, 20, 25, 30, 35, 40, 45, 50, 60, 70, 80, 90];

/** A routine that ran, its time in milliseconds. */
interface RoutineRun extends Interval {
  readonly isInterrupt: boolean;
  readonly processor: number;
  readonly module: string;
}

/** Reports of deferred procedure calls and interrupts, laid out as xperf's. */
export const dpcisrAction: XperfAction = {
  name: "dpcisr",
  summary:
    "deferred procedure calls (-dpc) and interrupts (-isr): -summary by module, -interval SECONDS over time, -bucket SECONDS how busy",
  options: { ...RANGE, dpc: FLAG, isr: FLAG, summary: FLAG, interval: MAYBE_NUMBER, bucket: MAYBE_NUMBER },
  needs: dpcTable.needs,
  collectors: [Interrupts],
  async run({ analysis, options, write }) {
    const isAll = !["summary", "interval", "bucket"].some((name) => options.has(name));
    const isBoth = options.has("dpc") === options.has("isr");
    const runs = runsOf(analysis);
    const processors = Math.max(1, Math.min(2048, analysis.model.trace.header?.processors ?? 1));
    const kinds = [
      { title: "DPC Info", isInterrupt: false, isShown: isBoth || options.has("dpc") },
      { title: "Interrupt Info", isInterrupt: true, isShown: isBoth || options.has("isr") },
    ].filter(({ isShown }) => isShown);
    for (const { title, isInterrupt } of kinds) {
      await write(`${LINE}\n${title}\n${LINE}\n`);
      const own = runs.filter((run) => run.isInterrupt === isInterrupt);
      if (isAll || options.has("summary")) {
        for (const line of summaryLines(analysis, own, processors)) await write(line);
      }
      if (isAll || options.has("interval")) {
        const intervals = intervalsOf(analysis, options, "interval");
        const [seconds = 1] = numbersOf(options, "interval");
        for (const line of intervalLines(intervals, seconds, own, processors)) await write(line);
      }
    }
    if (isAll || options.has("bucket")) {
      const [seconds = 2] = numbersOf(options, "bucket");
      const widths = new Map([["bucket", [String(seconds)]]]);
      const shown = runs.filter(({ isInterrupt }) => kinds.some((kind) => kind.isInterrupt === isInterrupt));
      await write(`Distribution of number of ${seconds * 1000} ms intervals w.r.t. DPC/ISR usage:\n\n`);
      for (const line of bucketLines(intervalsOf(analysis, widths, "bucket"), shown, processors)) await write(line);
    }
  },
};

/** Each without those that interrupted it. */
function runsOf(analysis: Analysis): RoutineRun[] {
  const runs: RoutineRun[] = [];
  for (const rows = analysis.get(Interrupts).interrupts.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const exit = columns.exit[row] as number;
    if (!analysis.includes(exit)) continue;
    const to = analysis.milliseconds(exit);
    const image = analysis.model.images.at(0, columns.routine[row] as number, exit);
    runs.push({
      from: to - analysis.milliseconds(columns.exclusive[row] as number),
      to,
      isInterrupt: (INTERRUPT_TYPES[columns.type[row] as number] ?? "").startsWith("ISR"),
      processor: columns.processor[row] as number,
      module: image?.name || '"Unknown"',
    });
  }
  return runs;
}

function* summaryLines(analysis: Analysis, runs: readonly RoutineRun[], processors: number): Generator<string> {
  const from = Math.max(0, analysis.range.from);
  const to = from + analysis.duration;
  yield "CPU Usage Summing By Module For the Whole Trace\n\n";
  yield `CPU Usage from ${micro(from)} us to ${micro(to)} us:\n\n`;
  yield* usageHead(processors, "", ", Module");
  const byModule = [...Map.groupBy(runs, ({ module }) => module)].sort(([a], [b]) => (a < b ? -1 : 1));
  for (const [module, own] of byModule) {
    const cells = timesOf(own, processors).map((time) => usageCell(time, to - from));
    yield `${cells.join(", ")}, ${module}\n`;
  }
  yield "\n";
  yield `Total = ${runs.length}\n`;
  yield* histogram(runs);
  for (const [module, own] of byModule) {
    yield `\nTotal = ${own.length} for module ${module}\n`;
    yield* histogram(own);
  }
  const sum = byModule.reduce((all, [, own]) => all + own.length, 0);
  yield `\nAll Module = ${sum},  Total = ${runs.length},   ${sum === runs.length ? "EQUAL" : "NOT EQUAL"}\n\n`;
}

function* usageHead(processors: number, before: string, behind: string): Generator<string> {
  const blank = " ".repeat(before.length);
  const all = Array.from({ length: processors }, (_, cpu) => cpu);
  yield `${blank}${all.map((cpu) => `     CPU ${cpu} Usage,`).join(" ")}\n`;
  yield `${before}${all.map(() => "     usec      %").join(", ")}${behind}\n`;
}

/** Milliseconds by processor. */
function timesOf(runs: Iterable<RoutineRun>, processors: number): number[] {
  const times = new Array<number>(processors).fill(0);
  for (const { processor, from, to } of runs) if (processor < processors) times[processor]! += to - from;
  return times;
}

function usageCell(time: number, whole: number): string {
  return `${String(micro(time)).padStart(9)} ${percent(time, whole).padStart(6)}`;
}

/** Classes of elapsed times that double; the last one has no end. */
const LAST_CLASS = 12;

function* histogram(runs: readonly RoutineRun[]): Generator<string> {
  const counts = new Array<number>(LAST_CLASS + 1).fill(0);
  for (const { from, to } of runs) {
    const time = micro(to - from);
    counts[Math.min(LAST_CLASS, Math.ceil(Math.log2(Math.max(1, time))))]!++;
  }
  for (const [i, count] of counts.entries()) {
    if (count === 0) continue;
    const least = String(i === 0 ? 0 : 2 ** (i - 1)).padStart(8);
    const share = percent(count, runs.length).padStart(6);
    const most = i < LAST_CLASS ? ` AND <= ${String(2 ** i).padStart(8)} usecs` : "";
    yield `Elapsed Time, > ${least} usecs${most}, ${String(count).padStart(6)}, or ${share}%\n`;
  }
  yield `Total, ${String(runs.length).padStart(6)}\n`;
}

function* intervalLines(
  intervals: readonly Interval[],
  seconds: number,
  runs: readonly RoutineRun[],
  processors: number,
): Generator<string> {
  const [first, last] = [intervals[0] as Interval, intervals.at(-1) as Interval];
  const [from, to] = [Math.round(first.from), Math.round(last.to)];
  yield `Usage From ${from} ms to ${to} ms, Summing In ${seconds} second intervals. Intervals=${intervals.length}\n\n`;
  yield* usageHead(processors, "Start (ms) End (ms)    , ", "");
  const times = usesOf(intervals, runs, processors);
  for (const [i, interval] of intervals.entries()) {
    const cells = (times[i] as number[]).map((time) => usageCell(time, interval.to - interval.from));
    const bounds = `${String(Math.round(interval.from)).padStart(10)}-${String(Math.round(interval.to)).padEnd(10)}`;
    yield `${bounds}:, ${cells.join(", ")}\n`;
  }
  yield "\n";
}

/** Milliseconds by interval and processor. */
function usesOf(intervals: readonly Interval[], runs: Iterable<RoutineRun>, processors: number): number[][] {
  const times = intervals.map(() => new Array<number>(processors).fill(0));
  for (const { from, to, processor } of runs) {
    if (processor >= processors) continue;
    addToIntervals(intervals, from, to, (i, time) => {
      (times[i] as number[])[processor]! += time;
    });
  }
  return times;
}

/** How many intervals had which share of a processor in deferred procedure calls, in interrupts, in both. */
function* bucketLines(
  intervals: readonly Interval[],
  runs: readonly RoutineRun[],
  processors: number,
): Generator<string> {
  const dpcs = usesOf(
    intervals,
    runs.filter(({ isInterrupt }) => !isInterrupt),
    processors,
  );
  const isrs = usesOf(
    intervals,
    runs.filter(({ isInterrupt }) => isInterrupt),
    processors,
  );
  const columns = Array.from({ length: processors }, () =>
    [0, 1, 2].map(() => new Array<number>(SHARES.length).fill(0)),
  );
  for (const [i, { from, to }] of intervals.entries()) {
    for (const [cpu, own] of columns.entries()) {
      const [dpc, isr] = [dpcs[i]?.[cpu] ?? 0, isrs[i]?.[cpu] ?? 0];
      for (const [column, time] of [dpc, isr, dpc + isr].entries()) {
        (own[column] as number[])[shareClass(to > from ? (100 * time) / (to - from) : 0)]!++;
      }
    }
  }
  const cells = (texts: (column: readonly number[]) => string) =>
    columns.map((own) => own.map((column) => texts(column).padStart(8)).join(" ")).join(", ");
  const indent = " ".repeat(22);
  yield `${indent}${columns.map((_, cpu) => `CPU ${cpu}`.padStart(26)).join(", ")}\n`;
  yield `${indent}${columns.map(() => "     DPC      ISR Combined").join(", ")}\n`;
  for (const [i, least] of SHARES.entries()) {
    const next = SHARES[i + 1];
    const sign = i === 0 ? ">=" : "> ";
    const most = next === undefined ? "          " : ` AND <= ${String(next).padStart(3)}`;
    yield `${`${sign} ${String(least).padStart(3)}${most},`.padEnd(22)}${cells((column) => String(column[i]))}\n`;
  }
  yield "---\n";
  yield `${"Total:".padEnd(22)}${cells((column) => String(column.reduce((sum, count) => sum + count, 0)))}\n`;
}

function shareClass(share: number): number {
  const next = SHARES.findIndex((most, i) => i > 0 && share <= most);
  return next < 0 ? SHARES.length - 1 : next - 1;
}
