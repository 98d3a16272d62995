import { countWhile, lastAtMost } from "@adk/core";
import type { ColumnMemory } from "./column-memory.ts";
import { type Columns, EventColumns } from "./event-columns.ts";

const REFERENCE_COLUMNS = {
  /** Ticks of the event that has the stack. */
  time: "f64",
  thread: "u32",
  stack: "u32",
} as const;
type References = EventColumns<typeof REFERENCE_COLUMNS>;

/** A chunk while it is merged with the others. */
interface Run {
  readonly chunk: number;
  /** Of its next row. */
  time: number;
  /** Place in `order`. */
  at: number;
  columns: Columns<typeof REFERENCE_COLUMNS> | undefined;
  order: Uint32Array;
}

/** Which events have which stacks, in the order of the events' times. Stacks come behind their events, some of them long after. */
export class StackReferences {
  readonly #memory: ColumnMemory;
  #references: References;
  /** Earliest time of each chunk. */
  #firsts: number[] = [];
  #last = -Infinity;
  #isSorted = true;
  readonly #chunkMask: number;

  constructor(memory: ColumnMemory) {
    this.#memory = memory;
    this.#chunkMask = 2 ** memory.chunkBits - 1;
    this.#references = new EventColumns(REFERENCE_COLUMNS, memory);
  }

  add(time: number, thread: number, stack: number): void {
    if ((this.#references.length & this.#chunkMask) === 0) this.#firsts.push(time);
    else if (time < (this.#firsts.at(-1) as number)) this.#firsts[this.#firsts.length - 1] = time;
    if (time < this.#last) this.#isSorted = false;
    this.#last = time;
    const row = this.#references.add();
    const { tail } = this.#references;
    tail.time[row] = time;
    tail.thread[row] = thread;
    tail.stack[row] = stack;
  }

  /** After the last one; before it nothing can be found. */
  sort(): void {
    if (this.#isSorted) return;
    const from = this.#references;
    const runs = this.#firsts
      .map((time, chunk): Run => ({ chunk, time, at: 0, columns: undefined, order: new Uint32Array(0) }))
      .sort((a, b) => b.time - a.time || b.chunk - a.chunk);
    this.#references = new EventColumns(REFERENCE_COLUMNS, this.#memory);
    this.#firsts = [];
    // The run that is next is the last one.
    for (let run = runs.at(-1); run !== undefined; run = runs.at(-1)) {
      const { columns = from.chunk(run.chunk) } = run;
      if (!run.columns) {
        run.columns = columns;
        run.order = orderOf(columns.time, from.rowsOfChunk(run.chunk));
      }
      const { order } = run;
      const following = runs.at(-2);
      do {
        const row = order[run.at++] as number;
        this.add(columns.time[row] as number, columns.thread[row] as number, columns.stack[row] as number);
        run.time = columns.time[order[run.at] as number] as number;
      } while (run.at < order.length && !isBefore(following, run));
      runs.pop();
      if (run.at < order.length) insert(runs, run);
    }
    from.discard();
  }

  /** Calls back for each stack of the events of a time, in the order in which the stacks came. */
  each(time: number, take: (thread: number, stack: number) => void): void {
    // The last chunk that begins before the time: events of one time can lie in two.
    const behind = countWhile(this.#firsts.length, (chunk) => (this.#firsts[chunk] as number) < time);
    for (let chunk = Math.max(0, behind - 1); chunk < this.#firsts.length; chunk++) {
      if ((this.#firsts[chunk] as number) > time) return;
      const rows = this.#references.rowsOfChunk(chunk);
      const columns = this.#references.chunk(chunk);
      let row = lastAtMost(columns.time, time, rows);
      if (columns.time[row] !== time) continue;
      while (columns.time[row - 1] === time) row--;
      for (; row < rows; row++) {
        if (columns.time[row] !== time) return;
        take(columns.thread[row] as number, columns.stack[row] as number);
      }
    }
  }
}

/** Rows in the order of their times. */
function orderOf(time: Float64Array, rows: number): Uint32Array {
  const order = new Uint32Array(rows);
  let isSorted = true;
  for (let i = 0; i < rows; i++) {
    order[i] = i;
    if (i > 0 && (time[i] as number) < (time[i - 1] as number)) isSorted = false;
  }
  return isSorted ? order : order.sort((a, b) => (time[a] as number) - (time[b] as number) || a - b);
}

function isBefore(a: Run | undefined, b: Run): boolean {
  return a !== undefined && (a.time < b.time || (a.time === b.time && a.chunk < b.chunk));
}

/** Into runs of which the next one is the last. It seldom goes far. */
function insert(runs: Run[], run: Run): void {
  let at = runs.length;
  while (at > 0 && isBefore(runs[at - 1], run)) at--;
  runs.splice(at, 0, run);
}
