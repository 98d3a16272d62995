import type { XperfAction } from "./action.ts";
import { bootAction } from "./boot.ts";
import { cswitchAction, profileAction } from "./cpu-actions.ts";
import { cpuDiskAction } from "./cpu-disk-action.ts";
import { diskAction } from "./disk-actions.ts";
import { diskIdleAction } from "./disk-idle-action.ts";
import { filenameAction } from "./file-names.ts";
import { heapAction } from "./heap-action.ts";
import { dpcisrAction } from "./interrupt-action.ts";
import { processAction } from "./process-action.ts";
import { readyThreadAction } from "./ready-action.ts";
import { shutdownAction } from "./shutdown.ts";
import { spinLockAction } from "./spin-lock-action.ts";
import { stackAction } from "./stack-action.ts";
import { suspendAction } from "./suspend.ts";
import { eventAction, hardFaultAction, registryAction, sysconfigAction, tableAction } from "./table-actions.ts";
import { counterAction, dumperAction, marksAction, symbolCacheAction, traceStatsAction } from "./trace-actions.ts";

const THRESHOLDS = "What the thresholds are of is not published. See adk trace services.";

/** By name, in the order of the help. */
export const ACTIONS: ReadonlyMap<string, XperfAction> = new Map(
  [
    dumperAction,
    traceStatsAction,
    processAction,
    profileAction,
    cswitchAction,
    counterAction,
    readyThreadAction,
    cpuDiskAction,
    diskAction,
    diskIdleAction,
    hardFaultAction,
    tableAction("pagefault", "pagefault", "page faults by process, kind and code", {
      refused: { detail: "Faults are counted by process, kind and code. See -a dumper." },
    }),
    filenameAction,
    dpcisrAction,
    spinLockAction,
    tableAction("syscall", "syscalls", "system calls by process and routine"),
    registryAction,
    heapAction,
    tableAction("pool", "pool", "the kernel's pools by tag; with -symbols by the code that allocated"),
    tableAction("memory", "memory", "memory of processes: working set, commit, what they allocated"),
    tableAction("perfctrs", "memory", "counters of processes at the end of the trace: the same as memory"),
    eventAction("focuschange", ["*/*Focus*"], "changes of the window in focus"),
    eventAction("uidelay", ["Microsoft-Windows-Win32k/*Delay*", "*/*UIUnresponsive*"], "delays of the user interface"),
    eventAction("winlogon", ["Microsoft-Windows-Winlogon/*"], "events of the logon"),
    eventAction("pnp", ["Microsoft-Windows-Kernel-PnP/*"], "events of devices that start"),
    marksAction,
    sysconfigAction,
    tableAction("winsat", "sysconfig", "what the assessment of the system (WinSAT) found", {
      // Merging puts it into a trace, no keyword does.
      needs: [],
      filter: ({ category }) => String(category).startsWith("WinSat "),
    }),
    tableAction("services", "services", "services", {
      refused: { poithreshold_cpu: THRESHOLDS, poithreshold_disk: THRESHOLDS, poithreshold_time: THRESHOLDS },
    }),
    symbolCacheAction,
    stackAction,
    bootAction,
    shutdownAction,
    suspendAction,
  ].map((action) => [action.name, action]),
);
