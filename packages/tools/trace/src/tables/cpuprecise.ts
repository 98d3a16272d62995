import { ContextSwitches } from "../model/context-switches.ts";
import type { TraceProcess } from "../model/processes.ts";
import { threadTimes } from "./cswitch.ts";
import type { Row, TableDefinition } from "./table.ts";

interface ProcessTimes {
  readonly process: TraceProcess | undefined;
  threads: number;
  cpuUsage: number;
  ready: number;
  waits: number;
  longestReady: number;
  interrupted: number;
  switches: number;
}

/** What the threads of each process did with their time. */
export const cpuPreciseTable: TableDefinition = {
  name: "cpuprecise",
  title: "CPU Usage (Precise) by Process",
  summary: "use of the processors by process, from context switches",
  needs: [{ event: "Windows Kernel/Thread/CSwitch", keyword: "CSwitch" }],
  collectors: [ContextSwitches],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "cpuUsage", label: "CPU Usage (ms)", type: "milliseconds" },
    { key: "percent", label: "% CPU Usage", type: "percent" },
    { key: "ready", label: "Ready (ms)", type: "milliseconds" },
    { key: "longestReady", label: "Ready Max (ms)", type: "milliseconds" },
    { key: "waits", label: "Waits (ms)", type: "milliseconds" },
    { key: "interrupted", label: "DPC and ISR (ms)", type: "milliseconds" },
    { key: "switches", label: "Count", type: "number" },
    { key: "threads", label: "Threads", type: "number" },
  ],
  *rows(analysis): Iterable<Row> {
    const byProcess = new Map<TraceProcess | undefined, ProcessTimes>();
    for (const times of threadTimes(analysis).values()) {
      const process = analysis.model.threads.processOf(times.thread, times.lastTime);
      const nothing = { threads: 0, cpuUsage: 0, ready: 0, waits: 0, longestReady: 0, interrupted: 0, switches: 0 };
      const sums = byProcess.get(process) ?? { process, ...nothing };
      byProcess.set(process, sums);
      sums.threads++;
      sums.cpuUsage += times.cpuUsage;
      sums.ready += times.ready;
      sums.waits += times.waits;
      sums.longestReady = Math.max(sums.longestReady, times.longestReady);
      sums.interrupted += times.interrupted;
      sums.switches += times.switches;
    }
    const whole = analysis.duration * (analysis.model.trace.header?.processors ?? 1);
    for (const { process, ...sums } of [...byProcess.values()].sort((a, b) => b.cpuUsage - a.cpuUsage)) {
      const percent = whole > 0 ? (100 * sums.cpuUsage) / whole : 0;
      yield { process: process?.name ?? "", pid: process?.id ?? null, percent, ...sums };
    }
  },
};
