import { NO_ID } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";
import { RunningThreads } from "./running-threads.ts";

const CALL_COLUMNS = {
  /** Ticks; `end` is `NaN` where it is not known. */
  start: "f64",
  end: "f64",
  /** Of the kernel's routine. */
  routine: "f64",
  thread: "u32",
  process: "u32",
  /** NTSTATUS. */
  status: "u32",
} as const;

/**
 * Calls of the kernel by programs. The end of one does not tell which it was: it is the last one that its thread began. A call of a
 * thread that nothing tells has no end.
 */
export class SystemCalls implements Collector {
  readonly calls: EventColumns<typeof CALL_COLUMNS>;
  readonly #running = new RunningThreads();
  /** The call that a thread is in. */
  readonly #open = new Map<number, number>();

  readonly handlers = {
    ...this.#running.handlers,
    "Windows Kernel/PerfInfo/SysClEnter": (layout: CompiledLayout) => this.#enter(layout),
    "Windows Kernel/PerfInfo/SysClExit": (layout: CompiledLayout) => this.#exit(layout),
  };

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.calls = new EventColumns(CALL_COLUMNS, memory);
  }

  #enter(layout: CompiledLayout): EventHandler {
    const routine = addressOf(layout, "SysCallAddress");
    return (event) => {
      const row = this.calls.add();
      const { tail } = this.calls;
      const thread = this.#running.threadOf(event);
      tail.start[row] = event.time;
      tail.end[row] = Number.NaN;
      tail.routine[row] = routine(event);
      tail.thread[row] = thread;
      tail.process[row] = event.processId;
      if (thread !== NO_ID) this.#open.set(thread, this.calls.length - 1);
    };
  }

  #exit(layout: CompiledLayout): EventHandler {
    const status = numberOf(layout, "SysCallNtStatus");
    return (event) => {
      const thread = this.#running.threadOf(event);
      const row = this.#open.get(thread);
      if (row === undefined) return;
      this.#open.delete(thread);
      this.calls.set("end", row, event.time);
      this.calls.set("status", row, status(event));
    };
  }
}
