import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import type { TraceProcess } from "../model/processes.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import { BUSY_INTERVAL, busyIntervals, processorTime } from "./busy-intervals.ts";

export type BootPhaseName = "PreSMSS" | "SMSSInit" | "WinlogonInit" | "ExplorerInit" | "PostExplorerPeriod";

/** A part of a boot. Milliseconds since the start of the trace. */
export interface BootPhase {
  readonly name: BootPhaseName;
  readonly start: number;
  /** Undefined if the trace ends before it. */
  readonly end: number | undefined;
}

/** How a system started. Milliseconds since the start of the trace. */
export interface BootPhases {
  /** Those that began, in their order. */
  readonly phases: readonly BootPhase[];
  /** When the shell had started. */
  readonly bootDoneViaExplorer: number | undefined;
  /** When the system had been idle for 10 s altogether. */
  readonly bootDoneViaPostBoot: number | undefined;
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

/** Milliseconds of idle after which a boot is done. */
const REQUIRED_IDLE = 10_000;
/** Share of an interval that may be busy in one that counts as idle. */
const MOST_BUSY = 0.2;
/** Milliseconds that the shell takes little of the processors once it has started. */
const SHELL_QUIET = 500;

/** Collectors that boots are measured with. */
export const BOOT_COLLECTORS = [ContextSwitches, DiskTransfers, SampledProfile] as const;

/**
 * The phases of a boot, from the first start of `smss.exe`, `winlogon.exe` and the shell; undefined if `smss.exe` was there before the
 * trace: then it is not of a boot. The end of the shell's start is an approximation: its process takes at most 20 % of one processor for
 * 500 ms. Behind it, intervals of 100 ms are idle if processors and disks are idle for 80 % of them, low priorities left out; the boot is
 * done when these are 10 s.
 */
export function bootPhases(analysis: Analysis, { shell = "explorer.exe" }: BootOptions = {}): BootPhases | undefined {
  const { model } = analysis;
  const processes = model.processes.all
    .filter(({ start }) => Number.isFinite(start))
    .sort((a, b) => a.start - b.start || a.index - b.index);
  const startOf = (name: string) => {
    const found = processes.find((process) => process.name.toLowerCase() === name.toLowerCase());
    return found && analysis.milliseconds(found.start);
  };
  const smss = startOf("smss.exe");
  const isOlder = model.processes.all.some(
    ({ name, start }) => name.toLowerCase() === "smss.exe" && start === -Infinity,
  );
  if (smss === undefined || isOlder) return undefined;
  const winlogon = startOf("winlogon.exe");
  const explorer = winlogon === undefined ? undefined : startOf(shell);
  const shellDone = explorer === undefined ? undefined : quietAfter(analysis, explorer, shell);
  const idle = shellDone === undefined ? undefined : idleAfter(analysis, shellDone);
  const starts: readonly [BootPhaseName, number | undefined][] = [
    ["PreSMSS", 0],
    ["SMSSInit", smss],
    ["WinlogonInit", winlogon],
    ["ExplorerInit", explorer],
    ["PostExplorerPeriod", shellDone],
  ];
  const phases = starts.flatMap(([name, start], i) => {
    const end = i + 1 < starts.length ? starts[i + 1]?.[1] : idle;
    return start === undefined ? [] : [{ name, start, end }];
  });
  return {
    phases,
    bootDoneViaExplorer: shellDone,
    bootDoneViaPostBoot: idle,
    bootTime: idle === undefined ? undefined : idle - REQUIRED_IDLE,
    postBootDisturbance: idle === undefined || shellDone === undefined ? undefined : idle - shellDone - REQUIRED_IDLE,
    usageFrom: analysis.get(ContextSwitches).switches.length > 0 ? "switches" : "samples",
    processes,
  };
}

/** When a process had taken little for a while. */
function quietAfter(analysis: Analysis, start: number, name: string): number | undefined {
  const isOfShell = (process: TraceProcess | undefined) => process?.name.toLowerCase() === name.toLowerCase();
  const usage = processorTime(analysis, start, { wanted: isOfShell });
  const needed = SHELL_QUIET / BUSY_INTERVAL;
  let quiet = 0;
  for (const [i, busy] of usage.entries()) {
    quiet = busy <= MOST_BUSY * BUSY_INTERVAL ? quiet + 1 : 0;
    if (quiet === needed) return start + (i + 1 - needed) * BUSY_INTERVAL;
  }
  return undefined;
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
