import { formatAddress } from "../model/address.ts";
import { HeapAllocations } from "../model/heap-allocations.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Heaps of processes over all of the trace. */
export const heapTable: TableDefinition = {
  name: "heap",
  title: "Heap",
  summary: "memory that processes allocated in their heaps and did not free",
  needs: [{ event: "Windows Kernel/Heap", keyword: "HeapTrace (a heap provider)" }],
  collectors: [HeapAllocations],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "heap", label: "Heap Handle", type: "address" },
    { key: "allocations", label: "Allocations", type: "number" },
    { key: "frees", label: "Frees", type: "number" },
    { key: "allocated", label: "Allocated (B)", type: "bytes" },
    { key: "outstanding", label: "Outstanding (B)", type: "bytes" },
    { key: "outstandingCount", label: "Outstanding Count", type: "number" },
    { key: "peak", label: "Outstanding Max (B)", type: "bytes" },
  ],
  *rows(analysis): Iterable<Row> {
    const { heaps } = analysis.get(HeapAllocations);
    heaps.sort((a, b) => b.outstanding - a.outstanding || b.allocated - a.allocated);
    for (const { process, heap, ...sums } of heaps) {
      yield { process: process.name, pid: process.id, heap: formatAddress(heap), ...sums };
    }
  },
};
