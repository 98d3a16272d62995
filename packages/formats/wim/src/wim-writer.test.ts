import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AdkError, MemoryAccess } from "@adk/core";
import { adkError, noise, prose, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { captureVolume } from "./capture.ts";
import { HEADER_READONLY, parseHeader, type WimHeader, writeHeader } from "./header.ts";
import { openImage } from "./image-volume.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { richVolume, STAMP, writeSample } from "./testing/samples.ts";
import { volumeContent } from "./testing/volume-content.ts";
import { verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";
import { WimWriter } from "./wim-writer.ts";

const SECOND = memoryVolume({ "text again": { data: prose(100_000) }, new: { data: noise(60_000, 3) } });

async function appended(path: string, options: { integrity?: boolean; bootIndex?: number } = {}): Promise<void> {
  await using file = await WimFile.open(path);
  await using writer = await WimWriter.append(file, { threads: 1 });
  await captureVolume(writer, SECOND, { name: "appended", time: STAMP });
  await writer.finish(options);
}

function changeHeader(path: string, change: (header: WimHeader) => Partial<WimHeader>): void {
  const bytes = readFileSync(path);
  const header = parseHeader(bytes);
  bytes.set(writeHeader({ ...header, ...change(header) }));
  writeFileSync(path, bytes);
}

test.each(["none", "xpress", "lzx"] as const)("an image is appended to %s", async (compression) => {
  const path = join(temporaryDirectory(), "a.wim");
  const before = await writeSample(path, { compression, integrity: true, bootIndex: 1 });
  await appended(path);
  const after = readFileSync(path);
  // What was there stays where it was, but for the header.
  expect(after.subarray(208, before.length).equals(before.subarray(208))).toBe(true);
  await using file = await WimFile.open(path);
  const old = parseHeader(before);
  expect(file.header).toMatchObject({ guid: old.guid, flags: old.flags, bootIndex: 1, bootMetadata: old.bootMetadata });
  expect(file.header.integrityTable.size).toBeGreaterThan(0);
  expect(await verifyWim(file, { threads: 1 })).toMatchObject({ ok: true, findings: [] });
  expect(file.xml.images.map(({ index, name }) => [index, name])).toEqual([
    [1, "one"],
    [2, "appended"],
  ]);
  for (const [index, volume] of [richVolume(), SECOND].entries()) {
    await using image = await openImage(file, index + 1);
    expect(await volumeContent(image)).toEqual(await volumeContent(volume));
  }
  // The text is shared: three names in all.
  const text = (await (await openImage(file, 2)).lookup("/text again"))?.sha1;
  expect(file.entries.find(({ sha1 }) => sha1 === text)?.referenceCount).toBe(3);
});

test("flags that are not known, and XML that is not known, are kept", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  await writeSample(path, { compression: "xpress", chunkSize: 4096 });
  changeHeader(path, ({ flags }) => ({ flags: (flags & ~0x20080) | 0x200000 | 0x1000000 | 0x40 }));
  await appended(path);
  await using file = await WimFile.open(path);
  // Only the mark of a change that was going on is taken off.
  expect(file.header.flags).toBe(0x1200002);
  expect(file.findings.list).toEqual([]);
});

test("an integrity table comes and goes as asked", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  await writeSample(path);
  const has = () => parseHeader(readFileSync(path)).integrityTable.size > 0;
  expect(has()).toBe(false);
  await appended(path, { integrity: true });
  expect(has()).toBe(true);
  await using file = await WimFile.open(path);
  await using writer = await WimWriter.append(file, { threads: 1 });
  await writer.finish({ integrity: false });
  expect(has()).toBe(false);
});

test("a discarded append leaves the file as it was", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  const before = await writeSample(path);
  await using file = await WimFile.open(path);
  {
    await using writer = await WimWriter.append(file, { threads: 1 });
    await captureVolume(writer, SECOND, { name: "never", time: STAMP });
    expect(statSync(path).size).toBeGreaterThan(before.length);
  }
  expect(readFileSync(path).equals(before)).toBe(true);
  expect(file.xml.images.map(({ name }) => name)).toEqual(["one"]);
});

test("until the end, the old file is what readers see", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  await writeSample(path);
  await using file = await WimFile.open(path);
  await using writer = await WimWriter.append(file, { threads: 1 });
  await captureVolume(writer, SECOND, { name: "appended", time: STAMP });
  await using seen = await WimFile.open(path);
  expect(await verifyWim(seen, { threads: 1 })).toMatchObject({ ok: true });
  expect(seen.imageCount).toBe(1);
});

test("files that cannot be changed are refused with the reason", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "a.wim");
  const bytes = await writeSample(path);
  const refused = async (change: Partial<WimHeader>, reason: string) => {
    writeFileSync(path, bytes);
    changeHeader(path, () => change);
    await using file = await WimFile.open(path);
    await expect(WimWriter.append(file)).rejects.toThrow(
      adkError("WIM_NOT_CHANGEABLE", { kind: "unsupported", message: expect.stringContaining(reason) }),
    );
  };
  await refused({ flags: parseHeader(bytes).flags | HEADER_READONLY }, "read-only");
  await refused({ totalParts: 2 }, "split");
  await refused({ imageCount: 2 }, "count");
  await using memory = await WimFile.open(new MemoryAccess(bytes));
  await expect(WimWriter.append(memory)).rejects.toThrow(adkError("WIM_NOT_CHANGEABLE"));
});

test("a new file appears when it is finished, and replaces nothing unasked", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "a.wim");
  const writer = await WimWriter.create(path, { threads: 1 });
  await captureVolume(writer, SECOND, { name: "x", time: STAMP });
  await expect(WimFile.open(path)).rejects.toThrow(adkError("FILE_NOT_FOUND"));
  await writer.finish();
  await writer.discard();
  expect(readdirSync(directory)).toEqual(["a.wim"]);
  await expect(WimWriter.create(path)).rejects.toThrow(adkError("ALREADY_EXISTS"));
  await using replacing = await WimWriter.create(path, { overwrite: true, threads: 1 });
  await replacing.finish();
  await using file = await WimFile.open(path);
  expect([file.imageCount, file.findings.list]).toEqual([0, []]);
});

test("what cannot be written is refused before anything is", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "a.wim");
  for (const [compression, chunkSize] of [
    ["xpress", 131072],
    ["lzx", 4096],
    ["lzx", 40_000],
  ] as const) {
    await expect(WimWriter.create(path, { compression, chunkSize })).rejects.toThrow(
      adkError("WIM_BAD_CHUNK_SIZE", { kind: "usage" }),
    );
  }
  expect(readdirSync(directory)).toEqual([]);
});

test("the image to boot must be there", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  for (const bootIndex of [2, -1, 1.5]) {
    await expect(writeSample(path, { bootIndex })).rejects.toThrow(adkError("WIM_NO_SUCH_IMAGE", { kind: "usage" }));
  }
  await writeSample(path, { bootIndex: 1 });
  await using file = await WimFile.open(path);
  expect(file.header.bootMetadata).toEqual(file.metadataBlob(1).storage.resource);
});

test("after a failure nothing can be finished", async () => {
  const directory = temporaryDirectory();
  const path = join(directory, "a.wim");
  await using writer = await WimWriter.create(path, { threads: 1 });
  writer.claim("ab".repeat(20));
  async function* failing() {
    yield { sha1: "ab".repeat(20), size: 1, bytes: new Uint8Array(1) };
    throw new AdkError("IO_ERROR", "no", { kind: "environment" });
  }
  await expect(writer.writeBlobs(failing())).rejects.toThrow(adkError("IO_ERROR"));
  await expect(writer.finish()).rejects.toThrow(adkError("WIM_INCOMPLETE"));
  await writer.discard();
  await expect(writer.finish()).rejects.toThrow(TypeError);
  expect(readdirSync(directory)).toEqual([]);
});

test("a cancelled finish leaves the file as it was", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  const before = await writeSample(path);
  await using file = await WimFile.open(path);
  {
    await using writer = await WimWriter.append(file, { threads: 1 });
    await captureVolume(writer, SECOND, { name: "x", time: STAMP });
    await expect(writer.finish({ integrity: true, signal: AbortSignal.abort() })).rejects.toThrow(
      adkError("CANCELLED"),
    );
  }
  expect(readFileSync(path).equals(before)).toBe(true);
});
