import { BOOT_COLLECTORS, bootPhases } from "../boot/boot-phases.ts";
import type { Row, TableDefinition } from "./table.ts";

/** The phases of a boot; nothing for a trace that is not of one. */
export const bootTable: TableDefinition = {
  name: "boot",
  title: "Boot Phases",
  summary: "the phases of a boot and when it was done, by the rule of 10 s of idle",
  needs: [{ event: "Windows Kernel/Process/Start", keyword: "ProcessThread" }],
  collectors: BOOT_COLLECTORS,
  columns: [
    { key: "phase", label: "Phase", type: "text" },
    { key: "start", label: "Start Time (ms)", type: "milliseconds" },
    { key: "end", label: "End Time (ms)", type: "milliseconds" },
    { key: "duration", label: "Duration (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const boot = bootPhases(analysis);
    if (!boot) return;
    const row = (phase: string, start: number, end: number | undefined) => {
      return { phase, start, end: end ?? null, duration: end === undefined ? null : end - start };
    };
    for (const { name, start, end } of boot.phases) yield row(name, start, end);
    if (boot.bootTime !== undefined) yield row("Boot", 0, boot.bootTime);
  },
};
