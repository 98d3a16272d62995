import { ColumnStore } from "./column-store.ts";
import type { EventCursor } from "./event-pass.ts";
import { RunningThreads } from "./running-threads.ts";

/** Each allocation by itself: who made it and when, how large it is, and when it was freed. What it is of is its owner: a tag, a heap. */
export class AllocationLog<Owner extends object> {
  readonly allocations = new ColumnStore({
    /** Ticks. */
    time: "f64",
    /** NaN of what was not freed in the trace. */
    freed: "f64",
    size: "f64",
    thread: "u32",
    /** Place among the owners. */
    owner: "u32",
    /** 1: another allocation was made larger or smaller. */
    resized: "u8",
  });
  readonly owners: Owner[] = [];
  readonly #places = new Map<Owner, number>();
  /** Rows of what is allocated now, by address. */
  readonly #live = new Map<Owner | undefined, Map<number, number>>();
  readonly #running = new RunningThreads();

  /** Many of the events do not name their thread: it is the one that runs. */
  readonly handlers = this.#running.handlers;

  /** @param space where addresses mean one thing: an owner, or all of them together */
  allocate(event: EventCursor, owner: Owner, address: number, size: number, space?: Owner, resized = false): void {
    const row = this.allocations.add();
    const { columns } = this.allocations;
    columns.time[row] = event.time;
    columns.freed[row] = Number.NaN;
    columns.size[row] = size;
    columns.thread[row] = this.#running.threadOf(event);
    columns.owner[row] = this.#placeOf(owner);
    columns.resized[row] = resized ? 1 : 0;
    let rows = this.#live.get(space);
    if (!rows) {
      rows = new Map();
      this.#live.set(space, rows);
    }
    rows.set(address, row);
  }

  free({ time }: EventCursor, address: number, space?: Owner): void {
    const rows = this.#live.get(space);
    const row = rows?.get(address);
    if (row === undefined) return;
    rows?.delete(address);
    this.allocations.columns.freed[row] = time;
  }

  /** All that is allocated. */
  clear({ time }: EventCursor, space: Owner): void {
    for (const row of this.#live.get(space)?.values() ?? []) this.allocations.columns.freed[row] = time;
    this.#live.delete(space);
  }

  #placeOf(owner: Owner): number {
    let place = this.#places.get(owner);
    if (place === undefined) {
      place = this.owners.push(owner) - 1;
      this.#places.set(owner, place);
    }
    return place;
  }
}
