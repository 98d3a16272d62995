import type { TraceClock } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";
import { RawTime } from "./raw-time.ts";

/** What an interrupt of the running thread was, in the words of WPA. */
export const INTERRUPT_TYPES = ["DPC", "Timer DPC", "Threaded DPC", "ISR", "ISR (MSI)"] as const;

/** Deferred procedure calls and interrupt service routines: each event comes when the routine is done and tells when it began. */
export class Interrupts implements Collector {
  readonly interrupts = new ColumnStore({
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
  });
  readonly #rawTime: RawTime;

  readonly handlers = {
    "Windows Kernel/PerfInfo/DPC": (layout: CompiledLayout) => this.#exit(layout, "DPC"),
    "Windows Kernel/PerfInfo/TimerDPC": (layout: CompiledLayout) => this.#exit(layout, "Timer DPC"),
    "Windows Kernel/PerfInfo/ThreadedDPC": (layout: CompiledLayout) => this.#exit(layout, "Threaded DPC"),
    "Windows Kernel/PerfInfo/ISR": (layout: CompiledLayout) => this.#exit(layout, "ISR"),
    "Windows Kernel/PerfInfo/ISR-MSI": (layout: CompiledLayout) => this.#exit(layout, "ISR (MSI)"),
  };

  constructor({ clock }: { readonly clock: TraceClock }) {
    this.#rawTime = new RawTime(clock);
  }

  /** Takes from each what interrupted it: on one processor they come in the order of their ends, so what is inside comes first. */
  readonly finish = (): void => {
    const { length, columns } = this.interrupts;
    const done: number[][] = [];
    for (let row = 0; row < length; row++) {
      const processor = columns.processor[row] as number;
      let stack = done[processor];
      if (!stack) {
        stack = [];
        done[processor] = stack;
      }
      const enter = columns.enter[row] as number;
      let exclusive = (columns.exit[row] as number) - enter;
      for (let inner = stack.at(-1); inner !== undefined; inner = stack.at(-1)) {
        if ((columns.enter[inner] as number) < enter) break;
        exclusive -= (columns.exit[inner] as number) - (columns.enter[inner] as number);
        stack.pop();
      }
      columns.exclusive[row] = Math.max(0, exclusive);
      stack.push(row);
    }
  };

  #exit(layout: CompiledLayout, type: (typeof INTERRUPT_TYPES)[number]): EventHandler {
    const initial = layout.field("InitialTime").offset ?? 0;
    const [routine, vector] = [addressOf(layout, "Routine"), numberOf(layout, "Vector")];
    const number = INTERRUPT_TYPES.indexOf(type);
    return (event) => {
      if (event.start + initial + 8 > event.end) return;
      const row = this.interrupts.add();
      const { columns } = this.interrupts;
      columns.enter[row] = Math.min(event.time, this.#rawTime.ticksAt(event.view, event.start + initial));
      columns.exit[row] = event.time;
      columns.routine[row] = routine(event);
      columns.vector[row] = vector(event);
      columns.processor[row] = event.processor;
      columns.type[row] = number;
    };
  }
}
