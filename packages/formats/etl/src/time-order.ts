import { alignUp, type Limits, limitExceeded } from "@adk/core";
import type { DecodedUnit } from "./decode-unit.ts";
import { type EventColumns, makeColumns } from "./event-columns.ts";
import type { PlacedLog } from "./log.ts";
import { unitOf, usableBuffer } from "./plan-units.ts";
import { RECORD_ALIGNMENT } from "./record-header.ts";
import type { UnitDecoder } from "./unit-decoder.ts";

/** Rows and bytes of one batch. */
const BATCH_ROWS = 1 << 16;
const BATCH_BYTES = 8 << 20;
/** The longest record, aligned. */
const MOST_RECORD = 1 << 16;

/** Rows of a merge: as a unit's, in memory of their own. */
export interface MergedRows {
  readonly columns: EventColumns;
  readonly length: number;
  readonly data: Uint8Array;
}

/** The buffers of one processor in the order of their sequence numbers: within them time does not run back. */
class ProcessorStream {
  readonly log: PlacedLog;
  readonly #buffers: Uint32Array;
  readonly #decoder: UnitDecoder;
  readonly #limits: Limits;
  #next = 0;
  #rows: DecodedUnit | undefined;
  row = 0;
  /** Time of the row. */
  head = 0;
  /** Among streams whose heads are of one time. */
  readonly rank: number;

  constructor(log: PlacedLog, buffers: Uint32Array, rank: number, decoder: UnitDecoder, limits: Limits) {
    this.log = log;
    this.#buffers = buffers;
    this.rank = rank;
    this.#decoder = decoder;
    this.#limits = limits;
  }

  get rows(): DecodedUnit {
    return this.#rows as DecodedUnit;
  }

  /** Bytes of all its buffers, decompressed. */
  get bytes(): number {
    return this.#buffers.reduce((sum, i) => sum + (this.log.file.table.columns.end[i] as number), 0);
  }

  /** Bytes that it holds in memory. */
  get held(): number {
    return this.#rows?.data.length ?? 0;
  }

  /** Goes to the next row that there is; false at the end. */
  async load(): Promise<boolean> {
    for (;;) {
      if (this.#rows) this.#decoder.recycle(this.#rows);
      this.#rows = undefined;
      const decoded = await this.#decodeNext();
      if (!decoded) return false;
      this.#rows = decoded;
      if (decoded.length > 0) break;
    }
    this.row = 0;
    this.head = this.rows.columns.time[0] as number;
    return true;
  }

  async #decodeNext(): Promise<DecodedUnit | undefined> {
    while (this.#next < this.#buffers.length) {
      const buffer = usableBuffer(this.log, this.#buffers[this.#next++] as number, this.#limits);
      if (buffer) return this.#decoder.decode(this.log, unitOf(this.log, [buffer]));
    }
    return undefined;
  }
}

/** One stream a processor of each log. */
function streamsOf(logs: readonly PlacedLog[], decoder: UnitDecoder, limits: Limits): ProcessorStream[] {
  const streams: ProcessorStream[] = [];
  for (const log of logs) {
    for (const buffers of processorOrder(log).values())
      streams.push(new ProcessorStream(log, buffers, streams.length, decoder, limits));
  }
  return streams;
}

/** The buffers of a log by processor, in the order of their sequence numbers. */
export function processorOrder({ file, from, to }: PlacedLog): Map<number, Uint32Array> {
  const { columns: table } = file.table;
  const counts = new Map<number, number>();
  for (let i = from; i < to; i++) {
    const processor = table.processor[i] as number;
    counts.set(processor, (counts.get(processor) ?? 0) + 1);
  }
  const order = new Map<number, Uint32Array>();
  for (const [processor, count] of [...counts].sort((a, b) => a[0] - b[0])) {
    const buffers = new Uint32Array(count);
    let n = 0;
    for (let i = from; i < to; i++) if (table.processor[i] === processor) buffers[n++] = i;
    // The sort is stable: buffers of one number stay as they are in the file.
    order.set(
      processor,
      buffers.sort((a, b) => (table.sequence[a] as number) - (table.sequence[b] as number) || a - b),
    );
  }
  return order;
}

/** All events of the logs in the order of their times; those of one time in the order of logs, processors and buffers. */
export async function* mergeByTime(
  logs: readonly PlacedLog[],
  decoder: UnitDecoder,
  limits: Limits,
): AsyncGenerator<MergedRows> {
  const streams = streamsOf(logs, decoder, limits);
  const heap = new StreamHeap();
  let held = 0;
  for (const stream of streams) {
    if (await stream.load()) heap.push(stream);
    held += stream.held;
    if (held > limits.memoryBytes)
      throw limitExceeded("memoryBytes", held, limits, { file: stream.log.file.access.name });
  }
  const output = new MergeOutput(streams.reduce((sum, stream) => sum + stream.bytes, 0));
  for (let top = heap.top; top; top = heap.top) {
    const second = heap.second;
    const row = output.take(top, second);
    if (row === top.rows.length) {
      if (!(await top.load())) heap.pop();
      else heap.sink();
    } else {
      top.row = row;
      top.head = top.rows.columns.time[row] as number;
      heap.sink();
    }
    if (output.isFull) yield output.finish();
  }
  if (output.length > 0) yield output.finish();
}

/** Rows that were merged, with their records behind each other. */
class MergeOutput {
  length = 0;
  readonly #columns: EventColumns;
  readonly #data: Uint8Array<ArrayBuffer>;
  readonly #words: Uint32Array;
  #used = 0;

  /** @param bytes of all records at most: small traces need little memory */
  constructor(bytes: number) {
    this.#columns = makeColumns(Math.min(BATCH_ROWS, Math.ceil(bytes / RECORD_ALIGNMENT)));
    this.#data = new Uint8Array(alignUp(Math.min(BATCH_BYTES, bytes) + MOST_RECORD, RECORD_ALIGNMENT));
    this.#words = new Uint32Array(this.#data.buffer);
  }

  get isFull(): boolean {
    return this.length >= BATCH_ROWS || this.#used >= BATCH_BYTES;
  }

  /** Takes rows from a stream as long as none of another is before them. @returns the first row that was not taken */
  take(stream: ProcessorStream, other: ProcessorStream | undefined): number {
    const { columns: from, length, data } = stream.rows;
    const words = new Uint32Array(data.buffer, data.byteOffset, data.length >>> 2);
    const to = this.#columns;
    const until = other?.head ?? Number.POSITIVE_INFINITY;
    const first = other === undefined || stream.rank < other.rank;
    let row = stream.row;
    let used = this.#used;
    let target = this.length;
    while (row < length) {
      const time = from.time[row] as number;
      if (time > until || (time === until && !first)) break;
      if (target === BATCH_ROWS || used >= BATCH_BYTES) break;
      const record = from.record[row] as number;
      const payload = from.payload[row] as number;
      const payloadLength = from.payloadLength[row] as number;
      to.time[target] = time;
      to.kind[target] = from.kind[row] as number;
      to.processId[target] = from.processId[row] as number;
      to.threadId[target] = from.threadId[row] as number;
      to.record[target] = used;
      to.payload[target] = used + payload - record;
      to.payloadLength[target] = payloadLength;
      to.extendedLength[target] = from.extendedLength[row] as number;
      to.processor[target] = from.processor[row] as number;
      to.headerType[target] = from.headerType[row] as number;
      to.pointerSize[target] = from.pointerSize[row] as number;
      const aligned = (payload + payloadLength - record + RECORD_ALIGNMENT - 1) & ~(RECORD_ALIGNMENT - 1);
      const source = record >>> 2;
      const place = used >>> 2;
      for (let i = 0; i < aligned >>> 2; i++) this.#words[place + i] = words[source + i] as number;
      used += aligned;
      target++;
      row++;
    }
    this.#used = used;
    this.length = target;
    return row;
  }

  /** What there is; the memory is used again. */
  finish(): MergedRows {
    const rows = { columns: this.#columns, length: this.length, data: this.#data };
    this.length = 0;
    this.#used = 0;
    return rows;
  }
}

/** Streams with the one on top whose next row is the first. */
class StreamHeap {
  readonly #streams: ProcessorStream[] = [];

  get top(): ProcessorStream | undefined {
    return this.#streams[0];
  }

  /** The one that would be on top without the top. */
  get second(): ProcessorStream | undefined {
    const [, a, b] = this.#streams;
    return a && b ? (isBefore(b, a) ? b : a) : a;
  }

  push(stream: ProcessorStream): void {
    const streams = this.#streams;
    let at = streams.push(stream) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(stream, streams[parent] as ProcessorStream)) break;
      streams[at] = streams[parent] as ProcessorStream;
      at = parent;
    }
    streams[at] = stream;
  }

  pop(): void {
    const last = this.#streams.pop() as ProcessorStream;
    if (this.#streams.length === 0) return;
    this.#streams[0] = last;
    this.sink();
  }

  /** Puts the top in its place. */
  sink(): void {
    const streams = this.#streams;
    const stream = streams[0] as ProcessorStream;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= streams.length) break;
      if (
        child + 1 < streams.length &&
        isBefore(streams[child + 1] as ProcessorStream, streams[child] as ProcessorStream)
      )
        child++;
      if (!isBefore(streams[child] as ProcessorStream, stream)) break;
      streams[at] = streams[child] as ProcessorStream;
      at = child;
    }
    streams[at] = stream;
  }
}

function isBefore(a: ProcessorStream, b: ProcessorStream): boolean {
  return a.head < b.head || (a.head === b.head && a.rank < b.rank);
}
