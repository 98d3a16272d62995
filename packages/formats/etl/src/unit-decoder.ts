import type { Limits, ProgressCounter } from "@adk/core";
import type { DecodeContext } from "./decode-records.ts";
import { type DecodedUnit, type DecodeUnit, decodeUnit, makeMemory, type UnitMemory } from "./decode-unit.ts";
import { columnsOver } from "./event-columns.ts";
import type { KindFilter } from "./event-filter.ts";
import type { PlacedLog } from "./log.ts";
import type { UnitPool } from "./unit-pool.ts";

/** Reads units and decodes them. */
export interface UnitDecoder {
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

/** In this thread. */
export class InlineDecoder implements UnitDecoder {
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
    let into: Uint8Array = memory.data;
    if (!unit.inPlace) {
      if (this.#scratch.length < size) this.#scratch = new Uint8Array(size);
      into = this.#scratch;
    }
    await log.file.access.read(unit.start, size, into);
    const decoded = decodeUnit(unit, log.file.table.columns, into, memory, this.#request);
    this.#request.progress.add(size);
    return decoded;
  }

  recycle({ columns, data }: UnitMemory): void {
    this.#free.push({ columns, data });
  }
}

/** On worker threads, which read files by themselves. */
export class PooledDecoder implements UnitDecoder {
  readonly #pool: UnitPool;
  readonly #request: DecodeRequest;
  readonly #free: UnitMemory[] = [];

  constructor(pool: UnitPool, request: DecodeRequest) {
    this.#pool = pool;
    this.#request = request;
  }

  get ahead(): number {
    return this.#pool.threads + 1;
  }

  async decode(log: PlacedLog, unit: DecodeUnit): Promise<DecodedUnit> {
    const { kinds, filters, from, to, pointerSize, limits } = this.#request;
    const { access, table } = log.file;
    const size = unit.end - unit.start;
    const memory = makeMemory(unit, this.#free.pop());
    let source: number | SharedArrayBuffer | undefined = access.descriptor;
    if (source === undefined) {
      source = new SharedArrayBuffer(size);
      await access.read(unit.start, size, new Uint8Array(source));
    }
    const known = kinds.toWords();
    const reply = await this.#pool.run({
      unit,
      table: table.memory,
      file: access.name,
      source,
      columns: memory.columns.buffer,
      data: memory.data.buffer,
      kinds: known,
      filters,
      from,
      to,
      pointerSize,
      limits,
    });
    const { length } = reply;
    const columns = columnsOver(reply.columns);
    // Most units have no kind that is new. Where one has, another unit may have given its number away meanwhile.
    if (reply.kinds.length > known.length) {
      const numbers = kinds.addWords(reply.kinds);
      for (let row = 0; row < length; row++) columns.kind[row] = numbers[columns.kind[row] as number] as number;
    }
    this.#request.progress.add(size);
    return { columns, length, data: memory.data };
  }

  recycle({ columns, data }: UnitMemory): void {
    this.#free.push({ columns, data });
  }
}
