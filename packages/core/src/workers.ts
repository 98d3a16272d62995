import { availableParallelism } from "node:os";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { AdkError, type ErrorJson } from "./errors.ts";

/**
 * Runs jobs of one kind on worker threads. A job and its result are plain data; the buffers named in the transfer lists
 * move instead of being copied.
 */
export interface WorkerPool<Job, Result> {
  /** How many jobs run at once. */
  readonly threads: number;
  run(job: Job, transfer?: readonly ArrayBufferLike[]): Promise<Result>;
  close(): Promise<void>;
}

/** What a worker module exports as default, made by `serveJobs`; `here` says that the caller is of the same thread. */
export type JobServer<Job, Result> = (job: Job, here?: boolean) => Promise<Reply<Result>>;

/** Errors cross as data: a structured clone would lose their class. */
type Reply<Result> = { ok: Result } | { error: ErrorJson };

/**
 * Makes a worker module's default export of a function. An `AdkError` that it throws reaches the caller of `run` as one.
 *
 * @param transfer names the buffers of a result that move to the caller
 */
export function serveJobs<Job, Result>(
  work: (job: Job) => Promise<Result> | Result,
  transfer: (result: Result) => readonly ArrayBufferLike[] = () => [],
): JobServer<Job, Result> {
  return async (job, here = false) => {
    try {
      const result = await work(job);
      const reply: Reply<Result> = { ok: result };
      return here ? reply : await movable(reply, transfer(result));
    } catch (error) {
      if (error instanceof AdkError) return { error: error.toJSON() };
      throw error;
    }
  };
}

/** The module `name` beside the module that asks: `.ts` when run from source, `.js` when built. */
export function workerModule(importMetaUrl: string, name: string): URL {
  return new URL(`./${name}${importMetaUrl.endsWith(".ts") ? ".ts" : ".js"}`, importMetaUrl);
}

/** The number of threads that long operations use unless told otherwise: one a CPU, at most 16. */
export function defaultThreads(): number {
  return Math.min(16, availableParallelism());
}

/**
 * V8 frees code of WebAssembly that it has replaced by better code, and the process can crash when threads do so at the same time
 * (seen up to Node 26: https://github.com/nodejs/node/issues/64500). What it keeps instead is some 100 kB.
 */
const KEEP_WASM_CODE = "--no-wasm-code-gc";

/** Jobs work in buffers that they keep: what else they make is little and short-lived, and 16 MB for it would be waste. */
const WORKER_LIMITS = { maxYoungGenerationSizeMb: 3 };

export interface WorkerPoolOptions {
  /** With 1 the jobs run in this thread, one after the other, without a worker. */
  readonly threads?: number | undefined;
  /** Start all threads now, to be ready for work that is certain to come. Otherwise each starts when there is a job for it. */
  readonly startNow?: boolean | undefined;
}

/** @param module a module whose default export is made by `serveJobs` */
export async function createWorkerPool<Job, Result>(
  module: URL,
  { threads = defaultThreads(), startNow = false }: WorkerPoolOptions = {},
): Promise<WorkerPool<Job, Result>> {
  if (threads <= 1) return inlinePool((await import(module.href)).default);
  const { default: Tinypool } = await import("tinypool");
  setFlagsFromString(KEEP_WASM_CODE);
  const pool = new Tinypool({
    filename: module.href,
    minThreads: startNow ? threads : 0,
    maxThreads: threads,
    idleTimeout: 10_000,
    // A thread that waits for jobs in its event loop can be ended at any time; one that sleeps in Atomics.wait has been seen
    // to take the process with it.
    useAtomics: false,
    execArgv: inheritedOptions(process.execArgv),
    resourceLimits: WORKER_LIMITS,
  });
  return {
    threads,
    async run(job, transfer = []) {
      return unwrap<Result>(await pool.run(await movable(job, transfer)));
    },
    close: () => pool.destroy(),
  };
}

/**
 * Which of Node's options hold for workers too: under which conditions packages are found. Those that say what to run
 * (`--eval`, `--input-type`) would stop a worker from starting.
 */
function inheritedOptions(options: readonly string[]): string[] {
  return options.flatMap((option, i) => {
    if (option.startsWith("--conditions=")) return [option];
    return option === "--conditions" || option === "-C" ? ["--conditions", options[i + 1] ?? ""] : [];
  });
}

function inlinePool<Job, Result>(serve: JobServer<Job, Result>): WorkerPool<Job, Result> {
  let last: Promise<unknown> = Promise.resolve();
  return {
    threads: 1,
    run(job) {
      // Signals and timers get their turn before each job: nothing else here waits for events.
      const result = last.then(() => setImmediate()).then(async () => unwrap<Result>(await serve(job, true)));
      last = result.catch(() => {});
      return result;
    },
    async close() {
      await last;
    },
  };
}

function unwrap<Result>(reply: Reply<Result>): Result {
  if ("error" in reply) throw AdkError.fromJSON(reply.error);
  return reply.ok;
}

/** Marks a value so that the pool moves the buffers; the pool posts what the value symbol holds. */
async function movable<T>(value: T, buffers: readonly ArrayBufferLike[]): Promise<T> {
  if (buffers.length === 0) return value;
  const { default: Tinypool, markMovable } = await import("tinypool");
  const wrapped = { [Tinypool.transferableSymbol]: buffers, [Tinypool.valueSymbol]: value };
  markMovable(wrapped);
  return wrapped as T;
}
