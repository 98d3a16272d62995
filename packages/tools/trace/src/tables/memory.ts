import { MemorySnapshots } from "../model/memory-snapshots.ts";
import { ProcessMemory } from "../model/process-memory.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Memory of processes over all of the trace: what is outstanding at its end cannot be told of a part of it. */
export const memoryTable: TableDefinition = {
  name: "memory",
  title: "Memory by Process",
  summary: "working set, commit and faults of processes, and what they allocated and did not free",
  needs: [
    { event: "Windows Kernel/Process/PerfCtrRundown", keyword: "ProcessCounter" },
    { event: "Windows Kernel/Memory/VirtualAlloc", keyword: "VirtualAllocation" },
    { event: "Windows Kernel/Memory/ProcessMemInfo", keyword: "MemoryInfoWS" },
  ],
  collectors: [ProcessMemory, MemorySnapshots],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "workingSet", label: "Working Set (B)", type: "bytes" },
    { key: "peakWorkingSet", label: "Peak Working Set (B)", type: "bytes" },
    { key: "privateBytes", label: "Commit (B)", type: "bytes" },
    { key: "peakCommit", label: "Peak Commit (B)", type: "bytes" },
    { key: "virtualSize", label: "Virtual Size (B)", type: "bytes" },
    { key: "pageFaults", label: "Page Faults", type: "number" },
    { key: "handles", label: "Handles", type: "number" },
    { key: "allocations", label: "VirtualAlloc Count", type: "number" },
    { key: "committed", label: "Committed (B)", type: "bytes" },
    { key: "outstanding", label: "Outstanding Commit (B)", type: "bytes" },
    { key: "outstandingReserved", label: "Outstanding Reserve (B)", type: "bytes" },
  ],
  *rows(analysis): Iterable<Row> {
    const { counters, allocations } = analysis.get(ProcessMemory);
    const rows: (Row & { readonly outstanding: number; readonly privateBytes: number | null })[] = [];
    const snapshots = analysis.get(MemorySnapshots).byProcess(analysis.model.processes);
    for (const process of new Set([...counters.keys(), ...allocations.keys(), ...snapshots.keys()])) {
      // Counters are those at the end, and the last snapshot came before it.
      const own = counters.get(process) ?? snapshots.get(process);
      const allocated = allocations.get(process);
      rows.push({
        process: process.name,
        pid: process.id,
        workingSet: own?.workingSet ?? null,
        peakWorkingSet: own?.peakWorkingSet ?? null,
        privateBytes: own?.privateBytes ?? null,
        peakCommit: own?.peakCommit ?? null,
        virtualSize: own?.virtualSize ?? null,
        pageFaults: own?.pageFaults ?? null,
        handles: own?.handles ?? null,
        allocations: allocated?.allocations ?? 0,
        committed: allocated?.committed ?? 0,
        outstanding: allocated?.outstanding.total ?? 0,
        outstandingReserved: allocated?.reserved.total ?? 0,
      });
    }
    yield* rows.sort((a, b) => b.outstanding - a.outstanding || (b.privateBytes ?? 0) - (a.privateBytes ?? 0));
  },
};
