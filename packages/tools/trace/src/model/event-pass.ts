import type { LongOperation } from "@adk/core";
import type { EtlTrace, EventBatch, EventKind } from "@adk/etl";
import type { CompiledLayout, EventLayout } from "@adk/event-schema";
import { eventNameOf } from "./event-names.ts";
import { EventSchemas } from "./event-schemas.ts";

/** Where the pass over a trace stands: one object for all events. */
export interface EventCursor {
  batch: EventBatch;
  row: number;
  /** Ticks of the trace's clock since its start. */
  time: number;
  processor: number;
  /** Of the header: `NO_ID` where it has none. */
  processId: number;
  threadId: number;
  /** The batch's data; the payload lies between `start` and `end`. */
  view: DataView;
  /** The same as 32-bit words: records begin at multiples of 8 bytes. */
  words: Uint32Array;
  start: number;
  end: number;
  pointerSize: number;
}

export type EventHandler = (event: EventCursor) => void;

/** Something that is made of the events of a trace while they pass. */
export interface Collector {
  /** By the names of events (`Windows Kernel/Process/Start`): makes the function that takes them, for their layout. */
  readonly handlers?: Readonly<Record<string, (layout: CompiledLayout) => EventHandler>>;
  /** For events of any kind: a function, or nothing where the kind says nothing to it. */
  readonly handlerOf?: (kind: EventKind, layout: EventLayout | undefined) => EventHandler | undefined;
  /** When all events have passed. */
  readonly finish?: () => void;
}

export interface EventPassOptions extends LongOperation {
  readonly threads?: number | undefined;
  /** Default: in time order, which the states of threads and processors need. */
  readonly order?: "file" | "time" | undefined;
  readonly schemas?: EventSchemas | undefined;
  /** Milliseconds since the start of the trace. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** After some events: time to write what they came to. */
  readonly afterBatch?: (() => Promise<void>) | undefined;
}

/** Gives every event of a trace to those who want it, once. */
export async function passEvents(
  trace: EtlTrace,
  collectors: readonly Collector[],
  { order = "time", schemas = new EventSchemas(), afterBatch, ...options }: EventPassOptions = {},
): Promise<void> {
  const dispatch = new Dispatch(collectors, schemas);
  for await (const batch of trace.batches({ ...options, order })) {
    dispatch.give(batch);
    await afterBatch?.();
  }
  for (const { finish } of collectors) finish?.();
}

type Handlers = readonly EventHandler[];
const NOBODY: Handlers = [];

class Dispatch {
  readonly #collectors: readonly Collector[];
  readonly #schemas: EventSchemas;
  /** By kind and pointer size. Self-describing events of one kind differ in their layouts: for these it is `undefined`. */
  readonly #byKind: (Handlers | "by layout" | undefined)[] = [];
  readonly #byLayout = new Map<EventLayout, [Handlers?, Handlers?]>();
  #cursor: EventCursor | undefined;

  constructor(collectors: readonly Collector[], schemas: EventSchemas) {
    this.#collectors = collectors;
    this.#schemas = schemas;
  }

  give(batch: EventBatch): void {
    const { columns, data } = batch;
    const { time, kind, processor, processId, threadId, payload, payloadLength, pointerSize } = columns;
    const cursor: EventCursor = this.#cursor ?? ({} as EventCursor);
    this.#cursor = cursor;
    cursor.batch = batch;
    cursor.view = new DataView(data.buffer, data.byteOffset, data.length);
    cursor.words = new Uint32Array(data.buffer, data.byteOffset, data.length >>> 2);
    for (let row = 0; row < batch.length; row++) {
      const key = (kind[row] as number) * 2 + (pointerSize[row] === 4 ? 0 : 1);
      const known = this.#byKind[key];
      const handlers = known === undefined || known === "by layout" ? this.#find(batch, row, key) : known;
      if (handlers.length === 0) continue;
      cursor.row = row;
      cursor.time = time[row] as number;
      cursor.processor = processor[row] as number;
      cursor.processId = processId[row] as number;
      cursor.threadId = threadId[row] as number;
      cursor.start = payload[row] as number;
      cursor.end = cursor.start + (payloadLength[row] as number);
      cursor.pointerSize = pointerSize[row] as number;
      for (const handler of handlers) handler(cursor);
    }
  }

  #find(batch: EventBatch, row: number, key: number): Handlers {
    const kind = batch.kindOf(row);
    const layout = this.#schemas.layoutOf(batch, row);
    if (kind.form !== "event") {
      const handlers = this.#make(kind, layout, key & 1 ? 8 : 4);
      this.#byKind[key] = handlers;
      return handlers;
    }
    this.#byKind[key] = "by layout";
    if (!layout) return this.#make(kind, undefined, key & 1 ? 8 : 4);
    let pair = this.#byLayout.get(layout);
    if (pair === undefined) {
      pair = [];
      this.#byLayout.set(layout, pair);
    }
    pair[(key & 1) as 0 | 1] ??= this.#make(kind, layout, key & 1 ? 8 : 4);
    return pair[(key & 1) as 0 | 1] as Handlers;
  }

  #make(kind: EventKind, layout: EventLayout | undefined, pointerSize: number): Handlers {
    const { provider, event } = eventNameOf(kind, layout);
    const name = `${provider}/${event}`;
    const handlers = this.#collectors.flatMap((collector) => {
      const make = layout && collector.handlers?.[name];
      const own = make ? [make(this.#schemas.compiled(layout, pointerSize))] : [];
      const general = collector.handlerOf?.(kind, layout);
      return general ? [...own, general] : own;
    });
    return handlers.length === 0 ? NOBODY : handlers;
  }
}
