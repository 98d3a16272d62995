import { CounterSamples } from "../model/counter-samples.ts";
import type { TraceProcess } from "../model/processes.ts";
import { codeLabel } from "../symbols/symbolizer.ts";
import { columnsWith, FUNCTION_COLUMN, ImageCounts } from "./code-columns.ts";
import type { Row, TableColumn, TableDefinition } from "./table.ts";

const COLUMNS: readonly TableColumn[] = [
  { key: "counter", label: "Counter", type: "text" },
  { key: "process", label: "Process", type: "text" },
  { key: "pid", label: "Process ID", type: "number" },
  { key: "module", label: "Module", type: "text" },
  { key: "samples", label: "Samples", type: "number" },
  { key: "percent", label: "% of Counter", type: "percent" },
  { key: "interval", label: "Interval", type: "number" },
  { key: "events", label: "Events", type: "number" },
];

interface CounterUse {
  readonly source: number;
  readonly process: TraceProcess | undefined;
  readonly code: { readonly module: string; readonly function?: string };
  samples: number;
}

/** Where the events of the processors' counters were. */
export const pmcTable: TableDefinition = {
  name: "pmc",
  title: "Hardware Counters (Sampled)",
  summary:
    "events of the processors' counters (cache misses, mispredicted branches ...) by process and module, by samples",
  needs: [{ event: "Windows Kernel/PerfInfo/PMCSample", keyword: "PmcProfile" }],
  collectors: [CounterSamples],
  columns: COLUMNS,
  functions: {
    columns: columnsWith(COLUMNS, "module", FUNCTION_COLUMN),
    images: (analysis) => {
      const counts = new ImageCounts(analysis.model);
      for (const rows = analysis.get(CounterSamples).samples.rows(); rows.next(); ) {
        const { columns, row } = rows;
        const time = columns.time[row] as number;
        const process = analysis.model.threads.processOf(columns.thread[row] as number, time);
        counts.address(process?.id ?? 0, columns.address[row] as number, time);
      }
      return counts.images;
    },
  },
  *rows(analysis, symbolizer): Iterable<Row> {
    const { samples, intervals, names } = analysis.get(CounterSamples);
    const { threads, images } = analysis.model;
    const uses = new Map<string, CounterUse>();
    const totals = new Map<number, number>();
    for (const rows = samples.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const time = columns.time[row] as number;
      if (!analysis.includes(time)) continue;
      const [address, source] = [columns.address[row] as number, columns.source[row] as number];
      const process = threads.processOf(columns.thread[row] as number, time);
      const place = symbolizer?.place(process?.id ?? 0, address, time);
      const module = place?.module ?? images.at(process?.id ?? 0, address, time)?.name ?? "";
      const code = place ? { module, function: codeLabel(place) } : { module };
      const key = `${source} ${process?.index} ${module} ${code.function}`;
      const use = uses.get(key) ?? { source, process, code, samples: 0 };
      uses.set(key, use);
      use.samples++;
      totals.set(source, (totals.get(source) ?? 0) + 1);
    }
    for (const { source, process, code, samples: count } of [...uses.values()].sort(
      (a, b) => a.source - b.source || b.samples - a.samples,
    )) {
      const interval = intervals.get(source);
      yield {
        counter: names.get(source) ?? `Counter ${source}`,
        process: process?.name ?? "",
        pid: process?.id ?? null,
        ...code,
        samples: count,
        percent: (100 * count) / (totals.get(source) as number),
        interval: interval ?? null,
        events: interval === undefined ? null : count * interval,
      };
    }
  },
};
