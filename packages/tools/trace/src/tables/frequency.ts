import { ProcessorFrequencies } from "../model/processor-frequencies.ts";
import type { Row, TableDefinition } from "./table.ts";

interface FrequencyUse {
  readonly cpu: number;
  readonly megahertz: number;
  count: number;
  /** Milliseconds. */
  duration: number;
}

/** How long each processor was set to which frequency. Before its first change it is not known. */
export const frequencyTable: TableDefinition = {
  name: "frequency",
  title: "Processor Frequency",
  summary: "how long the power manager set each processor to which frequency (P states)",
  needs: [
    {
      event: "Microsoft-Windows-Kernel-Processor-Power/ProcessorPerfStateChange",
      keyword: "Microsoft-Windows-Kernel-Processor-Power:0x1 (a provider)",
    },
  ],
  collectors: [ProcessorFrequencies],
  columns: [
    { key: "cpu", label: "CPU", type: "number" },
    { key: "megahertz", label: "Frequency (MHz)", type: "number" },
    { key: "duration", label: "Duration (ms)", type: "milliseconds" },
    { key: "percent", label: "% Duration", type: "percent" },
    { key: "count", label: "Count", type: "number" },
  ],
  *rows(analysis): Iterable<Row> {
    const { range, model } = analysis;
    const uses = new Map<string, FrequencyUse>();
    /** The last change of each processor. */
    const since = new Map<number, { readonly at: number; readonly megahertz: number }>();
    const end = (cpu: number, to: number) => {
      const last = since.get(cpu);
      const [from, until] = [Math.max(last?.at ?? 0, range.from), Math.min(to, range.to)];
      if (!last || until <= from) return;
      const key = `${cpu} ${last.megahertz}`;
      const use = uses.get(key) ?? { cpu, megahertz: last.megahertz, count: 0, duration: 0 };
      uses.set(key, use);
      use.count++;
      use.duration += until - from;
    };
    const { length, columns } = analysis.get(ProcessorFrequencies).changes;
    for (let row = 0; row < length; row++) {
      const [cpu, at] = [columns.processor[row] as number, analysis.milliseconds(columns.time[row] as number)];
      end(cpu, at);
      since.set(cpu, { at, megahertz: columns.megahertz[row] as number });
    }
    for (const cpu of since.keys()) end(cpu, model.duration);
    for (const { cpu, megahertz, duration, count } of [...uses.values()].sort(
      (a, b) => a.cpu - b.cpu || b.megahertz - a.megahertz,
    )) {
      const percent = analysis.duration > 0 ? (100 * duration) / analysis.duration : 0;
      yield { cpu, megahertz, duration, percent, count };
    }
  },
};
