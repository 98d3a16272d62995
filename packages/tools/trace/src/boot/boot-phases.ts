import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import { Marks } from "../model/marks.ts";
import type { TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { type Step, stepsOf } from "../transitions/steps.ts";
import { TaskEvents } from "../transitions/task-events.ts";
import { type BeforeKernel, beforeKernel } from "./before-kernel.ts";
import { BUSY_INTERVAL, busyIntervals, MOST_BUSY } from "./busy-intervals.ts";
import { type ShellReady, shellReady, toldReady } from "./shell-ready.ts";

export type BootPhaseName = "PreSMSS" | "SMSSInit" | "WinlogonInit" | "ExplorerInit" | "PostExplorerPeriod";

/** A part of a boot. Milliseconds since the start of the trace. */
export interface BootPhase {
  readonly name: BootPhaseName;
  readonly start: number;
  /** Undefined if the trace ends before it, or what would tell it is missing. */
  readonly end: number | undefined;
  /** What its begin is known by. */
  readonly source: string;
}

/** How a system started. Milliseconds since the start of the trace. */
export interface BootPhases {
  /** Those that began, in their order. */
  readonly phases: readonly BootPhase[];
  readonly before: BeforeKernel;
  /** Of the drivers that start with the kernel, and of those that start behind them. */
  readonly pnpBootStart: Step | undefined;
  readonly pnpSystemStart: Step | undefined;
  readonly shellReady: ShellReady | undefined;
  /** When the shell had started. */
  readonly bootDoneViaExplorer: number | undefined;
  /** When the system had been idle for 10 s altogether. */
  readonly bootDoneViaPostBoot: number | undefined;
  /** How Windows itself waited for idle time behind the boot; its end is undefined if it did not find it. */
  readonly idleDetection: { readonly start: number; readonly end: number | undefined } | undefined;
  /** What the boot took: `bootDoneViaPostBoot` without the time that was idle. */
  readonly bootTime: number | undefined;
  /** Milliseconds behind the start of the shell that were not idle. */
  readonly postBootDisturbance: number | undefined;
  /** Whether the processors' use is from context switches, or from samples, whose priorities are not known. */
  readonly usageFrom: "switches" | "samples";
  /** Processes that started, in the order in which they did. */
  readonly processes: readonly TraceProcess[];
}

export interface BootOptions {
  /** Name of the shell's program. */
  readonly shell?: string | undefined;
}

export const DEFAULT_SHELL = "explorer.exe";

/** Milliseconds of idle after which a boot is done. */
export const REQUIRED_IDLE = 10_000;

/** Collectors that boots are measured with. */
export const BOOT_COLLECTORS = [ContextSwitches, DiskTransfers, SampledProfile, Marks, TaskEvents] as const;

/**
 * The phases of a boot, from the first start of `smss.exe`, `winlogon.exe` and the shell; undefined if `smss.exe` was there before the
 * trace and no event of the kernel's own start is in it: then it is not of a boot. Behind the shell's start, intervals of 100 ms are idle
 * if processors and disks are idle for 80 % of them, low priorities left out; the boot is done when these are 10 s.
 */
export function bootPhases(analysis: Analysis, { shell = DEFAULT_SHELL }: BootOptions = {}): BootPhases | undefined {
  const known = KNOWN.get(analysis);
  if (known?.shell === shell) return known.boot;
  const boot = findPhases(analysis, shell);
  KNOWN.set(analysis, { shell, boot });
  return boot;
}

/** Several tables and a report are made of the same, and it takes all context switches. */
const KNOWN = new WeakMap<Analysis, { readonly shell: string; readonly boot: BootPhases | undefined }>();

function findPhases(analysis: Analysis, shell: string): BootPhases | undefined {
  const { model } = analysis;
  const processes = model.processes.all
    .filter(({ start }) => Number.isFinite(start))
    .sort((a, b) => a.start - b.start || a.index - b.index);
  const startOf = (name: string) => {
    const found = processes.find((process) => isCalled(process, name));
    return found && analysis.milliseconds(found.start);
  };
  const steps = stepsOf(analysis);
  const pnp = (task: string) =>
    steps.find((step) => step.provider === "Microsoft-Windows-Kernel-PnP" && step.task === task);
  const [pnpBootStart, pnpSystemStart] = [pnp("BootStart"), pnp("SystemStart")];
  const isOlder = model.processes.all.some((process) => isCalled(process, "smss.exe") && process.start === -Infinity);
  const smss = isOlder ? undefined : startOf("smss.exe");
  if (smss === undefined && !pnpBootStart && !pnpSystemStart) return undefined;
  const winlogon = startOf("winlogon.exe");
  const explorer = winlogon === undefined ? undefined : startOf(shell);
  const ready =
    explorer === undefined ? toldReady(analysis, winlogon ?? smss ?? 0) : shellReady(analysis, explorer, shell);
  const done = ready?.time;
  const idle = done === undefined ? undefined : idleAfter(analysis, done);
  const starts: readonly [BootPhaseName, number | undefined, string][] = [
    ["PreSMSS", 0, "start of the trace"],
    ["SMSSInit", smss, "start of smss.exe"],
    ["WinlogonInit", winlogon, "start of winlogon.exe"],
    ["ExplorerInit", explorer, `start of ${shell}`],
    ["PostExplorerPeriod", done, ready?.source ?? ""],
  ];
  const phases = starts.flatMap(([name, start, source], i) => {
    const end = i + 1 < starts.length ? starts[i + 1]?.[1] : idle;
    return start === undefined ? [] : [{ name, start, end, source }];
  });
  return {
    phases,
    before: beforeKernel(analysis),
    pnpBootStart,
    pnpSystemStart,
    shellReady: ready,
    bootDoneViaExplorer: done,
    bootDoneViaPostBoot: idle,
    idleDetection: idleDetection(steps),
    bootTime: idle === undefined ? undefined : idle - REQUIRED_IDLE,
    postBootDisturbance: idle === undefined || done === undefined ? undefined : idle - done - REQUIRED_IDLE,
    usageFrom: analysis.get(ContextSwitches).switches.length > 0 ? "switches" : "samples",
    processes,
  };
}

function idleDetection(steps: readonly Step[]): BootPhases["idleDetection"] {
  const start = steps.find(({ task }) => task === "IdleDetection_PostBoot")?.start;
  if (start === undefined) return undefined;
  const last = steps.find(({ task, end }) => /^IdleDetection_(Stop|Cancel)$/.test(task) && (end ?? 0) >= start);
  return { start, end: last?.task === "IdleDetection_Stop" ? last.end : undefined };
}

function isCalled(process: TraceProcess, name: string): boolean {
  return process.name.toLowerCase() === name.toLowerCase();
}

/** When the system had been idle for as long as it takes. */
function idleAfter(analysis: Analysis, start: number): number | undefined {
  let idle = 0;
  for (const [i, { processors, disk }] of busyIntervals(analysis, start).entries()) {
    if (processors <= MOST_BUSY && disk <= MOST_BUSY) idle += BUSY_INTERVAL;
    if (idle >= REQUIRED_IDLE) return start + (i + 1) * BUSY_INTERVAL;
  }
  return undefined;
}
