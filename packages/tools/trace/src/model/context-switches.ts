import type { TraceClock } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
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

interface Run {
  /** Number of the switch. */
  readonly row: number;
  readonly thread: number;
  /** Ticks. */
  readonly start: number;
  interrupted: number;
}

/** Which thread ran where and when, how long it had waited, and who woke it. */
export class ContextSwitches implements Collector {
  readonly switches: EventColumns<typeof SWITCH_COLUMNS>;
  readonly #rawTime: RawTime;
  readonly #threads = new Map<number, ThreadNow>();
  /** By processor: what it runs since its last switch. */
  readonly #running: (Run | undefined)[] = [];

  readonly handlers = {
    "Windows Kernel/Thread/CSwitch": (layout: CompiledLayout) => this.#switch(layout),
    "Windows Kernel/Thread/ReadyThread": (layout: CompiledLayout) => this.#ready(layout),
    "Windows Kernel/PerfInfo/DPC": (layout: CompiledLayout) => this.#interrupt(layout),
    "Windows Kernel/PerfInfo/ThreadedDPC": (layout: CompiledLayout) => this.#interrupt(layout),
    "Windows Kernel/PerfInfo/TimerDPC": (layout: CompiledLayout) => this.#interrupt(layout),
    "Windows Kernel/PerfInfo/ISR": (layout: CompiledLayout) => this.#interrupt(layout),
    "Windows Kernel/PerfInfo/ISR-MSI": (layout: CompiledLayout) => this.#interrupt(layout),
  };

  constructor({ clock, memory }: { readonly clock: TraceClock; readonly memory: ColumnMemory }) {
    this.switches = new EventColumns(SWITCH_COLUMNS, memory);
    this.#rawTime = new RawTime(clock);
  }

  /** The thread that a processor runs now; `NO_THREAD` before its first switch. */
  runningThread(processor: number): number {
    return this.#running[processor]?.thread ?? NO_THREAD;
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
      if (before) this.#stop(before, time);
      const row = this.switches.add();
      this.#running[processor] = { row: this.switches.length - 1, thread: next, start: time, interrupted: 0 };
      const { tail } = this.switches;
      tail.time[row] = time;
      tail.end[row] = Number.NaN;
      tail.newThread[row] = next;
      tail.oldThread[row] = last;
      tail.processor[row] = processor;
      tail.idealProcessor[row] = ideal(event);
      tail.newPriority[row] = newPriority(event);
      tail.oldPriority[row] = oldPriority(event);
      tail.oldState[row] = state(event);
      tail.oldWaitReason[row] = reason(event);
      tail.oldWaitMode[row] = mode(event) & 1;
      // Idle threads, one a processor, all have the number 0.
      this.#in(row, next === 0 ? undefined : this.#threads.get(next));
      if (last !== 0) this.#out(last, time, tail.oldState[row], tail.oldWaitReason[row], tail.oldWaitMode[row]);
    };
  }

  readonly finish = (): void => {
    for (const run of this.#running) if (run) this.#stop(run, Number.NaN);
  };

  #stop({ row, interrupted }: Run, end: number): void {
    this.switches.set("end", row, end);
    if (interrupted > 0) this.switches.set("interrupted", row, interrupted);
  }

  #in(row: number, thread: ThreadNow | undefined): void {
    const { tail } = this.switches;
    tail.lastOut[row] = thread?.lastOut ?? Number.NaN;
    tail.ready[row] = thread?.ready ?? Number.NaN;
    tail.readyingThread[row] = thread?.readyingThread ?? NO_THREAD;
    if (!thread) return;
    tail.newPreviousState[row] = thread.state;
    tail.newPreviousWaitReason[row] = thread.waitReason;
    tail.newPreviousWaitMode[row] = thread.waitMode;
    tail.readiedInDpc[row] = thread.readiedInDpc ? 1 : 0;
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
      const run = this.#running[event.processor];
      if (run === undefined || event.start + initial + 8 > event.end) return;
      const began = this.#rawTime.ticksAt(event.view, event.start + initial);
      run.interrupted += Math.max(0, event.time - Math.max(began, run.start));
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
