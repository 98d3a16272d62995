import type { CompressionLevel } from "@adk/compression";
import { extension, type LongOperation, mapOrdered, ProgressCounter, upcase, type WorkerPool } from "@adk/core";
import { chunkCount, SOLID_HEADER_SIZE, writeSolidHeader } from "./chunk-table.ts";
import { type EncodableCompression, type EncodeJob, type EncodeReply, mostEncoded } from "./encode-worker.ts";
import { type NewBlob, piecesOf } from "./new-blob.ts";
import { RESOURCE_SOLID, type ResourceHeader } from "./resource-header.ts";
import { SOLID_MARK } from "./solid-run.ts";
import type { WimOutput } from "./wim-output.ts";

/** Uncompressed bytes of a chunk of a solid resource: what DISM and wimlib use. */
export const SOLID_CHUNK_SIZE = 64 * 2 ** 20;

export interface SolidEncodeOptions {
  readonly compression: EncodableCompression;
  readonly chunkSize: number;
  readonly level: CompressionLevel;
}

/** A solid resource that was written, and where each blob begins in its uncompressed bytes. */
export interface WrittenSolid {
  readonly resource: ResourceHeader;
  readonly members: readonly { readonly sha1: string; readonly size: number; readonly offset: number }[];
}

/**
 * Compresses blobs together, chunk by chunk on worker threads. Each thread holds one chunk and what its encoder needs for it.
 *
 * @param total bytes of all blobs: the table of chunks stands before them
 */
export async function writeSolid(
  output: WimOutput,
  pool: WorkerPool<EncodeJob, EncodeReply>,
  { compression, chunkSize, level }: SolidEncodeOptions,
  blobs: AsyncIterable<NewBlob>,
  total: number,
  operation?: LongOperation,
): Promise<WrittenSolid> {
  const start = output.position;
  const members: WrittenSolid["members"][number][] = [];
  const sizes: number[] = [];
  output.position += SOLID_HEADER_SIZE + chunkCount(total, chunkSize) * 4;
  const replies = mapOrdered(cutChunks(blobs, chunkSize, members), pool.threads, (data) => {
    const output = newChunk(mostEncoded([], data.length, chunkSize));
    return pool.run({ compression, chunkSize, level, data, output, blobs: [] }, [data.buffer, output.buffer]);
  });
  const progress = new ProgressCounter(operation, "compress", "bytes", total);
  for await (const { data, chunks } of replies) {
    await output.write(data);
    for (const size of chunks) sizes.push(size);
    progress.add(Math.min(chunkSize, total - (sizes.length - 1) * chunkSize));
  }
  await output.writeAt(writeSolidHeader({ size: total, chunkSize, compression }, sizes), start);
  const resource = { storedSize: output.position - start, flags: RESOURCE_SOLID, offset: start, size: SOLID_MARK };
  return { resource, members };
}

/** The order in which blobs compress best: those without a name, then by extension, then by name. */
export async function* inSolidOrder(blobs: readonly NewBlob[]): AsyncGenerator<NewBlob> {
  const keyed = blobs.map((blob) => {
    const name = upcase(blob.name ?? "");
    return { blob, name, extension: extension(name) };
  });
  const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
  keyed.sort((a, b) => compare(a.extension, b.extension) || compare(a.name, b.name));
  for (const { blob } of keyed) yield blob;
}

/** How the lookup table says where a blob of a solid run is. */
export function solidMember(size: number, offset: number): ResourceHeader {
  return { storedSize: size, flags: RESOURCE_SOLID, offset, size: 0 };
}

/** The bytes of blobs one after the other, in chunks; notes where each blob begins. */
async function* cutChunks(
  blobs: AsyncIterable<NewBlob>,
  chunkSize: number,
  members: WrittenSolid["members"][number][],
): AsyncGenerator<Uint8Array<ArrayBuffer>> {
  let chunk = newChunk(chunkSize);
  let filled = 0;
  let offset = 0;
  for await (const blob of blobs) {
    members.push({ sha1: blob.sha1, size: blob.size, offset });
    offset += blob.size;
    for await (const piece of piecesOf(blob)) {
      for (let done = 0; done < piece.length; ) {
        const part = piece.subarray(done, done + chunkSize - filled);
        chunk.set(part, filled);
        filled += part.length;
        done += part.length;
        if (filled < chunkSize) continue;
        yield chunk;
        chunk = newChunk(chunkSize);
        filled = 0;
      }
    }
  }
  if (filled > 0) yield chunk.slice(0, filled);
}

function newChunk(size: number): Uint8Array<ArrayBuffer> {
  return new Uint8Array(Buffer.allocUnsafeSlow(size).buffer);
}
