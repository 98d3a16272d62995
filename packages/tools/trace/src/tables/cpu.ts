import type { Analysis } from "../analysis.ts";
import type { TraceImage } from "../model/images.ts";
import type { TraceProcess } from "../model/processes.ts";
import { type SampleColumns, SampledProfile } from "../model/sampled-profile.ts";
import { codeLabel, type Symbolizer } from "../symbols/symbolizer.ts";
import { columnsWith, FUNCTION_COLUMN, ImageCounts } from "./code-columns.ts";
import type { Row, TableColumn, TableDefinition } from "./table.ts";

interface Usage {
  readonly process: string;
  /** Nothing of threads that no event tells of. */
  readonly pid: number | null;
  readonly module: string;
  /** With symbols only. */
  readonly function: string | undefined;
  samples: number;
  interrupts: number;
}

const COLUMNS: readonly TableColumn[] = [
  { key: "process", label: "Process", type: "text" },
  { key: "pid", label: "Process ID", type: "number" },
  { key: "module", label: "Module", type: "text" },
  { key: "weight", label: "Weight (ms)", type: "milliseconds" },
  { key: "percent", label: "% Weight", type: "percent" },
  { key: "count", label: "Count", type: "number" },
  { key: "interrupts", label: "DPC and ISR Count", type: "number" },
];

/** What the profiler's samples show of the processors' use, by the code that they find. */
export const cpuTable: TableDefinition = {
  name: "cpu",
  title: "CPU Usage (Sampled)",
  summary: "use of the processors by process and module, from the profiler's samples",
  needs: [{ event: "Windows Kernel/PerfInfo/Sample", keyword: "SampledProfile" }],
  collectors: [SampledProfile],
  columns: COLUMNS,
  functions: { columns: columnsWith(COLUMNS, "module", FUNCTION_COLUMN), images: sampledImages },
  *rows(analysis, symbolizer): Iterable<Row> {
    const profile = analysis.get(SampledProfile);
    const usages = [...usageByCode(analysis, profile, symbolizer)].sort((a, b) => b.samples - a.samples);
    // Of all processors for all of the time, as xperf and WPA count it.
    const whole = analysis.duration * (analysis.model.trace.header?.processors ?? 1);
    for (const { process, pid, module, function: name, samples, interrupts } of usages) {
      const weight = samples * profile.interval;
      const percent = whole > 0 ? (100 * weight) / whole : 0;
      const code = name === undefined ? { module } : { module, function: name };
      yield { process, pid, ...code, weight, percent, count: samples, interrupts };
    }
  },
};

/** Samples of idle processors are left out. */
function eachSample(
  analysis: Analysis,
  take: (columns: SampleColumns, row: number, process: TraceProcess, time: number) => void,
): void {
  const { threads, processes } = analysis.model;
  const profile = analysis.get(SampledProfile);
  for (const rows = profile.samples.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const time = columns.time[row] as number;
    if (profile.isIdle(columns, row) || !analysis.includes(time)) continue;
    take(columns, row, threads.processOf(columns.thread[row] as number, time) ?? processes.unknown, time);
  }
}

function usageByCode(analysis: Analysis, profile: SampledProfile, symbolizer?: Symbolizer): Iterable<Usage> {
  const { processes, images } = analysis.model;
  const usages = new Map<string, Usage>();
  eachSample(analysis, (columns, row, process, time) => {
    const address = columns.address[row] as number;
    const place = symbolizer?.place(process.id, address, time);
    const module = place ? place.module : (images.at(process.id, address, time)?.name ?? "");
    const name = place && codeLabel(place);
    const key = `${process.index} ${name ?? module}`;
    let usage = usages.get(key);
    if (!usage) {
      const pid = process === processes.unknown ? null : process.id;
      usage = { process: process.name, pid, module, function: name, samples: 0, interrupts: 0 };
      usages.set(key, usage);
    }
    usage.samples += columns.count[row] as number;
    if (profile.isInterrupt(columns, row)) usage.interrupts += columns.count[row] as number;
  });
  return usages.values();
}

function sampledImages(analysis: Analysis): readonly TraceImage[] {
  const counts = new ImageCounts(analysis.model);
  eachSample(analysis, (columns, row, { id }, time) => counts.address(id, columns.address[row] as number, time));
  return counts.images;
}
