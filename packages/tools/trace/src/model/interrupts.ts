import type { TraceClock } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";
import { RawTime } from "./raw-time.ts";

/** What an interrupt of the running thread was, in the words of WPA. */
export const INTERRUPT_TYPES = ["DPC", "Timer DPC", "Threaded DPC", "ISR", "ISR (MSI)"] as const;

const INTERRUPT_COLUMNS = {
  /** Ticks. */
  enter: "f64",
  exit: "f64",
  /** Ticks without those that ran on the same processor meanwhile. */
  exclusive: "f64",
  routine: "f64",
  /** Of an ISR. */
  vector: "u16",
  processor: "u16",
  /** Index in `INTERRUPT_TYPES`. */
  type: "u8",
} as const;

/** Deferred procedure calls and interrupt service routines: each event comes when the routine is done and tells when it began. */
export class Interrupts implements Collector {
  readonly interrupts: EventColumns<typeof INTERRUPT_COLUMNS>;
  /** By processor: those that may have interrupted one that ends later. */
  readonly #done: DoneInterrupts[] = [];
  readonly #rawTime: RawTime;

  readonly handlers = {
    "Windows Kernel/PerfInfo/DPC": (layout: CompiledLayout) => this.#exit(layout, "DPC"),
    "Windows Kernel/PerfInfo/TimerDPC": (layout: CompiledLayout) => this.#exit(layout, "Timer DPC"),
    "Windows Kernel/PerfInfo/ThreadedDPC": (layout: CompiledLayout) => this.#exit(layout, "Threaded DPC"),
    "Windows Kernel/PerfInfo/ISR": (layout: CompiledLayout) => this.#exit(layout, "ISR"),
    "Windows Kernel/PerfInfo/ISR-MSI": (layout: CompiledLayout) => this.#exit(layout, "ISR (MSI)"),
  };

  constructor({ clock, memory }: { readonly clock: TraceClock; readonly memory: ColumnMemory }) {
    this.interrupts = new EventColumns(INTERRUPT_COLUMNS, memory);
    this.#rawTime = new RawTime(clock);
  }

  #exit(layout: CompiledLayout, type: (typeof INTERRUPT_TYPES)[number]): EventHandler {
    const initial = layout.field("InitialTime").offset ?? 0;
    const [routine, vector] = [addressOf(layout, "Routine"), numberOf(layout, "Vector")];
    const number = INTERRUPT_TYPES.indexOf(type);
    return (event) => {
      if (event.start + initial + 8 > event.end) return;
      const row = this.interrupts.add();
      const { tail } = this.interrupts;
      const enter = Math.min(event.time, this.#rawTime.ticksAt(event.view, event.start + initial));
      this.#done[event.processor] ??= new DoneInterrupts();
      tail.enter[row] = enter;
      tail.exit[row] = event.time;
      tail.exclusive[row] = (this.#done[event.processor] as DoneInterrupts).exclusive(enter, event.time);
      tail.routine[row] = routine(event);
      tail.vector[row] = vector(event);
      tail.processor[row] = event.processor;
      tail.type[row] = number;
    };
  }
}

/** An interrupt that lasts longer than so many others that it contains is damaged. */
const MOST_DONE = 1 << 16;

/** Those of one processor, which come in the order of their ends: what interrupted one comes before it. */
class DoneInterrupts {
  readonly #enters: number[] = [];
  readonly #durations: number[] = [];

  /** Ticks of one without those that it contains, which are no part of another one then. */
  exclusive(enter: number, exit: number): number {
    let exclusive = exit - enter;
    while (this.#enters.length > 0 && (this.#enters.at(-1) as number) >= enter) {
      this.#enters.pop();
      exclusive -= this.#durations.pop() as number;
    }
    if (this.#enters.length === MOST_DONE) {
      this.#enters.splice(0, MOST_DONE / 2);
      this.#durations.splice(0, MOST_DONE / 2);
    }
    this.#enters.push(enter);
    this.#durations.push(exit - enter);
    return Math.max(0, exclusive);
  }
}
