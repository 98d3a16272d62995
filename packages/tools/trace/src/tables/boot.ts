import { KERNEL_BOOT } from "../boot/before-kernel.ts";
import { BOOT_COLLECTORS, bootPhases } from "../boot/boot-phases.ts";
import type { Row, TableDefinition } from "./table.ts";

/** The phases of a boot; nothing for a trace that is not of one. */
export const bootTable: TableDefinition = {
  name: "boot",
  title: "Boot Phases",
  summary: "the loader, the phases of a boot and when it was done, by the rule of 10 s of idle",
  needs: [{ event: "Windows Kernel/Process/Start", keyword: "ProcessThread" }],
  collectors: BOOT_COLLECTORS,
  columns: [
    { key: "phase", label: "Phase", type: "text" },
    { key: "start", label: "Start Time (ms)", type: "milliseconds" },
    { key: "end", label: "End Time (ms)", type: "milliseconds" },
    { key: "duration", label: "Duration (ms)", type: "milliseconds" },
    { key: "source", label: "Source", type: "text" },
  ],
  *rows(analysis): Iterable<Row> {
    const boot = bootPhases(analysis);
    if (!boot) return;
    const row = (phase: string, start: number | undefined, end: number | undefined, source: string) => {
      const duration = start === undefined || end === undefined ? null : end - start;
      return { phase, start: start ?? null, end: end ?? null, duration, source };
    };
    const { before, pnpBootStart, pnpSystemStart, idleDetection, bootTime } = boot;
    const told = (phase: string, duration: number | undefined, source: string) =>
      duration === undefined ? [] : [{ phase, start: null, end: null, duration, source }];
    yield* told("Firmware", before.firmware, `${KERNEL_BOOT}/PreBoot`);
    yield* told("Boot Manager", before.bootManager, `${KERNEL_BOOT}/BootManager`);
    yield* told("Boot Manager User Input", before.userInput, `${KERNEL_BOOT}/UserInputTime`);
    const { loader } = before;
    yield* told("OSLoader", loader?.duration, `Microsoft-Windows-Kernel-PnP/OsLoader, as ${loader?.counter}`);
    for (const { name, start, end, source } of boot.phases) yield row(name, start, end, source);
    if (pnpBootStart) yield row("PnP Boot Start", pnpBootStart.start, pnpBootStart.end, pnpBootStart.provider);
    if (pnpSystemStart)
      yield row("PnP System Start", pnpSystemStart.start, pnpSystemStart.end, pnpSystemStart.provider);
    if (idleDetection) {
      const source = "Microsoft-Windows-Diagnostics-PerfTrack/IdleDetection_PostBoot";
      yield row("Windows' Idle Detection", idleDetection.start, idleDetection.end, source);
    }
    if (bootTime !== undefined) yield row("Boot", 0, bootTime, `10 s of idle, by ${boot.usageFrom}`);
    if (before.bootType) yield row("Boot Type", undefined, undefined, `${KERNEL_BOOT}/BootType: ${before.bootType}`);
  },
};
