import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { type Columns, EventColumns } from "./event-columns.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";

/** 100 ns between samples where the trace does not tell: 1 ms is what Windows takes. */
const DEFAULT_INTERVAL = 10_000;
/** Source of samples that is the timer. */
const TIMER = 0;
/** Bits of the reserved field: the sample was taken in a deferred procedure call, or in an interrupt. */
const IN_DPC = 1;
const IN_ISR = 2;

const SAMPLE_COLUMNS = {
  time: "f64",
  address: "f64",
  thread: "u32",
  count: "u16",
  processor: "u16",
  flags: "u8",
} as const;
export type SampleColumns = Columns<typeof SAMPLE_COLUMNS>;

/** @param flags the reserved field of the event */
export function isIdleSample(thread: number, flags: number): boolean {
  return thread === 0 && (flags & (IN_DPC | IN_ISR)) === 0;
}

/** What each processor was at, at every tick of a timer. */
export class SampledProfile implements Collector {
  readonly samples: EventColumns<typeof SAMPLE_COLUMNS>;
  /** 100 ns. */
  #interval = 0;

  readonly handlers = {
    "Windows Kernel/PerfInfo/Sample": (layout: CompiledLayout) => this.#sample(layout),
    "Windows Kernel/PerfInfo/SetInterval": (layout: CompiledLayout) => this.#setInterval(layout),
    "Windows Kernel/PerfInfo/CollectionStart": (layout: CompiledLayout) => this.#setInterval(layout),
    "Windows Kernel/PerfInfo/CollectionEnd": (layout: CompiledLayout) => this.#setInterval(layout),
  };

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.samples = new EventColumns(SAMPLE_COLUMNS, memory);
  }

  /** Milliseconds that one sample stands for. */
  get interval(): number {
    return (this.#interval || DEFAULT_INTERVAL) / 10_000;
  }

  /**
   * Whether a sample is of an idle processor: the idle thread, and no deferred procedure call or interrupt that runs on it. Such
   * samples are no use of the processor.
   */
  isIdle({ thread, flags }: SampleColumns, row: number): boolean {
    return isIdleSample(thread[row] as number, flags[row] as number);
  }

  isInterrupt({ flags }: SampleColumns, row: number): boolean {
    return ((flags[row] as number) & (IN_DPC | IN_ISR)) !== 0;
  }

  #sample(layout: CompiledLayout): EventHandler {
    const [address, thread] = [addressOf(layout, "InstructionPointer"), numberOf(layout, "ThreadId")];
    const [count, flags] = [numberOf(layout, "Count", 1), numberOf(layout, "Reserved")];
    return (event) => {
      const row = this.samples.add();
      const { tail } = this.samples;
      tail.time[row] = event.time;
      tail.processor[row] = event.processor;
      tail.address[row] = address(event);
      tail.thread[row] = thread(event);
      tail.count[row] = count(event) || 1;
      tail.flags[row] = flags(event) & 0xff;
    };
  }

  #setInterval(layout: CompiledLayout): EventHandler {
    const [source, interval] = [numberOf(layout, "Source"), numberOf(layout, "NewInterval")];
    return (event: EventCursor) => {
      if (source(event) === TIMER) this.#interval = interval(event) || this.#interval;
    };
  }
}
