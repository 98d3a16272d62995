import { readFileSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { join } from "node:path";
import { adkError, temporaryDirectory } from "@adk/testing";
import { afterEach, expect, test, vi } from "vitest";
import { appendOutput } from "./wim-output.ts";

const OLD = new Uint8Array(1000).fill(1);
const HEADER = new Uint8Array(208).fill(2);

afterEach(() => vi.restoreAllMocks());

/** Lets the handles of the process fail from their `count`th call of a method on. */
async function failing(path: string, method: "write" | "sync" | "truncate", count: number): Promise<void> {
  const handle = await open(path);
  const prototype = Object.getPrototypeOf(handle);
  await handle.close();
  const real = prototype[method];
  let calls = 0;
  vi.spyOn(prototype, method).mockImplementation(function (this: unknown, ...values: unknown[]) {
    if (++calls === count) return Promise.reject(Object.assign(new Error("full"), { code: "ENOSPC" }));
    return real.apply(this, values);
  });
}

test.each([
  ["sync", 1],
  ["write", 2],
  ["sync", 2],
] as const)("when %s fails at its call %i, the file is as it was", async (method, count) => {
  const path = join(temporaryDirectory(), "a");
  writeFileSync(path, OLD);
  const output = await appendOutput(path);
  await failing(path, method, count);
  await output.write(new Uint8Array(500).fill(3));
  await expect(output.commit(HEADER)).rejects.toThrow(adkError("DISK_FULL", { kind: "environment" }));
  expect(new Uint8Array(readFileSync(path))).toEqual(OLD);
});

test("a commit puts the header in its place, behind it what was written", async () => {
  const path = join(temporaryDirectory(), "a");
  writeFileSync(path, OLD);
  const output = await appendOutput(path);
  await output.write(Uint8Array.of(7, 8, 9));
  await output.writeAt(Uint8Array.of(6), 1001);
  expect(await output.read(999, 4)).toEqual(Uint8Array.of(1, 7, 6, 9));
  await expect(output.read(1000, 4)).rejects.toThrow(adkError("UNEXPECTED_END"));
  await output.commit(HEADER);
  const bytes = readFileSync(path);
  expect([bytes.length, bytes[0], bytes[207], bytes[208], bytes[1001]]).toEqual([1003, 2, 2, 1, 6]);
});

test("a file that is not there is told", async () => {
  await expect(appendOutput(join(temporaryDirectory(), "a"))).rejects.toThrow(adkError("FILE_NOT_FOUND"));
});
