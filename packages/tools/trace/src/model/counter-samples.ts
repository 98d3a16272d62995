import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf, textOf } from "./fields.ts";

const SAMPLE_COLUMNS = {
  time: "f64",
  address: "f64",
  thread: "u32",
  /** Number of the counter. */
  source: "u16",
} as const;

/** What the code was at when a counter of a processor (branch mispredictions, cache misses ...) had counted so many events. */
export class CounterSamples implements Collector {
  readonly samples: EventColumns<typeof SAMPLE_COLUMNS>;
  /** Events that one sample stands for, and names, by the number of the counter. */
  readonly intervals = new Map<number, number>();
  readonly names = new Map<number, string>();

  readonly handlers = {
    "Windows Kernel/PerfInfo/PMCSample": (layout: CompiledLayout) => this.#sample(layout),
    "Windows Kernel/PerfInfo/SetInterval": (layout: CompiledLayout) => this.#source(layout),
    "Windows Kernel/PerfInfo/CollectionStart": (layout: CompiledLayout) => this.#source(layout),
    "Windows Kernel/PerfInfo/CollectionEnd": (layout: CompiledLayout) => this.#source(layout),
  };

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.samples = new EventColumns(SAMPLE_COLUMNS, memory);
  }

  #sample(layout: CompiledLayout): EventHandler {
    const [address, thread] = [addressOf(layout, "InstructionPointer"), numberOf(layout, "ThreadId")];
    const source = numberOf(layout, "ProfileSource");
    return (event) => {
      const row = this.samples.add();
      const { tail } = this.samples;
      tail.time[row] = event.time;
      tail.address[row] = address(event);
      tail.thread[row] = thread(event);
      tail.source[row] = source(event);
    };
  }

  #source(layout: CompiledLayout): EventHandler {
    const [source, interval] = [numberOf(layout, "Source"), numberOf(layout, "NewInterval")];
    const name = textOf(layout, "SourceName");
    return (event) => {
      const number = source(event);
      if (interval(event) > 0) this.intervals.set(number, interval(event));
      if (name(event) !== "") this.names.set(number, name(event));
    };
  }
}
