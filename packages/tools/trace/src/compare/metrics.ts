import type { Analysis } from "../analysis.ts";
import { ContextSwitches } from "../model/context-switches.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import { HardFaults } from "../model/hard-faults.ts";
import { SampledProfile } from "../model/sampled-profile.ts";
import type { CollectorClass } from "../tables/table.ts";

/** Something that is measured of each process of a trace. */
export interface Metric {
  /** As expressions call it: `cpu`. */
  readonly name: string;
  readonly title: string;
  readonly unit: "ms" | "B" | "";
  readonly collectors: readonly CollectorClass[];
  /** Values by the name of the process, all of one name together. */
  readonly measure: (analysis: Analysis) => Map<string, number>;
  /** Of what is counted in samples: what one counts. */
  readonly sampleWeight?: (analysis: Analysis) => number;
}

/** @param add takes the name of the process of a thread */
type Visit = (analysis: Analysis, add: (thread: number, time: number, value: number) => void) => void;

function byProcess(visit: Visit): Metric["measure"] {
  return (analysis) => {
    const values = new Map<string, number>();
    const { threads, processes } = analysis.model;
    visit(analysis, (thread, time, value) => {
      if (!analysis.includes(time)) return;
      const { name } = threads.processOf(thread, time) ?? processes.unknown;
      values.set(name, (values.get(name) ?? 0) + value);
    });
    return values;
  };
}

const eachTransfer = (
  value: (columns: DiskTransfers["transfers"]["tail"], row: number, analysis: Analysis) => number,
) =>
  byProcess((analysis, add) => {
    for (const rows = analysis.get(DiskTransfers).transfers.rows(); rows.next(); ) {
      const { columns, row } = rows;
      add(columns.thread[row] as number, columns.end[row] as number, value(columns, row, analysis));
    }
  });

const eachSwitch = (value: (columns: ContextSwitches["switches"]["tail"], row: number, analysis: Analysis) => number) =>
  byProcess((analysis, add) => {
    for (const rows = analysis.get(ContextSwitches).switches.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const thread = columns.newThread[row] as number;
      if (thread !== 0) add(thread, columns.time[row] as number, value(columns, row, analysis) || 0);
    }
  });

export const METRICS: readonly Metric[] = [
  {
    name: "cpu",
    title: "CPU (sampled)",
    unit: "ms",
    collectors: [SampledProfile],
    sampleWeight: (analysis) => analysis.get(SampledProfile).interval,
    measure: byProcess((analysis, add) => {
      const profile = analysis.get(SampledProfile);
      for (const rows = profile.samples.rows(); rows.next(); ) {
        const { columns, row } = rows;
        if (profile.isIdle(columns, row)) continue;
        add(
          columns.thread[row] as number,
          columns.time[row] as number,
          (columns.count[row] as number) * profile.interval,
        );
      }
    }),
  },
  {
    name: "run",
    title: "CPU (precise)",
    unit: "ms",
    collectors: [ContextSwitches],
    measure: eachSwitch(({ time, end }, row, analysis) =>
      analysis.milliseconds((end[row] as number) - (time[row] as number)),
    ),
  },
  {
    name: "ready",
    title: "Ready, waiting for a processor",
    unit: "ms",
    collectors: [ContextSwitches],
    measure: eachSwitch(({ time, ready }, row, analysis) =>
      analysis.milliseconds((time[row] as number) - (ready[row] as number)),
    ),
  },
  {
    name: "switches",
    title: "Context switches",
    unit: "",
    collectors: [ContextSwitches],
    measure: eachSwitch(() => 1),
  },
  {
    name: "disk",
    title: "Disk service time",
    unit: "ms",
    collectors: [DiskTransfers],
    measure: eachTransfer(({ end, serviceStart }, row, analysis) =>
      analysis.milliseconds((end[row] as number) - (serviceStart[row] as number)),
    ),
  },
  {
    name: "diskbytes",
    title: "Disk bytes",
    unit: "B",
    collectors: [DiskTransfers],
    measure: eachTransfer(({ size }, row) => size[row] as number),
  },
  {
    name: "hardfaults",
    title: "Hard faults",
    unit: "",
    collectors: [HardFaults],
    measure: byProcess((analysis, add) => {
      for (const rows = analysis.get(HardFaults).faults.rows(); rows.next(); ) {
        const { columns, row } = rows;
        add(columns.thread[row] as number, columns.end[row] as number, 1);
      }
    }),
  },
];
