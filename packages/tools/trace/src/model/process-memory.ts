import type { CompiledLayout } from "@adk/event-schema";
import { AddressRanges } from "./address-ranges.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";
import type { TraceProcess } from "./processes.ts";
import type { TraceModel } from "./trace-model.ts";

/** Flags of VirtualAlloc and VirtualFree (winnt.h). */
const MEM_COMMIT = 0x1000;
const MEM_RESERVE = 0x2000;
const MEM_DECOMMIT = 0x4000;
const MEM_RELEASE = 0x8000;

/** Of a process when it ended, or when the trace did: bytes and counts. */
export interface MemoryCounters {
  readonly workingSet: number;
  readonly peakWorkingSet: number;
  readonly privateBytes: number;
  readonly peakCommit: number;
  readonly virtualSize: number;
  readonly pageFaults: number;
  readonly handles: number;
}

/** What a process allocated with VirtualAlloc while it was traced. */
export interface VirtualAllocations {
  allocations: number;
  frees: number;
  /** Bytes of all allocations that committed memory. */
  committed: number;
  /** What of them is still there. */
  readonly outstanding: AddressRanges;
  readonly reserved: AddressRanges;
}

/** Memory of processes: the counters that the kernel tells of each, and what it allocated. */
export class ProcessMemory implements Collector {
  readonly counters = new Map<TraceProcess, MemoryCounters>();
  readonly allocations = new Map<TraceProcess, VirtualAllocations>();
  readonly #model: TraceModel;

  readonly handlers = {
    "Windows Kernel/Process/PerfCtr": (layout: CompiledLayout) => this.#count(layout),
    "Windows Kernel/Process/PerfCtrRundown": (layout: CompiledLayout) => this.#count(layout),
    "Windows Kernel/Memory/VirtualAlloc": (layout: CompiledLayout) => this.#allocate(layout),
    "Windows Kernel/Memory/VirtualFree": (layout: CompiledLayout) => this.#free(layout),
  };

  constructor(model: TraceModel) {
    this.#model = model;
  }

  #count(layout: CompiledLayout): EventHandler {
    const field = (name: string) => numberOf(layout, name);
    const [process, workingSet, peakWorkingSet] = [
      field("ProcessId"),
      field("WorkingSetSize"),
      field("PeakWorkingSetSize"),
    ];
    const [privateBytes, peakCommit, virtualSize] = [
      field("PrivatePageCount"),
      field("PeakPagefileUsage"),
      field("VirtualSize"),
    ];
    const [pageFaults, handles] = [field("PageFaultCount"), field("HandleCount")];
    return (event) => {
      this.counters.set(this.#model.processes.at(process(event), event.time), {
        workingSet: workingSet(event),
        peakWorkingSet: peakWorkingSet(event),
        privateBytes: privateBytes(event),
        peakCommit: peakCommit(event),
        virtualSize: virtualSize(event),
        pageFaults: pageFaults(event),
        handles: handles(event),
      });
    };
  }

  #of(process: TraceProcess): VirtualAllocations {
    let own = this.allocations.get(process);
    if (!own) {
      const [outstanding, reserved] = [new AddressRanges(), new AddressRanges()];
      own = { allocations: 0, frees: 0, committed: 0, outstanding, reserved };
      this.allocations.set(process, own);
    }
    return own;
  }

  #allocate(layout: CompiledLayout): EventHandler {
    const [base, size] = [addressOf(layout, "BaseAddress"), numberOf(layout, "RegionSize")];
    const [process, flags] = [numberOf(layout, "ProcessId"), numberOf(layout, "Flags")];
    return (event) => {
      const own = this.#of(this.#model.processes.at(process(event), event.time));
      const [kind, bytes] = [flags(event), size(event)];
      own.allocations++;
      if (kind & MEM_RESERVE) own.reserved.add(base(event), bytes);
      if ((kind & MEM_COMMIT) === 0) return;
      own.committed += bytes;
      own.outstanding.add(base(event), bytes);
    };
  }

  #free(layout: CompiledLayout): EventHandler {
    const [base, size] = [addressOf(layout, "BaseAddress"), numberOf(layout, "RegionSize")];
    const [process, flags] = [numberOf(layout, "ProcessId"), numberOf(layout, "Flags")];
    return (event) => {
      const own = this.#of(this.#model.processes.at(process(event), event.time));
      const [kind, bytes] = [flags(event), size(event)];
      own.frees++;
      if (kind & (MEM_DECOMMIT | MEM_RELEASE)) own.outstanding.remove(base(event), bytes);
      if (kind & MEM_RELEASE) own.reserved.remove(base(event), bytes);
    };
  }
}
