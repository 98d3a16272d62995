import { NO_ID } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";
import { RunningThreads } from "./running-threads.ts";

/** Drivers of one device that call each other: a stack has ten. What is open longer is damaged. */
const MOST_NESTED = 64;

const CALL_COLUMNS = {
  /** Ticks; `exclusive` is without the drivers that it called meanwhile. */
  start: "f64",
  duration: "f64",
  exclusive: "f64",
  /** Of the driver. */
  routine: "f64",
  /** IRP_MJ_* */
  majorFunction: "u8",
} as const;

interface OpenCall {
  readonly id: number;
  readonly start: number;
  readonly routine: number;
  readonly majorFunction: number;
  /** Ticks of the calls inside it. */
  inside: number;
}

/** Calls of drivers to do something with a request (IRP): from the call of the routine to its return, not to the end of the request. */
export class DriverCalls implements Collector {
  readonly calls: EventColumns<typeof CALL_COLUMNS>;
  readonly #running = new RunningThreads();
  /** By thread, the outermost call first. */
  readonly #open = new Map<number, OpenCall[]>();

  readonly handlers = {
    ...this.#running.handlers,
    "Windows Kernel/DiskIO/DrvMjFnCall": (layout: CompiledLayout) => this.#call(layout),
    "Windows Kernel/DiskIO/DrvMjFnRet": (layout: CompiledLayout) => this.#return(layout),
  };

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.calls = new EventColumns(CALL_COLUMNS, memory);
  }

  #call(layout: CompiledLayout): EventHandler {
    const [id, routine] = [numberOf(layout, "UniqMatchId"), addressOf(layout, "RoutineAddr")];
    const majorFunction = numberOf(layout, "MajorFunction");
    return (event) => {
      const open = this.#stackOf(event);
      if (open.length === MOST_NESTED) open.shift();
      const call = { id: id(event), start: event.time, routine: routine(event), majorFunction: majorFunction(event) };
      open.push({ ...call, inside: 0 });
    };
  }

  #return(layout: CompiledLayout): EventHandler {
    const id = numberOf(layout, "UniqMatchId");
    return (event) => {
      const open = this.#stackOf(event);
      const number = id(event);
      const at = open.findLastIndex((call) => call.id === number);
      if (at < 0) return;
      // The returns of those behind it were lost.
      const { start, routine, majorFunction, inside } = open.splice(at)[0] as OpenCall;
      const row = this.calls.add();
      const { tail } = this.calls;
      const duration = event.time - start;
      tail.start[row] = start;
      tail.duration[row] = duration;
      tail.exclusive[row] = Math.max(0, duration - inside);
      tail.routine[row] = routine;
      tail.majorFunction[row] = majorFunction;
      const outer = open.at(-1);
      if (outer) outer.inside += duration;
    };
  }

  /** Calls of a thread that is not known are those of its processor. */
  #stackOf(event: EventCursor): OpenCall[] {
    const thread = this.#running.threadOf(event);
    const key = thread === NO_ID ? -1 - event.processor : thread;
    let open = this.#open.get(key);
    if (!open) {
      open = [];
      this.#open.set(key, open);
    }
    return open;
  }
}
