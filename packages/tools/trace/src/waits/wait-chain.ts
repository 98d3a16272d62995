import type { Analysis } from "../analysis.ts";
import { ContextSwitches, NO_THREAD, ThreadState } from "../model/context-switches.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import { INTERRUPT_TYPES, Interrupts } from "../model/interrupts.ts";

/**
 * Who ended a wait: a thread; a deferred procedure call or interrupt; a disk that was done with what the thread had asked for; something
 * on an idle processor; nobody that the trace tells of. `running`: the thread did not wait at all.
 */
export type WaitEnd = "thread" | "dpc" | "disk" | "idle" | "unknown" | "running";

/** A wait, and what came of it: one link of a chain. Times are ticks. */
export interface WaitLink {
  readonly thread: number;
  /** When it began to wait; NaN of one that was running. */
  readonly start: number;
  /** When it was made ready. */
  readonly ready: number;
  /** When it ran again. */
  readonly switchIn: number;
  /** When it made the thread of the link before ready; NaN of the first link. */
  readonly until: number;
  /** KWAIT_REASON. */
  readonly reason: number;
  readonly end: WaitEnd;
  /** Of an end that is a thread. */
  readonly readyingThread: number;
  /** Row of the disk transfer, or of the deferred procedure call or interrupt; -1 if it is not known. */
  readonly cause: number;
}

/** A chain longer than this says nothing more. */
const MOST_LINKS = 64;
/** Milliseconds within which a disk that is done makes ready the thread that waits for it. */
const DISK_TO_READY = 0.5;
/** Milliseconds that a deferred procedure call is looked for behind the instant at which it made a thread ready: none is longer. */
const LONGEST_DPC = 10;

/** Collectors that chains are made of. */
export const WAIT_COLLECTORS = [ContextSwitches, DiskTransfers, Interrupts] as const;

/**
 * Follows waits: a thread waited until another one made it ready, which may itself have waited until then, and so on back to when the
 * first one began to wait.
 */
export class WaitChains {
  readonly #switches: ContextSwitches["switches"];
  readonly #transfers: DiskTransfers["transfers"];
  readonly #interrupts: Interrupts["interrupts"];
  /** Rows by thread, in the order of their times. */
  readonly #runs: Map<number, number[]>;
  readonly #transfersOf: Map<number, number[]>;
  /** Ticks. */
  readonly #diskToReady: number;
  readonly #longestDpc: number;

  constructor(analysis: Analysis) {
    this.#switches = analysis.get(ContextSwitches).switches;
    this.#transfers = analysis.get(DiskTransfers).transfers;
    this.#interrupts = analysis.get(Interrupts).interrupts;
    this.#runs = rowsBy(this.#switches.columns.newThread, this.#switches.length);
    this.#transfersOf = rowsBy(this.#transfers.columns.thread, this.#transfers.length);
    this.#diskToReady = analysis.model.clock.fromMilliseconds(DISK_TO_READY);
    this.#longestDpc = analysis.model.clock.fromMilliseconds(LONGEST_DPC);
  }

  get threads(): Iterable<number> {
    return [...this.#runs.keys()].filter((thread) => thread !== 0);
  }

  /** Rows of the switches of a thread that ended a wait of it, whose begin and end are known. */
  *waitsOf(thread: number): Generator<number> {
    const { lastOut, ready, newPreviousState } = this.#switches.columns;
    for (const row of this.#runs.get(thread) ?? []) {
      const isKnown = !Number.isNaN(lastOut[row] as number) && !Number.isNaN(ready[row] as number);
      if (isKnown && newPreviousState[row] === ThreadState.WAITING) yield row;
    }
  }

  /** Ticks. */
  durationOf(row: number): number {
    const { lastOut, ready } = this.#switches.columns;
    return (ready[row] as number) - (lastOut[row] as number);
  }

  readyTimeOf(row: number): number {
    return this.#switches.columns.ready[row] as number;
  }

  /** The wait that a switch ended, and those of the threads that ended it. */
  chain(row: number): WaitLink[] {
    const { lastOut, ready, readyingThread } = this.#switches.columns;
    const links = [this.#link(row, Number.NaN)];
    let at = row;
    while (links.at(-1)?.end === "thread" && links.length < MOST_LINKS) {
      const [thread, instant] = [readyingThread[at] as number, ready[at] as number];
      const next = this.#waitBefore(thread, instant, lastOut[row] as number);
      if (next === undefined) {
        links.push(this.#running(thread, instant));
        break;
      }
      links.push(this.#link(next, instant));
      at = next;
    }
    return links;
  }

  /** The last wait of a thread that ended before an instant, but not before `since`: being preempted is no wait. */
  #waitBefore(thread: number, instant: number, since: number): number | undefined {
    const { time, lastOut, ready, newPreviousState } = this.#switches.columns;
    const runs = this.#runs.get(thread) ?? [];
    for (let i = lastAtOrBefore(runs, time, instant); i >= 0; i--) {
      const row = runs[i] as number;
      if (Number.isNaN(lastOut[row] as number) || (time[row] as number) <= since) return undefined;
      if (newPreviousState[row] !== ThreadState.WAITING) continue;
      const wasReady = ready[row] as number;
      return Number.isNaN(wasReady) || wasReady <= since ? undefined : row;
    }
    return undefined;
  }

  #link(row: number, until: number): WaitLink {
    const { columns } = this.#switches;
    const thread = columns.newThread[row] as number;
    const [start, ready] = [columns.lastOut[row] as number, columns.ready[row] as number];
    const common = {
      thread,
      start,
      ready,
      switchIn: columns.time[row] as number,
      until,
      reason: columns.newPreviousWaitReason[row] as number,
      readyingThread: columns.readyingThread[row] as number,
    };
    const isInDpc = columns.readiedInDpc[row] === 1;
    const byThread = !isInDpc && common.readyingThread !== 0 && common.readyingThread !== NO_THREAD;
    // A thread that was made ready by another one did not wait for its own request.
    if (byThread) return { ...common, end: "thread", cause: -1 };
    const transfer = this.#transferOf(thread, start, ready);
    if (transfer >= 0) return { ...common, end: "disk", cause: transfer };
    if (isInDpc) return { ...common, end: "dpc", cause: this.#interruptAt(ready) };
    return { ...common, end: common.readyingThread === 0 ? "idle" : "unknown", cause: -1 };
  }

  #running(thread: number, until: number): WaitLink {
    const nothing = { start: Number.NaN, ready: Number.NaN, switchIn: Number.NaN, reason: 0 };
    return { thread, ...nothing, until, end: "running", readyingThread: NO_THREAD, cause: -1 };
  }

  /** What the thread had asked a disk for and was done just before it became ready; -1 if there is nothing. */
  #transferOf(thread: number, start: number, ready: number): number {
    const { end } = this.#transfers.columns;
    const rows = this.#transfersOf.get(thread) ?? [];
    const row = rows[lastAtOrBefore(rows, end, ready)];
    if (row === undefined) return -1;
    const done = end[row] as number;
    return done >= start && ready - done <= this.#diskToReady ? row : -1;
  }

  /** The only deferred procedure call that ran at an instant on any processor; -1 if there is none, or more than one. */
  #interruptAt(instant: number): number {
    const { enter, exit, type } = this.#interrupts.columns;
    let found = -1;
    for (let row = this.#firstExitAt(instant); row < this.#interrupts.length; row++) {
      if ((enter[row] as number) <= instant && !INTERRUPT_TYPES[type[row] as number]?.startsWith("ISR")) {
        if (found >= 0) return -1;
        found = row;
      }
      if ((exit[row] as number) - instant > this.#longestDpc) break;
    }
    return found;
  }

  #firstExitAt(instant: number): number {
    const { exit } = this.#interrupts.columns;
    let [low, high] = [0, this.#interrupts.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((exit[middle] as number) < instant) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function rowsBy(column: Uint32Array, length: number): Map<number, number[]> {
  const rows = new Map<number, number[]>();
  for (let row = 0; row < length; row++) {
    const key = column[row] as number;
    const own = rows.get(key);
    if (own) own.push(row);
    else rows.set(key, [row]);
  }
  return rows;
}

/** Place of the last of some rows, which are in the order of a column, that is at or before a time; -1 if none is. */
function lastAtOrBefore(rows: readonly number[], column: Float64Array, time: number): number {
  let [low, high] = [0, rows.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((column[rows[middle] as number] as number) <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
