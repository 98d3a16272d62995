import { hash } from "node:crypto";
import { readSync } from "node:fs";
import { AdkError, type ErrorJson, fromSystemError, type JobServer, serveJobs } from "@adk/core";
import { chunkLength, chunkRange } from "./chunk-table.ts";
import type { WimHeader } from "./header.ts";
import { createFiles, type OutputFile } from "./output-file.ts";
import type { ResourceHeader } from "./resource-header.ts";
import { decodeChunk, decodeChunkView, parseLayout, type ResourceLayout } from "./resource-reader.ts";

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
      readonly kind: "whole";
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

let stored = new Uint8Array(0);
let decoded = new Uint8Array(0);

function readStored({ source, start, end, file }: DecodeJob): Uint8Array {
  if (typeof source !== "number") return source;
  const length = end - start;
  if (stored.length < length) stored = new Uint8Array(Buffer.allocUnsafeSlow(length).buffer);
  for (let done = 0; done < length; ) {
    const count = readInto(source, stored, done, length - done, start + done, file);
    if (count === 0) throw new AdkError("UNEXPECTED_END", "The file became shorter while it was read.", { file });
    done += count;
  }
  return stored.subarray(0, length);
}

function readInto(descriptor: number, into: Uint8Array, at: number, length: number, offset: number, file: string) {
  try {
    return readSync(descriptor, into, at, length, offset);
  } catch (error) {
    throw fromSystemError(error, file);
  }
}

/** The bytes of a piece: in memory of their own where they are wanted back, else a view that holds until the next piece. */
function decodePiece(job: DecodeJob, data: Uint8Array, piece: DecodePiece): Uint8Array {
  const whole = piece.kind === "whole";
  const layout = whole ? parseLayout(data, job.start, piece.resource, job.header, job.file) : piece.layout;
  const from = whole ? 0 : piece.from;
  const size = whole ? piece.resource.size : piece.to - from;
  if (layout.kind === "plain") {
    const at = layout.start + from - job.start;
    const view = data.subarray(at, at + size);
    return job.wantData ? view.slice() : view;
  }
  const { compression, table } = layout;
  const first = from / table.chunkSize;
  const storedChunk = (index: number) => {
    const { start, end } = chunkRange(table, index);
    return { bytes: data.subarray(start - job.start, end - job.start), where: { file: job.file, offset: start } };
  };
  if (!job.wantData && size <= table.chunkSize) {
    const { bytes, where } = storedChunk(first);
    return decodeChunkView(compression, table.chunkSize, bytes, size, where);
  }
  if (!job.wantData && decoded.length < size) decoded = new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
  const output = job.wantData ? new Uint8Array(Buffer.allocUnsafeSlow(size).buffer) : decoded.subarray(0, size);
  let done = 0;
  for (let index = first; done < size; index++) {
    const { bytes, where } = storedChunk(index);
    const length = chunkLength(table, index);
    decodeChunk(compression, table.chunkSize, bytes, output.subarray(done, done + length), where);
    done += length;
  }
  return output;
}

export function corruptBlob(file: string, expected: string, found: string): AdkError {
  return new AdkError("WIM_BLOB_CORRUPT", "The data of a file does not have the SHA-1 that the lookup table gives.", {
    file,
    expected,
    found,
    hint: "The file is damaged; nothing can tell which bytes are wrong.",
  });
}

function run(job: DecodeJob): DecodeReply {
  const data = readStored(job);
  const pieces: DecodeReply["pieces"][number][] = [];
  for (const piece of job.pieces) {
    try {
      const bytes = decodePiece(job, data, piece);
      if (piece.kind === "whole") {
        const found = hash("sha1", bytes, "hex");
        if (found !== piece.sha1) throw corruptBlob(job.file, piece.sha1, found);
        createFiles(piece.files, bytes);
      }
      pieces.push(job.wantData ? { data: bytes as Uint8Array<ArrayBuffer> } : {});
    } catch (error) {
      if (!(error instanceof AdkError)) throw error;
      pieces.push({ error: error.toJSON() });
      // Without space or permission the rest of the job is not tried.
      if (error.kind === "environment") break;
    }
  }
  return { pieces };
}

const server: JobServer<DecodeJob, DecodeReply> = serveJobs(run, (reply) =>
  reply.pieces.flatMap(({ data }) => (data ? [data.buffer] : [])),
);

export default server;
