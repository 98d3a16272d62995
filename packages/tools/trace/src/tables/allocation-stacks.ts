import type { Analysis } from "../analysis.ts";
import type { AllocationLog } from "../model/allocation-log.ts";
import { type AllocationSums, byOutstanding, noAllocations } from "../model/allocation-sums.ts";
import { processOf } from "../model/attribution.ts";
import type { TraceImage } from "../model/images.ts";
import type { TraceProcess } from "../model/processes.ts";
import { ImageCounts } from "./code-columns.ts";
import type { TableColumn } from "./table.ts";

export const ALLOCATION_STACK: TableColumn = { key: "stack", label: "Alloc Stack", type: "text" };

/** Columns of `AllocationSums`. */
export const ALLOCATION_COLUMNS: readonly TableColumn[] = [
  { key: "allocations", label: "Allocations", type: "number" },
  { key: "frees", label: "Frees", type: "number" },
  { key: "allocated", label: "Allocated (B)", type: "bytes" },
  { key: "outstanding", label: "Outstanding (B)", type: "bytes" },
  { key: "outstandingCount", label: "Outstanding Count", type: "number" },
];
/** What is known of owners only. */
export const PEAK_COLUMN: TableColumn = { key: "peak", label: "Outstanding Max (B)", type: "bytes" };

/** What one owner allocated with one stack. */
export interface StackAllocations<Owner> extends AllocationSums {
  readonly owner: Owner;
  readonly process: TraceProcess | undefined;
  readonly stack: number;
  /** Ticks of the first. */
  readonly time: number;
  resizes: number;
}

/** @param isWanted row of the log */
export function allocationsByStack<Owner extends object>(
  { model }: Analysis,
  { allocations, owners }: AllocationLog<Owner>,
  processId: (owner: Owner) => number,
  isWanted: (row: number) => boolean = () => true,
): StackAllocations<Owner>[] {
  const sums = new Map<string, StackAllocations<Owner>>();
  for (const rows = allocations.rows(); rows.next(); ) {
    const { columns, row } = rows;
    if (!isWanted(rows.number)) continue;
    const [time, thread, place] = [columns.time[row] as number, columns.thread[row] as number, columns.owner[row]];
    const owner = owners[place as number] as Owner;
    const process = processOf(model, thread, processId(owner), time);
    const stack = model.stacks.at(time, thread);
    const key = `${place} ${process?.index} ${stack}`;
    let sum = sums.get(key);
    if (!sum) {
      sum = { owner, process, stack, time, ...noAllocations(), resizes: 0 };
      sums.set(key, sum);
    }
    const size = columns.size[row] as number;
    sum.allocations++;
    sum.allocated += size;
    sum.resizes += columns.resized[row] as number;
    if (Number.isNaN(columns.freed[row] as number)) {
      sum.outstanding += size;
      sum.outstandingCount++;
    } else sum.frees++;
  }
  return [...sums.values()].sort(byOutstanding);
}

export function imagesOfAllocations(
  { model }: Analysis,
  allocations: Iterable<Pick<StackAllocations<unknown>, "process" | "stack" | "time">>,
): readonly TraceImage[] {
  const counts = new ImageCounts(model);
  for (const { process, stack, time } of allocations) counts.stack(process, stack, time);
  return counts.images;
}
