import { MemorySnapshots } from "../model/memory-snapshots.ts";
import type { TraceProcess } from "../model/processes.ts";
import type { Row, TableDefinition } from "./table.ts";

interface WorkingSetUse {
  readonly process: TraceProcess;
  count: number;
  /** Rows of the last snapshot, and of those with the most. */
  last: number;
  largest: number;
  mostCommit: number;
  readonly firstCommit: number;
}

/** Memory of processes as snapshots found it, the largest working set first. */
export const workingSetTable: TableDefinition = {
  name: "workingset",
  title: "Virtual Memory Snapshots",
  summary: "working set, commit and virtual size of processes as snapshots found them: last, largest, growth",
  needs: [
    { event: "Windows Kernel/Memory/ProcessMemInfo", keyword: "MemoryInfoWS" },
    { event: "Windows Kernel/Memory/WSInfoProcess", keyword: "MemoryInfoWS" },
    { event: "Microsoft-Windows-Kernel-Memory/MemInfoWS", keyword: "Microsoft-Windows-Kernel-Memory (a provider)" },
  ],
  collectors: [MemorySnapshots],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "snapshots", label: "Snapshots", type: "number" },
    { key: "workingSet", label: "Working Set (B)", type: "bytes" },
    { key: "largestWorkingSet", label: "Working Set Max (B)", type: "bytes" },
    { key: "privateWorkingSet", label: "Private Working Set (B)", type: "bytes" },
    { key: "commit", label: "Commit (B)", type: "bytes" },
    { key: "mostCommit", label: "Commit Max (B)", type: "bytes" },
    { key: "commitGrowth", label: "Commit Growth (B)", type: "bytes" },
    { key: "sharedCommit", label: "Shared Commit (B)", type: "bytes" },
    { key: "compressed", label: "Compressed (B)", type: "bytes" },
    { key: "virtualSize", label: "Virtual Size (B)", type: "bytes" },
    { key: "last", label: "Last Time (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const { workingSets, pageSize } = analysis.get(MemorySnapshots);
    const uses = new Map<TraceProcess, WorkingSetUse>();
    const { length, columns } = workingSets;
    for (let row = 0; row < length; row++) {
      const time = columns.time[row] as number;
      if (!analysis.includes(time)) continue;
      const process = analysis.model.processes.at(columns.process[row] as number, time);
      const use = uses.get(process) ?? {
        process,
        count: 0,
        last: row,
        largest: row,
        mostCommit: row,
        firstCommit: row,
      };
      uses.set(process, use);
      use.count++;
      use.last = row;
      if (at(columns.workingSet, row) > at(columns.workingSet, use.largest)) use.largest = row;
      if (at(columns.commit, row) > at(columns.commit, use.mostCommit)) use.mostCommit = row;
    }
    const bytes = (column: Float64Array, row: number) => at(column, row) * pageSize;
    const order = [...uses.values()].sort((a, b) => at(columns.workingSet, b.last) - at(columns.workingSet, a.last));
    for (const { process, count, last, largest, mostCommit, firstCommit } of order) {
      yield {
        process: process.name,
        pid: process.id,
        snapshots: count,
        workingSet: bytes(columns.workingSet, last),
        largestWorkingSet: bytes(columns.workingSet, largest),
        privateWorkingSet: bytes(columns.privateWorkingSet, last),
        commit: bytes(columns.commit, last),
        mostCommit: bytes(columns.commit, mostCommit),
        commitGrowth: bytes(columns.commit, last) - bytes(columns.commit, firstCommit),
        sharedCommit: bytes(columns.sharedCommit, last),
        compressed: bytes(columns.compressed, last),
        virtualSize: bytes(columns.virtualSize, last),
        last: analysis.milliseconds(at(columns.time, last)),
      };
    }
  },
};

function at(column: Float64Array, row: number): number {
  return column[row] as number;
}
