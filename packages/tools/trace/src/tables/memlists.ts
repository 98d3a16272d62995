import { MemorySnapshots } from "../model/memory-snapshots.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Pages below this priority are of what nobody needs soon: prefetched, or of programs in the background. */
const NORMAL_PRIORITY = 5;

/** What physical memory was used for, over time. */
export const memoryListsTable: TableDefinition = {
  name: "memlists",
  title: "Memory Utilization",
  summary: "lists of physical memory over time: free, standby by priority, modified; pools and commit of the system",
  needs: [
    { event: "Windows Kernel/Memory/SystemMemInfo", keyword: "MemoryInfo" },
    { event: "Microsoft-Windows-Kernel-Memory/MemInfo", keyword: "Microsoft-Windows-Kernel-Memory (a provider)" },
  ],
  collectors: [MemorySnapshots],
  columns: [
    { key: "time", label: "Time (ms)", type: "milliseconds" },
    { key: "available", label: "Available (B)", type: "bytes" },
    { key: "zero", label: "Zero (B)", type: "bytes" },
    { key: "free", label: "Free (B)", type: "bytes" },
    { key: "standby", label: "Standby (B)", type: "bytes" },
    { key: "standbyLow", label: "Standby Priority 0-4 (B)", type: "bytes" },
    { key: "standbyNormal", label: "Standby Priority 5-7 (B)", type: "bytes" },
    { key: "modified", label: "Modified (B)", type: "bytes" },
    { key: "modifiedNoWrite", label: "Modified No-Write (B)", type: "bytes" },
    { key: "bad", label: "Bad (B)", type: "bytes" },
    { key: "repurposed", label: "Repurposed (B)", type: "bytes" },
    { key: "pagedPool", label: "Paged Pool (B)", type: "bytes" },
    { key: "nonPagedPool", label: "Nonpaged Pool (B)", type: "bytes" },
    { key: "commit", label: "Commit (B)", type: "bytes" },
  ],
  *rows(analysis): Iterable<Row> {
    const { lists, pageSize } = analysis.get(MemorySnapshots);
    const bytes = (pages: number | undefined) => (pages === undefined ? null : pages * pageSize);
    // Counted since the system was started: what happened before the first snapshot is not told.
    const repurposedBefore = sum(lists[0]?.repurposed ?? []);
    for (const { time, zero, free, standby, repurposed, ...other } of lists) {
      if (!analysis.includes(time)) continue;
      yield {
        time: analysis.milliseconds(time),
        available: bytes(zero + free + sum(standby)),
        zero: bytes(zero),
        free: bytes(free),
        standby: bytes(sum(standby)),
        standbyLow: bytes(sum(standby.slice(0, NORMAL_PRIORITY))),
        standbyNormal: bytes(sum(standby.slice(NORMAL_PRIORITY))),
        modified: bytes(other.modified),
        modifiedNoWrite: bytes(other.modifiedNoWrite),
        bad: bytes(other.bad),
        repurposed: bytes(sum(repurposed) - repurposedBefore),
        pagedPool: bytes(other.pagedPool),
        nonPagedPool: bytes(other.nonPagedPool),
        commit: bytes(other.commit),
      };
    }
  },
};

function sum(values: readonly number[]): number {
  return values.reduce((all, each) => all + each, 0);
}
