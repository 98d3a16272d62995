import type { TraceClock } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventCursor, EventHandler } from "./event-pass.ts";
import { numberOf } from "./fields.ts";
import { RawTime } from "./raw-time.ts";

/** In columns of threads: none, or none that the trace tells. */
export const NO_THREAD = 0xffff_ffff;

/** States of a thread (KTHREAD_STATE) that a switch tells of. */
export const ThreadState = { READY: 1, TERMINATED: 4, WAITING: 5 } as const;

/** Bit of the flags of a ready event: a deferred procedure call made the thread ready, not the thread that ran there. */
const READIED_IN_DPC = 1;

const SWITCH_COLUMNS = {
  /** Ticks when the new thread began to run. */
  time: "f64",
  /** Ticks when it stopped; NaN if it ran to the end of the trace. */
  end: "f64",
  /** Ticks when it was switched out before; NaN if the trace does not tell. */
  lastOut: "f64",
  /** Ticks when it was made ready; NaN if nothing did. */
  ready: "f64",
  /** Ticks of its run that deferred procedure calls and interrupts took. */
  interrupted: "f64",
  newThread: "u32",
  oldThread: "u32",
  /** The thread that made the new one ready. */
  readyingThread: "u32",
  processor: "u16",
  idealProcessor: "u8",
  newPriority: "i8",
  oldPriority: "i8",
  /** State that the old thread went into, and what it waits for then. */
  oldState: "u8",
  oldWaitReason: "u8",
  oldWaitMode: "u8",
  /** The same of the new thread, from when it was switched out. */
  newPreviousState: "u8",
  newPreviousWaitReason: "u8",
  newPreviousWaitMode: "u8",
  /** 1: made ready by a deferred procedure call. */
  readiedInDpc: "u8",
} as const;

interface ThreadNow {
  lastOut: number;
  state: number;
  waitReason: number;
  waitMode: number;
  ready: number;
  readyingThread: number;
  readiedInDpc: boolean;
}

/** Which thread ran where and when, how long it had waited, and who woke it. */
export class ContextSwitches implements Collector {
  readonly switches = new ColumnStore(SWITCH_COLUMNS);
  readonly #rawTime: RawTime;
  readonly #threads = new Map<number, ThreadNow>();
  /** Row of the switch after which a processor runs what it runs. */
  readonly #running: number[] = [];

  readonly handlers = {
    "Windows Kernel/Thread/CSwitch": (layout: CompiledLayout) => this.#switch(layout),
    "Windows Kernel/Thread/ReadyThread": (layout: CompiledLayout) => this.#ready(layout),
    "Windows Kernel/PerfInfo/DPC": (layout: CompiledLayout) => this.#interrupt(layout),
    "Windows Kernel/PerfInfo/ThreadedDPC": (layout: CompiledLayout) => this.#interrupt(layout),
    "Windows Kernel/PerfInfo/TimerDPC": (layout: CompiledLayout) => this.#interrupt(layout),
    "Windows Kernel/PerfInfo/ISR": (layout: CompiledLayout) => this.#interrupt(layout),
    "Windows Kernel/PerfInfo/ISR-MSI": (layout: CompiledLayout) => this.#interrupt(layout),
  };

  constructor({ clock }: { readonly clock: TraceClock }) {
    this.#rawTime = new RawTime(clock);
  }

  /** The thread that a processor runs now; `NO_THREAD` before its first switch. */
  runningThread(processor: number): number {
    const row = this.#running[processor];
    return row === undefined ? NO_THREAD : (this.switches.columns.newThread[row] as number);
  }

  #switch(layout: CompiledLayout): EventHandler {
    const field = (name: string) => numberOf(layout, name);
    const [newThread, oldThread] = [field("NewThreadId"), field("OldThreadId")];
    const [newPriority, oldPriority] = [field("NewThreadPriority"), field("OldThreadPriority")];
    const [state, reason, ideal] = [
      field("OldThreadState"),
      field("OldThreadWaitReason"),
      field("OldThreadWaitIdealProcessor"),
    ];
    const mode = layout.accessor("OldThreadWaitMode") ? field("OldThreadWaitMode") : field("ThreadFlags");
    return (event) => {
      const { time, processor } = event;
      const [next, last] = [newThread(event), oldThread(event)];
      const before = this.#running[processor];
      if (before !== undefined) this.switches.columns.end[before] = time;
      const row = this.switches.add();
      this.#running[processor] = row;
      const { columns } = this.switches;
      columns.time[row] = time;
      columns.end[row] = Number.NaN;
      columns.newThread[row] = next;
      columns.oldThread[row] = last;
      columns.processor[row] = processor;
      columns.idealProcessor[row] = ideal(event);
      columns.newPriority[row] = newPriority(event);
      columns.oldPriority[row] = oldPriority(event);
      columns.oldState[row] = state(event);
      columns.oldWaitReason[row] = reason(event);
      columns.oldWaitMode[row] = mode(event) & 1;
      // Idle threads, one a processor, all have the number 0.
      this.#in(row, next === 0 ? undefined : this.#threads.get(next));
      if (last !== 0)
        this.#out(last, time, columns.oldState[row], columns.oldWaitReason[row], columns.oldWaitMode[row]);
    };
  }

  #in(row: number, thread: ThreadNow | undefined): void {
    const { columns } = this.switches;
    columns.lastOut[row] = thread?.lastOut ?? Number.NaN;
    columns.ready[row] = thread?.ready ?? Number.NaN;
    columns.readyingThread[row] = thread?.readyingThread ?? NO_THREAD;
    if (!thread) return;
    columns.newPreviousState[row] = thread.state;
    columns.newPreviousWaitReason[row] = thread.waitReason;
    columns.newPreviousWaitMode[row] = thread.waitMode;
    columns.readiedInDpc[row] = thread.readiedInDpc ? 1 : 0;
    thread.ready = Number.NaN;
    thread.readyingThread = NO_THREAD;
    thread.readiedInDpc = false;
  }

  #out(id: number, time: number, state: number, waitReason: number, waitMode: number): void {
    const thread = this.#now(id);
    thread.lastOut = time;
    thread.state = state;
    thread.waitReason = waitReason;
    thread.waitMode = waitMode;
    // A thread that another one took the processor from is ready at once.
    thread.ready = state === ThreadState.READY ? time : Number.NaN;
  }

  #ready(layout: CompiledLayout): EventHandler {
    const [id, flags] = [numberOf(layout, "TThreadId"), numberOf(layout, "Flag")];
    return (event) => {
      const thread = this.#now(id(event));
      thread.ready = event.time;
      thread.readyingThread = this.runningThread(event.processor);
      thread.readiedInDpc = (flags(event) & READIED_IN_DPC) !== 0;
    };
  }

  #interrupt(layout: CompiledLayout): EventHandler {
    const initial = layout.field("InitialTime").offset ?? 0;
    return (event: EventCursor) => {
      const row = this.#running[event.processor];
      if (row === undefined || event.start + initial + 8 > event.end) return;
      const began = this.#rawTime.ticksAt(event.view, event.start + initial);
      const from = Math.max(began, this.switches.columns.time[row] as number);
      if (event.time > from) this.switches.columns.interrupted[row]! += event.time - from;
    };
  }

  #now(id: number): ThreadNow {
    let thread = this.#threads.get(id);
    if (!thread) {
      thread = {
        lastOut: Number.NaN,
        state: 0,
        waitReason: 0,
        waitMode: 0,
        ready: Number.NaN,
        readyingThread: NO_THREAD,
        readiedInDpc: false,
      };
      this.#threads.set(id, thread);
    }
    return thread;
  }
}
