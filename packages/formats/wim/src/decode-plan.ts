import { createHash, type Hash } from "node:crypto";
import { AdkError } from "@adk/core";
import type { Blob, OwnStorage, WimPart } from "./blobs.ts";
import type { ResourceHeader } from "./resource-header.ts";
import { type ResourceLayout, readLayout, readSolidLayout } from "./resource-reader.ts";

/** Blobs up to this size are decoded whole by one worker, many in one job. */
const WHOLE_BLOB = 4 << 20;
/**
 * Where a worker can use the data itself, it decodes larger blobs too, piece by piece: up to this size, or to what leaves
 * enough for the other workers. Beyond that, blobs come in ranges of chunks that all workers decode.
 */
const STREAMED_BLOB = 32 << 20;
/** Stored bytes of one job, about: enough to make its overhead small, little enough to keep memory low. */
const JOB_STORED = 1 << 20;
/** Uncompressed bytes of one job, about: what compresses very well must not keep a worker for long. */
const JOB_BYTES = 16 << 20;
/** Uncompressed bytes of one range of chunks, or of one piece, about. */
const RANGE_BYTES = 1 << 20;
/** Blobs of one job may lie this far apart: reading a little too much is cheaper than another job. */
const GAP = 65536;

/** One job's worth of a file: the bytes from `start` to `end` and what they hold. */
export type DecodeUnit = WholeUnit | StreamedUnit | RangeUnit | FailedUnit;

/** Blobs that are resources of their own. */
export interface WholeUnit {
  readonly kind: "whole";
  readonly part: WimPart;
  readonly start: number;
  end: number;
  /** Uncompressed bytes of the blobs. */
  size: number;
  readonly blobs: { readonly blob: Blob; readonly resource: ResourceHeader }[];
}

/** A blob that is a resource of its own, which its worker reads piece by piece. */
export interface StreamedUnit {
  readonly kind: "streamed";
  readonly part: WimPart;
  readonly blob: Blob;
  readonly resource: ResourceHeader;
}

/** Some chunks of a resource, and the blobs that have bytes in them. */
export interface RangeUnit {
  readonly kind: "range";
  readonly part: WimPart;
  readonly start: number;
  readonly end: number;
  readonly layout: ResourceLayout;
  /** Uncompressed range of the resource. */
  readonly from: number;
  readonly to: number;
  readonly members: readonly RangeMember[];
}

/** A blob that comes in ranges, and how far it is. */
export interface RangeMember {
  readonly blob: Blob;
  /** Where it begins in the uncompressed resource. */
  readonly offset: number;
  readonly hash: Hash;
  failed: boolean;
}

export interface FailedUnit {
  readonly kind: "failed";
  readonly blobs: readonly Blob[];
  readonly error: AdkError;
}

/** Jobs that may be done in any order, those that take long first; and jobs whose results are needed in order. */
export interface DecodePlan {
  readonly independent: readonly (WholeUnit | StreamedUnit)[];
  readonly ordered: AsyncIterable<DecodeUnit>;
}

/** Plans the decoding of blobs whose data the workers use themselves. */
export function planUse(wanted: Iterable<Blob>, threads: number): DecodePlan {
  const blobs = inPlaceOrder(wanted);
  const total = blobs.reduce((sum, { size }) => sum + size, 0);
  const streamedBlob = threads === 1 ? Number.POSITIVE_INFINITY : Math.max(STREAMED_BLOB, total / (2 * threads));
  const streamed: StreamedUnit[] = [];
  const whole: WholeUnit[] = [];
  const others: Blob[] = [];
  for (const blob of blobs) {
    const { storage, size } = blob;
    if (storage.kind === "resource" && size <= (streams(storage) ? RANGE_BYTES : WHOLE_BLOB)) {
      if (!addToBatch(whole.at(-1), blob, storage)) whole.push(newBatch(blob, storage));
    } else if (storage.kind === "resource" && size <= streamedBlob && streams(storage)) {
      streamed.push({ kind: "streamed", part: storage.part, blob, resource: storage.resource });
    } else {
      others.push(blob);
    }
  }
  streamed.sort((a, b) => b.blob.size - a.blob.size);
  return { independent: [...streamed, ...whole], ordered: planDecoding(others) };
}

/** Whether workers can read the data by themselves. */
function streams({ part }: OwnStorage): boolean {
  return part.access.descriptor !== undefined;
}

/** Cuts the decoding of blobs into jobs, in the order in which they lie in the file. */
export async function* planDecoding(wanted: Iterable<Blob>): AsyncGenerator<DecodeUnit> {
  const blobs = inPlaceOrder(wanted);
  let batch: WholeUnit | undefined;
  for (let i = 0; i < blobs.length; i++) {
    const blob = blobs[i] as Blob;
    const { storage } = blob;
    if (storage.kind === "resource" && blob.size <= WHOLE_BLOB) {
      if (addToBatch(batch, blob, storage)) continue;
      if (batch) yield batch;
      batch = newBatch(blob, storage);
      continue;
    }
    if (batch) yield batch;
    batch = undefined;
    if (storage.kind === "resource") {
      const { part, resource } = storage;
      yield* planRanges([memberOf(blob)], part, () => readLayout(part.access, resource, part.header));
    } else {
      const { solid } = storage;
      const members = [memberOf(blob)];
      for (let next = blobs[i + 1]; next && solidOf(next) === solid; next = blobs[i + 1]) {
        members.push(memberOf(next));
        i++;
      }
      yield* planRanges(members, solid.part, () => readSolidLayout(solid));
    }
  }
  if (batch) yield batch;
}

function newBatch(blob: Blob, { part, resource }: OwnStorage): WholeUnit {
  const end = resource.offset + resource.storedSize;
  return { kind: "whole", part, start: resource.offset, end, size: blob.size, blobs: [{ blob, resource }] };
}

/** False where the blob does not fit into the job. */
function addToBatch(batch: WholeUnit | undefined, blob: Blob, { part, resource }: OwnStorage): boolean {
  const end = resource.offset + resource.storedSize;
  if (batch?.part !== part || resource.offset - batch.end >= GAP) return false;
  if (end - batch.start > JOB_STORED || batch.size + blob.size > JOB_BYTES) return false;
  batch.end = Math.max(batch.end, end);
  batch.size += blob.size;
  batch.blobs.push({ blob, resource });
  return true;
}

/** @param members blobs of one resource, by their offset in it */
async function* planRanges(
  members: readonly RangeMember[],
  part: WimPart,
  readResourceLayout: () => Promise<ResourceLayout>,
): AsyncGenerator<RangeUnit | FailedUnit> {
  let layout: ResourceLayout;
  try {
    layout = await readResourceLayout();
  } catch (error) {
    if (!(error instanceof AdkError)) throw error;
    yield { kind: "failed", blobs: members.map(({ blob }) => blob), error };
    return;
  }
  const size = sizeOf(layout);
  const step = stepOf(layout);
  let waiting = 0;
  let active: RangeMember[] = [];
  for (let from = 0; from < size; from += step) {
    const to = Math.min(size, from + step);
    active = active.filter(({ blob, offset }) => offset + blob.size > from);
    for (let next = members[waiting]; next && next.offset < to; next = members[++waiting]) active.push(next);
    if (active.length > 0)
      yield { kind: "range", part, ...storedRange(layout, from, to), layout, from, to, members: active };
    else if (waiting === members.length) return;
  }
}

function sizeOf(layout: ResourceLayout): number {
  return layout.kind === "plain" ? layout.size : layout.table.size;
}

/** Uncompressed bytes of a range: whole chunks. */
function stepOf(layout: ResourceLayout): number {
  if (layout.kind === "plain") return RANGE_BYTES;
  const { chunkSize } = layout.table;
  return Math.max(1, Math.floor(RANGE_BYTES / chunkSize)) * chunkSize;
}

/** Where the bytes that make up a range lie in the file. */
function storedRange(layout: ResourceLayout, from: number, to: number): { start: number; end: number } {
  if (layout.kind === "plain") return { start: layout.start + from, end: layout.start + to };
  const { chunkSize, offsets } = layout.table;
  return { start: offsets[from / chunkSize] as number, end: offsets[Math.ceil(to / chunkSize)] as number };
}

/** Cuts a resource into pieces, one after the other: uncompressed ranges and where they lie in the file. */
export function* piecesOfLayout(
  layout: ResourceLayout,
): Generator<{ readonly from: number; readonly to: number; readonly start: number; readonly end: number }> {
  const size = sizeOf(layout);
  const step = stepOf(layout);
  for (let from = 0; from < size; from += step) {
    const to = Math.min(size, from + step);
    yield { from, to, ...storedRange(layout, from, to) };
  }
}

function memberOf(blob: Blob): RangeMember {
  const { storage } = blob;
  return { blob, offset: storage.kind === "solid" ? storage.offset : 0, hash: createHash("sha1"), failed: false };
}

function solidOf({ storage }: Blob) {
  return storage.kind === "solid" ? storage.solid : undefined;
}

/** By part, then by place in it, so that each is read from its start to its end. */
export function inPlaceOrder(wanted: Iterable<Blob>): Blob[] {
  const parts = new Map<WimPart, number>();
  const placed = Array.from(wanted, (blob) => {
    const { storage } = blob;
    const { part, resource } = storage.kind === "solid" ? storage.solid : storage;
    const number = parts.get(part) ?? parts.size;
    parts.set(part, number);
    return { blob, number, offset: resource.offset, within: storage.kind === "solid" ? storage.offset : 0 };
  });
  placed.sort((a, b) => a.number - b.number || a.offset - b.offset || a.within - b.within);
  return placed.map(({ blob }) => blob);
}
