import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { EventCursor } from "./event-pass.ts";
import { RunningThreads } from "./running-threads.ts";

const ALLOCATION_COLUMNS = {
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
} as const;

/** Each allocation by itself: who made it and when, how large it is, and when it was freed. What it is of is its owner: a tag, a heap. */
export class AllocationLog<Owner extends object> {
  readonly allocations: EventColumns<typeof ALLOCATION_COLUMNS>;
  readonly owners: Owner[] = [];
  readonly #places = new Map<Owner, number>();
  /** Rows of what is allocated now, by address. */
  readonly #live = new Map<Owner | undefined, Map<number, number>>();
  readonly #running = new RunningThreads();

  /** Many of the events do not name their thread: it is the one that runs. */
  readonly handlers = this.#running.handlers;

  constructor(memory: ColumnMemory) {
    this.allocations = new EventColumns(ALLOCATION_COLUMNS, memory);
  }

  /** @param space where addresses mean one thing: an owner, or all of them together */
  allocate(event: EventCursor, owner: Owner, address: number, size: number, space?: Owner, resized = false): void {
    const row = this.allocations.add();
    const { tail } = this.allocations;
    tail.time[row] = event.time;
    tail.freed[row] = Number.NaN;
    tail.size[row] = size;
    tail.thread[row] = this.#running.threadOf(event);
    tail.owner[row] = this.#placeOf(owner);
    tail.resized[row] = resized ? 1 : 0;
    let rows = this.#live.get(space);
    if (!rows) {
      rows = new Map();
      this.#live.set(space, rows);
    }
    rows.set(address, this.allocations.length - 1);
  }

  free({ time }: EventCursor, address: number, space?: Owner): void {
    const rows = this.#live.get(space);
    const row = rows?.get(address);
    if (row === undefined) return;
    rows?.delete(address);
    this.allocations.set("freed", row, time);
  }

  /** All that is allocated. */
  clear({ time }: EventCursor, space: Owner): void {
    for (const row of this.#live.get(space)?.values() ?? []) this.allocations.set("freed", row, time);
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
