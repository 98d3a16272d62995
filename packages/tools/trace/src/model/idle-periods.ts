import type { CompiledLayout } from "@adk/event-schema";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { numberOf } from "./fields.ts";

/** Older versions of the events do not tell the state. */
export const NO_IDLE_STATE = 0xff;

/** When processors were idle, and how deep: the switch to the thread that ends it tells the state that was last used. */
export class IdlePeriods implements Collector {
  readonly periods = new ColumnStore({ start: "f64", end: "f64", processor: "u16", state: "u8" });
  /** Ticks, by processor; undefined while it is busy. */
  readonly #since: (number | undefined)[] = [];

  readonly handlers = { "Windows Kernel/Thread/CSwitch": (layout: CompiledLayout) => this.#switch(layout) };

  #switch(layout: CompiledLayout): EventHandler {
    const [newThread, oldThread] = [numberOf(layout, "NewThreadId"), numberOf(layout, "OldThreadId")];
    const state = numberOf(layout, "PreviousCState", NO_IDLE_STATE);
    return (event) => {
      const { processor, time } = event;
      const since = this.#since[processor];
      if (oldThread(event) === 0 && since !== undefined) {
        const row = this.periods.add();
        const { columns } = this.periods;
        columns.start[row] = since;
        columns.end[row] = time;
        columns.processor[row] = processor;
        columns.state[row] = state(event);
      }
      this.#since[processor] = newThread(event) === 0 ? time : undefined;
    };
  }
}
