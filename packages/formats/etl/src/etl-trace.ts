import {
  type Filetime,
  type Findings,
  type Guid,
  type Limits,
  type LongOperation,
  mapOrdered,
  ProgressCounter,
} from "@adk/core";
import type { TraceClock } from "./clock.ts";
import { EventBatch } from "./event-batch.ts";
import { checkFilters, type KindFilter, KindSelection } from "./event-filter.ts";
import type { ExtendedItem, StackTrace } from "./extended-data.ts";
import { assessHealth, type TraceHealth } from "./health.ts";
import { type EventKind, KindTable } from "./kind-table.ts";
import type { LogFile, PlacedLog } from "./log.ts";
import type { LogfileHeader } from "./logfile-header.ts";
import { planUnits } from "./plan-units.ts";
import { mergeByTime, processorOrder } from "./time-order.ts";
import { type DecodeRequest, InlineDecoder, PooledDecoder, type UnitDecoder } from "./unit-decoder.ts";
import type { UnitThreads } from "./unit-pool.ts";

export interface ReadOptions extends LongOperation {
  /**
   * `file` (default): as the buffers lie in the files, which is the quickest. `time`: over all processors and files; those of one
   * time in the order of files and processors. Either way the events of one buffer stay in their order.
   */
  readonly order?: "file" | "time" | undefined;
  /** Only events of these kinds. */
  readonly kinds?: readonly KindFilter[] | undefined;
  /** Only events from and to a time, both included, in milliseconds since the start of the trace. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
}

/** An event as an object, for small jobs; its bytes are its own. */
export interface TraceEvent {
  readonly kind: EventKind;
  /** Milliseconds since the start of the trace. */
  readonly milliseconds: number;
  readonly filetime: Filetime;
  readonly processor: number;
  /** Undefined where the header has none. */
  readonly processId: number | undefined;
  readonly threadId: number | undefined;
  readonly pointerSize: number;
  readonly headerType: number;
  readonly level: number;
  readonly keyword: bigint;
  readonly activityId: Guid | undefined;
  readonly relatedActivityId: Guid | undefined;
  readonly payload: Uint8Array;
  readonly extended: readonly ExtendedItem[];
  readonly stacks: readonly StackTrace[];
}

/** One log, or several that are read as one: on the clock of the first. */
export class EtlTrace implements AsyncDisposable {
  readonly files: readonly LogFile[];
  /** One for each header in the files. */
  readonly logs: readonly PlacedLog[];
  readonly clock: TraceClock;
  /** The kinds of events that were met so far. */
  readonly kinds: KindTable;
  readonly findings: Findings;
  readonly #limits: Limits;
  readonly #pointerSize: number;
  readonly #threads: UnitThreads;

  /** @param pointerSize in place of what record headers say; 0 for that */
  constructor(
    files: readonly LogFile[],
    logs: readonly PlacedLog[],
    clock: TraceClock,
    {
      limits,
      findings,
      pointerSize,
      threads,
    }: { limits: Limits; findings: Findings; pointerSize: number; threads: UnitThreads },
  ) {
    this.files = files;
    this.logs = logs;
    this.clock = clock;
    this.kinds = new KindTable(limits);
    this.findings = findings;
    this.#limits = limits;
    this.#pointerSize = pointerSize;
    this.#threads = threads;
  }

  /** Of the first log; undefined where its start is lost. */
  get header(): LogfileHeader | undefined {
    return this.logs[0]?.header;
  }

  /** Complete once all events were read. */
  get health(): TraceHealth {
    return assessHealth(this.files, this.logs, (log) => processorOrder(log).values());
  }

  /**
   * All events in batches. A batch holds until the next is asked for.
   *
   * @throws AdkError `CANCELLED`, `LIMIT_EXCEEDED`, and what reading the files throws; what is damaged is left out and counted in
   *   `health`
   */
  async *batches(options: ReadOptions = {}): AsyncGenerator<EventBatch> {
    const filters = options.kinds && checkFilters(options.kinds);
    const { order = "file", from, to } = options;
    const request: DecodeRequest = {
      kinds: this.kinds,
      selection: new KindSelection(filters, this.kinds),
      filters,
      from: from === undefined ? Number.NEGATIVE_INFINITY : this.clock.fromMilliseconds(from),
      to: to === undefined ? Number.POSITIVE_INFINITY : this.clock.fromMilliseconds(to),
      pointerSize: this.#pointerSize,
      limits: this.#limits,
      progress: new ProgressCounter(options, "read", "bytes", this.#storedBytes()),
    };
    const batches = order === "time" ? this.#inTimeOrder(request) : this.#inFileOrder(request);
    for await (const batch of batches) {
      if (batch.length > 0) yield batch;
    }
  }

  #storedBytes(): number {
    let bytes = 0;
    for (const { table } of this.files) for (let i = 0; i < table.length; i++) bytes += table.columns.size[i] as number;
    return bytes;
  }

  async *#inFileOrder(request: DecodeRequest): AsyncGenerator<EventBatch> {
    const pool = await this.#threads.pool;
    const decoder: UnitDecoder = pool ? new PooledDecoder(pool, request) : new InlineDecoder(request);
    const units = planUnits(this.logs, this.#limits);
    for await (const rows of mapOrdered(units, decoder.ahead, ({ log, unit }) => decoder.decode(log, unit))) {
      yield new EventBatch(this, rows.columns, rows.length, rows.data);
      decoder.recycle(rows);
    }
  }

  /** In this thread: a unit is one buffer here, and its way to another thread and back would take longer than decoding it. */
  async *#inTimeOrder(request: DecodeRequest): AsyncGenerator<EventBatch> {
    for await (const rows of mergeByTime(this.logs, new InlineDecoder(request), this.#limits)) {
      yield new EventBatch(this, rows.columns, rows.length, rows.data);
    }
  }

  /** The same as objects. */
  async *events(options: ReadOptions = {}): AsyncGenerator<TraceEvent> {
    for await (const batch of this.batches(options)) {
      for (let row = 0; row < batch.length; row++) yield eventOf(batch, row);
    }
  }

  async close(): Promise<void> {
    // Threads read from the files.
    await this.#threads[Symbol.asyncDispose]();
    for (const { access } of this.files) await access.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

const NONE = 0xffff_ffff;

function eventOf(batch: EventBatch, row: number): TraceEvent {
  const { columns } = batch;
  const id = (value: number | undefined) => (value === NONE ? undefined : value);
  const extended = batch.extended(row).map(({ type, data }) => ({ type, data: data.slice() }));
  return {
    kind: batch.kindOf(row),
    milliseconds: batch.milliseconds(row),
    filetime: batch.filetime(row),
    processor: columns.processor[row] as number,
    processId: id(columns.processId[row]),
    threadId: id(columns.threadId[row]),
    pointerSize: columns.pointerSize[row] as number,
    headerType: columns.headerType[row] as number,
    level: batch.level(row),
    keyword: batch.keyword(row),
    activityId: batch.activityId(row),
    relatedActivityId: batch.relatedActivityId(row),
    payload: batch.payload(row).slice(),
    extended,
    stacks: batch.stacks(row),
  };
}
