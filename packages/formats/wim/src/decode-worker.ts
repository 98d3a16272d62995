import { createHash, hash } from "node:crypto";
import { readSync } from "node:fs";
import { AdkError, type ErrorJson, fromSystemError, type JobServer, serveJobs } from "@adk/core";
import { piecesOfLayout } from "./decode-plan.ts";
import type { WimHeader } from "./header.ts";
import { createFiles, type OutputFile, OutputFileWriter } from "./output-file.ts";
import type { ResourceHeader } from "./resource-header.ts";
import { decodeChunks, layoutPlace, parseLayout, type ResourceLayout } from "./resource-reader.ts";

/** Stored bytes of a file, and what in them is to be decoded. */
export interface DecodeJob {
  /** Name of the file, for errors. */
  readonly file: string;
  readonly header: Pick<WimHeader, "compression" | "chunkSize" | "pipable">;
  /** The stored bytes from `start` to `end` of the file: themselves, or the descriptor of this process to read them from. */
  readonly source: Uint8Array | number;
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly DecodePiece[];
  /** Whether the decoded bytes are wanted back. */
  readonly wantData: boolean;
}

/** A blob that is a resource of its own, or a range of a resource on the borders of its chunks. */
export type DecodePiece =
  | {
      /** With `streamed` the data is read by the worker, whatever the job's bytes are, and not wanted back. */
      readonly kind: "whole" | "streamed";
      readonly resource: ResourceHeader;
      readonly sha1: string;
      /** Files to create with the bytes. Their directories have been made and checked. */
      readonly files: readonly OutputFile[];
    }
  | { readonly kind: "range"; readonly layout: ResourceLayout; readonly from: number; readonly to: number };

/** One answer a piece, in order; none after one whose output could not be written. */
export interface DecodeReply {
  readonly pieces: readonly { readonly data?: Uint8Array<ArrayBuffer>; readonly error?: ErrorJson }[];
}

let buffer = new Uint8Array(0);

/** The stored bytes of a range, as a view that holds until the next is read. */
function readStored({ source, file, start: base }: DecodeJob, start: number, end: number): Uint8Array {
  if (typeof source !== "number") return source.subarray(start - base, end - base);
  const length = end - start;
  if (buffer.length < length) buffer = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  for (let done = 0; done < length; ) {
    const count = readInto(source, buffer, done, length - done, start + done, file);
    if (count === 0) throw new AdkError("UNEXPECTED_END", "The file became shorter while it was read.", { file });
    done += count;
  }
  return buffer.subarray(0, length);
}

function readInto(descriptor: number, into: Uint8Array, at: number, length: number, offset: number, file: string) {
  try {
    return readSync(descriptor, into, at, length, offset);
  } catch (error) {
    throw fromSystemError(error, file);
  }
}

/**
 * The bytes of a range of a resource.
 *
 * @param data the file from `base` on, as far as the range lies
 * @returns a view that holds until the next range is decoded
 */
function decodeRange(
  { file }: DecodeJob,
  layout: ResourceLayout,
  range: { from: number; to: number },
  data: Uint8Array,
  base: number,
): Uint8Array {
  const size = range.to - range.from;
  if (layout.kind === "chunks")
    return decodeChunks(layout, range.from / layout.table.chunkSize, size, data, base, file);
  const at = layout.start + range.from - base;
  return data.subarray(at, at + size);
}

/** Decodes a blob, and makes sure of its hash before its files are there. */
function useWhole(
  job: DecodeJob,
  data: Uint8Array,
  resource: ResourceHeader,
  sha1: string,
  files: readonly OutputFile[],
) {
  const layout = parseLayout(data, job.start, resource, job.header, job.file);
  const bytes = decodeRange(job, layout, { from: 0, to: resource.size }, data, job.start);
  const found = hash("sha1", bytes, "hex");
  if (found !== sha1) throw corruptBlob(job.file, sha1, found);
  createFiles(files, bytes);
  return bytes;
}

/** The same for one that is read piece by piece. */
function useStreamed(job: DecodeJob, resource: ResourceHeader, sha1: string, files: readonly OutputFile[]): void {
  const place = layoutPlace(resource, job.header, job.file);
  const table = readStored(job, place.start, place.start + place.size);
  const layout = parseLayout(table, place.start, resource, job.header, job.file);
  const writers: OutputFileWriter[] = [];
  try {
    for (const file of files) writers.push(OutputFileWriter.create(file));
    const digest = createHash("sha1");
    for (const piece of piecesOfLayout(layout)) {
      const bytes = decodeRange(job, layout, piece, readStored(job, piece.start, piece.end), piece.start);
      digest.update(bytes);
      for (const writer of writers) writer.write(bytes);
    }
    const found = digest.digest("hex");
    if (found !== sha1) throw corruptBlob(job.file, sha1, found);
    for (const writer of writers) writer.finish();
  } catch (error) {
    for (const writer of writers) writer.undo();
    throw error;
  }
}

export function corruptBlob(file: string, expected: string, found: string): AdkError {
  return new AdkError("WIM_BLOB_CORRUPT", "The data of a file does not have the SHA-1 that the lookup table gives.", {
    file,
    expected,
    found,
    hint: "The file is damaged; nothing can tell which bytes are wrong.",
  });
}

/** The bytes of a piece, where they are not used up here. */
function runPiece(job: DecodeJob, data: Uint8Array, piece: DecodePiece): Uint8Array | undefined {
  if (piece.kind === "range") return decodeRange(job, piece.layout, piece, data, job.start);
  if (piece.kind === "whole") return useWhole(job, data, piece.resource, piece.sha1, piece.files);
  return useStreamed(job, piece.resource, piece.sha1, piece.files) as undefined;
}

function run(job: DecodeJob): DecodeReply {
  const data = readStored(job, job.start, job.end);
  const pieces: DecodeReply["pieces"][number][] = [];
  for (const piece of job.pieces) {
    try {
      const bytes = runPiece(job, data, piece);
      pieces.push(job.wantData && bytes ? { data: ownCopy(bytes) } : {});
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
      pieces.push({ error: error.toJSON() });
      // Without space or permission the rest of the job is not tried.
      if (error.kind === "environment") break;
    }
  }
  return { pieces };
}

/** Memory that is not cleared first: it is filled at once. */
function ownCopy(bytes: Uint8Array): Uint8Array<ArrayBuffer> {
  const copy = new Uint8Array(Buffer.allocUnsafeSlow(bytes.length).buffer);
  copy.set(bytes);
  return copy;
}

const server: JobServer<DecodeJob, DecodeReply> = serveJobs(run, (reply) =>
  reply.pieces.flatMap(({ data }) => (data ? [data.buffer] : [])),
);

export default server;
