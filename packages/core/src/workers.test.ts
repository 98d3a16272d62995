import { describe, expect, test } from "vitest";
import { AdkError } from "./errors.ts";
import type { EchoJob } from "./testing/echo-worker.ts";
import { createWorkerPool, workerModule } from "./workers.ts";

const ECHO = workerModule(new URL("./testing/x.ts", import.meta.url).href, "echo-worker");

describe.each([1, 2])("a pool of %i threads", (threads) => {
  test("gives each job its own answer", async () => {
    const pool = await createWorkerPool<EchoJob, Uint8Array>(ECHO, { threads });
    const jobs = Array.from({ length: 20 }, (_, i) => new Uint8Array([i, i + 1, i + 2]));
    const answers = await Promise.all(jobs.map((bytes) => pool.run({ bytes })));
    await pool.close();
    expect(pool.threads).toBe(threads);
    expect(answers.map((bytes) => [...bytes])).toEqual(jobs.map((_, i) => [i + 2, i + 1, i]));
  });

  test("an AdkError arrives as one, with all that it says", async () => {
    const pool = await createWorkerPool<EchoJob, Uint8Array>(ECHO, { threads });
    const error = await pool.run({ bytes: new Uint8Array(0) }).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(AdkError);
    expect(error).toMatchObject({ code: "ECHO_EMPTY", offset: 7, expected: 1, found: 0 });
    await expect(pool.run({ bytes: new Uint8Array([1]), crash: true })).rejects.toThrow("a bug");
    expect([...(await pool.run({ bytes: new Uint8Array([1, 2]) }))]).toEqual([2, 1]);
    await pool.close();
  });
});

test("buffers on the transfer list move to the worker", async () => {
  const pool = await createWorkerPool<EchoJob, Uint8Array>(ECHO, { threads: 2, startNow: true });
  const bytes = new Uint8Array([1, 2, 3]);
  await pool.run({ bytes }, [bytes.buffer]);
  expect(bytes.byteLength).toBe(0);
  await pool.close();
});
