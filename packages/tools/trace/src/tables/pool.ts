import { NO_ID } from "@adk/etl";
import type { Analysis } from "../analysis.ts";
import { byOutstanding } from "../model/allocation-sums.ts";
import { LoggedPoolAllocations, PoolAllocations } from "../model/pool-allocations.ts";
import {
  ALLOCATION_COLUMNS,
  ALLOCATION_STACK,
  allocationsByStack,
  imagesOfAllocations,
  PEAK_COLUMN,
} from "./allocation-stacks.ts";
import { columnsWith, StackTexts } from "./code-columns.ts";
import type { Row, TableColumn, TableDefinition } from "./table.ts";

const COLUMNS: readonly TableColumn[] = [
  { key: "tag", label: "Pool Tag", type: "text" },
  { key: "pool", label: "Paged", type: "text" },
  ...ALLOCATION_COLUMNS,
];

/** The kernel's pools over all of the trace: by tag, and with symbols by the code that allocated. */
export const poolTable: TableDefinition = {
  name: "pool",
  title: "Pool",
  summary: "memory that the kernel and its drivers allocated and did not free, by tag",
  needs: [{ event: "Windows Kernel/Pool", keyword: "Pool" }],
  collectors: [PoolAllocations],
  columns: [...COLUMNS, PEAK_COLUMN],
  functions: {
    columns: columnsWith(COLUMNS, "pool", ALLOCATION_STACK),
    collectors: [LoggedPoolAllocations],
    images: (analysis) => imagesOfAllocations(analysis, byStack(analysis)),
  },
  *rows(analysis, symbolizer): Iterable<Row> {
    if (!symbolizer) {
      const uses = [...analysis.get(PoolAllocations).uses];
      uses.sort(byOutstanding);
      yield* uses.map((use) => ({ ...use }));
      return;
    }
    const texts = new StackTexts(analysis.model, symbolizer);
    for (const { owner, process, stack, time, resizes: _, ...sums } of byStack(analysis)) {
      yield { tag: owner.tag, pool: owner.pool, stack: texts.of(process, stack, time), ...sums };
    }
  },
};

function byStack(analysis: Analysis) {
  return allocationsByStack(analysis, analysis.get(LoggedPoolAllocations).log, () => NO_ID);
}
