import { MemorySnapshots } from "../model/memory-snapshots.ts";
import type { TraceProcess } from "../model/processes.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Of a process at a time, in pages. */
interface Snapshot {
  readonly time: number;
  readonly workingSet: number;
  readonly privateWorkingSet: number;
  readonly commit: number;
  readonly sharedCommit: number;
  readonly compressed: number;
  readonly virtualSize: number;
}

interface WorkingSetUse {
  readonly process: TraceProcess;
  count: number;
  last: Snapshot;
  largestWorkingSet: number;
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
    for (const rows = workingSets.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const time = columns.time[row] as number;
      if (!analysis.includes(time)) continue;
      const snapshot: Snapshot = {
        time,
        workingSet: columns.workingSet[row] as number,
        privateWorkingSet: columns.privateWorkingSet[row] as number,
        commit: columns.commit[row] as number,
        sharedCommit: columns.sharedCommit[row] as number,
        compressed: columns.compressed[row] as number,
        virtualSize: columns.virtualSize[row] as number,
      };
      const process = analysis.model.processes.at(columns.process[row] as number, time);
      const known = uses.get(process);
      const { commit, workingSet } = snapshot;
      if (known) {
        known.count++;
        known.last = snapshot;
        known.largestWorkingSet = Math.max(known.largestWorkingSet, workingSet);
        known.mostCommit = Math.max(known.mostCommit, commit);
      } else {
        const largest = { largestWorkingSet: workingSet, mostCommit: commit, firstCommit: commit };
        uses.set(process, { process, count: 1, last: snapshot, ...largest });
      }
    }
    for (const { process, count, last, ...use } of [...uses.values()].sort(
      (a, b) => b.last.workingSet - a.last.workingSet,
    )) {
      yield {
        process: process.name,
        pid: process.id,
        snapshots: count,
        workingSet: last.workingSet * pageSize,
        largestWorkingSet: use.largestWorkingSet * pageSize,
        privateWorkingSet: last.privateWorkingSet * pageSize,
        commit: last.commit * pageSize,
        mostCommit: use.mostCommit * pageSize,
        commitGrowth: (last.commit - use.firstCommit) * pageSize,
        sharedCommit: last.sharedCommit * pageSize,
        compressed: last.compressed * pageSize,
        virtualSize: last.virtualSize * pageSize,
        last: analysis.milliseconds(last.time),
      };
    }
  },
};
