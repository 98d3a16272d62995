import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { DiskOperation, DiskTransfers } from "../model/disk-transfers.ts";
import type { TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { type Step, stepsOf } from "../transitions/steps.ts";
import { detailOf } from "../transitions/transition-rows.ts";
import type { BootPhase, BootPhaseName } from "./boot-phases.ts";

export interface ProcessUse {
  readonly process: TraceProcess | undefined;
  /** Milliseconds of processors. */
  cpu: number;
  /** Milliseconds that disks worked for it. */
  disk: number;
  bytes: number;
}

export interface FileUse {
  readonly path: string;
  /** Milliseconds that disks worked at reading it. */
  disk: number;
  bytes: number;
  reads: number;
}

export interface DiskSum {
  readBytes: number;
  readOps: number;
  writeBytes: number;
  writeOps: number;
}

/** What took time in a phase of a boot. */
export interface PhaseUse {
  readonly name: BootPhaseName;
  /** The most first, each of them. */
  readonly processes: readonly ProcessUse[];
  readonly files: readonly FileUse[];
  /** Starts of drivers and devices that began in it. */
  readonly drivers: readonly Step[];
  /** What else the session manager, Winlogon, services, policies and the shell told of that began in it. */
  readonly steps: readonly Step[];
  readonly disk: Readonly<DiskSum>;
  /** Milliseconds of all processors together, the idle ones left out. */
  readonly cpu: number;
  /** What the processors could have done: milliseconds of all of them together. */
  readonly capacity: number;
}

const DRIVER_TASKS: ReadonlySet<string> = new Set([
  "BootInit",
  "DriverLoad",
  "DriverInit",
  "DeviceStart",
  "DeviceEnum",
]);

/** Whose steps are told beside those of drivers, and which are phases themselves. */
const STEP_PROVIDERS: ReadonlySet<string> = new Set(
  ["Subsys-SMSS", "Winlogon", "Services", "User Profiles Service", "GroupPolicy", "Shell-Core", "Kernel-PnP"].map(
    (name) => `Microsoft-Windows-${name}`,
  ),
);
const PHASE_TASKS: ReadonlySet<string> = new Set(["BootStart", "SystemStart"]);

/** What processes, drivers and reads of files took in each phase. A transfer counts for the phase in which it was complete. */
export function phaseUse(analysis: Analysis, phases: readonly BootPhase[]): PhaseUse[] {
  const processors = analysis.model.trace.header?.processors || 1;
  const sums = phases.map((phase) => new PhaseSum(phase, analysis.model.duration, processors));
  const at = (time: number) => sums.find(({ start, end }) => time >= start && time < end);
  addProcessors(analysis, sums, at);
  addTransfers(analysis, at);
  for (const step of stepsOf(analysis)) {
    if (step.start === undefined || step.end === undefined) continue;
    if (DRIVER_TASKS.has(step.task)) at(step.start)?.drivers.push(step);
    else if (STEP_PROVIDERS.has(step.provider) && !PHASE_TASKS.has(step.task) && step.end > step.start)
      at(step.start)?.steps.push(step);
  }
  return sums.map((sum) => sum.use);
}

class PhaseSum {
  readonly name: BootPhaseName;
  readonly start: number;
  readonly end: number;
  readonly drivers: Step[] = [];
  readonly steps: Step[] = [];
  readonly disk: DiskSum = { readBytes: 0, readOps: 0, writeBytes: 0, writeOps: 0 };
  readonly #processes = new Map<TraceProcess | undefined, ProcessUse>();
  readonly #files = new Map<string, FileUse>();

  readonly #processors: number;

  constructor({ name, start, end }: BootPhase, duration: number, processors: number) {
    this.#processors = processors;
    this.name = name;
    this.start = start;
    this.end = end ?? duration;
  }

  process(process: TraceProcess | undefined): ProcessUse {
    let use = this.#processes.get(process);
    if (!use) {
      use = { process, cpu: 0, disk: 0, bytes: 0 };
      this.#processes.set(process, use);
    }
    return use;
  }

  file(path: string): FileUse {
    let use = this.#files.get(path);
    if (!use) {
      use = { path, disk: 0, bytes: 0, reads: 0 };
      this.#files.set(path, use);
    }
    return use;
  }

  get use(): PhaseUse {
    const processes = [...this.#processes.values()].sort((a, b) => b.cpu - a.cpu || b.disk - a.disk);
    return {
      name: this.name,
      processes,
      files: [...this.#files.values()].sort((a, b) => b.disk - a.disk || b.bytes - a.bytes),
      drivers: this.drivers.sort((a, b) => durationOf(b) - durationOf(a)),
      steps: this.steps.sort((a, b) => durationOf(b) - durationOf(a)),
      disk: this.disk,
      cpu: processes.reduce((sum, { cpu }) => sum + cpu, 0),
      capacity: Math.max(0, this.end - this.start) * this.#processors,
    };
  }
}

function durationOf({ start, end }: Step): number {
  return (end ?? 0) - (start ?? 0);
}

/** A driver or device, by the step that started it. */
export function driverOf(step: Step): { readonly name: string; readonly duration: number } {
  return { name: detailOf(step), duration: durationOf(step) };
}

/** A step by its task, and what it was about. */
export function stepOf(step: Step): { readonly name: string; readonly duration: number } {
  const detail = detailOf(step);
  return { name: detail === "" ? step.task : `${step.task} ${detail}`, duration: durationOf(step) };
}

/** From context switches, or from samples where there are none. */
function addProcessors(
  analysis: Analysis,
  sums: readonly PhaseSum[],
  at: (time: number) => PhaseSum | undefined,
): void {
  const { threads } = analysis.model;
  const { switches } = analysis.get(ContextSwitches);
  for (const rows = switches.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const thread = columns.newThread[row] as number;
    if (thread === 0) continue;
    const [time, stop] = [columns.time[row] as number, columns.end[row] as number];
    const from = analysis.milliseconds(time);
    const to = analysis.milliseconds(Number.isNaN(stop) ? analysis.model.end : stop);
    const process = threads.processOf(thread, time);
    for (const sum of sums) {
      const inside = Math.min(to, sum.end) - Math.max(from, sum.start);
      if (inside > 0) sum.process(process).cpu += inside;
    }
  }
  if (switches.length > 0) return;
  const profile = analysis.get(SampledProfile);
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns: samples, row } = rows;
    if (profile.isIdle(samples, row)) continue;
    const time = samples.time[row] as number;
    const sum = at(analysis.milliseconds(time));
    if (sum) {
      const process = threads.processOf(samples.thread[row] as number, time);
      sum.process(process).cpu += profile.interval * (samples.count[row] as number);
    }
  }
}

function addTransfers(analysis: Analysis, at: (time: number) => PhaseSum | undefined): void {
  const { threads, files } = analysis.model;
  for (const rows = analysis.get(DiskTransfers).transfers.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const end = columns.end[row] as number;
    const sum = at(analysis.milliseconds(end));
    if (!sum) continue;
    const [size, operation] = [columns.size[row] as number, columns.operation[row]];
    const service = analysis.milliseconds(end - (columns.serviceStart[row] as number));
    const use = sum.process(threads.processOf(columns.thread[row] as number, end));
    use.disk += service;
    use.bytes += size;
    if (operation === DiskOperation.WRITE) {
      sum.disk.writeBytes += size;
      sum.disk.writeOps++;
    }
    if (operation !== DiskOperation.READ) continue;
    sum.disk.readBytes += size;
    sum.disk.readOps++;
    const file = sum.file(files.nameOf(columns.fileObject[row] as number, end));
    file.disk += service;
    file.bytes += size;
    file.reads++;
  }
}
