import { createWorkerPool, type WorkerPool, workerModule } from "@adk/core";
import type { UnitJob, UnitReply } from "./unit-worker.ts";

export type UnitPool = WorkerPool<UnitJob, UnitReply>;

/** Compressed bytes that one thread decodes while others would start: some 0.15 s. */
const WORTH_THREADS = 32 << 20;

/** Worker threads for the units of a trace, which start once it is known to be worth it: while its buffers are still being looked up. */
export class UnitThreads implements AsyncDisposable {
  readonly #threads: number;
  #compressed = 0;
  #pool: Promise<UnitPool> | undefined;

  /** @param threads 1: none but this one */
  constructor(threads: number) {
    this.#threads = threads;
  }

  /** Told of the stored bytes of each buffer that is compressed: what is not is read no quicker by more threads. */
  expect(bytes: number): void {
    this.#compressed += bytes;
    if (this.#threads > 1 && this.#compressed >= WORTH_THREADS) this.#pool ??= startUnitPool(this.#threads);
  }

  get pool(): Promise<UnitPool> | undefined {
    return this.#pool;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#pool)?.close();
  }
}

export function startUnitPool(threads: number): Promise<UnitPool> {
  const pool = createWorkerPool<UnitJob, UnitReply>(workerModule(import.meta.url, "unit-worker"), {
    threads,
    startNow: true,
  });
  // Whoever decodes asks for it, and hears of it then.
  pool.catch(() => {});
  return pool;
}
