import type { Analysis } from "../analysis.ts";
import { processOf } from "../model/attribution.ts";
import type { TraceImage } from "../model/images.ts";
import { PAGE_FAULT_TYPES, PageFaults } from "../model/page-faults.ts";
import { codeLabel } from "../symbols/symbolizer.ts";
import { columnsWith, FUNCTION_COLUMN, ImageCounts } from "./code-columns.ts";
import type { Row, TableColumn, TableDefinition } from "./table.ts";

interface FaultCount {
  readonly process: string;
  readonly pid: number | null;
  readonly type: string;
  readonly module: string;
  /** With symbols only. */
  readonly function?: string;
  count: number;
  readonly first: number;
  last: number;
}

const COLUMNS: readonly TableColumn[] = [
  { key: "process", label: "Process", type: "text" },
  { key: "pid", label: "Process ID", type: "number" },
  { key: "type", label: "Type", type: "text" },
  { key: "module", label: "Module", type: "text" },
  { key: "count", label: "Count", type: "number" },
  { key: "first", label: "First Time (ms)", type: "milliseconds" },
  { key: "last", label: "Last Time (ms)", type: "milliseconds" },
];

/** How many pages each process faulted in, by kind and by the code that touched them. */
export const pageFaultTable: TableDefinition = {
  name: "pagefault",
  title: "Page Faults",
  summary: "page faults by process, kind and module: pages that were in memory, made of zeros, copied",
  needs: PAGE_FAULT_TYPES.map((type) => ({ event: `Windows Kernel/Memory/${type}`, keyword: "AllFaults" })).slice(0, 3),
  collectors: [PageFaults],
  columns: COLUMNS,
  functions: { columns: columnsWith(COLUMNS, "module", FUNCTION_COLUMN), images: faultingImages },
  *rows(analysis, symbolizer): Iterable<Row> {
    const { images } = analysis.model;
    const counts = new Map<string, FaultCount>();
    for (const rows = analysis.get(PageFaults).faults.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const time = columns.time[row] as number;
      if (!analysis.includes(time)) continue;
      const owner = processOf(analysis.model, columns.thread[row] as number, columns.process[row] as number, time);
      const address = columns.programCounter[row] as number;
      const place = symbolizer?.place(owner?.id ?? 0, address, time);
      const module = place ? place.module : (images.at(owner?.id ?? 0, address, time)?.name ?? "");
      const code = place ? { module, function: codeLabel(place) } : { module };
      const type = PAGE_FAULT_TYPES[columns.type[row] as number] ?? "";
      const at = analysis.milliseconds(time);
      const key = `${owner?.index} ${type} ${code.function ?? module}`;
      const who = { process: owner?.name ?? "", pid: owner?.id ?? null };
      const entry = counts.get(key) ?? { ...who, type, ...code, count: 0, first: at, last: at };
      counts.set(key, entry);
      entry.count++;
      entry.last = at;
    }
    yield* [...counts.values()].sort((a, b) => b.count - a.count).map((count) => ({ ...count }));
  },
};

function faultingImages(analysis: Analysis): readonly TraceImage[] {
  const counts = new ImageCounts(analysis.model);
  for (const rows = analysis.get(PageFaults).faults.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const time = columns.time[row] as number;
    if (!analysis.includes(time)) continue;
    const owner = processOf(analysis.model, columns.thread[row] as number, columns.process[row] as number, time);
    counts.address(owner?.id ?? 0, columns.programCounter[row] as number, time);
  }
  return counts.images;
}
