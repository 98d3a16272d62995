import type { CompiledLayout } from "@adk/event-schema";
import { AllocationLog } from "./allocation-log.ts";
import { type AllocationSums, noAllocations } from "./allocation-sums.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";
import type { TraceModel } from "./trace-model.ts";

/** Allocations of kernel memory with one tag. */
export interface PoolTagUse extends AllocationSums {
  readonly tag: string;
  readonly pool: "Paged" | "Nonpaged";
  /** Bytes. */
  peak: number;
}

/** Bit of POOL_TYPE: paged; without it the pool is nonpaged. */
const PAGED = 1;

/** The kernel's pools by tag: what was allocated while the trace was recorded. */
export class PoolAllocations implements Collector {
  /** By tag and pool. */
  readonly #uses = new Map<number, PoolTagUse>();
  /** What is allocated now, by address. */
  readonly #entries = new Map<number, { readonly use: PoolTagUse; readonly size: number }>();
  readonly #log: AllocationLog<PoolTagUse> | undefined;

  readonly handlers;

  /** @param log takes each allocation by itself */
  constructor(_model?: TraceModel, log?: AllocationLog<PoolTagUse>) {
    this.#log = log;
    this.handlers = {
      ...log?.handlers,
      "Windows Kernel/Pool/PoolAllocation": (layout: CompiledLayout) => this.#allocate(layout),
      "Windows Kernel/Pool/SessionPoolAllocation": (layout: CompiledLayout) => this.#allocate(layout),
      "Windows Kernel/Pool/PoolFree": (layout: CompiledLayout) => this.#free(layout),
      "Windows Kernel/Pool/SessionPoolFree": (layout: CompiledLayout) => this.#free(layout),
    };
  }

  get uses(): Iterable<PoolTagUse> {
    return this.#uses.values();
  }

  #allocate(layout: CompiledLayout): EventHandler {
    const [type, tag] = [numberOf(layout, "Type"), numberOf(layout, "Tag")];
    const [size, entry] = [numberOf(layout, "NumberOfBytes"), addressOf(layout, "Entry")];
    return (event) => {
      const use = this.#use(tag(event), type(event));
      const bytes = size(event);
      use.allocations++;
      use.allocated += bytes;
      use.outstanding += bytes;
      use.outstandingCount++;
      use.peak = Math.max(use.peak, use.outstanding);
      this.#entries.set(entry(event), { use, size: bytes });
      this.#log?.allocate(event, use, entry(event), bytes);
    };
  }

  #free(layout: CompiledLayout): EventHandler {
    const [type, tag, entry] = [numberOf(layout, "Type"), numberOf(layout, "Tag"), addressOf(layout, "Entry")];
    return (event) => {
      const address = entry(event);
      const known = this.#entries.get(address);
      // What was allocated before the trace is freed too.
      (known?.use ?? this.#use(tag(event), type(event))).frees++;
      if (!known) return;
      this.#entries.delete(address);
      this.#log?.free(event, address);
      known.use.outstanding -= known.size;
      known.use.outstandingCount--;
    };
  }

  #use(tag: number, type: number): PoolTagUse {
    const key = tag * 2 + (type & PAGED);
    let use = this.#uses.get(key);
    if (!use) {
      use = { tag: tagText(tag), pool: type & PAGED ? "Paged" : "Nonpaged", ...noAllocations(), peak: 0 };
      this.#uses.set(key, use);
    }
    return use;
  }
}

/** The same, and each allocation by itself. */
export class LoggedPoolAllocations extends PoolAllocations {
  readonly log: AllocationLog<PoolTagUse>;

  constructor(model: TraceModel) {
    const log = new AllocationLog<PoolTagUse>(model.memory);
    super(model, log);
    this.log = log;
  }
}

/** Four characters; the highest bit of the last one marks memory that only its owner may free. */
function tagText(tag: number): string {
  return [0, 8, 16, 24]
    .map((shift) => String.fromCharCode((tag >>> shift) & 0x7f))
    .join("")
    .replaceAll(/\p{Cc}/gu, ".");
}
