import { IRP_MAJOR_FUNCTION, valueName } from "@adk/event-schema";
import { DriverCalls } from "../model/driver-calls.ts";
import { codeLabel } from "../symbols/symbolizer.ts";
import { columnsWith, FUNCTION_COLUMN, ImageCounts } from "./code-columns.ts";
import type { Row, TableColumn, TableDefinition } from "./table.ts";

/** Drivers are code of the kernel, which is the same in every process. */
const KERNEL = 0;

const COLUMNS: readonly TableColumn[] = [
  { key: "module", label: "Module", type: "text" },
  { key: "majorFunction", label: "Major Function", type: "text" },
  { key: "count", label: "Count", type: "number" },
  { key: "duration", label: "Inclusive Duration (ms)", type: "milliseconds" },
  { key: "exclusive", label: "Exclusive Duration (ms)", type: "milliseconds" },
  { key: "average", label: "Inclusive Duration Avg (µs)", type: "microseconds" },
  { key: "longest", label: "Inclusive Duration Max (µs)", type: "microseconds" },
  { key: "longestAt", label: "Start Time of Max (ms)", type: "milliseconds" },
];

interface CallSums {
  readonly code: { readonly module: string; readonly function?: string };
  readonly majorFunction: string;
  count: number;
  /** Milliseconds. */
  duration: number;
  exclusive: number;
  longest: number;
  longestAt: number;
}

/** What drivers took to handle requests, by driver and kind of request. */
export const driversTable: TableDefinition = {
  name: "drivers",
  title: "Driver Calls",
  summary:
    "routines of drivers that requests were given to: how many, how long they took, with and without those they called",
  needs: [{ event: "Windows Kernel/DiskIO/DrvMjFnCall", keyword: "Drivers" }],
  collectors: [DriverCalls],
  columns: COLUMNS,
  functions: {
    columns: columnsWith(COLUMNS, "module", FUNCTION_COLUMN),
    images: (analysis) => {
      const counts = new ImageCounts(analysis.model);
      for (const rows = analysis.get(DriverCalls).calls.rows(); rows.next(); ) {
        const { columns, row } = rows;
        counts.address(KERNEL, columns.routine[row] as number, columns.start[row] as number);
      }
      return counts.images;
    },
  },
  *rows(analysis, symbolizer): Iterable<Row> {
    const { images } = analysis.model;
    const sums = new Map<string, CallSums>();
    for (const rows = analysis.get(DriverCalls).calls.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const start = columns.start[row] as number;
      if (!analysis.includes(start)) continue;
      const routine = columns.routine[row] as number;
      const place = symbolizer?.place(KERNEL, routine, start);
      const module = place?.module ?? images.at(KERNEL, routine, start)?.name ?? "";
      const code = place ? { module, function: codeLabel(place) } : { module };
      const majorFunction = valueName(IRP_MAJOR_FUNCTION, columns.majorFunction[row] as number);
      const key = `${module} ${code.function} ${majorFunction}`;
      const sum = sums.get(key) ?? {
        code,
        majorFunction,
        count: 0,
        duration: 0,
        exclusive: 0,
        longest: -1,
        longestAt: 0,
      };
      sums.set(key, sum);
      const duration = analysis.milliseconds(columns.duration[row] as number);
      sum.count++;
      sum.duration += duration;
      sum.exclusive += analysis.milliseconds(columns.exclusive[row] as number);
      if (duration > sum.longest) [sum.longest, sum.longestAt] = [duration, analysis.milliseconds(start)];
    }
    for (const { code, count, duration, longest, ...sum } of [...sums.values()].sort(
      (a, b) => b.exclusive - a.exclusive,
    )) {
      yield {
        ...code,
        majorFunction: sum.majorFunction,
        count,
        duration,
        exclusive: sum.exclusive,
        average: (duration * 1000) / count,
        longest: longest * 1000,
        longestAt: sum.longestAt,
      };
    }
  },
};
