import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { IDLE_PROCESS, type TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { BINS, type TimeBins } from "./time-bins.ts";

export interface ProcessCpuUse {
  readonly process: TraceProcess;
  /** Milliseconds of processors. */
  weight: number;
  /** By part of the time. */
  readonly bins: Float64Array;
}

/** What took the processors' time. */
export interface CpuUse {
  /** The table that proves it: of samples, or of context switches where there are no samples. */
  readonly table: "cpu" | "threads";
  /** The heaviest first. Idle processors are left out. */
  readonly processes: readonly ProcessCpuUse[];
  /** Milliseconds of processors that were not idle. */
  readonly busy: number;
  /** Milliseconds of all processors. */
  readonly whole: number;
  /** Milliseconds in deferred procedure calls and interrupts, of those that were sampled. */
  readonly interrupts: number;
}

/** `app.exe (100)`. What is not idle of the idle process are interrupts. */
export function cpuUserName({ name, id }: TraceProcess): string {
  return id === IDLE_PROCESS ? "interrupts of idle processors" : `${name || "a process without a name"} (${id})`;
}

/** Undefined where the trace tells nothing of it. */
export function cpuUse(analysis: Analysis, time: TimeBins): CpuUse | undefined {
  const { samples } = analysis.get(SampledProfile);
  const { switches } = analysis.get(ContextSwitches);
  if (samples.length === 0 && switches.length === 0) return undefined;
  const uses = new Map<TraceProcess, ProcessCpuUse>();
  const useOf = (process: TraceProcess) => {
    let use = uses.get(process);
    if (!use) {
      use = { process, weight: 0, bins: new Float64Array(BINS) };
      uses.set(process, use);
    }
    return use;
  };
  const interrupts = samples.length > 0 ? addSamples(analysis, time, useOf) : 0;
  if (samples.length === 0) addSwitches(analysis, time, useOf);
  const processes = [...uses.values()].sort((a, b) => b.weight - a.weight);
  const busy = processes.reduce((sum, { weight }) => sum + weight, 0);
  const whole = analysis.duration * (analysis.model.trace.header?.processors ?? 1);
  return { table: samples.length > 0 ? "cpu" : "threads", processes, busy, whole, interrupts };
}

type UseOf = (process: TraceProcess) => ProcessCpuUse;

/** @returns milliseconds of interrupts */
function addSamples(analysis: Analysis, time: TimeBins, useOf: UseOf): number {
  const { threads, processes } = analysis.model;
  const profile = analysis.get(SampledProfile);
  const { interval } = profile;
  let interrupts = 0;
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const at = columns.time[row] as number;
    if (profile.isIdle(columns, row) || !analysis.includes(at)) continue;
    const use = useOf(threads.processOf(columns.thread[row] as number, at) ?? processes.unknown);
    const weight = (columns.count[row] as number) * interval;
    use.weight += weight;
    if (profile.isInterrupt(columns, row)) interrupts += weight;
    time.add(use.bins, analysis.milliseconds(at), weight);
  }
  return interrupts;
}

function addSwitches(analysis: Analysis, time: TimeBins, useOf: UseOf): void {
  const { threads, processes, duration } = analysis.model;
  for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const thread = columns.newThread[row] as number;
    if (thread === 0) continue;
    const at = columns.time[row] as number;
    const end = columns.end[row] as number;
    const from = Math.max(time.from, analysis.milliseconds(at));
    const to = Math.min(time.to, Number.isNaN(end) ? duration : analysis.milliseconds(end));
    if (!(to > from)) continue;
    const use = useOf(threads.processOf(thread, at) ?? processes.unknown);
    use.weight += to - from;
    time.addSpan(use.bins, from, to);
  }
}
