import { countWhile } from "@adk/core";
import type { Analysis } from "../analysis.ts";
import type { ColumnShape } from "../model/column-kinds.ts";
import { ContextSwitches, NO_THREAD, ThreadState } from "../model/context-switches.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import type { EventColumns } from "../model/event-columns.ts";
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

/** A wait of a thread, by the switch that ended it. Times are ticks. */
export interface Wait {
  readonly row: number;
  readonly thread: number;
  readonly ready: number;
  readonly duration: number;
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
  readonly #runs: RowsByThread;
  readonly #transfersOf: RowsByThread;
  /** Ticks. */
  readonly #diskToReady: number;
  readonly #longestDpc: number;

  constructor(analysis: Analysis) {
    this.#switches = analysis.get(ContextSwitches).switches;
    this.#transfers = analysis.get(DiskTransfers).transfers;
    this.#interrupts = analysis.get(Interrupts).interrupts;
    this.#runs = rowsBy(this.#switches, "newThread");
    this.#transfersOf = rowsBy(this.#transfers, "thread");
    this.#diskToReady = analysis.model.clock.fromMilliseconds(DISK_TO_READY);
    this.#longestDpc = analysis.model.clock.fromMilliseconds(LONGEST_DPC);
  }

  /** Waits whose begin and end are known, in the order of the switches that ended them. */
  *waits(): Generator<Wait> {
    for (const rows = this.#switches.rows(); rows.next(); ) {
      const { columns, row, number } = rows;
      const [thread, ready] = [columns.newThread[row] as number, columns.ready[row] as number];
      const duration = ready - (columns.lastOut[row] as number);
      if (thread === 0 || Number.isNaN(duration) || columns.newPreviousState[row] !== ThreadState.WAITING) continue;
      yield { row: number, thread, ready, duration };
    }
  }

  /** The wait that a switch ended, and those of the threads that ended it. */
  chain(row: number): WaitLink[] {
    const since = this.#switches.get("lastOut", row);
    const links = [this.#link(row, Number.NaN)];
    let at = row;
    while (links.at(-1)?.end === "thread" && links.length < MOST_LINKS) {
      const [thread, instant] = [this.#switches.get("readyingThread", at), this.#switches.get("ready", at)];
      const next = this.#waitBefore(thread, instant, since);
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
    const switches = this.#switches;
    const runs = this.#runs.get(thread) ?? [];
    for (let i = lastAtOrBefore(runs, (row) => switches.get("time", row), instant); i >= 0; i--) {
      const row = runs[i] as number;
      if (Number.isNaN(switches.get("lastOut", row)) || switches.get("time", row) <= since) return undefined;
      if (switches.get("newPreviousState", row) !== ThreadState.WAITING) continue;
      const wasReady = switches.get("ready", row);
      return Number.isNaN(wasReady) || wasReady <= since ? undefined : row;
    }
    return undefined;
  }

  #link(row: number, until: number): WaitLink {
    const switches = this.#switches;
    const thread = switches.get("newThread", row);
    const [start, ready] = [switches.get("lastOut", row), switches.get("ready", row)];
    const common = {
      thread,
      start,
      ready,
      switchIn: switches.get("time", row),
      until,
      reason: switches.get("newPreviousWaitReason", row),
      readyingThread: switches.get("readyingThread", row),
    };
    const isInDpc = switches.get("readiedInDpc", row) === 1;
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
    const end = (row: number) => this.#transfers.get("end", row);
    const rows = this.#transfersOf.get(thread) ?? [];
    const row = rows[lastAtOrBefore(rows, end, ready)];
    if (row === undefined) return -1;
    const done = end(row);
    return done >= start && ready - done <= this.#diskToReady ? row : -1;
  }

  /** The only deferred procedure call that ran at an instant on any processor; -1 if there is none, or more than one. */
  #interruptAt(instant: number): number {
    const interrupts = this.#interrupts;
    let found = -1;
    for (let row = this.#firstExitAt(instant); row < interrupts.length; row++) {
      const type = INTERRUPT_TYPES[interrupts.get("type", row)];
      if (interrupts.get("enter", row) <= instant && !type?.startsWith("ISR")) {
        if (found >= 0) return -1;
        found = row;
      }
      if (interrupts.get("exit", row) - instant > this.#longestDpc) break;
    }
    return found;
  }

  #firstExitAt(instant: number): number {
    return countWhile(this.#interrupts.length, (row) => this.#interrupts.get("exit", row) < instant);
  }
}

type RowsByThread = ReadonlyMap<number, Uint32Array>;

function rowsBy<Shape extends ColumnShape>(events: EventColumns<Shape>, thread: keyof Shape): RowsByThread {
  const counts = new Map<number, number>();
  for (const rows = events.rows(); rows.next(); ) {
    const key = rows.columns[thread][rows.row] as number;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  const lists = new Map(Array.from(counts, ([key, count]) => [key, { rows: new Uint32Array(count), length: 0 }]));
  for (const rows = events.rows(); rows.next(); ) {
    const list = lists.get(rows.columns[thread][rows.row] as number);
    if (list) list.rows[list.length++] = rows.number;
  }
  return new Map(Array.from(lists, ([key, list]) => [key, list.rows]));
}

/** Place of the last of some rows, which are in the order of their times, that is at or before a time; -1 if none is. */
function lastAtOrBefore(rows: ArrayLike<number>, timeOf: (row: number) => number, time: number): number {
  return countWhile(rows.length, (i) => timeOf(rows[i] as number) <= time) - 1;
}
