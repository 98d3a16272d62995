import type { Analysis } from "../analysis.ts";
import type { AllocationLog } from "../model/allocation-log.ts";
import { processOf } from "../model/attribution.ts";
import type { TraceImage } from "../model/images.ts";
import type { TraceProcess } from "../model/processes.ts";
import { ImageCounts } from "./code-columns.ts";
import type { TableColumn } from "./table.ts";

export const ALLOCATION_STACK: TableColumn = { key: "stack", label: "Alloc Stack", type: "text" };

/** What one owner allocated with one stack. Sizes in bytes. */
export interface StackAllocations<Owner> {
  readonly owner: Owner;
  readonly process: TraceProcess | undefined;
  readonly stack: number;
  /** Ticks of the first. */
  readonly time: number;
  allocations: number;
  frees: number;
  allocated: number;
  outstanding: number;
  outstandingCount: number;
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
      const nothing = { allocations: 0, frees: 0, allocated: 0, outstanding: 0, outstandingCount: 0, resizes: 0 };
      sum = { owner, process, stack, time, ...nothing };
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
  return [...sums.values()].sort((a, b) => b.outstanding - a.outstanding || b.allocated - a.allocated);
}

export function imagesOfAllocations(
  { model }: Analysis,
  allocations: Iterable<Pick<StackAllocations<unknown>, "process" | "stack" | "time">>,
): readonly TraceImage[] {
  const counts = new ImageCounts(model);
  for (const { process, stack, time } of allocations) counts.stack(process, stack, time);
  return counts.images;
}
