import { BOOT_COLLECTORS, bootPhases } from "../boot/boot-phases.ts";
import { driverOf, type PhaseUse, phaseUse, stepOf } from "../boot/phase-use.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Rows of each kind in a phase. */
const MOST = 10;

/** What took most in each phase of a boot. */
export const bootUseTable: TableDefinition = {
  name: "bootuse",
  title: "Boot Phases: Processes, Drivers, Files",
  summary: "which processes, drivers, steps and reads of files took most in each phase of a boot",
  needs: [{ event: "Windows Kernel/Process/Start", keyword: "ProcessThread" }],
  collectors: BOOT_COLLECTORS,
  columns: [
    { key: "phase", label: "Phase", type: "text" },
    { key: "kind", label: "Kind", type: "text" },
    { key: "name", label: "Name", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "cpuUsage", label: "CPU Usage (ms)", type: "milliseconds" },
    { key: "disk", label: "Disk Service Time (ms)", type: "milliseconds" },
    { key: "size", label: "Size (B)", type: "bytes" },
    { key: "duration", label: "Duration (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const boot = bootPhases(analysis);
    for (const use of boot ? phaseUse(analysis, boot.phases) : []) yield* rowsOf(use);
  },
};

function* rowsOf({ name: phase, processes, drivers, steps, files }: PhaseUse): Generator<Row> {
  const nothing = { pid: null, cpuUsage: null, disk: null, size: null, duration: null };
  for (const { process, cpu, disk, bytes } of processes.slice(0, MOST)) {
    const row = { ...nothing, phase, kind: "Process", name: process?.name || "?", pid: process?.id ?? null };
    yield { ...row, cpuUsage: cpu, disk, size: bytes };
  }
  for (const step of drivers.slice(0, MOST)) {
    const { name, duration } = driverOf(step);
    yield { ...nothing, phase, kind: step.task, name, duration };
  }
  for (const step of steps.slice(0, MOST)) yield { ...nothing, phase, kind: "Step", ...stepOf(step) };
  for (const { path, disk, bytes } of files.slice(0, MOST)) {
    yield { ...nothing, phase, kind: "File Read", name: path || "?", disk, size: bytes };
  }
}
