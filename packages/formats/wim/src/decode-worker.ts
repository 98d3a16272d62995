import { createHash } from "node:crypto";
import { AdkError, type ErrorJson, type JobServer, serveJobs } from "@adk/core";
import { chunkLength, chunkRange } from "./chunk-table.ts";
import { type OutputFile, OutputFileWriter } from "./output-file.ts";
import { decodeChunk, type ResourceLayout } from "./resource-reader.ts";

/** Stored bytes of a file, and what in them is to be decoded. */
export interface DecodeJob {
  readonly data: Uint8Array;
  /** Offset of `data` in the file. */
  readonly base: number;
  readonly file: string;
  readonly pieces: readonly DecodePiece[];
  /** Whether the decoded bytes are wanted back. */
  readonly wantData: boolean;
}

/** Some chunks of a resource: all of it, or a range. */
export interface DecodePiece {
  readonly layout: ResourceLayout;
  /** Uncompressed range, on the borders of chunks. */
  readonly from: number;
  readonly to: number;
  /** Of a whole blob: what its bytes must hash to. */
  readonly sha1?: string;
  /** Files to create with the bytes. Their directories have been made and checked. */
  readonly files?: readonly OutputFile[];
}

/** One answer a piece, in order; none after one whose output could not be written. */
export interface DecodeReply {
  readonly pieces: readonly { readonly data?: Uint8Array<ArrayBuffer>; readonly error?: ErrorJson }[];
}

let scratch = new Uint8Array(0);

function decodePiece(job: DecodeJob, piece: DecodePiece): Uint8Array<ArrayBuffer> {
  const size = piece.to - piece.from;
  if (!job.wantData && scratch.length < size) scratch = new Uint8Array(size);
  const output = job.wantData ? new Uint8Array(Buffer.allocUnsafeSlow(size).buffer) : scratch.subarray(0, size);
  const { layout } = piece;
  const at = (offset: number) => offset - job.base;
  if (layout.kind === "plain") {
    output.set(job.data.subarray(at(layout.start + piece.from), at(layout.start + piece.to)));
  } else {
    const { table } = layout;
    let done = 0;
    for (let index = piece.from / table.chunkSize; done < size; index++) {
      const { start, end } = chunkRange(table, index);
      const length = chunkLength(table, index);
      decodeChunk(
        layout.compression,
        table.chunkSize,
        job.data.subarray(at(start), at(end)),
        output.subarray(done, done + length),
        { file: job.file, offset: start },
      );
      done += length;
    }
  }
  if (piece.sha1 !== undefined) checkHash(output, piece.sha1, job.file);
  for (const file of piece.files ?? []) writeOutput(file, output);
  return output;
}

function checkHash(bytes: Uint8Array, expected: string, file: string): void {
  const found = createHash("sha1").update(bytes).digest("hex");
  if (found !== expected) throw corruptBlob(file, expected, found);
}

export function corruptBlob(file: string, expected: string, found: string): AdkError {
  return new AdkError("WIM_BLOB_CORRUPT", "The data of a file does not have the SHA-1 that the lookup table gives.", {
    file,
    expected,
    found,
    hint: "The file is damaged; nothing can tell which bytes are wrong.",
  });
}

/** Creates a file: whole, or not at all. One that is replaced is there until the new one is complete. */
function writeOutput(file: OutputFile, bytes: Uint8Array): void {
  const output = OutputFileWriter.create(file);
  output.write(bytes);
  output.finish();
}

function run(job: DecodeJob): DecodeReply {
  const pieces: DecodeReply["pieces"][number][] = [];
  for (const piece of job.pieces) {
    try {
      const data = decodePiece(job, piece);
      pieces.push(job.wantData ? { data } : {});
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
