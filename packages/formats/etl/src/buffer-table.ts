import { type Limits, limitExceeded } from "@adk/core";
import { BufferFlag, type BufferHeader } from "./buffer-header.ts";
import type { BufferOutcome } from "./decode-records.ts";
import type { UnitBuffer } from "./decode-unit.ts";

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

/** The buffers of a file in the order of the file, a typed array for each thing that is kept of them. */
export class BufferTable {
  readonly #limits: Limits;
  readonly #file: string;
  length = 0;
  #capacity = 64;
  /** In the file. */
  offset = new Float64Array(64);
  /** In the file; of the last one of a truncated file what is there. */
  size = new Uint32Array(64);
  /** Ends of the records, from the start of the buffer, uncompressed: as saved, and as written. */
  saved = new Uint32Array(64);
  end = new Uint32Array(64);
  sequence = new Float64Array(64);
  processor = new Uint16Array(64);
  flags = new Uint16Array(64);
  /** 1 where the file ends before the buffer does. */
  truncated = new Uint8Array(64);
  /** Of `BufferState`. */
  state = new Uint8Array(64);
  records = new Uint32Array(64);
  lost = new Uint32Array(64);
  inversions = new Uint32Array(64);
  untimed = new Uint32Array(64);
  opaque = new Uint32Array(64);
  unsaved = new Uint32Array(64);
  /** Ticks; NaN for a buffer without records. */
  firstTime = new Float64Array(64);
  lastTime = new Float64Array(64);

  constructor(limits: Limits, file: string) {
    this.#limits = limits;
    this.#file = file;
  }

  /** @param present bytes of the buffer that the file has @throws AdkError `LIMIT_EXCEEDED` */
  add(offset: number, header: BufferHeader, present: number): void {
    const i = this.length;
    if (i >= this.#limits.entries) throw limitExceeded("entries", i + 1, this.#limits, { file: this.#file, offset });
    if (i === this.#capacity) this.#grow();
    this.length++;
    this.offset[i] = offset;
    this.size[i] = present;
    this.truncated[i] = present < header.size ? 1 : 0;
    const written = Math.max(header.savedOffset, header.offset);
    const saved = header.savedOffset === 0 ? written : header.savedOffset;
    this.saved[i] = saved;
    // What was compressed is what was saved.
    this.end[i] = (header.flags & BufferFlag.COMPRESSED) !== 0 ? saved : written;
    this.sequence[i] = Number(header.sequenceNumber);
    this.processor[i] = header.processor;
    this.flags[i] = header.flags;
  }

  at(i: number): UnitBuffer {
    return {
      index: i,
      offset: this.offset[i] as number,
      size: this.size[i] as number,
      saved: this.saved[i] as number,
      end: this.end[i] as number,
      processor: this.processor[i] as number,
      compressed: ((this.flags[i] as number) & BufferFlag.COMPRESSED) !== 0,
    };
  }

  /** Notes what decoding a buffer told; doing it again changes nothing. */
  note(i: number, outcome: BufferOutcome): void {
    this.state[i] = outcome.lost > 0 ? BufferState.PARTLY : BufferState.READ;
    this.records[i] = outcome.records;
    this.lost[i] = outcome.lost;
    this.inversions[i] = outcome.inversions;
    this.untimed[i] = outcome.untimed;
    this.opaque[i] = outcome.opaque;
    this.unsaved[i] = outcome.unsaved;
    this.firstTime[i] = outcome.firstTime;
    this.lastTime[i] = outcome.lastTime;
  }

  noteUndecodable(i: number): void {
    this.state[i] = BufferState.UNDECODABLE;
    this.lost[i] = this.size[i] as number;
    this.firstTime[i] = Number.NaN;
    this.lastTime[i] = Number.NaN;
  }

  #grow(): void {
    this.#capacity *= 2;
    const grow = <T extends Float64Array | Uint32Array | Uint16Array | Uint8Array>(from: T, to: T): T => {
      to.set(from);
      return to;
    };
    const doubles = (from: Float64Array) => grow(from, new Float64Array(this.#capacity)) as Float64Array<ArrayBuffer>;
    const words = (from: Uint32Array) => grow(from, new Uint32Array(this.#capacity)) as Uint32Array<ArrayBuffer>;
    const halves = (from: Uint16Array) => grow(from, new Uint16Array(this.#capacity)) as Uint16Array<ArrayBuffer>;
    this.offset = doubles(this.offset);
    this.sequence = doubles(this.sequence);
    this.firstTime = doubles(this.firstTime);
    this.lastTime = doubles(this.lastTime);
    this.size = words(this.size);
    this.saved = words(this.saved);
    this.end = words(this.end);
    this.records = words(this.records);
    this.lost = words(this.lost);
    this.inversions = words(this.inversions);
    this.untimed = words(this.untimed);
    this.opaque = words(this.opaque);
    this.unsaved = words(this.unsaved);
    this.processor = halves(this.processor);
    this.flags = halves(this.flags);
    const bytes = (from: Uint8Array) => grow(from, new Uint8Array(this.#capacity)) as Uint8Array<ArrayBuffer>;
    this.state = bytes(this.state);
    this.truncated = bytes(this.truncated);
  }
}
