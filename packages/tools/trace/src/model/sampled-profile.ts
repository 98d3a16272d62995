import type { CompiledLayout } from "@adk/event-schema";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";

/** 100 ns between samples where the trace does not tell: 1 ms is what Windows takes. */
const DEFAULT_INTERVAL = 10_000;
/** Source of samples that is the timer. */
const TIMER = 0;
/** Bits of the reserved field: the sample was taken in a deferred procedure call, or in an interrupt. */
const IN_DPC = 1;
const IN_ISR = 2;

/** What each processor was at, at every tick of a timer. */
export class SampledProfile implements Collector {
  readonly samples = new ColumnStore({
    time: "f64",
    address: "f64",
    thread: "u32",
    count: "u16",
    processor: "u16",
    flags: "u8",
  });
  /** 100 ns. */
  #interval = 0;

  readonly handlers = {
    "Windows Kernel/PerfInfo/Sample": (layout: CompiledLayout) => this.#sample(layout),
    "Windows Kernel/PerfInfo/SetInterval": (layout: CompiledLayout) => this.#setInterval(layout),
    "Windows Kernel/PerfInfo/CollectionStart": (layout: CompiledLayout) => this.#setInterval(layout),
    "Windows Kernel/PerfInfo/CollectionEnd": (layout: CompiledLayout) => this.#setInterval(layout),
  };

  /** Milliseconds that one sample stands for. */
  get interval(): number {
    return (this.#interval || DEFAULT_INTERVAL) / 10_000;
  }

  /**
   * Whether a sample is of an idle processor: the idle thread, and no deferred procedure call or interrupt that runs on it. Such
   * samples are no use of the processor.
   */
  isIdle(row: number): boolean {
    const { thread, flags } = this.samples.columns;
    return thread[row] === 0 && ((flags[row] as number) & (IN_DPC | IN_ISR)) === 0;
  }

  isInterrupt(row: number): boolean {
    return ((this.samples.columns.flags[row] as number) & (IN_DPC | IN_ISR)) !== 0;
  }

  #sample(layout: CompiledLayout): EventHandler {
    const [address, thread] = [addressOf(layout, "InstructionPointer"), numberOf(layout, "ThreadId")];
    const [count, flags] = [numberOf(layout, "Count", 1), numberOf(layout, "Reserved")];
    return (event) => {
      const row = this.samples.add();
      const { columns } = this.samples;
      columns.time[row] = event.time;
      columns.processor[row] = event.processor;
      columns.address[row] = address(event);
      columns.thread[row] = thread(event);
      columns.count[row] = count(event) || 1;
      columns.flags[row] = flags(event) & 0xff;
    };
  }

  #setInterval(layout: CompiledLayout): EventHandler {
    const [source, interval] = [numberOf(layout, "Source"), numberOf(layout, "NewInterval")];
    return (event: EventCursor) => {
      if (source(event) === TIMER) this.#interval = interval(event) || this.#interval;
    };
  }
}
