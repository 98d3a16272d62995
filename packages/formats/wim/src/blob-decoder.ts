import { AdkError, createWorkerPool, mapAsDone, mapOrdered, type WorkerPool, workerModule } from "@adk/core";
import type { Blob } from "./blobs.ts";
import {
  type DecodeUnit,
  inPlaceOrder,
  planDecoding,
  planUse,
  type RangeUnit,
  type StreamedUnit,
  type WholeUnit,
} from "./decode-plan.ts";
import { corruptBlob, type DecodeJob, type DecodePiece, type DecodeReply } from "./decode-worker.ts";
import type { OutputFile } from "./output-file.ts";

/** Decoded bytes of a blob. A blob comes in one piece or several, in order. */
export interface BlobPiece {
  readonly blob: Blob;
  /** Offset of the bytes in the blob. */
  readonly offset: number;
  /** Missing where a worker used them itself, and where there is an error. */
  readonly bytes?: Uint8Array<ArrayBuffer> | undefined;
  /** The blob is complete and has the hash that it should, or there is an error. */
  readonly last: boolean;
  readonly error?: AdkError | undefined;
}

export interface DecodeRequest {
  /**
   * Give out all bytes, in the order in which the blobs lie in their files. Otherwise only those of blobs that several
   * workers decode are given out: first, and in that order too. The others come as they are done, errors last.
   */
  readonly wantData: boolean;
  /** Files that a worker creates from a blob that it uses itself. */
  readonly filesOf?: (blob: Blob) => readonly OutputFile[];
  /** Told of each blob whose files were created, at once and whether or not its piece is ever asked for. */
  readonly onCreated?: (blob: Blob) => void;
}

/** Bytes that keep the threads busy for longer than their start takes. */
const MUCH = 64 << 20;

/** Decodes blobs on worker threads and checks the hash of each. */
export class BlobDecoder implements AsyncDisposable {
  readonly #pool: WorkerPool<DecodeJob, DecodeReply>;

  private constructor(pool: WorkerPool<DecodeJob, DecodeReply>) {
    this.#pool = pool;
  }

  /** @param bytes how much is to be decoded, about: where it is much, the threads are started at once */
  static async create(threads: number | undefined, bytes: number): Promise<BlobDecoder> {
    const startNow = bytes >= MUCH;
    return new BlobDecoder(
      await createWorkerPool(workerModule(import.meta.url, "decode-worker"), { threads, startNow }),
    );
  }

  async *decode(blobs: Iterable<Blob>, request: DecodeRequest): AsyncGenerator<BlobPiece> {
    // A job running and a job waiting for each thread keep the threads busy; memory is bounded by these.
    const ahead = this.#pool.threads * 2;
    const run = (unit: DecodeUnit) => this.#run(unit, request);
    const { independent, ordered } = request.wantData
      ? { independent: [], ordered: planDecoding(blobs) }
      : planUse(blobs, this.#pool.threads);
    for await (const pieces of mapOrdered(ordered, ahead, run)) yield* pieces;

    // What went wrong is told in the same order each time.
    const failures = new Map<Blob, BlobPiece>();
    for await (const pieces of mapAsDone(independent, ahead, run)) {
      for (const piece of pieces) {
        if (piece.error) failures.set(piece.blob, piece);
        else yield piece;
      }
    }
    for (const blob of inPlaceOrder(failures.keys())) yield failures.get(blob) as BlobPiece;
  }

  async close(): Promise<void> {
    await this.#pool.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  /** Runs one job. What it gives is lazy, so that the hashes of ranges are updated in order. */
  async #run(unit: DecodeUnit, request: DecodeRequest): Promise<Iterable<BlobPiece>> {
    if (unit.kind === "failed") return unit.blobs.map((blob) => failed(blob, unit.error));
    try {
      if (unit.kind === "range") return rangePieces(unit, await this.#runRange(unit));
      return await this.#runWhole(unit, request);
    } catch (error) {
      if (!(error instanceof AdkError) || error.kind !== "input") throw error;
      const blobs = unit.kind === "range" ? unit.members : blobsOf(unit);
      return blobs.map(({ blob }) => failed(blob, error));
    }
  }

  async #runWhole(unit: WholeUnit | StreamedUnit, request: DecodeRequest): Promise<BlobPiece[]> {
    const blobs = blobsOf(unit);
    const pieces = blobs.map(({ blob, resource }): DecodePiece => {
      return { kind: unit.kind, resource, sha1: blob.sha1, files: request.filesOf?.(blob) ?? [] };
    });
    const reply = await this.#decode(unit, pieces, request.wantData);
    const done: BlobPiece[] = [];
    let fatal: AdkError | undefined;
    for (const [i, { data: bytes, error: json }] of reply.entries()) {
      const { blob } = blobs[i] as (typeof blobs)[number];
      const error = json && AdkError.fromJSON(json);
      if (error?.kind === "environment") fatal = error;
      if (!error) request.onCreated?.(blob);
      done.push(error ? failed(blob, error) : { blob, offset: 0, bytes, last: true });
    }
    if (fatal) throw fatal;
    return done;
  }

  async #runRange(unit: RangeUnit): Promise<Uint8Array<ArrayBuffer> | AdkError> {
    const { layout, from, to } = unit;
    const [piece] = await this.#decode(unit, [{ kind: "range", layout, from, to }], true);
    return piece?.data ?? AdkError.fromJSON(piece?.error ?? { code: "WIM_BAD_RESOURCE", message: "No data." });
  }

  async #decode(
    unit: WholeUnit | StreamedUnit | RangeUnit,
    pieces: DecodePiece[],
    wantData: boolean,
  ): Promise<DecodeReply["pieces"]> {
    const { part } = unit;
    const { start, end } = unit.kind === "streamed" ? { start: 0, end: 0 } : unit;
    const { access } = part;
    const { compression, chunkSize, pipable } = part.header;
    const job = { file: access.name, header: { compression, chunkSize, pipable }, start, end, pieces, wantData };
    // Workers read files by themselves; other sources are read for them.
    if (access.descriptor !== undefined) return (await this.#pool.run({ ...job, source: access.descriptor })).pieces;
    const data = await access.read(start, end - start, new Uint8Array(Buffer.allocUnsafeSlow(end - start).buffer));
    return (await this.#pool.run({ ...job, source: data }, [data.buffer])).pieces;
  }
}

function blobsOf(unit: WholeUnit | StreamedUnit): WholeUnit["blobs"] {
  return unit.kind === "whole" ? unit.blobs : [unit];
}

/** Deals the bytes of a range out to the blobs that have a part in them. */
function* rangePieces(unit: RangeUnit, result: Uint8Array<ArrayBuffer> | AdkError): Generator<BlobPiece> {
  for (const member of unit.members) {
    if (member.failed) continue;
    const { blob, offset } = member;
    if (result instanceof AdkError) {
      member.failed = true;
      yield failed(blob, result);
      continue;
    }
    const from = Math.max(unit.from, offset);
    const to = Math.min(unit.to, offset + blob.size);
    const bytes = result.subarray(from - unit.from, to - unit.from);
    member.hash.update(bytes);
    const last = to === offset + blob.size;
    const sha1 = last ? member.hash.digest("hex") : blob.sha1;
    const error = sha1 === blob.sha1 ? undefined : corruptBlob(unit.part.access.name, blob.sha1, sha1);
    yield { blob, offset: from - offset, bytes, last, error };
  }
}

function failed(blob: Blob, error: AdkError): BlobPiece {
  return { blob, offset: 0, last: true, error };
}
