/** Allocations of one owner: a heap, a tag of the pools, a stack. Sizes in bytes. */
export interface AllocationSums {
  allocations: number;
  frees: number;
  allocated: number;
  /** Allocated in the trace and not freed in it. */
  outstanding: number;
  outstandingCount: number;
}

export function noAllocations(): AllocationSums {
  return { allocations: 0, frees: 0, allocated: 0, outstanding: 0, outstandingCount: 0 };
}

/** Most that was not freed comes first. */
export function byOutstanding(a: AllocationSums, b: AllocationSums): number {
  return b.outstanding - a.outstanding || b.allocated - a.allocated;
}
