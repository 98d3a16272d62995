import { join } from "node:path";
import { MemoryAccess, type Volume } from "@adk/core";
import { adkError, noise, prose, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { openImage } from "./image-volume.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { richVolume, writeSample } from "./testing/samples.ts";
import { WimFile } from "./wim-file.ts";

async function imageOf(volume: Volume): Promise<Volume> {
  const bytes = await writeSample(join(temporaryDirectory(), "a.wim"), { compression: "xpress", volumes: [volume] });
  return openImage(await WimFile.open(new MemoryAccess(bytes, "f")), 1, true);
}

test("paths are looked up without regard to case, and by short names", async () => {
  await using image = await imageOf(richVolume());
  const found = async (path: string) => (await image.lookup(path))?.path;
  expect(await found("/windows/TEXT.TXT")).toBe("/Windows/text.txt");
  expect(await found("/PROGRA~1")).toBe("/Program Files");
  expect(await found("/Windows/text~1.txt")).toBe("/Windows/text.txt");
  expect(await found("//Windows//second~1/")).toBe("/Windows/second name");
  expect(await found("/")).toBe("/");
  for (const path of ["/none", "/Windows/none", "/Windows/text.txt/x", "/..", "/Windows/."]) {
    expect(await found(path)).toBeUndefined();
  }
});

test("the name as it is written goes before one that differs in case, and both before a short name", async () => {
  await using image = await imageOf(
    memoryVolume({
      a: { data: "1" },
      A: { data: "22" },
      long: { data: "333", shortName: "A" },
      other: { data: "4444", shortName: "Z~1" },
    }),
  );
  const size = async (path: string) => (await image.lookup(path))?.size;
  expect([await size("/a"), await size("/A"), await size("/z~1")]).toEqual([1, 2, 4]);
});

test("data and streams are read anywhere, also at the same time", async () => {
  const data = prose(300_000);
  await using image = await imageOf(memoryVolume({ f: { data, streams: { S: noise(100) } } }));
  const entry = (await image.lookup("/f"))!;
  const access = await image.open(entry);
  expect(access.size).toBe(data.length);
  const offsets = Array.from({ length: 40 }, (_, i) => (i * 104_729) % 290_000);
  const parts = await Promise.all(offsets.map((offset) => access.read(offset, 9000)));
  for (const [i, offset] of offsets.entries()) {
    expect(Buffer.compare(parts[i] as Uint8Array, data.subarray(offset, offset + 9000))).toBe(0);
  }
  const into = new Uint8Array(70_000);
  expect(Buffer.compare(await access.read(1, 65_537, into), data.subarray(1, 65_538))).toBe(0);
  expect(await image.read(entry, "s")).toEqual(noise(100));
  await expect(image.open(entry, "none")).rejects.toThrow(adkError("STREAM_NOT_FOUND"));
  for (const [offset, length] of [
    [300_000, 1],
    [-1, 1],
    [0, 300_001],
    [Number.NaN, 1],
  ] as const) {
    await expect(access.read(offset, length)).rejects.toThrow(adkError("UNEXPECTED_END"));
  }
});

test("what is too large for memory is not read whole", async () => {
  const volumes = [memoryVolume({ f: { data: prose(500_000) } })];
  const bytes = await writeSample(join(temporaryDirectory(), "a.wim"), { compression: "xpress", volumes });
  await using file = await WimFile.open(new MemoryAccess(bytes), { memoryBytes: 400_000 });
  const image = await openImage(file, 1);
  const entry = (await image.lookup("/f"))!;
  await expect(image.read(entry)).rejects.toThrow(adkError("LIMIT_EXCEEDED"));
  expect((await (await image.open(entry)).read(499_000, 1000)).length).toBe(1000);
});

test("entries of another volume are refused", async () => {
  await using image = await imageOf(richVolume());
  await expect(image.list(memoryVolume({}).root)).rejects.toThrow(TypeError);
});
