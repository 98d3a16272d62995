import type { EventKind } from "@adk/etl";
import type { EventLayout } from "@adk/event-schema";
import { EventColumns } from "../model/event-columns.ts";
import { eventNameOf } from "../model/event-names.ts";
import type { Collector, EventCursor, EventHandler } from "../model/event-pass.ts";
import { TextTable } from "../model/text-table.ts";
import type { TraceModel } from "../model/trace-model.ts";
import { FieldTexts, hasNumbers, namesOf, providerOf } from "./event-watch.ts";
import type { Endpoint, EventSelector, FieldCondition, RegionDefinition, RegionFilter } from "./region-definition.ts";
import { wantedFields } from "./region-fields.ts";
import type { RegionSet } from "./region-set.ts";

/** What an event is of a region. The last two tell a duration, from which the time of that end is made. */
export const Side = { START: 0, STOP: 1, START_DURATION: 2, STOP_DURATION: 3 } as const;

const COLUMNS = {
  /** Ticks. */
  time: "f64",
  /** Of the event among those that were taken: rows of one event have the same. */
  number: "f64",
  /** Ticks that it tells; NaN where it tells none. */
  duration: "f64",
  definition: "u32",
  process: "u32",
  thread: "u32",
  /** 0 where it has none. */
  activity: "u32",
  values: "u32",
  name: "u32",
  side: "u8",
} as const;

interface Watch {
  readonly selector: EventSelector;
  readonly conditions: readonly FieldCondition[];
  readonly take: (event: EventCursor, fields: FieldTexts, name: number) => void;
}

/** Events that regions start and stop with: a row for each region that one is of. */
export class RegionEvents implements Collector {
  readonly set: RegionSet;
  readonly #events: EventColumns<typeof COLUMNS>;
  /** Ticks of the first event that a filter waits for. */
  readonly triggers = new Map<RegionFilter, number>();
  readonly #model: TraceModel;
  readonly #watches = new Map<string, Watch[]>();
  readonly #fields: readonly (readonly string[])[];
  readonly #tuples = new TextTable();
  readonly #parsed: (readonly (string | null)[])[] = [];
  readonly #names = new TextTable();
  readonly #activities = new TextTable();
  readonly #usesActivities: boolean;
  #number = 0;

  constructor(model: TraceModel, set: RegionSet) {
    this.#model = model;
    this.#events = new EventColumns(COLUMNS, model.memory);
    this.set = set;
    this.#fields = wantedFields(set);
    // Numbers of activities begin at 1.
    this.#activities.number("");
    this.#usesActivities = set.definitions.some(usesActivity);
    for (const definition of set.order) this.#watchDefinition(definition);
  }

  /** How many rows there are. */
  get length(): number {
    return this.#events.length;
  }

  get(column: keyof typeof COLUMNS, row: number): number {
    return this.#events.get(column, row);
  }

  /** What an event tells for a region, of the fields that something asks for. */
  valueOf(row: number, field: string): string | undefined {
    const at = this.#fields[this.get("definition", row)]?.indexOf(field) ?? -1;
    if (at < 0) return undefined;
    const number = this.get("values", row);
    this.#parsed[number] ??= JSON.parse(this.#tuples.text(number)) as (string | null)[];
    return this.#parsed[number][at] ?? undefined;
  }

  /** Provider and event, as `eventNameOf` has them. */
  nameOf(row: number): readonly [provider: string, event: string] {
    const [provider = "", event = ""] = this.#names.text(this.get("name", row)).split("\n");
    return [provider, event];
  }

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    const watches = this.#watches.get(providerOf(kind, layout) ?? "")?.filter(({ selector }) => {
      return selector.name === undefined || (layout !== undefined && namesOf(layout).includes(selector.name));
    });
    if (!watches || watches.length === 0) return undefined;
    const { provider, event: eventName } = eventNameOf(kind, layout, this.#model.schemas.providerName);
    const name = this.#names.number(`${provider}\n${eventName}`);
    const fields = new FieldTexts(this.#model.schemas, layout);
    return (event) => {
      this.#number++;
      // Kinds of self-describing events share a layout, so that numbers are asked of each event.
      const own = event.batch.kindOf(event.row);
      for (const { selector, conditions, take } of watches) {
        if (hasNumbers(own, selector) && conditions.every((each) => fields.holds(event, each)))
          take(event, fields, name);
      }
    };
  };

  #watchDefinition(definition: RegionDefinition): void {
    for (const endpoint of definition.starts) this.#watchEndpoint(definition, endpoint, Side.START);
    for (const endpoint of definition.stops) this.#watchEndpoint(definition, endpoint, Side.STOP);
    for (const filter of definition.filters) {
      if (!("selector" in filter.trigger)) continue;
      const take = ({ time }: EventCursor) => {
        if (!this.triggers.has(filter)) this.triggers.set(filter, time);
      };
      this.#watch({ selector: filter.trigger.selector, conditions: [], take });
    }
  }

  #watchEndpoint(definition: RegionDefinition, endpoint: Endpoint, side: number): void {
    if (endpoint.kind === "region") return;
    const { selector, conditions } = endpoint;
    if (endpoint.kind === "event") {
      const take: Watch["take"] = (event, fields, name) => this.#add(definition, side, event, fields, name);
      this.#watch({ selector, conditions, take });
      return;
    }
    const { field, multiplier } = endpoint;
    const durationSide = side === Side.START ? Side.START_DURATION : Side.STOP_DURATION;
    const { clock } = this.#model;
    const take: Watch["take"] = (event, fields, name) => {
      const ticks = clock.fromMilliseconds((fields.number(event, field) * multiplier) / 1e6);
      if (ticks >= 0 && Number.isFinite(ticks)) this.#add(definition, durationSide, event, fields, name, ticks);
    };
    this.#watch({ selector, conditions, take });
  }

  #watch(watch: Watch): void {
    const known = this.#watches.get(watch.selector.provider);
    if (known) known.push(watch);
    else this.#watches.set(watch.selector.provider, [watch]);
  }

  #add(
    definition: RegionDefinition,
    side: number,
    event: EventCursor,
    fields: FieldTexts,
    name: number,
    duration = Number.NaN,
  ): void {
    const row = this.#events.add();
    const { tail } = this.#events;
    tail.time[row] = event.time;
    tail.number[row] = this.#number;
    tail.duration[row] = duration;
    tail.definition[row] = definition.index;
    tail.process[row] = event.processId;
    tail.thread[row] = event.threadId;
    tail.side[row] = side;
    tail.name[row] = name;
    const wanted = this.#fields[definition.index] ?? [];
    tail.values[row] = this.#tuples.number(JSON.stringify(wanted.map((each) => fields.text(event, each) ?? null)));
    const activity = this.#usesActivities ? event.batch.activityId(event.row) : undefined;
    tail.activity[row] = activity === undefined ? 0 : this.#activities.number(activity);
  }
}

function usesActivity({ match, parentMatch, selfNest }: RegionDefinition): boolean {
  return [match, parentMatch, selfNest].some((rule) => rule?.activity);
}
