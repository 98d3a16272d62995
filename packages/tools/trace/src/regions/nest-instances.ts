import { countWhile } from "@adk/core";
import { matchKey } from "./match-key.ts";
import { isContainer, type MatchRule, type RegionDefinition } from "./region-definition.ts";
import type { RegionEvents } from "./region-events.ts";
import type { RegionInstance } from "./region-instance.ts";

/** Gives instances the one around them (WPA's documents, "Parent-child relationships", "Self-nesting regions"), and puts them in order. */
export function nestInstances(
  events: RegionEvents,
  found: ReadonlyMap<RegionDefinition, readonly RegionInstance[]>,
): RegionInstance[] {
  for (const [definition, instances] of found) {
    const around = aroundOf(definition, events, found);
    for (const instance of instances) instance.parent = around(instance);
    if (definition.selfNest) nestSiblings(instances, definition.selfNest, events);
  }
  const inOrder = [...found.values()].flat().sort(byStart);
  for (const instance of inOrder) instance.depth = instance.parent ? instance.parent.depth + 1 : 0;
  return inOrder;
}

/** One that is around another comes first. */
function byStart(a: RegionInstance, b: RegionInstance): number {
  return a.start - b.start || b.stop - a.stop || a.definition.index - b.definition.index;
}

type Around = (instance: RegionInstance) => RegionInstance | undefined;

/** In the nearest region around, of which an instance lasts as long and matches; in a container always. */
function aroundOf(
  { parent, parentMatch }: RegionDefinition,
  events: RegionEvents,
  found: ReadonlyMap<RegionDefinition, readonly RegionInstance[]>,
): Around {
  const levels: Around[] = [];
  for (let around = parent; around !== undefined; around = around.parent) {
    const instances = found.get(around) ?? [];
    const [only] = instances;
    if (isContainer(around)) {
      levels.push((instance) => (only && encloses(only, instance) ? only : undefined));
      continue;
    }
    const byKey = new Map<string, RegionInstance[]>();
    for (const each of instances) append(byKey, matchKey(events, parentMatch, rowsOf(each), true), each);
    const search = new Map([...byKey].map(([key, list]) => [key, new EarliestAround(list)]));
    levels.push((instance) => search.get(matchKey(events, parentMatch, rowsOf(instance), false) ?? "")?.find(instance));
  }
  return (instance) => {
    for (const level of levels) {
      const around = level(instance);
      if (around) return around;
    }
    return undefined;
  };
}

function rowsOf({ startEvent, stopEvent }: RegionInstance): number[] {
  return [startEvent, stopEvent];
}

function encloses(outer: RegionInstance, { start, stop }: RegionInstance): boolean {
  return outer.start <= start && outer.stop >= stop;
}

function append(lists: Map<string, RegionInstance[]>, key: string | undefined, instance: RegionInstance): void {
  if (key === undefined) return;
  const list = lists.get(key);
  if (list) list.push(instance);
  else lists.set(key, [instance]);
}

/** Finds the instance with the earliest start that another lies in. */
class EarliestAround {
  readonly #instances: readonly RegionInstance[];
  /** The last stop of all up to each: it never falls, so that the first that is late enough is found by halves. */
  readonly #lastStops: Float64Array;

  constructor(instances: readonly RegionInstance[]) {
    this.#instances = [...instances].sort(byStart);
    this.#lastStops = new Float64Array(instances.length);
    let last = -Infinity;
    for (const [i, { stop }] of this.#instances.entries()) {
      last = Math.max(last, stop);
      this.#lastStops[i] = last;
    }
  }

  find(instance: RegionInstance): RegionInstance | undefined {
    const at = countWhile(this.#lastStops.length, (i) => (this.#lastStops[i] as number) < instance.stop);
    const around = this.#instances[at];
    return around && around.start <= instance.start ? around : undefined;
  }
}

/** An instance in a longer one of the same region is a child of it: of the one that started last. */
function nestSiblings(instances: readonly RegionInstance[], rule: MatchRule, events: RegionEvents): void {
  const byParent = new Map<RegionInstance | undefined, Map<string, RegionInstance[]>>();
  for (const instance of [...instances].sort(byStart)) {
    const { parent } = instance;
    const open = byParent.get(parent) ?? new Map<string, RegionInstance[]>();
    byParent.set(parent, open);
    // Of those that could be around, starts rise and stops fall.
    const own = open.get(matchKey(events, rule, rowsOf(instance), false) ?? "") ?? [];
    const behind = countWhile(own.length, (i) => (own[i] as RegionInstance).stop >= instance.stop);
    instance.parent = own[behind - 1] ?? parent;
    const key = matchKey(events, rule, rowsOf(instance), true);
    if (key === undefined) continue;
    const list = open.get(key) ?? [];
    open.set(key, list);
    // Whatever lies in one that stops earlier, and in this one, is in this one.
    while ((list.at(-1)?.stop ?? Infinity) < instance.stop) list.pop();
    list.push(instance);
  }
}
