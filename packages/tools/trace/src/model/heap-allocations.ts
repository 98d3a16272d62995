import { NO_ID } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { AllocationLog } from "./allocation-log.ts";
import { type AllocationSums, noAllocations } from "./allocation-sums.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";
import type { TraceProcess } from "./processes.ts";
import type { TraceModel } from "./trace-model.ts";

/** A heap of a process. */
export interface HeapUse extends AllocationSums {
  readonly process: TraceProcess;
  readonly heap: number;
  /** Bytes. */
  peak: number;
}

/** Heaps of processes: what was allocated while the trace was recorded. The events come from the process itself. */
export class HeapAllocations implements Collector {
  readonly #heaps = new Map<TraceProcess, Map<number, HeapUse>>();
  /** Sizes of what is allocated now, by heap and address. */
  readonly #blocks = new Map<HeapUse, Map<number, number>>();
  readonly #model: TraceModel;

  readonly #log: AllocationLog<HeapUse> | undefined;

  readonly handlers;

  /** @param log takes each allocation by itself */
  constructor(model: TraceModel, log?: AllocationLog<HeapUse>) {
    this.#model = model;
    this.#log = log;
    this.handlers = {
      ...log?.handlers,
      "Windows Kernel/Heap/Alloc": (layout: CompiledLayout) => this.#allocate(layout),
      "Windows Kernel/Heap/ReAlloc": (layout: CompiledLayout) => this.#reallocate(layout),
      "Windows Kernel/Heap/Free": (layout: CompiledLayout) => this.#free(layout),
      "Windows Kernel/Heap/Destroy": (layout: CompiledLayout) => this.#destroy(layout),
    };
  }

  get heaps(): HeapUse[] {
    return [...this.#heaps.values()].flatMap((heaps) => [...heaps.values()]);
  }

  #allocate(layout: CompiledLayout): EventHandler {
    const [heap, size] = [addressOf(layout, "HeapHandle"), numberOf(layout, "AllocSize")];
    const address = addressOf(layout, "AllocAddress");
    return (event) => {
      const use = this.#use(event, heap(event));
      use.allocations++;
      use.allocated += size(event);
      this.#put(use, address(event), size(event));
      this.#log?.allocate(event, use, address(event), size(event), use);
    };
  }

  #reallocate(layout: CompiledLayout): EventHandler {
    const [heap, size] = [addressOf(layout, "HeapHandle"), numberOf(layout, "NewAllocSize")];
    const [from, to] = [addressOf(layout, "OldAllocAddress"), addressOf(layout, "NewAllocAddress")];
    return (event) => {
      const use = this.#use(event, heap(event));
      use.allocations++;
      use.allocated += size(event);
      this.#take(use, from(event));
      this.#put(use, to(event), size(event));
      this.#log?.free(event, from(event), use);
      this.#log?.allocate(event, use, to(event), size(event), use, true);
    };
  }

  #free(layout: CompiledLayout): EventHandler {
    const [heap, address] = [addressOf(layout, "HeapHandle"), addressOf(layout, "FreeAddress")];
    return (event) => {
      const use = this.#use(event, heap(event));
      use.frees++;
      this.#take(use, address(event));
      this.#log?.free(event, address(event), use);
    };
  }

  /** With a heap goes all that is in it. */
  #destroy(layout: CompiledLayout): EventHandler {
    const heap = addressOf(layout, "HeapHandle");
    return (event) => {
      const use = this.#use(event, heap(event));
      [use.outstanding, use.outstandingCount] = [0, 0];
      this.#blocks.delete(use);
      this.#log?.clear(event, use);
    };
  }

  #put(use: HeapUse, address: number, size: number): void {
    this.#take(use, address);
    let blocks = this.#blocks.get(use);
    if (!blocks) {
      blocks = new Map();
      this.#blocks.set(use, blocks);
    }
    blocks.set(address, size);
    use.outstanding += size;
    use.outstandingCount++;
    use.peak = Math.max(use.peak, use.outstanding);
  }

  #take(use: HeapUse, address: number): void {
    const blocks = this.#blocks.get(use);
    const size = blocks?.get(address);
    if (size === undefined) return;
    blocks?.delete(address);
    use.outstanding -= size;
    use.outstandingCount--;
  }

  #use(event: EventCursor, heap: number): HeapUse {
    const { processes } = this.#model;
    const process = event.processId === NO_ID ? processes.unknown : processes.at(event.processId, event.time);
    let heaps = this.#heaps.get(process);
    if (!heaps) {
      heaps = new Map();
      this.#heaps.set(process, heaps);
    }
    let use = heaps.get(heap);
    if (!use) {
      use = { process, heap, ...noAllocations(), peak: 0 };
      heaps.set(heap, use);
    }
    return use;
  }
}

/** The same, and each allocation by itself. */
export class LoggedHeapAllocations extends HeapAllocations {
  readonly log: AllocationLog<HeapUse>;

  constructor(model: TraceModel) {
    const log = new AllocationLog<HeapUse>(model.memory);
    super(model, log);
    this.log = log;
  }
}
