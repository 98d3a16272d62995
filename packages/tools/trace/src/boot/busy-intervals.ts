import { ioPriority } from "@adk/event-schema";
import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import type { TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";

/** Milliseconds. */
export const BUSY_INTERVAL = 100;
/** Share of an interval that may be busy in one that counts as idle. */
export const MOST_BUSY = 0.2;

/** Two hours: a damaged time stamp must not make a trace endless. */
const MOST_INTERVALS = 72_000;

/** Threads up to this priority work in the background. */
const BACKGROUND_PRIORITY = 4;
/** Disk requests up to this one do so too: very low and low; 0 is none given. */
const BACKGROUND_IO = 2;

/** Shares of an interval, 0 to 1. */
export interface BusyInterval {
  /** Of all processors. */
  readonly processors: number;
  /** Of the disk that was busiest. */
  readonly disk: number;
}

/** How busy a system was in each whole interval from a time on to the end of the trace; what is of low priority is left out. */
export function busyIntervals(analysis: Analysis, from: number): BusyInterval[] {
  const processors = analysis.model.trace.header?.processors || 1;
  const disks = [...diskTime(analysis, from).values()];
  return Array.from(processorTime(analysis, from, { foreground: true }), (busy, i) => ({
    processors: busy / (BUSY_INTERVAL * processors),
    disk: Math.max(0, ...disks.map((times) => (times[i] as number) / BUSY_INTERVAL)),
  }));
}

export interface ProcessorTimeOptions {
  /** Only of some processes. */
  readonly wanted?: (process: TraceProcess | undefined) => boolean;
  /** Only of threads that do not work in the background: samples do not tell. */
  readonly foreground?: boolean;
}

/** Milliseconds of processors in each interval: from context switches, or from samples where there are none. */
export function processorTime(
  analysis: Analysis,
  from: number,
  { wanted = () => true, foreground = false }: ProcessorTimeOptions,
): Float64Array {
  const times = intervals(analysis, from);
  const { threads } = analysis.model;
  const { switches } = analysis.get(ContextSwitches);
  for (const rows = switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const thread = columns.newThread[row] as number;
    if (thread === 0 || (foreground && (columns.newPriority[row] as number) <= BACKGROUND_PRIORITY)) continue;
    const start = columns.time[row] as number;
    if (!wanted(threads.processOf(thread, start))) continue;
    const end = columns.end[row] as number;
    spread(
      times,
      analysis.milliseconds(start) - from,
      analysis.milliseconds(Number.isNaN(end) ? analysis.model.end : end) - from,
    );
  }
  if (switches.length > 0) return times;
  const profile = analysis.get(SampledProfile);
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns: samples, row } = rows;
    const time = samples.time[row] as number;
    const interval = Math.floor((analysis.milliseconds(time) - from) / BUSY_INTERVAL);
    if (interval < 0 || interval >= times.length || profile.isIdle(samples, row)) continue;
    if (!wanted(threads.processOf(samples.thread[row] as number, time))) continue;
    times[interval]! += profile.interval * (samples.count[row] as number);
  }
  return times;
}

/** Milliseconds of each disk in each interval. */
function diskTime(analysis: Analysis, from: number): Map<number, Float64Array> {
  const byDisk = new Map<number, Float64Array>();
  for (const rows = analysis.get(DiskTransfers).transfers.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const priority = ioPriority(columns.flags[row] as number);
    if (priority > 0 && priority <= BACKGROUND_IO) continue;
    const disk = columns.disk[row] as number;
    let times = byDisk.get(disk);
    if (!times) {
      times = intervals(analysis, from);
      byDisk.set(disk, times);
    }
    const [start, end] = [columns.serviceStart[row] as number, columns.end[row] as number];
    spread(times, analysis.milliseconds(start) - from, analysis.milliseconds(end) - from);
  }
  return byDisk;
}

function intervals(analysis: Analysis, from: number): Float64Array {
  const count = Math.floor((analysis.model.duration - from) / BUSY_INTERVAL);
  return new Float64Array(Math.min(MOST_INTERVALS, Math.max(0, count)));
}

/** Adds a span to the intervals that it lies in. */
function spread(times: Float64Array, start: number, end: number): void {
  const last = Math.min(times.length - 1, Math.floor(end / BUSY_INTERVAL));
  for (let i = Math.max(0, Math.floor(start / BUSY_INTERVAL)); i <= last; i++) {
    const inside = Math.min(end, (i + 1) * BUSY_INTERVAL) - Math.max(start, i * BUSY_INTERVAL);
    if (inside > 0) times[i]! += inside;
  }
}
