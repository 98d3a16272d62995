import { createWorkerPool, type Limits, type ProgressCounter, type WorkerPool, workerModule } from "@adk/core";
import type { DecodeContext } from "./decode-records.ts";
import {
  type DecodedUnit,
  type DecodeUnit,
  decodeUnit,
  isInPlace,
  makeMemory,
  type UnitMemory,
} from "./decode-unit.ts";
import { columnsOver } from "./event-columns.ts";
import type { KindFilter } from "./event-filter.ts";
import type { PlacedLog } from "./log.ts";
import type { UnitJob, UnitReply } from "./unit-worker.ts";

/** Reads units and decodes them, and notes in the tables of their files what came of it. */
export interface UnitDecoder extends AsyncDisposable {
  /** How many units it is worth to ask for at once. */
  readonly ahead: number;
  decode(log: PlacedLog, unit: DecodeUnit): Promise<DecodedUnit>;
  /** Takes memory back that nothing refers to any more. */
  recycle(memory: UnitMemory): void;
}

export interface DecodeRequest extends DecodeContext {
  readonly filters: readonly KindFilter[] | undefined;
  readonly limits: Limits;
  /** Told of the stored bytes of each unit. */
  readonly progress: ProgressCounter;
}

export async function createUnitDecoder(request: DecodeRequest, threads: number): Promise<UnitDecoder> {
  return threads > 1 ? PooledDecoder.create(request, threads) : new InlineDecoder(request);
}

function note(
  { file: { table } }: PlacedLog,
  { buffers }: DecodeUnit,
  { outcomes }: Pick<DecodedUnit, "outcomes">,
): void {
  for (const [i, { index }] of buffers.entries()) {
    const outcome = outcomes[i];
    if (outcome) table.note(index, outcome);
    else table.noteUndecodable(index);
  }
}

class InlineDecoder implements UnitDecoder {
  readonly ahead = 1;
  readonly #request: DecodeRequest;
  readonly #free: UnitMemory[] = [];
  #scratch = new Uint8Array(0);

  constructor(request: DecodeRequest) {
    this.#request = request;
  }

  async decode(log: PlacedLog, unit: DecodeUnit): Promise<DecodedUnit> {
    const memory = makeMemory(unit, this.#free.pop());
    const size = unit.end - unit.start;
    let into = memory.data;
    if (!isInPlace(unit)) {
      if (this.#scratch.length < size) this.#scratch = new Uint8Array(size);
      into = this.#scratch;
    }
    await log.file.access.read(unit.start, size, into);
    const decoded = decodeUnit(unit, into, memory, this.#request);
    note(log, unit, decoded);
    this.#request.progress.add(size);
    return decoded;
  }

  recycle({ columns, data }: UnitMemory): void {
    this.#free.push({ columns, data });
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

/** The same on worker threads, which read files by themselves. */
class PooledDecoder implements UnitDecoder {
  readonly #pool: WorkerPool<UnitJob, UnitReply>;
  readonly #request: DecodeRequest;
  readonly #free: [ArrayBuffer, ArrayBuffer][] = [];

  private constructor(pool: WorkerPool<UnitJob, UnitReply>, request: DecodeRequest) {
    this.#pool = pool;
    this.#request = request;
  }

  static async create(request: DecodeRequest, threads: number): Promise<PooledDecoder> {
    const pool = await createWorkerPool<UnitJob, UnitReply>(workerModule(import.meta.url, "unit-worker"), { threads });
    return new PooledDecoder(pool, request);
  }

  get ahead(): number {
    return this.#pool.threads * 2;
  }

  async decode(log: PlacedLog, unit: DecodeUnit): Promise<DecodedUnit> {
    const { kinds, filters, from, to, pointerSize, limits } = this.#request;
    const { access } = log.file;
    const size = unit.end - unit.start;
    const source = access.descriptor ?? new Uint8Array(size);
    if (typeof source !== "number") await access.read(unit.start, size, source);
    const reuse = this.#free.pop();
    const transfer = [...(reuse ?? []), ...(typeof source === "number" ? [] : [source.buffer])];
    const known = kinds.toWords();
    const job = { unit, file: access.name, source, filters, from, to, pointerSize, limits, kinds: known, reuse };
    const reply = await this.#pool.run(job, transfer);
    const columns = columnsOver(reply.columns);
    const { length, outcomes } = reply;
    // Most units have no kind that is new. Where one has, another unit may have given its number away meanwhile.
    if (reply.kinds.length > known.length) {
      const numbers = kinds.addWords(reply.kinds);
      for (let row = 0; row < length; row++) columns.kind[row] = numbers[columns.kind[row] as number] as number;
    }
    note(log, unit, reply);
    this.#request.progress.add(size);
    return { columns, length, data: new Uint8Array(reply.data), outcomes };
  }

  recycle({ columns, data }: UnitMemory): void {
    if (this.#free.length < this.ahead) this.#free.push([columns.buffer, data.buffer]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.close();
  }
}
