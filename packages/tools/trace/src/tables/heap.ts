import type { Analysis } from "../analysis.ts";
import { formatAddress } from "../model/address.ts";
import { byOutstanding } from "../model/allocation-sums.ts";
import { HeapAllocations, LoggedHeapAllocations } from "../model/heap-allocations.ts";
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
  { key: "process", label: "Process", type: "text" },
  { key: "pid", label: "Process ID", type: "number" },
  { key: "heap", label: "Heap Handle", type: "address" },
  ...ALLOCATION_COLUMNS,
];

/** Heaps of processes over all of the trace, with symbols by the code that allocated. */
export const heapTable: TableDefinition = {
  name: "heap",
  title: "Heap",
  summary: "memory that processes allocated in their heaps and did not free",
  needs: [{ event: "Windows Kernel/Heap", keyword: "HeapTrace (a heap provider)" }],
  collectors: [HeapAllocations],
  columns: [...COLUMNS, PEAK_COLUMN],
  functions: {
    columns: columnsWith(COLUMNS, "heap", ALLOCATION_STACK),
    collectors: [LoggedHeapAllocations],
    images: (analysis) => imagesOfAllocations(analysis, byStack(analysis)),
  },
  *rows(analysis, symbolizer): Iterable<Row> {
    if (!symbolizer) {
      const { heaps } = analysis.get(HeapAllocations);
      heaps.sort(byOutstanding);
      for (const { process, heap, ...sums } of heaps) {
        yield { process: process.name, pid: process.id, heap: formatAddress(heap), ...sums };
      }
      return;
    }
    const texts = new StackTexts(analysis.model, symbolizer);
    for (const { owner, process, stack, time, resizes: _, ...sums } of byStack(analysis)) {
      const heap = { process: owner.process.name, pid: owner.process.id, heap: formatAddress(owner.heap) };
      yield { ...heap, stack: texts.of(process, stack, time), ...sums };
    }
  },
};

function byStack(analysis: Analysis) {
  return allocationsByStack(analysis, analysis.get(LoggedHeapAllocations).log, ({ process }) => process.id);
}
