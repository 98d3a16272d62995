import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { MemoryAccess, type Volume } from "@adk/core";
import { adkError, noise, prose, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { exportImage } from "./export.ts";
import { openImage } from "./image-volume.ts";
import { LOOKUP_ENTRY_SIZE } from "./lookup-table.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { toPipable } from "./testing/pipable.ts";
import { richVolume, writeSample } from "./testing/samples.ts";
import { volumeContent } from "./testing/volume-content.ts";
import { verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";
import { WimWriter } from "./wim-writer.ts";
import type { WriteOptions } from "./write-options.ts";

const VOLUMES = [
  richVolume({ large: { data: prose(5_000_000) } }),
  memoryVolume({ shared: { data: prose(100_000) }, own: { data: noise(70_000, 8) } }),
];

/** A file with two images, open. */
async function source(options: WriteOptions = {}, volumes: readonly Volume[] = VOLUMES): Promise<WimFile> {
  return WimFile.open(
    new MemoryAccess(await writeSample(join(temporaryDirectory(), "s.wim"), { ...options, volumes })),
  );
}

async function expectSameImages(path: string, volumes: readonly Volume[]): Promise<void> {
  await using file = await WimFile.open(path);
  expect(await verifyWim(file, { threads: 1 })).toMatchObject({ ok: true, findings: [] });
  for (const [i, volume] of volumes.entries()) {
    await using image = await openImage(file, i + 1);
    expect(await volumeContent(image)).toEqual(await volumeContent(volume));
  }
}

test("of the same form, resources are copied byte for byte", async () => {
  await using from = await source({ compression: "lzx" });
  const path = join(temporaryDirectory(), "a.wim");
  await using writer = await WimWriter.create(path, { compression: "lzx", threads: 1 });
  expect(await exportImage(from, 1, writer)).toMatchObject({ index: 1, recompressed: 0, shared: 0 });
  expect(await exportImage(from, 2, writer)).toEqual({ index: 2, copied: 1, recompressed: 0, shared: 1 });
  await writer.finish();
  await expectSameImages(path, VOLUMES);
  await using to = await WimFile.open(path);
  for (const { sha1, storage } of to.table.blobs.values()) {
    const other = from.blob(sha1)?.storage;
    if (storage.kind !== "resource" || other?.kind !== "resource") throw new Error("solid");
    const stored = await to.access.read(storage.resource.offset, storage.resource.storedSize);
    const original = await from.access.read(other.resource.offset, other.resource.storedSize);
    expect(Buffer.compare(stored, original)).toBe(0);
  }
  // All images of a file in order give the file again: the tables are made anew from the same facts.
  expect(to.entries.map(({ referenceCount }) => referenceCount).sort()).toEqual(
    from.entries.map(({ referenceCount }) => referenceCount).sort(),
  );
});

test.each([
  [{ compression: "none" }, { compression: "xpress" }],
  [{ compression: "xpress" }, { compression: "lzx" }],
  [{ compression: "lzx" }, { compression: "none" }],
  [
    { compression: "xpress", chunkSize: 65536 },
    { compression: "xpress", chunkSize: 4096 },
  ],
] as const)("from %j to %j everything is compressed anew", async (before, after) => {
  await using from = await source(before);
  const path = join(temporaryDirectory(), "a.wim");
  await using writer = await WimWriter.create(path, { ...after, level: "fast", threads: 1 });
  for (const index of [1, 2]) {
    expect(await exportImage(from, index, writer, { threads: 1 })).toMatchObject({ index, copied: 0 });
  }
  await writer.finish({ integrity: true });
  await expectSameImages(path, VOLUMES);
});

test("compressing again when asked gives what a capture gives, with any number of threads", async () => {
  await using from = await source({ compression: "xpress" });
  const exported = async (threads: number, recompress: boolean) => {
    const path = join(temporaryDirectory(), "a.wim");
    await using writer = await WimWriter.create(path, { compression: "xpress", threads });
    const result = await exportImage(from, 1, writer, { threads, recompress });
    await writer.finish();
    await expectSameImages(path, VOLUMES.slice(0, 1));
    return { result, bytes: readFileSync(path) };
  };
  const one = await exported(1, true);
  const two = await exported(2, true);
  const raw = await exported(2, false);
  expect([one.result.copied, raw.result.recompressed]).toEqual([0, 0]);
  expect(one.bytes.equals(two.bytes)).toBe(true);
  expect(one.bytes.length).toBe(raw.bytes.length);
});

test("from a pipable file", async () => {
  const volumes = [memoryVolume({ text: { data: prose(200_000) }, noise: { data: noise(1000) }, d: { children: {} } })];
  const bytes = await writeSample(join(temporaryDirectory(), "s.wim"), { compression: "xpress", volumes });
  await using from = await WimFile.open(new MemoryAccess(toPipable(bytes)));
  expect(from.header.pipable).toBe(true);
  expect(await verifyWim(from, { threads: 1 })).toMatchObject({ ok: true, findings: [] });
  const path = join(temporaryDirectory(), "a.wim");
  await using writer = await WimWriter.create(path, { compression: "xpress", threads: 1 });
  expect(await exportImage(from, 1, writer)).toMatchObject({ copied: 0, recompressed: 2 });
  await writer.finish();
  await expectSameImages(path, volumes);
});

test("properties are taken over, unknown ones too; a name is taken once", async () => {
  await using from = await source();
  from.properties(1).set("WINDOWS/VERSION/BUILD", "26100");
  from.properties(1).set("USERDATA", "kept");
  const path = join(temporaryDirectory(), "a.wim");
  await using writer = await WimWriter.create(path, { threads: 1 });
  await exportImage(from, 1, writer, { description: "new" });
  await expect(exportImage(from, 1, writer)).rejects.toThrow(adkError("WIM_NAME_TAKEN", { kind: "usage" }));
  await exportImage(from, 1, writer, { name: "other" });
  await writer.finish();
  await using to = await WimFile.open(path);
  expect(
    to.xml.images.map((image) =>
      ["NAME", "DESCRIPTION", "USERDATA", "WINDOWS/VERSION/BUILD"].map((each) => image.get(each)),
    ),
  ).toEqual([
    ["one", "new", "kept", "26100"],
    ["other", undefined, "kept", "26100"],
  ]);
  expect(to.properties(1).getTime("CREATIONTIME")).toBe(from.properties(1).getTime("CREATIONTIME"));
});

test("missing and damaged data are told, and nothing is left", async () => {
  const bytes = await writeSample(join(temporaryDirectory(), "s.wim"), { compression: "none", volumes: VOLUMES });
  const whole = await WimFile.open(new MemoryAccess(bytes));
  const attempt = async (damaged: Uint8Array, code: string) => {
    const directory = temporaryDirectory();
    await using from = await WimFile.open(new MemoryAccess(damaged));
    {
      await using writer = await WimWriter.create(join(directory, "a.wim"), { compression: "xpress", threads: 1 });
      await expect(exportImage(from, 1, writer, { threads: 1 })).rejects.toThrow(adkError(code));
    }
    expect(readdirSync(directory)).toEqual([]);
  };
  const resourceOf = (size: number) => [...whole.table.blobs.values()].find((blob) => blob.size === size)?.storage;
  for (const [size, code] of [
    [100_000, "WIM_BLOB_CORRUPT"],
    [5_000_000, "FILE_CHANGED"],
  ] as const) {
    const storage = resourceOf(size);
    if (storage?.kind !== "resource") throw new Error("no such blob");
    const damaged = bytes.slice();
    damaged[storage.resource.offset] = 0;
    await attempt(damaged, code);
  }
  const missing = bytes.slice();
  missing[whole.header.lookupTable.offset + LOOKUP_ENTRY_SIZE - 1] = 0;
  await attempt(missing, "WIM_BLOB_MISSING");
});

test("cancelled at any moment, nothing is left", async () => {
  await using from = await source({ compression: "xpress" });
  const directory = temporaryDirectory();
  for (const compression of ["xpress", "lzx"] as const) {
    for (const stopAt of [0, 1, 4]) {
      const controller = new AbortController();
      let seen = 0;
      const onProgress = () => {
        if (seen++ === stopAt) controller.abort();
      };
      await using writer = await WimWriter.create(join(directory, "a.wim"), { compression, level: "fast", threads: 2 });
      const exported = exportImage(from, 1, writer, { threads: 2, signal: controller.signal, onProgress });
      await expect(exported).rejects.toThrow(adkError("CANCELLED"));
      await writer.discard();
      expect(readdirSync(directory)).toEqual([]);
    }
  }
});
