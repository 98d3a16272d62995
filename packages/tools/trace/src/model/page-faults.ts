import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf } from "./fields.ts";
import { RunningThreads } from "./running-threads.ts";

/** Kinds of faults that the memory manager tells of, in the words of the kernel's events. */
export const PAGE_FAULT_TYPES = [
  "TransitionFault",
  "DemandZeroFault",
  "CopyOnWrite",
  "GuardPageFault",
  "HardPageFault",
  "AccessViolation",
] as const;

const FAULT_COLUMNS = {
  time: "f64",
  address: "f64",
  /** Where the code was that touched the page. */
  programCounter: "f64",
  thread: "u32",
  process: "u32",
  /** Index in `PAGE_FAULT_TYPES`. */
  type: "u8",
} as const;

/** Faults of pages, most of them soft: the page was in memory, or is made of zeros. */
export class PageFaults implements Collector {
  readonly faults: EventColumns<typeof FAULT_COLUMNS>;
  readonly #running = new RunningThreads();

  readonly handlers = {
    ...this.#running.handlers,
    ...Object.fromEntries(
      PAGE_FAULT_TYPES.map((name, type) => [
        `Windows Kernel/Memory/${name}`,
        (layout: CompiledLayout) => this.#take(layout, type),
      ]),
    ),
  };

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.faults = new EventColumns(FAULT_COLUMNS, memory);
  }

  #take(layout: CompiledLayout, type: number): EventHandler {
    const [address, programCounter] = [addressOf(layout, "VirtualAddress"), addressOf(layout, "ProgramCounter")];
    return (event) => {
      const row = this.faults.add();
      const { tail } = this.faults;
      tail.time[row] = event.time;
      tail.address[row] = address(event);
      tail.programCounter[row] = programCounter(event);
      tail.thread[row] = this.#running.threadOf(event);
      tail.process[row] = event.processId;
      tail.type[row] = type;
    };
  }
}
