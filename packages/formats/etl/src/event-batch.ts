import { type Filetime, type Guid, guidFromBytes } from "@adk/core";
import type { TraceClock } from "./clock.ts";
import { copyColumns, type EventColumns, makeColumns } from "./event-columns.ts";
import { type ExtendedItem, ExtendedType, parseExtendedItems, parseStack, type StackTrace } from "./extended-data.ts";
import type { EventKind, KindTable } from "./kind-table.ts";
import {
  HeaderType,
  PERFINFO_COUNTERS_MASK,
  PERFINFO_COUNTERS_SHIFT,
  PERFINFO_PEBS,
  WppOption,
} from "./record-header.ts";

/** What all batches of a trace share. */
export interface BatchSource {
  readonly clock: TraceClock;
  readonly kinds: KindTable;
}

/**
 * Some events, as columns. The memory is used again for the next batch: what is to outlive it is copied, or the whole batch
 * with `copy`.
 */
export class EventBatch {
  readonly length: number;
  readonly columns: EventColumns;
  /** The records: `columns.record` and `columns.payload` are offsets in it. */
  readonly data: Uint8Array;
  readonly clock: TraceClock;
  readonly kinds: KindTable;
  readonly #view: DataView;

  constructor(source: BatchSource, columns: EventColumns, length: number, data: Uint8Array) {
    this.clock = source.clock;
    this.kinds = source.kinds;
    this.columns = columns;
    this.length = length;
    this.data = data;
    this.#view = new DataView(data.buffer, data.byteOffset, data.length);
  }

  /** The same events in memory of their own. */
  copy(): EventBatch {
    const columns = copyColumns(this.columns, this.length, makeColumns(this.length));
    return new EventBatch(this, columns, this.length, this.data.slice());
  }

  kindOf(row: number): EventKind {
    return this.kinds.get(this.columns.kind[row] as number);
  }

  filetime(row: number): Filetime {
    return this.clock.toFiletime(this.columns.time[row] as number);
  }

  /** Milliseconds since the start of the trace. */
  milliseconds(row: number): number {
    return this.clock.toMilliseconds(this.columns.time[row] as number);
  }

  /** The whole record with its header: a view. */
  record(row: number): Uint8Array {
    const { record, payload, payloadLength } = this.columns;
    return this.data.subarray(record[row], (payload[row] as number) + (payloadLength[row] as number));
  }

  /** A view. */
  payload(row: number): Uint8Array {
    const start = this.columns.payload[row] as number;
    return this.data.subarray(start, start + (this.columns.payloadLength[row] as number));
  }

  /** The time stamp as the record has it; undefined where it has none. */
  timeStamp(row: number): bigint | undefined {
    const at = this.#timeStampAt(row);
    return at === undefined ? undefined : this.#view.getBigUint64(at, true);
  }

  /** Changes the time stamp in the record, where it has one. */
  setTimeStamp(row: number, timeStamp: bigint): void {
    const at = this.#timeStampAt(row);
    if (at !== undefined) this.#view.setBigUint64(at, timeStamp, true);
  }

  #timeStampAt(row: number): number | undefined {
    const at = this.columns.record[row] as number;
    switch (this.columns.headerType[row]) {
      case HeaderType.PERFINFO32:
      case HeaderType.PERFINFO64:
        return at + 8;
      case HeaderType.WPP: {
        const options = this.#view.getUint16(at + 6, true);
        if ((options & WppOption.TIME_STAMP) === 0) return undefined;
        const source = options & WppOption.GUID ? 16 : options & WppOption.COMPONENT_ID ? 4 : 0;
        return at + 8 + (options & WppOption.SEQUENCE ? 4 : 0) + source;
      }
      default:
        return this.kindOf(row).form === "opaque" ? undefined : at + 16;
    }
  }

  /** Level of an event with an EVENT, FULL or INSTANCE header: 1 critical to 5 verbose; 0 for others. */
  level(row: number): number {
    const at = this.columns.record[row] as number;
    if (this.#isEvent(row)) return this.#view.getUint8(at + 44);
    return this.kindOf(row).form === "classic" ? this.#view.getUint8(at + 5) : 0;
  }

  /** Of an EVENT header; 0 for others, as of all below. */
  channel(row: number): number {
    return this.#isEvent(row) ? this.#view.getUint8((this.columns.record[row] as number) + 43) : 0;
  }

  task(row: number): number {
    return this.#isEvent(row) ? this.#view.getUint16((this.columns.record[row] as number) + 46, true) : 0;
  }

  keyword(row: number): bigint {
    return this.#isEvent(row) ? this.#view.getBigUint64((this.columns.record[row] as number) + 48, true) : 0n;
  }

  /** Of `EventFlag`. */
  eventFlags(row: number): number {
    return this.#isEvent(row) ? this.#view.getUint16((this.columns.record[row] as number) + 4, true) : 0;
  }

  /** Undefined where it is nil. */
  activityId(row: number): Guid | undefined {
    if (!this.#isEvent(row)) return undefined;
    const at = (this.columns.record[row] as number) + 64;
    const bytes = this.data.subarray(at, at + 16);
    return bytes.some((byte) => byte !== 0) ? guidFromBytes(bytes) : undefined;
  }

  relatedActivityId(row: number): Guid | undefined {
    const item = this.#findExtended(row, ExtendedType.RELATED_ACTIVITY_ID);
    return item && item.data.length >= 16 ? guidFromBytes(item.data) : undefined;
  }

  /** Extended data of an EVENT header; their data are views. */
  extended(row: number): ExtendedItem[] {
    if (this.columns.extendedLength[row] === 0 || !this.#isEvent(row)) return [];
    const end = this.columns.payload[row] as number;
    return [...parseExtendedItems(this.data.subarray(end - (this.columns.extendedLength[row] as number), end))];
  }

  /** The call stacks in an event's extended data. Those of kernel events are events of their own. */
  stacks(row: number): StackTrace[] {
    return this.extended(row).flatMap((item) => parseStack(item) ?? []);
  }

  /** Performance counters that a PERFINFO header brings with it. */
  counters(row: number): bigint[] {
    const type = this.columns.headerType[row];
    if (type !== HeaderType.PERFINFO32 && type !== HeaderType.PERFINFO64) return [];
    const at = this.columns.record[row] as number;
    const version = this.#view.getUint16(at, true);
    const first = at + 16 + (version & PERFINFO_PEBS ? 8 : 0);
    const count = (version >>> PERFINFO_COUNTERS_SHIFT) & PERFINFO_COUNTERS_MASK;
    return Array.from({ length: count }, (_, i) => this.#view.getBigUint64(first + i * 8, true));
  }

  /** The PEBS index of a PERFINFO header. */
  pebsIndex(row: number): bigint | undefined {
    const type = this.columns.headerType[row];
    if (type !== HeaderType.PERFINFO32 && type !== HeaderType.PERFINFO64) return undefined;
    const at = this.columns.record[row] as number;
    return this.#view.getUint16(at, true) & PERFINFO_PEBS ? this.#view.getBigUint64(at + 16, true) : undefined;
  }

  #findExtended(row: number, type: number): ExtendedItem | undefined {
    return this.extended(row).find((item) => item.type === type);
  }

  #isEvent(row: number): boolean {
    const type = this.columns.headerType[row];
    return type === HeaderType.EVENT32 || type === HeaderType.EVENT64;
  }
}
