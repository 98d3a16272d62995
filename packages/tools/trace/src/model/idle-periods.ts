import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { numberOf } from "./fields.ts";

/** Older versions of the context switch do not tell the state. */
export const NO_IDLE_STATE = 0xff;

const SHAPE = { start: "f64", end: "f64", processor: "u16", state: "u8" } as const;

/**
 * When processors were idle, and how deep. The power manager tells when a processor enters a state and leaves it; where that was not
 * recorded, the switch to the thread that ends a period of idle tells the state that was last used.
 */
export class IdlePeriods implements Collector {
  readonly #told: EventColumns<typeof SHAPE>;
  readonly #concluded: EventColumns<typeof SHAPE>;
  /** Ticks, by processor; undefined while it is busy. */
  readonly #entered: (number | undefined)[] = [];
  readonly #since: (number | undefined)[] = [];

  readonly handlers = {
    "Windows Kernel/Power/IdleStateEnter": () => (event: EventCursor) => {
      this.#entered[event.processor] = event.time;
    },
    "Windows Kernel/Power/IdleStateExit": (layout: CompiledLayout) => this.#exit(layout),
    "Windows Kernel/Thread/CSwitch": (layout: CompiledLayout) => this.#switch(layout),
  };

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.#told = new EventColumns(SHAPE, memory);
    this.#concluded = new EventColumns(SHAPE, memory);
  }

  get periods() {
    return this.#told.length > 0 ? this.#told : this.#concluded;
  }

  #exit(layout: CompiledLayout): EventHandler {
    const state = numberOf(layout, "State", NO_IDLE_STATE);
    return (event) => {
      const { processor } = event;
      add(this.#told, this.#entered[processor], event, state(event));
      this.#entered[processor] = undefined;
    };
  }

  #switch(layout: CompiledLayout): EventHandler {
    const [newThread, oldThread] = [numberOf(layout, "NewThreadId"), numberOf(layout, "OldThreadId")];
    const state = numberOf(layout, "PreviousCState", NO_IDLE_STATE);
    return (event) => {
      const { processor, time } = event;
      if (oldThread(event) === 0) add(this.#concluded, this.#since[processor], event, state(event));
      this.#since[processor] = newThread(event) === 0 ? time : undefined;
    };
  }
}

function add(store: EventColumns<typeof SHAPE>, since: number | undefined, event: EventCursor, state: number): void {
  if (since === undefined) return;
  const row = store.add();
  const { tail } = store;
  tail.start[row] = since;
  tail.end[row] = event.time;
  tail.processor[row] = event.processor;
  tail.state[row] = Math.min(state, NO_IDLE_STATE);
}
