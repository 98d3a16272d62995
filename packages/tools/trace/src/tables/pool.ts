import { PoolAllocations } from "../model/pool-allocations.ts";
import type { Row, TableDefinition } from "./table.ts";

/** The kernel's pools over all of the trace. */
export const poolTable: TableDefinition = {
  name: "pool",
  title: "Pool",
  summary: "memory that the kernel and its drivers allocated and did not free, by tag",
  needs: [{ event: "Windows Kernel/Pool", keyword: "Pool" }],
  collectors: [PoolAllocations],
  columns: [
    { key: "tag", label: "Pool Tag", type: "text" },
    { key: "pool", label: "Paged", type: "text" },
    { key: "allocations", label: "Allocations", type: "number" },
    { key: "frees", label: "Frees", type: "number" },
    { key: "allocated", label: "Allocated (B)", type: "bytes" },
    { key: "outstanding", label: "Outstanding (B)", type: "bytes" },
    { key: "outstandingCount", label: "Outstanding Count", type: "number" },
    { key: "peak", label: "Outstanding Max (B)", type: "bytes" },
  ],
  *rows(analysis): Iterable<Row> {
    const uses = [...analysis.get(PoolAllocations).uses];
    uses.sort((a, b) => b.outstanding - a.outstanding || b.allocated - a.allocated);
    yield* uses.map((use) => ({ ...use }));
  },
};
