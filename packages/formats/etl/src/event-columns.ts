/** Bytes of one row of all columns. */
const ROW_BYTES = 36;

/** The columns of a batch, one typed array each over memory of their own, so that they move between threads as one. */
export interface EventColumns {
  /** Rows that there is room for. */
  readonly capacity: number;
  readonly buffer: SharedArrayBuffer;
  /** Ticks of the trace's clock since its header event. Of a record that has no time stamp: that of the record before it. */
  readonly time: Float64Array;
  /** Number of the event's kind in the trace's `KindTable`. */
  readonly kind: Uint32Array;
  /** `NO_ID` (0xffffffff) where the header has none: PERFINFO, and WPP messages without it. */
  readonly processId: Uint32Array;
  readonly threadId: Uint32Array;
  /** Where the record begins in the batch's data. */
  readonly record: Uint32Array;
  /** Where its payload begins. The record ends with it. */
  readonly payload: Uint32Array;
  readonly payloadLength: Uint16Array;
  /** Bytes of extended data, which end where the payload begins. */
  readonly extendedLength: Uint16Array;
  readonly processor: Uint16Array;
  /** Of `HeaderType`. */
  readonly headerType: Uint8Array;
  /** 4 or 8: what pointers in the payload have. */
  readonly pointerSize: Uint8Array;
}

/** @param reuse columns that are no longer needed, taken if they are large enough */
export function makeColumns(capacity: number, reuse?: EventColumns): EventColumns {
  if (reuse && reuse.capacity >= capacity) return reuse;
  // Multiples of 8 rows keep all columns aligned.
  const rows = (capacity + 7) & ~7;
  return columnsOver(new SharedArrayBuffer(rows * ROW_BYTES));
}

/** The columns in memory that `makeColumns` laid out. */
export function columnsOver(buffer: SharedArrayBuffer): EventColumns {
  const rows = Math.floor(buffer.byteLength / ROW_BYTES) & ~7;
  let at = 0;
  const place = (width: number) => {
    const start = at;
    at += rows * width;
    return start;
  };
  return {
    capacity: rows,
    buffer,
    time: new Float64Array(buffer, place(8), rows),
    kind: new Uint32Array(buffer, place(4), rows),
    processId: new Uint32Array(buffer, place(4), rows),
    threadId: new Uint32Array(buffer, place(4), rows),
    record: new Uint32Array(buffer, place(4), rows),
    payload: new Uint32Array(buffer, place(4), rows),
    payloadLength: new Uint16Array(buffer, place(2), rows),
    extendedLength: new Uint16Array(buffer, place(2), rows),
    processor: new Uint16Array(buffer, place(2), rows),
    headerType: new Uint8Array(buffer, place(1), rows),
    pointerSize: new Uint8Array(buffer, place(1), rows),
  };
}

const NAMES = [
  "time",
  "kind",
  "processId",
  "threadId",
  "record",
  "payload",
  "payloadLength",
  "extendedLength",
  "processor",
  "headerType",
  "pointerSize",
] as const;

/** Copies the first rows. @returns `to` */
export function copyColumns(from: EventColumns, rows: number, to: EventColumns): EventColumns {
  for (const name of NAMES) to[name].set(from[name].subarray(0, rows));
  return to;
}
