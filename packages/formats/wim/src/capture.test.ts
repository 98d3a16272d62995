import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { AdkError, Findings, type Volume } from "@adk/core";
import { adkError, noise, prose, temporaryDirectory } from "@adk/testing";
import { expect, test, vi } from "vitest";
import { captureVolume } from "./capture.ts";
import { CaptureConfig } from "./capture-config.ts";
import { openImage } from "./image-volume.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { richVolume, STAMP, writeSample } from "./testing/samples.ts";
import { volumeContent } from "./testing/volume-content.ts";
import { verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";
import { WimWriter } from "./wim-writer.ts";

const LARGE = { "large prose": { data: prose(9_000_000) }, "large noise": { data: noise(4_500_000) } };

test.each([
  ["none", 32768],
  ["xpress", 32768],
  ["xpress", 4096],
  ["lzx", 32768],
  ["lzx", 2 ** 17],
] as const)("what is captured is read back: %s, chunks of %i bytes", async (compression, chunkSize) => {
  const path = join(temporaryDirectory(), "a.wim");
  const volume = richVolume(LARGE);
  await writeSample(path, { compression, chunkSize, level: "fast", volumes: [volume], integrity: true });
  await using file = await WimFile.open(path);
  expect(await verifyWim(file, { threads: 1 })).toMatchObject({ ok: true, findings: [] });
  await using image = await openImage(file, 1);
  expect(await volumeContent(image)).toEqual(await volumeContent(volume));
  expect(file.header).toMatchObject({ compression, chunkSize: compression === "none" ? 0 : chunkSize, imageCount: 1 });
});

test("the same input gives the same bytes, whatever the number of threads", async () => {
  const directory = temporaryDirectory();
  const volumes = [richVolume(LARGE), richVolume({ more: { data: prose(200_000, 5) } })];
  const options = { compression: "lzx", level: "fast", volumes, integrity: true } as const;
  const one = await writeSample(join(directory, "1.wim"), { ...options, threads: 1 });
  const two = await writeSample(join(directory, "2.wim"), { ...options, threads: 2 });
  expect(Buffer.compare(one, two)).toBe(0);
});

test("SOURCE_DATE_EPOCH stamps an image", async () => {
  vi.stubEnv("SOURCE_DATE_EPOCH", "1700000000");
  try {
    const path = join(temporaryDirectory(), "a.wim");
    await using writer = await WimWriter.create(path, { threads: 1 });
    await captureVolume(writer, memoryVolume({}), { name: "x", description: "d <&>", flags: "Professional" });
    await writer.finish();
    await using file = await WimFile.open(path);
    const image = file.properties(1);
    expect(image.getTime("CREATIONTIME")).toBe(133_444_736_000_000_000n);
    expect(["NAME", "DESCRIPTION", "FLAGS", "DIRCOUNT", "FILECOUNT"].map((name) => image.get(name))).toEqual([
      "x",
      "d <&>",
      "Professional",
      "1",
      "0",
    ]);
  } finally {
    vi.unstubAllEnvs();
  }
});

test("counts tell names, bytes and what hard links count again", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  const linked = { data: "12345", linkId: "7" };
  const volume = memoryVolume({ a: linked, d: { children: { b: linked, c: { data: "12345" }, e: { data: "xy" } } } });
  await using writer = await WimWriter.create(path, { compression: "none" });
  const result = await captureVolume(writer, volume, { name: "n", time: STAMP });
  expect(result).toEqual({ index: 1, files: 4, directories: 2, bytes: 12, newBytes: 7, storedBytes: 7 });
  await writer.finish();
  await using file = await WimFile.open(path);
  const image = file.properties(1);
  expect(["DIRCOUNT", "FILECOUNT", "TOTALBYTES", "HARDLINKBYTES"].map((name) => image.getNumber(name))).toEqual([
    2, 4, 17, 5,
  ]);
  expect(file.entries.map(({ referenceCount }) => referenceCount)).toEqual([3, 1, 1]);
});

test("entries are stored in the order of NTFS, without what is excluded", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  const volume = memoryVolume({ b: {}, A: {}, "skip.tmp": {}, a_: {}, C: { children: { "x.tmp": {}, y: {} } } });
  const config = CaptureConfig.parse("[ExclusionList]\n*.tmp");
  await writeSample(path, { volumes: [volume], capture: { config } });
  await using file = await WimFile.open(path);
  const { root } = await file.metadata(1);
  expect(root.children?.map(({ name }) => name)).toEqual(["A", "a_", "b", "C"]);
  expect(root.children?.at(-1)?.children?.map(({ name }) => name)).toEqual(["y"]);
});

test("names that differ in case are kept and told", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  const findings = new Findings();
  await writeSample(path, { volumes: [memoryVolume({ readme: {}, README: { data: "x" } })], capture: { findings } });
  expect(findings.list).toMatchObject([
    { code: "NAME_DIFFERS_IN_CASE", severity: "warning", where: { path: "/readme" } },
  ]);
  await using file = await WimFile.open(path);
  await using image = await openImage(file, 1);
  expect([(await image.lookup("/README"))?.size, (await image.lookup("/readme"))?.size]).toEqual([1, 0]);
});

test("data that the file has already is not read again", async () => {
  const directory = temporaryDirectory();
  await writeSample(join(directory, "a.wim"));
  await using source = await WimFile.open(join(directory, "a.wim"));
  await using image = await openImage(source, 1);
  const read = vi.spyOn(image, "read");
  await using writer = await WimWriter.create(join(directory, "b.wim"), { threads: 1 });
  await captureVolume(writer, image, { name: "first" });
  const first = read.mock.calls.length;
  const again = await captureVolume(writer, image, { name: "second" });
  expect(again).toMatchObject({ index: 2, newBytes: 0, storedBytes: 0 });
  expect(first).toBeGreaterThan(5);
  // Only streams without data have no stored hash.
  expect(read.mock.calls.slice(first).length).toBeLessThan(3);
});

test("a file that changes while it is captured is an error, and leaves nothing", async () => {
  const directory = temporaryDirectory();
  const volume = memoryVolume({ large: { data: noise(5_000_000) } });
  let opened = 0;
  const changing: Volume = {
    ...volume,
    async open(entry) {
      const access = await volume.open(entry);
      opened++;
      const changes = opened > 1;
      return {
        ...access,
        name: entry.path,
        size: access.size,
        async read(offset, length, into) {
          const bytes = (await access.read(offset, length, into)).slice();
          if (changes && offset === 0) bytes[0] = (bytes[0] ?? 0) ^ 1;
          if (into) into.set(bytes);
          return into ?? bytes;
        },
        close: () => access.close(),
      };
    },
  };
  await expect(writeSample(join(directory, "a.wim"), { volumes: [changing] })).rejects.toThrow(
    adkError("FILE_CHANGED"),
  );
  expect(readdirSync(directory)).toEqual([]);
});

test.each([1, 2])("cancelled with %i threads at any moment, nothing is left", async (threads) => {
  const directory = temporaryDirectory();
  const path = join(directory, "a.wim");
  const volumes = [richVolume(LARGE)];
  let most = 0;
  await writeSample(path, { volumes, level: "fast", threads, capture: { onProgress: () => most++ } });
  const whole = readFileSync(path);
  for (const stopAt of [0, 1, 5, Math.floor(most / 2), most - 1]) {
    const controller = new AbortController();
    let seen = 0;
    const onProgress = () => {
      if (seen++ === stopAt) controller.abort();
    };
    const capture = { signal: controller.signal, onProgress };
    const cancelled = writeSample(path, { volumes, level: "fast", threads, capture });
    await expect(cancelled).rejects.toThrow(adkError("CANCELLED", { kind: "cancelled" }));
    expect(readdirSync(directory)).toEqual(["a.wim"]);
  }
  expect(readFileSync(path).equals(whole)).toBe(true);
});

test("an error of the volume is told, and leaves nothing", async () => {
  const directory = temporaryDirectory();
  const volume = memoryVolume({ a: { data: "a" }, b: { data: "b" } });
  const failing: Volume = {
    ...volume,
    async read(entry) {
      if (entry.name === "b")
        throw new AdkError("IO_ERROR", "The device reported an I/O error.", { kind: "environment" });
      return volume.read(entry);
    },
  };
  await expect(writeSample(join(directory, "a.wim"), { volumes: [failing] })).rejects.toThrow(adkError("IO_ERROR"));
  expect(readdirSync(directory)).toEqual([]);
});
