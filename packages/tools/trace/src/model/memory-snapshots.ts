import type { CompiledLayout, FieldValue } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { numberOf } from "./fields.ts";
import type { MemoryCounters } from "./process-memory.ts";
import type { Processes, TraceProcess } from "./processes.ts";

/** Where nothing tells the size of a page: that of x86, x64 and ARM64. */
const USUAL_PAGE_SIZE = 4096;

/** Lists of physical pages at a time, in pages. */
export interface MemoryLists {
  /** Ticks. */
  readonly time: number;
  readonly zero: number;
  readonly free: number;
  readonly modified: number;
  readonly modifiedNoWrite: number;
  readonly bad: number;
  /** By priority, 0 to 7. */
  readonly standby: readonly number[];
  /** Pages that were taken from the standby list since the system was started, by priority. */
  readonly repurposed: readonly number[];
  /** Undefined where the event does not tell them. */
  readonly pagedPool: number | undefined;
  readonly nonPagedPool: number | undefined;
  readonly commit: number | undefined;
}

/** In pages. */
const WORKING_SET_COLUMNS = {
  time: "f64",
  process: "u32",
  workingSet: "f64",
  privateWorkingSet: "f64",
  commit: "f64",
  sharedCommit: "f64",
  virtualSize: "f64",
  compressed: "f64",
} as const;

/**
 * What the memory manager tells of itself every half a second: the lists of physical pages (keyword MemoryInfo), and the working sets of
 * all processes (MemoryInfoWS). Both come as events of the kernel, and as events of Microsoft-Windows-Kernel-Memory.
 */
export class MemorySnapshots implements Collector {
  readonly lists: MemoryLists[] = [];
  /** Of processes. */
  readonly workingSets: EventColumns<typeof WORKING_SET_COLUMNS>;
  /** Bytes. */
  pageSize = USUAL_PAGE_SIZE;

  readonly handlers = {
    "Windows Kernel/SystemConfig/CPU": (layout: CompiledLayout) => this.#system(layout),
    "Windows Kernel/Memory/SystemMemInfo": (layout: CompiledLayout) => this.#list(layout),
    "Microsoft-Windows-Kernel-Memory/MemInfo": (layout: CompiledLayout) => this.#list(layout),
    "Windows Kernel/Memory/ProcessMemInfo": (layout: CompiledLayout) => this.#sets(layout),
    "Windows Kernel/Memory/WSInfoProcess": (layout: CompiledLayout) => this.#sets(layout),
    "Microsoft-Windows-Kernel-Memory/MemInfoWS": (layout: CompiledLayout) => this.#sets(layout),
  };

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.workingSets = new EventColumns(WORKING_SET_COLUMNS, memory);
  }

  /** The last snapshot of each process, with the most that any found; bytes. */
  byProcess(processes: Processes): Map<TraceProcess, Partial<MemoryCounters>> {
    const snapshots = new Map<TraceProcess, Partial<MemoryCounters>>();
    for (const rows = this.workingSets.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const process = processes.at(columns.process[row] as number, columns.time[row] as number);
      const { peakWorkingSet = 0, peakCommit = 0 } = snapshots.get(process) ?? {};
      const bytes = (column: Float64Array) => (column[row] as number) * this.pageSize;
      const [workingSet, commit] = [bytes(columns.workingSet), bytes(columns.commit)];
      snapshots.set(process, {
        workingSet,
        peakWorkingSet: Math.max(peakWorkingSet, workingSet),
        privateBytes: commit - bytes(columns.sharedCommit),
        peakCommit: Math.max(peakCommit, commit),
        virtualSize: bytes(columns.virtualSize),
      });
    }
    return snapshots;
  }

  #system(layout: CompiledLayout): EventHandler {
    const pageSize = numberOf(layout, "PageSize");
    return (event) => {
      this.pageSize = pageSize(event) || this.pageSize;
    };
  }

  #list(layout: CompiledLayout): EventHandler {
    const pages = (name: string) => numberOf(layout, name);
    const [zero, free] = [pages("ZeroPageCount"), pages("FreePageCount")];
    const [modified, noWrite] = [pages("ModifiedPageCount"), pages("ModifiedNoWritePageCount")];
    const bad = pages("BadPageCount");
    const [standby, repurposed] = [numbersOf(layout, "StandbyPageCounts"), numbersOf(layout, "RepurposedPageCounts")];
    const known = (name: string) => numberOf(layout, name, Number.NaN);
    const [paged, nonPaged] = [known("PagedPoolPageCount"), known("NonPagedPoolPageCount")];
    const commit = known("CommitPageCount");
    return (event) => {
      this.lists.push({
        time: event.time,
        zero: zero(event),
        free: free(event),
        modified: modified(event),
        modifiedNoWrite: noWrite(event),
        bad: bad(event),
        standby: standby(event),
        repurposed: repurposed(event),
        pagedPool: unlessNaN(paged(event)),
        nonPagedPool: unlessNaN(nonPaged(event)),
        commit: unlessNaN(commit(event)),
      });
    };
  }

  #sets(layout: CompiledLayout): EventHandler {
    const entries = layout.accessor("WSCommitInfo");
    return ({ view, start, end, time }) => {
      const values = entries?.value(view, start, end);
      if (!Array.isArray(values)) return;
      for (const entry of values as readonly Readonly<Record<string, FieldValue>>[]) {
        const row = this.workingSets.add();
        const { tail } = this.workingSets;
        const pages = (name: string) => Number(entry[name] ?? 0);
        tail.time[row] = time;
        tail.process[row] = pages("ProcessID");
        tail.workingSet[row] = pages("WorkingSetPageCount");
        tail.privateWorkingSet[row] = pages("PrivateWorkingSetPageCount");
        tail.commit[row] = pages("CommitPageCount");
        tail.sharedCommit[row] = pages("SharedCommitInPages");
        tail.virtualSize[row] = pages("VirtualSizeInPages");
        tail.compressed[row] = pages("StoredPageCount");
      }
    };
  }
}

function numbersOf(layout: CompiledLayout, name: string): (event: EventCursor) => number[] {
  const accessor = layout.accessor(name);
  return ({ view, start, end }) => {
    const values = accessor?.value(view, start, end);
    return Array.isArray(values) ? values.map(Number) : [];
  };
}

function unlessNaN(value: number): number | undefined {
  return Number.isNaN(value) ? undefined : value;
}
