import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { MemoryAccess } from "@adk/core";
import { adkError, noise, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { partNumberOf } from "./set-parts.ts";
import { splitWim } from "./split.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { writeSample } from "./testing/samples.ts";
import { verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";

const LIMIT = 60_000;

/** A file with so many files of 20,000 bytes that do not compress. */
async function source(files = 6, more: Record<string, { data: Uint8Array }> = {}): Promise<WimFile> {
  const children = Object.fromEntries(Array.from({ length: files }, (_, i) => [`f${i}`, { data: noise(20_000, i) }]));
  const volumes = [memoryVolume({ ...more, ...children })];
  return WimFile.open(new MemoryAccess(await writeSample(join(temporaryDirectory(), "s.wim"), { volumes })));
}

/** Names and what is in the files. */
function state(directory: string): Record<string, string> {
  const entries = readdirSync(directory, { withFileTypes: true });
  const content = (name: string) => readFileSync(join(directory, name), "base64");
  return Object.fromEntries(entries.map((entry) => [entry.name, entry.isFile() ? content(entry.name) : "/"]));
}

test("the parts together are whole", async () => {
  await using file = await source();
  const path = join(temporaryDirectory(), "a.b.swm");
  const { parts, findings } = await splitWim(file, path, LIMIT);
  expect(findings).toEqual([]);
  expect(parts.map((part) => part.file)).toEqual([path, ...[2, 3].map((n) => path.replace(".swm", `${n}.swm`))]);
  for (const part of parts) expect(part.bytes).toBe(statSync(part.file).size);
  await using set = await WimFile.open(parts.map((part) => part.file));
  expect(await verifyWim(set, { threads: 1 })).toMatchObject({ ok: true, findings: [] });
});

test("where a part must exceed the limit, the first is the largest", async () => {
  for (const [files, count] of [
    [6, 4],
    [0, 2],
  ] as const) {
    await using file = await source(files, {
      large: { data: noise(100_000, 90) },
      larger: { data: noise(150_000, 91) },
    });
    const { parts, findings } = await splitWim(file, join(temporaryDirectory(), "a.swm"), LIMIT);
    expect(parts.length).toBeGreaterThanOrEqual(count);
    expect(findings.map(({ code }) => code)).toEqual(["WIM_PART_TOO_LARGE", "WIM_PART_TOO_LARGE"]);
    expect(Math.max(...parts.map(({ bytes }) => bytes))).toBe(parts[0]?.bytes);
    await using set = await WimFile.open(parts.map((part) => part.file));
    expect(await verifyWim(set, { threads: 1 })).toMatchObject({ ok: true, findings: [] });
  }
});

test("a part whose place is taken meanwhile stops the set: none of its parts stays", async () => {
  await using file = await source();
  const directory = temporaryDirectory();
  const taken = join(directory, "a3.swm");
  const take = () => writeFileSync(taken, "somebody's", { flag: "w" });
  // By then the third part is being written under its hidden name.
  const onProgress = ({ done, total }: { done: number; total: number }) => done >= total * 0.9 && take();
  await expect(splitWim(file, join(directory, "a.swm"), LIMIT, { onProgress })).rejects.toThrow(
    adkError("ALREADY_EXISTS"),
  );
  expect(state(directory)).toEqual({ "a3.swm": Buffer.from("somebody's").toString("base64") });
});

test("a part that cannot replace an old one leaves the old set as it was", async () => {
  await using old = await source(2);
  await using file = await source();
  const directory = temporaryDirectory();
  const path = join(directory, "a.swm");
  await splitWim(old, path, LIMIT / 2);
  mkdirSync(join(directory, "a4.swm"));
  const before = state(directory);
  const splitting = splitWim(file, path, LIMIT / 2, { overwrite: true });
  await expect(splitting).rejects.toThrow(adkError("IS_A_DIRECTORY"));
  expect(state(directory)).toEqual(before);
});

test("of the set that is overwritten nothing stays; what only has such a name does", async () => {
  await using long = await source(6);
  await using other = await source(5);
  await using short = await source(2);
  const directory = temporaryDirectory();
  const path = join(directory, "a.swm");
  expect((await splitWim(long, path, LIMIT / 2)).parts).toHaveLength(6);
  await splitWim(other, join(directory, "b.swm"), LIMIT / 2);
  writeFileSync(join(directory, "a5.swm"), readFileSync(join(directory, "b5.swm")));
  writeFileSync(join(directory, "a7.swm"), "text");
  expect((await splitWim(short, path, LIMIT / 2, { overwrite: true })).parts).toHaveLength(2);
  const names = readdirSync(directory).filter((name) => !name.startsWith("b"));
  expect(names.sort()).toEqual(["a.swm", "a2.swm", "a5.swm", "a7.swm"]);
});

test.each([
  ["a.swm", 1],
  ["A2.SWM", 2],
  ["a10.swm", 10],
  ["a1.swm", undefined],
  ["a02.swm", undefined],
  ["ab2.swm", undefined],
  ["a2.wim", undefined],
  ["a2x.swm", undefined],
  ["a123456.swm", undefined],
])("by its name %s is part %s of a.swm", (name, number) => {
  expect(partNumberOf("/x/a.swm", name)).toBe(number);
});
