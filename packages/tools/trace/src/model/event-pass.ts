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
/** Bits of a slot: pointers of 8 bytes, extended data. */
const WIDE = 2;
const EXTENDED = 1;

class Dispatch {
  readonly #collectors: readonly Collector[];
  readonly #schemas: EventSchemas;
  /** By kind, pointer size, and whether there is extended data: with it, events of one kind may each have a layout of their own. */
  readonly #bySlot: (Handlers | undefined)[] = [];
  readonly #byLayout = new Map<EventLayout, [Handlers?, Handlers?]>();
  #cursor: EventCursor | undefined;

  constructor(collectors: readonly Collector[], schemas: EventSchemas) {
    this.#collectors = collectors;
    this.#schemas = schemas;
  }

  give(batch: EventBatch): void {
    const { columns, data } = batch;
    const { time, kind, processor, processId, threadId, payload, payloadLength, extendedLength, pointerSize } = columns;
    const cursor: EventCursor = this.#cursor ?? ({} as EventCursor);
    this.#cursor = cursor;
    cursor.batch = batch;
    cursor.view = new DataView(data.buffer, data.byteOffset, data.length);
    cursor.words = new Uint32Array(data.buffer, data.byteOffset, data.length >>> 2);
    for (let row = 0; row < batch.length; row++) {
      const slot =
        (kind[row] as number) * 4 + (pointerSize[row] === 4 ? 0 : WIDE) + (extendedLength[row] === 0 ? 0 : EXTENDED);
      const handlers = this.#bySlot[slot] ?? this.#find(batch, row, slot);
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

  #find(batch: EventBatch, row: number, slot: number): Handlers {
    const kind = batch.kindOf(row);
    const own = this.#schemas.ownLayoutOf(batch, row);
    if (own) return this.#describedBy(own, kind, slot & WIDE);
    // The next event of an EVENT header with extended data can describe itself again.
    const place = kind.form === "event" ? slot & ~EXTENDED : slot;
    this.#bySlot[place] ??= this.#make(kind, this.#schemas.layoutOf(batch, row), slot & WIDE);
    return this.#bySlot[place];
  }

  #describedBy(layout: EventLayout, kind: EventKind, wide: number): Handlers {
    let pair = this.#byLayout.get(layout);
    if (pair === undefined) {
      pair = [];
      this.#byLayout.set(layout, pair);
    }
    const i = wide === 0 ? 0 : 1;
    pair[i] ??= this.#make(kind, layout, wide);
    return pair[i];
  }

  #make(kind: EventKind, layout: EventLayout | undefined, wide: number): Handlers {
    const { provider, event } = eventNameOf(kind, layout);
    const name = `${provider}/${event}`;
    const handlers = this.#collectors.flatMap((collector) => {
      const make = layout && collector.handlers?.[name];
      const own = make ? [make(this.#schemas.compiled(layout, wide === 0 ? 4 : 8))] : [];
      const general = collector.handlerOf?.(kind, layout);
      return general ? [...own, general] : own;
    });
    return handlers.length === 0 ? NOBODY : handlers;
  }
}
