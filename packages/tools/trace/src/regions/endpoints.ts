import { matchKey } from "./match-key.ts";
import type { Endpoint, MatchRule, RegionDefinition } from "./region-definition.ts";
import { type RegionEvents, Side } from "./region-events.ts";
import { newInstance, type RegionInstance } from "./region-instance.ts";

/** A moment at which a region starts or stops. */
interface Point {
  /** Ticks. */
  readonly time: number;
  /** Row of `RegionEvents`; -1 without an event. */
  readonly row: number;
  /** Of the event: rows of one event have the same. */
  readonly number: number;
  /** Of points of one event: a region stops before the next starts, and starts with another before it stops with another. */
  readonly rank: number;
}

/** Finds which start and which stop are of one instance. */
export class Endpoints {
  /** Those that belong to no other, of all regions so far. */
  openStarts = 0;
  openStops = 0;
  readonly #events: RegionEvents;
  readonly #found: ReadonlyMap<RegionDefinition, readonly RegionInstance[]>;
  /** Rows by definition and side. */
  readonly #rows = new Map<number, number[]>();

  /** @param found of the regions that others are made of */
  constructor(events: RegionEvents, found: ReadonlyMap<RegionDefinition, readonly RegionInstance[]>) {
    this.#events = events;
    this.#found = found;
    for (let row = 0; row < events.length; row++) {
      const key = sideKey(events.get("definition", row), events.get("side", row));
      const rows = this.#rows.get(key);
      if (rows) rows.push(row);
      else this.#rows.set(key, [row]);
    }
  }

  /** Instances of a region that is no container. With one end only they are moments. */
  pair(definition: RegionDefinition): RegionInstance[] {
    const starts = this.#points(definition, Side.START);
    const stops = this.#points(definition, Side.STOP);
    if (definition.stops.length === 0)
      return starts.map(({ time, row }) => newInstance(definition, time, time, row, -1));
    if (definition.starts.length === 0)
      return stops.map(({ time, row }) => newInstance(definition, time, time, -1, row));
    const before = this.#byDuration(definition, stops, Side.START_DURATION);
    const behind = this.#byDuration(definition, starts, Side.STOP_DURATION);
    return [...before.made, ...behind.made, ...this.#pairPoints(definition, behind.rest, before.rest)];
  }

  #points(definition: RegionDefinition, side: 0 | 1): Point[] {
    const events = this.#events;
    const points = (this.#rows.get(sideKey(definition.index, side)) ?? []).map(
      (row): Point => ({
        time: events.get("time", row),
        row,
        number: events.get("number", row),
        rank: side === Side.START ? 1 : 0,
      }),
    );
    for (const endpoint of side === Side.START ? definition.starts : definition.stops) {
      if (endpoint.kind === "region") points.push(...this.#referencePoints(endpoint, side));
    }
    return points;
  }

  #referencePoints({ guid, endpoint }: Extract<Endpoint, { kind: "region" }>, side: 0 | 1): Point[] {
    const target = this.#events.set.byGuid(guid);
    return ((target && this.#found.get(target)) ?? []).map(({ start, stop, startEvent, stopEvent }): Point => {
      const row = endpoint === "start" ? startEvent : stopEvent;
      return {
        time: endpoint === "start" ? start : stop,
        row,
        number: row < 0 ? 0 : this.#events.get("number", row),
        rank: side === Side.START ? 1 : 2,
      };
    });
  }

  /** Gives points their other end by the duration that their event tells, or another one that matches: the first the first. */
  #byDuration(definition: RegionDefinition, points: readonly Point[], side: 2 | 3) {
    const rows = this.#rows.get(sideKey(definition.index, side)) ?? [];
    const made: RegionInstance[] = [];
    if (rows.length === 0) return { made, rest: points };
    const isStart = side === Side.START_DURATION;
    const make = ({ time, row }: Point, other: number) => {
      const ticks = this.#events.get("duration", other);
      if (isStart) made.push(newInstance(definition, time - ticks, time, other, row));
      else made.push(newInstance(definition, time, time + ticks, row, other));
    };
    const byNumber = new Map(rows.map((row) => [this.#events.get("number", row), row]));
    const left = points.filter((point) => {
      const row = point.row < 0 ? undefined : byNumber.get(point.number);
      if (row === undefined) return true;
      byNumber.delete(point.number);
      make(point, row);
      return false;
    });
    const waiting = new Map<string, Queue<number>>();
    for (const row of byNumber.values()) {
      const key = this.#key(definition.match, row, !isStart);
      if (key !== undefined) queueOf(waiting, key).push(row);
    }
    const rest = left.filter((point) => {
      const key = this.#key(definition.match, point.row, isStart);
      const row = key === undefined ? undefined : waiting.get(key)?.first();
      if (row !== undefined) make(point, row);
      return row === undefined;
    });
    return { made, rest };
  }

  /** A stop takes the innermost open start where calls of one thread nest, else the oldest. */
  #pairPoints(definition: RegionDefinition, starts: readonly Point[], stops: readonly Point[]): RegionInstance[] {
    const { match, selfNest } = definition;
    const innermost = match?.thread === true || selfNest !== undefined;
    const isStart = new Set(starts);
    const inOrder = [...starts, ...stops].sort((a, b) => a.time - b.time || a.number - b.number || a.rank - b.rank);
    const open = new Map<string, Queue<Point>>();
    const made: RegionInstance[] = [];
    for (const point of inOrder) {
      const starting = isStart.has(point);
      const key = this.#key(match, point.row, !starting);
      if (starting) {
        this.openStarts++;
        if (key !== undefined) queueOf(open, key).push(point);
        continue;
      }
      const queue = key === undefined ? undefined : open.get(key);
      const start = innermost ? queue?.last() : queue?.first();
      if (!start) {
        this.openStops++;
        continue;
      }
      this.openStarts--;
      made.push(newInstance(definition, start.time, point.time, start.row, point.row));
    }
    return made;
  }

  #key(rule: MatchRule | undefined, row: number, isTarget: boolean): string | undefined {
    return matchKey(this.#events, rule, [row], isTarget);
  }
}

const SIDES = 4;

function sideKey(definition: number, side: number): number {
  return definition * SIDES + side;
}

/** What is taken from either end. */
class Queue<Item> {
  readonly #items: Item[] = [];
  #head = 0;

  push(item: Item): void {
    if (this.#head === this.#items.length) {
      this.#items.length = 0;
      this.#head = 0;
    }
    this.#items.push(item);
  }

  first(): Item | undefined {
    return this.#head < this.#items.length ? this.#items[this.#head++] : undefined;
  }

  last(): Item | undefined {
    return this.#head < this.#items.length ? this.#items.pop() : undefined;
  }
}

function queueOf<Item>(queues: Map<string, Queue<Item>>, key: string): Queue<Item> {
  let queue = queues.get(key);
  if (!queue) {
    queue = new Queue();
    queues.set(key, queue);
  }
  return queue;
}
