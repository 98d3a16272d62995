import { formatAddress } from "../model/address.ts";
import { processOf } from "../model/attribution.ts";
import type { TraceProcess } from "../model/processes.ts";
import { SystemCalls } from "../model/system-calls.ts";
import { codeLabel } from "../symbols/symbolizer.ts";
import { columnsWith, FUNCTION_COLUMN, ImageCounts } from "./code-columns.ts";
import type { Row, TableColumn, TableDefinition } from "./table.ts";

/** NTSTATUS: errors have both of the highest bits. */
const ERROR = 0xc000_0000;

/** Routines are code of the kernel, which is the same in every process. */
const KERNEL = 0;

const COLUMNS: readonly TableColumn[] = [
  { key: "process", label: "Process", type: "text" },
  { key: "pid", label: "Process ID", type: "number" },
  { key: "module", label: "Module", type: "text" },
  { key: "routine", label: "Address", type: "address" },
  { key: "count", label: "Count", type: "number" },
  { key: "failures", label: "Failures", type: "number" },
  { key: "duration", label: "Duration (ms)", type: "milliseconds" },
  { key: "average", label: "Duration Avg (µs)", type: "microseconds" },
  { key: "longest", label: "Duration Max (µs)", type: "microseconds" },
];

interface CallCount {
  readonly process: TraceProcess | undefined;
  readonly routine: number;
  readonly module: string;
  /** With symbols only. */
  readonly function?: string;
  count: number;
  /** Calls whose end is known. */
  ended: number;
  failures: number;
  /** Milliseconds. */
  duration: number;
  longest: number;
}

/** How often each process called which routine of the kernel, and how long that took. */
export const syscallsTable: TableDefinition = {
  name: "syscalls",
  title: "System Calls",
  summary: "calls of the kernel by process and routine: how many, how long they took, how many failed",
  needs: [{ event: "Windows Kernel/PerfInfo/SysClEnter", keyword: "SystemCall" }],
  collectors: [SystemCalls],
  columns: COLUMNS,
  functions: {
    columns: columnsWith(COLUMNS, "module", FUNCTION_COLUMN),
    images: (analysis) => {
      const counts = new ImageCounts(analysis.model);
      for (const rows = analysis.get(SystemCalls).calls.rows(); rows.next(); ) {
        const { columns, row } = rows;
        counts.address(KERNEL, columns.routine[row] as number, columns.start[row] as number);
      }
      return counts.images;
    },
  },
  *rows(analysis, symbolizer): Iterable<Row> {
    const { model } = analysis;
    const counts = new Map<string, CallCount>();
    for (const rows = analysis.get(SystemCalls).calls.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const start = columns.start[row] as number;
      if (!analysis.includes(start)) continue;
      const process = processOf(model, columns.thread[row] as number, columns.process[row] as number, start);
      const routine = columns.routine[row] as number;
      const key = `${process?.index} ${routine}`;
      let entry = counts.get(key);
      if (!entry) {
        const module = model.images.at(KERNEL, routine, start)?.name ?? "";
        const named = symbolizer ? { function: codeLabel(symbolizer.place(KERNEL, routine, start)) } : {};
        entry = { process, routine, module, ...named, count: 0, ended: 0, failures: 0, duration: 0, longest: 0 };
        counts.set(key, entry);
      }
      entry.count++;
      const end = columns.end[row] as number;
      if (Number.isNaN(end)) continue;
      const duration = analysis.milliseconds(end - start);
      entry.ended++;
      entry.duration += duration;
      entry.longest = Math.max(entry.longest, duration);
      if ((columns.status[row] as number) >= ERROR) entry.failures++;
    }
    const order = [...counts.values()].sort((a, b) => b.duration - a.duration || b.count - a.count);
    for (const { process, routine, module, function: name, count, ended, failures, duration, longest } of order) {
      const known = ended > 0;
      yield {
        process: process?.name ?? "",
        pid: process?.id ?? null,
        module,
        ...(name === undefined ? {} : { function: name }),
        routine: formatAddress(routine),
        count,
        failures: known ? failures : null,
        duration: known ? duration : null,
        average: known ? (duration * 1000) / ended : null,
        longest: known ? longest * 1000 : null,
      };
    }
  },
};
