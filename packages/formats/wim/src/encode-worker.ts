import { type CompressionLevel, createEncoder, type Encoder } from "@adk/compression";
import { type JobServer, serveJobs } from "@adk/core";
import { chunkTableSize, writeChunkTable } from "./chunk-table.ts";
import type { WimCompression } from "./header.ts";

export type EncodableCompression = Exclude<WimCompression, "none">;

/** Data to compress. */
export interface EncodeJob {
  readonly compression: EncodableCompression;
  readonly chunkSize: number;
  readonly level: CompressionLevel;
  readonly data: Uint8Array<ArrayBuffer>;
  /** Memory for the result: `mostEncoded` bytes. */
  readonly output: Uint8Array<ArrayBuffer>;
  /** Sizes of the blobs that follow each other in `data`, each of which becomes a resource; empty for a range of one blob. */
  readonly blobs: readonly number[];
}

export interface EncodeReply {
  /** The resources one after the other, each with its chunk table; of a range, the chunks without a table: in `output`. */
  readonly data: Uint8Array<ArrayBuffer>;
  /** Memory of the job's data, which can be used again. */
  readonly input: Uint8Array<ArrayBuffer>;
  /** One a blob. */
  readonly resources: readonly { readonly storedSize: number; readonly compressed: boolean }[];
  /** Stored size of each chunk of a range. */
  readonly chunks: readonly number[];
}

/** The most that a result takes while it is made. */
export function mostEncoded(blobs: readonly number[], size: number, chunkSize: number): number {
  return blobs.reduce((sum, each) => sum + chunkTableSize(each, chunkSize), size);
}

const encoders = new Map<string, Encoder>();

function encoderFor({ compression, chunkSize, level }: EncodeJob): Encoder {
  const key = `${compression}:${chunkSize}:${level}`;
  let encoder = encoders.get(key);
  if (!encoder) {
    encoder = createEncoder(compression, chunkSize, { level });
    encoders.set(key, encoder);
  }
  return encoder;
}

/** Compresses chunk by chunk; a chunk that does not become smaller is stored as it is. Returns the stored sizes. */
function encodeChunks(encoder: Encoder, chunkSize: number, input: Uint8Array, output: Uint8Array): number[] {
  const sizes: number[] = [];
  let written = 0;
  for (let start = 0; start < input.length; start += chunkSize) {
    const chunk = input.subarray(start, Math.min(input.length, start + chunkSize));
    let size = encoder.encode(chunk, output.subarray(written, written + chunk.length));
    if (size === 0) {
      output.set(chunk, written);
      size = chunk.length;
    }
    sizes.push(size);
    written += size;
  }
  return sizes;
}

function run(job: EncodeJob): EncodeReply {
  const encoder = encoderFor(job);
  const { chunkSize, data, output } = job;
  if (job.blobs.length === 0) {
    const chunks = encodeChunks(encoder, chunkSize, data, output);
    return { data: output.subarray(0, total(chunks)), input: data, resources: [], chunks };
  }
  const resources: { storedSize: number; compressed: boolean }[] = [];
  let read = 0;
  let written = 0;
  for (const size of job.blobs) {
    const blob = data.subarray(read, read + size);
    read += size;
    const tableSize = chunkTableSize(size, chunkSize);
    const chunks = encodeChunks(encoder, chunkSize, blob, output.subarray(written + tableSize));
    let storedSize = tableSize + total(chunks);
    const compressed = storedSize < size;
    if (compressed) output.set(writeChunkTable(chunks, size), written);
    else {
      output.set(blob, written);
      storedSize = size;
    }
    resources.push({ storedSize, compressed });
    written += storedSize;
  }
  return { data: output.subarray(0, written), input: data, resources, chunks: [] };
}

function total(sizes: readonly number[]): number {
  return sizes.reduce((sum, size) => sum + size, 0);
}

const server: JobServer<EncodeJob, EncodeReply> = serveJobs(run, ({ data, input }) => [data.buffer, input.buffer]);

export default server;
