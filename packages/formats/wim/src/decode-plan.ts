import { createHash, type Hash } from "node:crypto";
import { AdkError } from "@adk/core";
import type { Blob, WimPart } from "./blobs.ts";
import type { ResourceHeader } from "./resource-header.ts";
import { type ResourceLayout, readLayout, readSolidLayout } from "./resource-reader.ts";

/** Blobs up to this size are decoded whole by one worker, many in one job; larger ones in ranges of chunks. */
const WHOLE_BLOB = 4 << 20;
/** Stored bytes of one job, about: enough to make its overhead small, little enough to keep memory low. */
const JOB_STORED = 1 << 20;
/** Uncompressed bytes of one job, about: what compresses very well must not fill the memory. */
const JOB_BYTES = 16 << 20;
/** Uncompressed bytes of one range of chunks, about. */
const RANGE_BYTES = 4 << 20;
/** Blobs of one job may lie this far apart: reading a little too much is cheaper than another job. */
const GAP = 65536;

/** One job's worth of a file: the bytes from `start` to `end` and what they hold. */
export type DecodeUnit = WholeUnit | RangeUnit | FailedUnit;

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

/** Whether a blob is decoded whole by one worker. */
export function isDecodedWhole(blob: Blob): boolean {
  return blob.storage.kind === "resource" && blob.size <= WHOLE_BLOB;
}

/** Cuts the decoding of blobs into jobs, in the order in which they lie in the file. */
export async function* planDecoding(wanted: Iterable<Blob>): AsyncGenerator<DecodeUnit> {
  const blobs = inPlaceOrder(wanted);
  let batch: WholeUnit | undefined;
  for (let i = 0; i < blobs.length; i++) {
    const blob = blobs[i] as Blob;
    const { storage } = blob;
    if (storage.kind === "resource" && isDecodedWhole(blob)) {
      const { part, resource } = storage;
      const end = resource.offset + resource.storedSize;
      const near = batch?.part === part && resource.offset - batch.end < GAP;
      if (batch && near && end - batch.start <= JOB_STORED && batch.size + blob.size <= JOB_BYTES) {
        batch.end = Math.max(batch.end, end);
      } else {
        if (batch) yield batch;
        batch = { kind: "whole", part, start: resource.offset, end, size: 0, blobs: [] };
      }
      batch.size += blob.size;
      batch.blobs.push({ blob, resource });
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
  const size = layout.kind === "plain" ? layout.size : layout.table.size;
  const step = layout.kind === "plain" ? RANGE_BYTES : stepOf(layout.table.chunkSize);
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

function stepOf(chunkSize: number): number {
  return Math.max(1, Math.floor(RANGE_BYTES / chunkSize)) * chunkSize;
}

function storedRange(layout: ResourceLayout, from: number, to: number): { start: number; end: number } {
  if (layout.kind === "plain") return { start: layout.start + from, end: layout.start + to };
  const { chunkSize, offsets } = layout.table;
  return { start: offsets[from / chunkSize] as number, end: offsets[Math.ceil(to / chunkSize)] as number };
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
