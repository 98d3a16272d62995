import type { Analysis } from "../analysis.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import type { Row, TableDefinition } from "./table.ts";

interface Usage {
  readonly process: string;
  /** Nothing of threads that no event tells of. */
  readonly pid: number | null;
  readonly module: string;
  samples: number;
  interrupts: number;
}

/** What the profiler's samples show of the processors' use. */
export const cpuTable: TableDefinition = {
  name: "cpu",
  title: "CPU Usage (Sampled)",
  summary: "use of the processors by process and module, from the profiler's samples",
  needs: [{ event: "Windows Kernel/PerfInfo/Sample", keyword: "SampledProfile" }],
  collectors: [SampledProfile],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "module", label: "Module", type: "text" },
    { key: "weight", label: "Weight (ms)", type: "milliseconds" },
    { key: "percent", label: "% Weight", type: "percent" },
    { key: "count", label: "Count", type: "number" },
    { key: "interrupts", label: "DPC and ISR Count", type: "number" },
  ],
  *rows(analysis): Iterable<Row> {
    const profile = analysis.get(SampledProfile);
    const usages = [...usageByModule(analysis, profile)].sort((a, b) => b.samples - a.samples);
    // Of all processors for all of the time, as xperf and WPA count it.
    const whole = analysis.duration * (analysis.model.trace.header?.processors ?? 1);
    for (const { process, pid, module, samples, interrupts } of usages) {
      const weight = samples * profile.interval;
      const percent = whole > 0 ? (100 * weight) / whole : 0;
      yield { process, pid, module, weight, percent, count: samples, interrupts };
    }
  },
};

/** Samples of idle processors are left out. */
function usageByModule(analysis: Analysis, profile: SampledProfile): Iterable<Usage> {
  const { threads, processes, images } = analysis.model;
  const { length, columns } = profile.samples;
  const usages = new Map<string, Usage>();
  for (let row = 0; row < length; row++) {
    const time = columns.time[row] as number;
    if (profile.isIdle(row) || !analysis.includes(time)) continue;
    const process = threads.processOf(columns.thread[row] as number, time) ?? processes.unknown;
    const module = images.at(process.id, columns.address[row] as number, time)?.name ?? "";
    const key = `${process.index} ${module}`;
    let usage = usages.get(key);
    if (!usage) {
      const pid = process === processes.unknown ? null : process.id;
      usage = { process: process.name, pid, module, samples: 0, interrupts: 0 };
      usages.set(key, usage);
    }
    usage.samples += columns.count[row] as number;
    if (profile.isInterrupt(row)) usage.interrupts += columns.count[row] as number;
  }
  return usages.values();
}
