import type { Analysis } from "../analysis.ts";
import { formatAddress } from "../model/address.ts";
import type { TraceImage } from "../model/images.ts";
import { INTERRUPT_TYPES, Interrupts } from "../model/interrupts.ts";
import { codeLabel, type Symbolizer } from "../symbols/symbolizer.ts";
import { columnsWith, FUNCTION_COLUMN, ImageCounts } from "./code-columns.ts";
import type { FunctionNames, Row, TableColumn, TableDefinition } from "./table.ts";

const NEEDS = [
  { event: "Windows Kernel/PerfInfo/DPC", keyword: "DPC" },
  { event: "Windows Kernel/PerfInfo/ISR", keyword: "Interrupt" },
] as const;

/** Microseconds that a routine should stay below, as Windows' documents for drivers have it. */
const GUIDELINE = { DPC: 100, ISR: 25 } as const;
/** Microseconds: the histogram's classes double up to this, and what is longer is the last one. */
const LAST_BOUND = 1024;

const DPC_COLUMNS: readonly TableColumn[] = [
  { key: "type", label: "Type", type: "text" },
  { key: "module", label: "Module", type: "text" },
  { key: "routine", label: "Address", type: "address" },
  { key: "cpu", label: "CPU", type: "number" },
  { key: "enter", label: "Enter Time (ms)", type: "milliseconds" },
  { key: "exit", label: "Exit Time (ms)", type: "milliseconds" },
  { key: "inclusive", label: "Inclusive Duration (µs)", type: "microseconds" },
  { key: "exclusive", label: "Exclusive Duration (µs)", type: "microseconds" },
  { key: "vector", label: "Vector", type: "number" },
];

/** Every deferred procedure call and interrupt. */
export const dpcTable: TableDefinition = {
  name: "dpc",
  title: "DPC/ISR Duration",
  summary: "deferred procedure calls and interrupts: driver, processor, how long each took",
  needs: NEEDS,
  collectors: [Interrupts],
  columns: DPC_COLUMNS,
  functions: routineNames(DPC_COLUMNS),
  duration: "inclusive",
  *rows(analysis, symbolizer): Iterable<Row> {
    for (const { columns, row, type, code, inclusive, exclusive } of durations(analysis, symbolizer)) {
      yield {
        type,
        ...code,
        routine: formatAddress(columns.routine[row] as number),
        cpu: columns.processor[row] as number,
        enter: analysis.milliseconds(columns.enter[row] as number),
        exit: analysis.milliseconds(columns.exit[row] as number),
        inclusive,
        exclusive,
        vector: type.startsWith("ISR") ? (columns.vector[row] as number) : null,
      };
    }
  },
};

const MODULE_COLUMNS: readonly TableColumn[] = [
  { key: "type", label: "Type", type: "text" },
  { key: "module", label: "Module", type: "text" },
  { key: "count", label: "Count", type: "number" },
  { key: "exclusive", label: "Exclusive Duration (ms)", type: "milliseconds" },
  { key: "percent", label: "% Duration", type: "percent" },
  { key: "average", label: "Inclusive Duration Avg (µs)", type: "microseconds" },
  { key: "longest", label: "Inclusive Duration Max (µs)", type: "microseconds" },
  { key: "longestAt", label: "Enter Time of Max (ms)", type: "milliseconds" },
  { key: "tooLong", label: "Count > Guideline", type: "number" },
];

/** What each driver took of the processors, or with symbols each routine. */
export const dpcModuleTable: TableDefinition = {
  name: "dpcmodule",
  title: "DPC/ISR Duration by Module",
  summary: "deferred procedure calls and interrupts by driver: sum, longest, those above the guideline",
  needs: NEEDS,
  collectors: [Interrupts],
  columns: MODULE_COLUMNS,
  functions: routineNames(MODULE_COLUMNS),
  duration: "longest",
  *rows(analysis, symbolizer): Iterable<Row> {
    const byModule = new Map<string, ModuleDurations>();
    for (const { columns, row, type, code, inclusive, exclusive } of durations(analysis, symbolizer)) {
      const key = `${type} ${code.function ?? code.module}`;
      const sums = byModule.get(key) ?? {
        type,
        code,
        count: 0,
        inclusive: 0,
        exclusive: 0,
        longest: -1,
        longestAt: 0,
        tooLong: 0,
      };
      byModule.set(key, sums);
      sums.count++;
      sums.inclusive += inclusive;
      sums.exclusive += exclusive;
      if (inclusive > sums.longest) [sums.longest, sums.longestAt] = [inclusive, columns.enter[row] as number];
      if (inclusive > (type.startsWith("ISR") ? GUIDELINE.ISR : GUIDELINE.DPC)) sums.tooLong++;
    }
    const whole = analysis.duration * (analysis.model.trace.header?.processors ?? 1);
    for (const sums of [...byModule.values()].sort((a, b) => b.exclusive - a.exclusive)) {
      const { type, code, count, inclusive, exclusive, longest, longestAt, tooLong } = sums;
      yield {
        type,
        ...code,
        count,
        exclusive: exclusive / 1000,
        percent: whole > 0 ? exclusive / 10 / whole : 0,
        average: inclusive / count,
        longest,
        longestAt: analysis.milliseconds(longestAt),
        tooLong,
      };
    }
  },
};

interface ModuleDurations {
  readonly type: string;
  readonly code: RoutineCode;
  count: number;
  /** Microseconds, as all of these. */
  inclusive: number;
  exclusive: number;
  longest: number;
  /** Ticks. */
  longestAt: number;
  tooLong: number;
}

const HISTOGRAM_COLUMNS: readonly TableColumn[] = [
  { key: "type", label: "Type", type: "text" },
  { key: "module", label: "Module", type: "text" },
  { key: "above", label: "> (µs)", type: "number" },
  { key: "to", label: "<= (µs)", type: "number" },
  { key: "count", label: "Count", type: "number" },
  { key: "percent", label: "% Count", type: "percent" },
];

/** How many took how long. */
export const dpcHistogramTable: TableDefinition = {
  name: "dpchistogram",
  title: "DPC/ISR Duration Histogram",
  summary: "how many deferred procedure calls and interrupts took how long, by driver",
  needs: NEEDS,
  collectors: [Interrupts],
  columns: HISTOGRAM_COLUMNS,
  functions: routineNames(HISTOGRAM_COLUMNS),
  *rows(analysis, symbolizer): Iterable<Row> {
    const classes = Math.log2(LAST_BOUND) + 2;
    const byModule = new Map<string, { type: string; code: RoutineCode; counts: number[] }>();
    for (const { type, code, inclusive } of durations(analysis, symbolizer)) {
      const key = `${type} ${code.function ?? code.module}`;
      const entry = byModule.get(key) ?? { type, code, counts: new Array<number>(classes).fill(0) };
      byModule.set(key, entry);
      entry.counts[inclusive > 1 ? Math.min(classes - 1, Math.ceil(Math.log2(inclusive))) : 0]!++;
    }
    for (const { type, code, counts } of byModule.values()) {
      const all = counts.reduce((sum, count) => sum + count, 0);
      for (const [i, count] of counts.entries()) {
        if (count === 0) continue;
        const to = i === classes - 1 ? null : 2 ** i;
        yield { type, ...code, above: i === 0 ? 0 : 2 ** (i - 1), to, count, percent: (100 * count) / all };
      }
    }
  },
};

/** Where a routine is; its function with symbols only. */
interface RoutineCode {
  readonly module: string;
  readonly function?: string;
}

interface InterruptDuration {
  readonly columns: Interrupts["interrupts"]["tail"];
  readonly row: number;
  readonly type: string;
  readonly code: RoutineCode;
  /** Microseconds. */
  readonly inclusive: number;
  readonly exclusive: number;
}

function* durations(analysis: Analysis, symbolizer?: Symbolizer): Generator<InterruptDuration> {
  const microseconds = (ticks: number) => analysis.milliseconds(ticks) * 1000;
  for (const rows = analysis.get(Interrupts).interrupts.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const exit = columns.exit[row] as number;
    if (!analysis.includes(exit)) continue;
    const code = codeOf(analysis, columns.routine[row] as number, exit, symbolizer);
    const inclusive = microseconds(exit - (columns.enter[row] as number));
    const exclusive = microseconds(columns.exclusive[row] as number);
    yield { columns, row, type: INTERRUPT_TYPES[columns.type[row] as number] ?? "", code, inclusive, exclusive };
  }
}

/** Routines are code of the kernel, which is the same in every process. */
function codeOf({ model }: Analysis, routine: number, time: number, symbolizer: Symbolizer | undefined): RoutineCode {
  if (!symbolizer) return { module: model.images.at(0, routine, time)?.name ?? "" };
  const place = symbolizer.place(0, routine, time);
  return { module: place.module, function: codeLabel(place) };
}

function routineNames(columns: readonly TableColumn[]): FunctionNames {
  return { columns: columnsWith(columns, "module", FUNCTION_COLUMN), images: routineImages };
}

function routineImages(analysis: Analysis): readonly TraceImage[] {
  const counts = new ImageCounts(analysis.model);
  for (const rows = analysis.get(Interrupts).interrupts.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const exit = columns.exit[row] as number;
    if (analysis.includes(exit)) counts.address(0, columns.routine[row] as number, exit);
  }
  return counts.images;
}
