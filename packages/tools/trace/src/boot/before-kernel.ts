import type { Analysis } from "../analysis.ts";
import { TaskEvents } from "../transitions/task-events.ts";
import { type OsLoader, osLoader } from "./os-loader.ts";

/** What happened before the kernel, and so before the trace. Durations are milliseconds; undefined where no event tells them. */
export interface BeforeKernel {
  /** Before the boot manager. */
  readonly firmware: number | undefined;
  readonly bootManager: number | undefined;
  /** Of the boot manager's time, what it waited for the user. */
  readonly userInput: number | undefined;
  readonly loader: OsLoader | undefined;
  /** What kind of boot it was: `1 (fast startup)`. */
  readonly bootType: string | undefined;
}

/** The provider that tells all but the loader's time. */
export const KERNEL_BOOT = "Microsoft-Windows-Kernel-Boot";

/** What the numbers of boot types mean, as public guides have it. */
const BOOT_TYPES: Readonly<Record<string, string>> = {
  "0": "after a full shutdown",
  "1": "fast startup",
  "2": "resume from hibernation",
};

/** Milliseconds that are believed: an hour. */
const LONGEST = 3_600_000;

/** What the events of Kernel-Boot and Kernel-PnP tell. */
export function beforeKernel(analysis: Analysis): BeforeKernel {
  const events = analysis.get(TaskEvents).all.filter(({ provider }) => provider === KERNEL_BOOT);
  const numberOf = (wanted: string, field: string) => {
    const value = events.find(({ task, values }) => task === wanted && field in values)?.values[field];
    return typeof value === "bigint" || typeof value === "number" ? Number(value) : undefined;
  };
  const duration = (task: string, field: string) => {
    const value = numberOf(task, field);
    return value !== undefined && value <= LONGEST ? value : undefined;
  };
  const type = numberOf("BootType", "BootType");
  const meaning = BOOT_TYPES[String(type)];
  return {
    firmware: duration("PreBoot", "PreBootMgrTime"),
    bootManager: duration("BootManager", "BootmgrTime"),
    userInput: duration("UserInputTime", "BitlockerUserInputTime"),
    loader: osLoader(analysis),
    bootType: type === undefined ? undefined : `${type}${meaning ? ` (${meaning})` : ""}`,
  };
}
