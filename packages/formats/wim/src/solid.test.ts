import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Findings, MemoryAccess } from "@adk/core";
import { adkError, noise, prose, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { exportImage } from "./export.ts";
import { applyImage } from "./extract.ts";
import { parseHeader } from "./header.ts";
import { openImage } from "./image-volume.ts";
import { LOOKUP_ENTRY_SIZE } from "./lookup-table.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { richVolume, writeSample } from "./testing/samples.ts";
import { toSolid } from "./testing/solid.ts";
import { volumeContent } from "./testing/volume-content.ts";
import { verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";
import { WimWriter } from "./wim-writer.ts";

const VOLUME = richVolume({ large: { data: noise(4_500_000) }, larger: { data: prose(2_000_000) } });

function sample(volume = VOLUME): Promise<Uint8Array> {
  return writeSample(join(temporaryDirectory(), "a.wim"), { compression: "lzx", level: "fast", volumes: [volume] });
}

test.each([
  [1, 32768],
  [3, 65536],
  [100, 2 ** 20],
])(
  "solid resources of %i blobs in chunks of %i bytes are read, verified and exported",
  async (perResource, chunkSize) => {
    const bytes = await toSolid(await sample(), perResource, chunkSize);
    await using file = await WimFile.open(new MemoryAccess(bytes));
    expect(await verifyWim(file, { threads: 2 })).toMatchObject({ ok: true, findings: [] });
    await using image = await openImage(file, 1);
    const content = await volumeContent(VOLUME);
    expect(await volumeContent(image)).toEqual(content);

    const path = join(temporaryDirectory(), "b.wim");
    await using writer = await WimWriter.create(path, { compression: "xpress", threads: 2 });
    expect(await exportImage(file, 1, writer, { threads: 2 })).toMatchObject({ copied: 0 });
    await writer.finish();
    await using exported = await WimFile.open(path);
    expect(await verifyWim(exported, { threads: 1 })).toMatchObject({ ok: true });
    expect(await volumeContent(await openImage(exported, 1))).toEqual(content);
  },
);

test("an image is added to a file with solid resources, which stay", async () => {
  const bytes = await toSolid(await sample());
  const path = join(temporaryDirectory(), "a.wim");
  writeFileSync(path, bytes);
  await using file = await WimFile.open(path);
  await using writer = await WimWriter.append(file, { threads: 1 });
  await exportImage(file, 1, writer, { name: "again" });
  await writer.finish();
  await using after = await WimFile.open(path);
  expect(after.imageCount).toBe(2);
  expect(await verifyWim(after, { threads: 1 })).toMatchObject({ ok: true, findings: [] });
});

test("blobs that overlap in a hostile file are told apart", async () => {
  // Two blobs of one resource; the second is made to begin in the middle of the first, so that their pieces come in turns.
  const parts = [noise(5_000_000, 1), noise(5_000_000, 2)];
  const volume = memoryVolume({ a: { data: parts[0] as Uint8Array }, b: { data: parts[1] as Uint8Array } });
  const bytes = await toSolid(await sample(volume), 2, 2 ** 20);
  const { lookupTable } = parseHeader(bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset + lookupTable.offset + 2 * LOOKUP_ENTRY_SIZE);
  view.setUint32(8, 2_500_000, true);
  const whole = Buffer.concat(parts);
  const [first, second] = [whole.subarray(0, 5_000_000), whole.subarray(2_500_000, 7_500_000)];
  const sha1 = createHash("sha1").update(second).digest();
  bytes.set(sha1, lookupTable.offset + 2 * LOOKUP_ENTRY_SIZE + 30);
  await using file = await WimFile.open(new MemoryAccess(bytes));
  const { root } = await file.metadata(1);
  const [a, b] = root.children ?? [];
  if (a && b) b.mainHash = sha1.toString("hex");
  const to = temporaryDirectory();
  const findings = new Findings();
  await applyImage(file, 1, to, { threads: 1, findings });
  expect(findings.list).toEqual([]);
  expect(readFileSync(join(to, "a")).equals(first)).toBe(true);
  expect(readFileSync(join(to, "b")).equals(second)).toBe(true);
  const path = join(temporaryDirectory(), "b.wim");
  await using writer = await WimWriter.create(path, { compression: "none" });
  await exportImage(file, 1, writer, { threads: 1 });
  await writer.finish();
  await using exported = await WimFile.open(path);
  expect(await verifyWim(exported, { threads: 1 })).toMatchObject({ ok: true });
});

test("a chunk size beyond the memory that is allowed costs the blobs", async () => {
  const bytes = await toSolid(await sample(memoryVolume({ a: { data: "x" } })), 1, 2 ** 21);
  await using file = await WimFile.open(new MemoryAccess(bytes), { memoryBytes: 2 ** 20 });
  expect(file.findings.list.map(({ code }) => code)).toEqual(["LIMIT_EXCEEDED"]);
  await using image = await openImage(file, 1);
  const entry = await image.lookup("/a");
  await expect(image.read(entry!)).rejects.toThrow(adkError("WIM_BLOB_MISSING"));
});
