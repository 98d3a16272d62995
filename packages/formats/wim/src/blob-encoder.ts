import type { CompressionLevel } from "@adk/compression";
import {
  createWorkerPool,
  type LongOperation,
  mapOrdered,
  throwIfCancelled,
  type WorkerPool,
  workerModule,
} from "@adk/core";
import { BufferPool } from "./buffer-pool.ts";
import { chunkTableSize, writeChunkTable } from "./chunk-table.ts";
import { type EncodableCompression, type EncodeJob, type EncodeReply, mostEncoded } from "./encode-worker.ts";
import { LARGE_BLOB, type NewBlob, piecesOf } from "./new-blob.ts";
import { RESOURCE_COMPRESSED, type ResourceHeader } from "./resource-header.ts";
import { type WrittenSolid, writeSolid } from "./solid-encoder.ts";
import type { WimOutput } from "./wim-output.ts";

/** Uncompressed bytes of one job, about. */
const JOB_BYTES = 1 << 20;

/** A blob that was written. */
export interface WrittenBlob {
  readonly sha1: string;
  readonly resource: ResourceHeader;
}

export interface EncodeOptions {
  readonly compression: EncodableCompression | "none";
  readonly chunkSize: number;
  readonly level: CompressionLevel;
  readonly threads?: number | undefined;
}

/** Some blobs that are compressed by one job, or one range of a large blob. */
type EncodeUnit =
  | { readonly kind: "batch"; readonly blobs: readonly NewBlob[]; readonly data: Uint8Array<ArrayBuffer> }
  | {
      readonly kind: "range";
      readonly blob: NewBlob;
      readonly data: Uint8Array<ArrayBuffer>;
      readonly last: boolean;
    };

/** Compresses blobs on worker threads and writes them, in the order in which they come. */
export class BlobEncoder implements AsyncDisposable {
  readonly options: EncodeOptions;
  readonly #output: WimOutput;
  readonly #pool: WorkerPool<EncodeJob, EncodeReply> | undefined;
  readonly #buffers = new BufferPool();

  private constructor(options: EncodeOptions, output: WimOutput, pool: WorkerPool<EncodeJob, EncodeReply> | undefined) {
    this.options = options;
    this.#output = output;
    this.#pool = pool;
  }

  static async create(output: WimOutput, options: EncodeOptions): Promise<BlobEncoder> {
    if (options.compression === "none") return new BlobEncoder(options, output, undefined);
    const pool = await createWorkerPool<EncodeJob, EncodeReply>(workerModule(import.meta.url, "encode-worker"), {
      threads: options.threads,
    });
    return new BlobEncoder(options, output, pool);
  }

  /** Writes blobs; gives each back when it is in the file. */
  async *write(blobs: AsyncIterable<NewBlob>, operation?: LongOperation): AsyncGenerator<WrittenBlob> {
    const pool = this.#pool;
    const units = planEncoding(blobs, this.options.chunkSize, this.#buffers);
    if (!pool) {
      for await (const unit of units) yield* this.#writeUnit(unit, operation);
      return;
    }
    const replies = mapOrdered(units, pool.threads * 2, async (unit) => ({
      unit,
      reply: await this.#encode(pool, unit),
    }));
    let large: LargeBlob | undefined;
    for await (const { unit, reply } of replies) {
      throwIfCancelled(operation);
      if (unit.kind === "batch") {
        yield* this.#writeBatch(unit.blobs, reply.resources, reply.data);
        continue;
      }
      large ??= this.#startLarge(unit.blob);
      await this.#writeData(reply.data);
      for (const size of reply.chunks) large.chunks.push(size);
      if (!unit.last) continue;
      yield { sha1: unit.blob.sha1, resource: await this.#finishLarge(large, operation) };
      large = undefined;
    }
  }

  /** Compresses blobs together, see `writeSolid`. */
  async writeSolid(
    blobs: AsyncIterable<NewBlob>,
    total: number,
    chunkSize: number,
    operation?: LongOperation,
  ): Promise<WrittenSolid> {
    const { compression, level } = this.options;
    if (!this.#pool || compression === "none") throw new TypeError("a solid resource is compressed");
    return writeSolid(this.#output, this.#pool, { compression, chunkSize, level }, blobs, total, operation);
  }

  async close(): Promise<void> {
    await this.#pool?.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #encode(pool: WorkerPool<EncodeJob, EncodeReply>, unit: EncodeUnit): Promise<EncodeReply> {
    const { compression, chunkSize, level } = this.options;
    const sizes = unit.kind === "batch" ? unit.blobs.map((blob) => blob.size) : [];
    const { data } = unit;
    const output = this.#buffers.take(mostEncoded(sizes, data.length, chunkSize));
    const job = { compression: compression as EncodableCompression, chunkSize, level, data, output, blobs: sizes };
    const reply = await pool.run(job, [data.buffer, output.buffer]);
    this.#buffers.give(reply.input);
    return reply;
  }

  /** Writes what is not to be compressed. */
  async *#writeUnit(unit: EncodeUnit, operation?: LongOperation): AsyncGenerator<WrittenBlob> {
    throwIfCancelled(operation);
    if (unit.kind === "batch") {
      const resources = unit.blobs.map(({ size }) => ({ storedSize: size, compressed: false }));
      yield* this.#writeBatch(unit.blobs, resources, unit.data);
      return;
    }
    const { sha1, size } = unit.blob;
    await this.#writeData(unit.data);
    if (!unit.last) return;
    yield { sha1, resource: { storedSize: size, flags: 0, offset: this.#output.position - size, size } };
  }

  async #writeData(data: Uint8Array<ArrayBuffer>): Promise<void> {
    await this.#output.write(data);
    this.#buffers.give(data);
  }

  async *#writeBatch(
    blobs: readonly NewBlob[],
    resources: EncodeReply["resources"],
    data: Uint8Array<ArrayBuffer>,
  ): AsyncGenerator<WrittenBlob> {
    let offset = this.#output.position;
    await this.#writeData(data);
    for (const [i, { storedSize, compressed }] of resources.entries()) {
      const { sha1, size } = blobs[i] as NewBlob;
      yield { sha1, resource: { storedSize, flags: compressed ? RESOURCE_COMPRESSED : 0, offset, size } };
      offset += storedSize;
    }
  }

  /** The chunk table comes first, but is known last: its room is left free. */
  #startLarge(blob: NewBlob): LargeBlob {
    const start = this.#output.position;
    this.#output.position += chunkTableSize(blob.size, this.options.chunkSize);
    return { blob, start, chunks: [] };
  }

  async #finishLarge({ blob, start, chunks }: LargeBlob, operation?: LongOperation): Promise<ResourceHeader> {
    const storedSize = this.#output.position - start;
    if (storedSize >= blob.size) {
      this.#output.position = start;
      return this.#writePlain(blob, operation);
    }
    await this.#output.writeAt(writeChunkTable(chunks, blob.size), start);
    return { storedSize, flags: RESOURCE_COMPRESSED, offset: start, size: blob.size };
  }

  async #writePlain(blob: NewBlob, operation?: LongOperation): Promise<ResourceHeader> {
    const offset = this.#output.position;
    for await (const piece of piecesOf(blob)) {
      throwIfCancelled(operation);
      await this.#output.write(piece);
    }
    return { storedSize: blob.size, flags: 0, offset, size: blob.size };
  }
}

interface LargeBlob {
  readonly blob: NewBlob;
  readonly start: number;
  /** Stored size of each chunk. */
  readonly chunks: number[];
}

async function* planEncoding(
  blobs: AsyncIterable<NewBlob>,
  chunkSize: number,
  buffers: BufferPool,
): AsyncGenerator<EncodeUnit> {
  let batch: Batch | undefined;
  for await (const blob of blobs) {
    const { bytes } = blob;
    if (batch && (typeof bytes === "function" || batch.size + blob.size > batch.data.length)) {
      yield unitOf(batch);
      batch = undefined;
    }
    if (typeof bytes !== "function") {
      batch ??= { blobs: [], size: 0, data: buffers.take(Math.max(LARGE_BLOB, blob.size)) };
      batch.data.set(bytes, batch.size);
      batch.blobs.push(blob);
      batch.size += blob.size;
      if (batch.size < JOB_BYTES) continue;
      yield unitOf(batch);
      batch = undefined;
      continue;
    }
    let done = 0;
    for await (const data of piecesOf(blob, Math.max(JOB_BYTES, chunkSize), (length) => buffers.take(length))) {
      done += data.length;
      yield { kind: "range", blob, data: data as Uint8Array<ArrayBuffer>, last: done === blob.size };
    }
  }
  if (batch) yield unitOf(batch);
}

/** Small blobs that are put together for a job. */
interface Batch {
  readonly blobs: NewBlob[];
  readonly data: Uint8Array<ArrayBuffer>;
  size: number;
}

function unitOf({ blobs, data, size }: Batch): EncodeUnit {
  return { kind: "batch", blobs, data: data.subarray(0, size) };
}
