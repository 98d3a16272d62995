import { readSync } from "node:fs";
import { AdkError, fromSystemError, type JobServer, type Limits, serveJobs } from "@adk/core";
import type { BufferOutcome } from "./decode-records.ts";
import { type DecodeUnit, decodeUnit, isInPlace, makeMemory } from "./decode-unit.ts";
import { columnsOver } from "./event-columns.ts";
import { type KindFilter, KindSelection } from "./event-filter.ts";
import { KindTable } from "./kind-table.ts";

/** A unit, where its bytes are, and what is wanted of it. */
export interface UnitJob {
  readonly unit: DecodeUnit;
  readonly file: string;
  /** The stored bytes, or the descriptor of this process to read them from. */
  readonly source: Uint8Array<ArrayBuffer> | number;
  readonly filters: readonly KindFilter[] | undefined;
  readonly from: number;
  readonly to: number;
  readonly pointerSize: number;
  readonly limits: Limits;
  /** Keys of the kinds that have their numbers already. */
  readonly kinds: Uint32Array;
  /** Memory of an earlier reply: columns, then data. */
  readonly reuse: readonly [ArrayBuffer, ArrayBuffer] | undefined;
}

export interface UnitReply {
  readonly columns: ArrayBuffer;
  readonly data: ArrayBuffer;
  readonly length: number;
  /** Keys of the kinds that the rows name: those of the job first. */
  readonly kinds: Uint32Array<ArrayBuffer>;
  readonly outcomes: readonly (BufferOutcome | undefined)[];
}

let scratch = new Uint8Array(0);

function run(job: UnitJob): UnitReply {
  const { unit, source, filters, from, to, pointerSize, reuse } = job;
  const before = reuse && { columns: columnsOver(reuse[0]), data: new Uint8Array(reuse[1]) };
  const memory = makeMemory(unit, before);
  const size = unit.end - unit.start;
  let stored: Uint8Array = memory.data;
  if (!isInPlace(unit)) {
    if (typeof source === "number" && scratch.length < size) scratch = new Uint8Array(size);
    stored = typeof source === "number" ? scratch : source;
  } else if (typeof source !== "number") {
    memory.data.set(source);
  }
  if (typeof source === "number") readStored(job, source, stored.subarray(0, size));
  const kinds = kindsOf(job);
  const context = { kinds, selection: new KindSelection(filters, kinds), from, to, pointerSize };
  const { columns, length, data, outcomes } = decodeUnit(unit, stored, memory, context);
  return { columns: columns.buffer, data: data.buffer, length, kinds: kinds.toWords(), outcomes };
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

function readStored({ unit, file }: UnitJob, descriptor: number, into: Uint8Array): void {
  for (let done = 0; done < into.length; ) {
    const count = readSome(descriptor, into, done, unit.start + done, file);
    if (count === 0) throw new AdkError("UNEXPECTED_END", "The file became shorter while it was read.", { file });
    done += count;
  }
}

function readSome(descriptor: number, into: Uint8Array, at: number, offset: number, file: string): number {
  try {
    return readSync(descriptor, into, at, into.length - at, offset);
  } catch (error) {
    throw fromSystemError(error, file);
  }
}

const server: JobServer<UnitJob, UnitReply> = serveJobs(run, ({ columns, data, kinds }) => [
  columns,
  data,
  kinds.buffer,
]);

export default server;
