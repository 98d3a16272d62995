import { readSync } from "node:fs";
import { AdkError, fromSystemError, type JobServer, type Limits, serveJobs } from "@adk/core";
import { bufferColumnsOver } from "./buffer-table.ts";
import { type DecodeUnit, decodeUnit } from "./decode-unit.ts";
import { columnsOver } from "./event-columns.ts";
import { type KindFilter, KindSelection } from "./event-filter.ts";
import { KindTable } from "./kind-table.ts";

/** A unit, where its bytes are, and what is wanted of it. Its memory is shared with whoever asks. */
export interface UnitJob {
  readonly unit: DecodeUnit;
  /** Memory of the buffer table. */
  readonly table: SharedArrayBuffer;
  readonly file: string;
  /** The stored bytes, or the descriptor of this process to read them from. */
  readonly source: SharedArrayBuffer | number;
  /** What to fill. */
  readonly columns: SharedArrayBuffer;
  readonly data: SharedArrayBuffer;
  /** Keys of the kinds that have their numbers already. */
  readonly kinds: Uint32Array;
  readonly filters: readonly KindFilter[] | undefined;
  readonly from: number;
  readonly to: number;
  readonly pointerSize: number;
  readonly limits: Limits;
}

export interface UnitReply {
  /** Those of the job, or others where there were too few rows. */
  readonly columns: SharedArrayBuffer;
  readonly length: number;
  /** Keys of the kinds that the rows name: those of the job first. */
  readonly kinds: Uint32Array;
}

let scratch = new Uint8Array(0);

function run(job: UnitJob): UnitReply {
  const { unit, source, filters, from, to, pointerSize } = job;
  const memory = { columns: columnsOver(job.columns), data: new Uint8Array(job.data) };
  const kinds = kindsOf(job);
  const context = { kinds, selection: new KindSelection(filters, kinds), from, to, pointerSize };
  const stored = typeof source === "number" ? readStored(job, source, memory.data) : new Uint8Array(source);
  if (unit.inPlace && typeof source !== "number") memory.data.set(stored);
  const { columns, length } = decodeUnit(unit, bufferColumnsOver(job.table), stored, memory, context);
  return { columns: columns.buffer, length, kinds: kinds.toWords() };
}

/** The kinds of the job before, where they still have the numbers that all threads know, with those that came since. */
let known: { readonly kinds: KindTable; readonly words: number } | undefined;

function kindsOf(job: UnitJob): KindTable {
  const isSame = known !== undefined && known.kinds.wordCount === known.words && known.words <= job.kinds.length;
  const kinds = isSame && known ? known.kinds : new KindTable(job.limits);
  kinds.addWords(job.kinds.subarray(kinds.wordCount));
  known = { kinds, words: job.kinds.length };
  return kinds;
}

/** @param data where a unit in place is read to @returns the bytes */
function readStored({ unit, file }: UnitJob, descriptor: number, data: Uint8Array): Uint8Array {
  const size = unit.end - unit.start;
  if (!unit.inPlace && scratch.length < size) scratch = new Uint8Array(size);
  const into = unit.inPlace ? data : scratch;
  for (let done = 0; done < size; ) {
    const count = readSome(descriptor, into.subarray(done, size), unit.start + done, file);
    if (count === 0) throw new AdkError("UNEXPECTED_END", "The file became shorter while it was read.", { file });
    done += count;
  }
  return into;
}

function readSome(descriptor: number, into: Uint8Array, offset: number, file: string): number {
  try {
    return readSync(descriptor, into, 0, into.length, offset);
  } catch (error) {
    throw fromSystemError(error, file);
  }
}

const server: JobServer<UnitJob, UnitReply> = serveJobs(run);

export default server;
