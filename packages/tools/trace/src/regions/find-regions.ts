import { processLabel } from "../model/processes.ts";
import type { TraceModel } from "../model/trace-model.ts";
import { Endpoints } from "./endpoints.ts";
import { nestInstances } from "./nest-instances.ts";
import { isContainer, type RegionDefinition, type RegionFilter } from "./region-definition.ts";
import type { RegionEvents } from "./region-events.ts";
import { newInstance, type RegionInstance } from "./region-instance.ts";

/** What was found of regions. */
export interface FoundRegions {
  /** By their start; those around others before them. */
  readonly instances: readonly RegionInstance[];
  /** Starts and stops that belong to no other. */
  readonly openStarts: number;
  readonly openStops: number;
}

/** Makes instances of the events that passed. */
export function findRegions(events: RegionEvents, model: TraceModel): FoundRegions {
  const { set } = events;
  const found = new Map<RegionDefinition, RegionInstance[]>();
  const endpoints = new Endpoints(events, found);
  for (const definition of set.order) {
    const made = isContainer(definition)
      ? around(
          definition,
          set.within(definition).flatMap((inner) => found.get(inner) ?? []),
        )
      : endpoints.pair(definition);
    const filters = definition.filters.map((filter) => instanceFilter(filter, events, found));
    found.set(
      definition,
      made.filter((instance) => filters.every((keeps) => keeps(instance))),
    );
  }
  for (const instances of found.values()) {
    for (const instance of instances) instance.name = nameOf(instance, events, found, model);
  }
  const instances = nestInstances(events, found);
  return { instances, openStarts: endpoints.openStarts, openStops: endpoints.openStops };
}

/** From the first that starts to the last that stops. */
function around(definition: RegionDefinition, inside: readonly RegionInstance[]): RegionInstance[] {
  let [first, last] = [inside[0], inside[0]];
  if (!first || !last) return [];
  for (const each of inside) {
    if (each.start < first.start) first = each;
    if (each.stop > last.stop) last = each;
  }
  return [newInstance(definition, first.start, last.stop, first.startEvent, last.stopEvent)];
}

type Found = ReadonlyMap<RegionDefinition, readonly RegionInstance[]>;

/** WPA's documents, "Filtering a region based on a condition". */
function instanceFilter(
  filter: RegionFilter,
  events: RegionEvents,
  found: Found,
): (instance: RegionInstance) => boolean {
  const { after, before } = triggerTimes(filter, events, found);
  const isThere = before < Infinity;
  switch (filter.type) {
    case "In":
      return () => isThere;
    case "Out":
      return () => !isThere;
    case "InPost":
      return ({ start }) => start >= after;
    case "OutPost":
      return ({ start }) => start < after;
    case "InPrev":
      return ({ start }) => isThere && start < before;
    case "OutPrev":
      return ({ start }) => !isThere || start >= before;
  }
}

/** When the first trigger is over, and when it begins: `Infinity` where there is none. */
function triggerTimes(filter: RegionFilter, events: RegionEvents, found: Found) {
  const { trigger } = filter;
  if ("selector" in trigger) {
    const time = events.triggers.get(filter) ?? Infinity;
    return { after: time, before: time };
  }
  const target = events.set.byGuid(trigger.guid);
  let [after, before] = [Infinity, Infinity];
  for (const { start, stop } of (target && found.get(target)) ?? []) {
    if (stop < after) after = stop;
    if (start < before) before = start;
  }
  return { after, before };
}

function nameOf(instance: RegionInstance, events: RegionEvents, found: Found, model: TraceModel): string {
  const { naming } = instance.definition;
  if (!naming) return "";
  if (naming.kind === "region") {
    const other = events.set.byGuid(naming.guid);
    return other && (found.get(other)?.length ?? 0) > 0 ? naming.present : naming.absent;
  }
  const { startEvent, stopEvent } = instance;
  const rows = { start: [startEvent], stop: [stopEvent], any: [startEvent, stopEvent] }[naming.from];
  for (const row of rows) {
    const text = row < 0 ? undefined : events.valueOf(row, naming.field);
    if (text !== undefined) return naming.process ? processName(text, instance, model) : text;
  }
  return "";
}

/** Of a field with the identifier of a process. */
function processName(text: string, { start }: RegionInstance, { processes }: TraceModel): string {
  const id = /^(\d+|0x[0-9a-f]+)$/i.test(text) ? Number(text) : Number.NaN;
  const process = id <= 0xffff_ffff ? processes.at(id, start) : undefined;
  return process && process.name !== "" ? processLabel(process) : text;
}
