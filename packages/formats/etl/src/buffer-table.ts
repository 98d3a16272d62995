import { type Limits, limitExceeded } from "@adk/core";
import { BufferFlag, type BufferHeader } from "./buffer-header.ts";

/** What became of a buffer. */
export const BufferState = {
  /** Not decoded yet. */
  UNREAD: 0,
  READ: 1,
  /** From a record on that makes no sense, or where the file ends, nothing was read. */
  PARTLY: 2,
  /** It could not be decompressed. */
  UNDECODABLE: 3,
} as const;

/** What is kept of each buffer. The widest come first, so that all are aligned. */
const COLUMNS = {
  /** In the file. */
  offset: Float64Array,
  sequence: Float64Array,
  /** Ticks; NaN for a buffer without records. */
  firstTime: Float64Array,
  lastTime: Float64Array,
  /** In the file; of the last one of a truncated file what is there. */
  size: Uint32Array,
  /** Ends of the records, from the start of the buffer, uncompressed: as saved, and as written. */
  saved: Uint32Array,
  end: Uint32Array,
  records: Uint32Array,
  lost: Uint32Array,
  inversions: Uint32Array,
  untimed: Uint32Array,
  opaque: Uint32Array,
  unsaved: Uint32Array,
  processor: Uint16Array,
  flags: Uint16Array,
  /** 1 where the file ends before the buffer does. */
  truncated: Uint8Array,
  /** Of `BufferState`. */
  state: Uint8Array,
} as const;

type ColumnName = keyof typeof COLUMNS;
const NAMES = Object.keys(COLUMNS) as ColumnName[];
const ROW_BYTES = NAMES.reduce((bytes, name) => bytes + COLUMNS[name].BYTES_PER_ELEMENT, 0);
/** Rows of a table at first: a multiple of 8, as all that it grows to, keeps the columns aligned. */
const FIRST_ROWS = 64;

/** A typed array for each thing that is kept of buffers, in memory that all threads share. */
export type BufferColumns = { readonly [Name in ColumnName]: InstanceType<(typeof COLUMNS)[Name]> };

export function bufferColumnsOver(memory: SharedArrayBuffer): BufferColumns {
  const rows = memory.byteLength / ROW_BYTES;
  let at = 0;
  const columns = NAMES.map((name) => {
    const Column: new (memory: SharedArrayBuffer, at: number, rows: number) => ArrayBufferView = COLUMNS[name];
    const column = new Column(memory, at, rows);
    at += column.byteLength;
    return [name, column];
  });
  return Object.fromEntries(columns) as BufferColumns;
}

/** The buffers of a file in the order of the file. */
export class BufferTable {
  readonly #limits: Limits;
  readonly #file: string;
  length = 0;
  memory = new SharedArrayBuffer(FIRST_ROWS * ROW_BYTES);
  columns = bufferColumnsOver(this.memory);

  constructor(limits: Limits, file: string) {
    this.#limits = limits;
    this.#file = file;
  }

  /** @param present bytes of the buffer that the file has @throws AdkError `LIMIT_EXCEEDED` */
  add(offset: number, header: BufferHeader, present: number): void {
    const i = this.length;
    if (i >= this.#limits.entries) throw limitExceeded("entries", i + 1, this.#limits, { file: this.#file, offset });
    if (i === this.columns.offset.length) this.#grow();
    this.length++;
    const { columns } = this;
    columns.offset[i] = offset;
    columns.size[i] = present;
    columns.truncated[i] = present < header.size ? 1 : 0;
    const written = Math.max(header.savedOffset, header.offset);
    const saved = header.savedOffset === 0 ? written : header.savedOffset;
    columns.saved[i] = saved;
    // What was compressed is what was saved.
    columns.end[i] = (header.flags & BufferFlag.COMPRESSED) !== 0 ? saved : written;
    columns.sequence[i] = Number(header.sequenceNumber);
    columns.processor[i] = header.processor;
    columns.flags[i] = header.flags;
  }

  #grow(): void {
    const before = this.columns;
    this.memory = new SharedArrayBuffer(this.memory.byteLength * 2);
    this.columns = bufferColumnsOver(this.memory);
    for (const name of NAMES) this.columns[name].set(before[name]);
  }
}

/** Where a buffer is, and what it is decoded by. */
export interface StoredBuffer {
  /** In the buffer table. */
  readonly index: number;
  /** In the file. */
  readonly offset: number;
  readonly size: number;
  /** Ends of the records in the uncompressed buffer. */
  readonly saved: number;
  readonly end: number;
  readonly processor: number;
  readonly compressed: boolean;
}

export function bufferAt(columns: BufferColumns, index: number): StoredBuffer {
  return {
    index,
    offset: columns.offset[index] as number,
    size: columns.size[index] as number,
    saved: columns.saved[index] as number,
    end: columns.end[index] as number,
    processor: columns.processor[index] as number,
    compressed: ((columns.flags[index] as number) & BufferFlag.COMPRESSED) !== 0,
  };
}

/** What the records of one buffer told. */
export interface BufferOutcome {
  /** Records that were read, those included that a filter left out. */
  readonly records: number;
  /** Where reading stopped; before the end where a record makes no sense: `lost` bytes were given up. */
  readonly lost: number;
  /** Of the first and last record; NaN without one. */
  readonly firstTime: number;
  readonly lastTime: number;
  /** Records before the one ahead of them. */
  readonly inversions: number;
  /** Records without a time stamp. */
  readonly untimed: number;
  /** Records that were kept without knowing what their headers mean. */
  readonly opaque: number;
  /** Records that begin at or behind the saved offset. */
  readonly unsaved: number;
}

/** Notes what decoding a buffer told; doing it again changes nothing. */
export function noteOutcome(columns: BufferColumns, i: number, outcome: BufferOutcome): void {
  columns.state[i] = outcome.lost > 0 ? BufferState.PARTLY : BufferState.READ;
  columns.records[i] = outcome.records;
  columns.lost[i] = outcome.lost;
  columns.inversions[i] = outcome.inversions;
  columns.untimed[i] = outcome.untimed;
  columns.opaque[i] = outcome.opaque;
  columns.unsaved[i] = outcome.unsaved;
  columns.firstTime[i] = outcome.firstTime;
  columns.lastTime[i] = outcome.lastTime;
}

export function noteUndecodable(columns: BufferColumns, i: number): void {
  columns.state[i] = BufferState.UNDECODABLE;
  columns.lost[i] = columns.size[i] as number;
  columns.firstTime[i] = Number.NaN;
  columns.lastTime[i] = Number.NaN;
}
