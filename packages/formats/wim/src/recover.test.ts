import { existsSync } from "node:fs";
import { join } from "node:path";
import { Findings, MemoryAccess } from "@adk/core";
import { adkError, noise, prose, temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { openImage } from "./image-volume.ts";
import { type RecoverResult, recoverWim } from "./recover.ts";
import { memoryVolume } from "./testing/memory-volume.ts";
import { richVolume, type SampleOptions, writeSample } from "./testing/samples.ts";
import { volumeContent } from "./testing/volume-content.ts";
import { verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";

interface Recovered {
  readonly result: RecoverResult;
  readonly file: WimFile;
  /** What the first image holds. */
  readonly content: Record<string, unknown>;
  readonly codes: readonly string[];
}

async function sample(options: SampleOptions = {}): Promise<Uint8Array> {
  return writeSample(join(temporaryDirectory(), "a.wim"), options);
}

async function recover(bytes: Uint8Array): Promise<Recovered> {
  const out = join(temporaryDirectory(), "out.wim");
  const result = await recoverWim(new MemoryAccess(bytes, "damaged.wim"), out, { threads: 1 });
  const file = await WimFile.open(out);
  expect((await verifyWim(file, { threads: 1 })).findings).toEqual([]);
  const content = await volumeContent(await openImage(file, 1));
  await file.close();
  return { result, file, content, codes: result.findings.map(({ code }) => code) };
}

async function contentOf(bytes: Uint8Array): Promise<Record<string, unknown>> {
  return volumeContent(await openImage(await WimFile.open(new MemoryAccess(bytes)), 1));
}

async function placesOf(bytes: Uint8Array) {
  const { header, table } = await WimFile.open(new MemoryAccess(bytes));
  return { ...header, table };
}

describe.each(["none", "xpress", "lzx"] as const)("compression %s", (compression) => {
  test("a file that is whole is recovered whole", async () => {
    const bytes = await sample({ compression, bootIndex: 1 });
    const { result, content, file } = await recover(bytes);
    expect(result).toMatchObject({
      ok: true,
      images: [{ index: 1, name: "one", recovered: true, lostFiles: 0 }],
      lost: [],
      blobs: { corrupt: 0, missing: 0, unreferenced: 0 },
      findings: [],
    });
    expect(file.header.bootIndex).toBe(1);
    expect(content).toEqual(await contentOf(bytes));
  });

  test("a header that is gone is found out", async () => {
    const bytes = await sample({ compression, chunkSize: compression === "xpress" ? 4096 : undefined });
    const { result, content, codes } = await recover(new Uint8Array(bytes).fill(0, 0, 208));
    expect(result).toMatchObject({ ok: true, images: [{ name: "one", recovered: true, lostFiles: 0 }], lost: [] });
    expect(codes).toEqual(["WIM_HEADER_DAMAGED", "WIM_LOOKUP_TABLE_DAMAGED", "WIM_XML_DAMAGED"]);
    expect(content).toEqual(await contentOf(bytes));
  });
});

test("every single byte of the header may be wrong", async () => {
  const bytes = await sample({ compression: "xpress", volumes: [memoryVolume({ text: { data: prose(50_000) } })] });
  const expected = await contentOf(bytes);
  for (let at = 0; at < 0x60; at++) {
    const damaged = bytes.slice();
    damaged[at]! ^= 0xff;
    const { content } = await recover(damaged);
    expect([at, content]).toEqual([at, expected]);
  }
});

test("a header that names another compression is seen through", async () => {
  const bytes = await sample({ compression: "xpress" });
  bytes[18] = 0x04;
  const { codes, content } = await recover(bytes);
  expect(codes).toEqual(["WIM_HEADER_DAMAGED"]);
  expect(Object.keys(content)).toHaveLength(Object.keys(await contentOf(bytes.with(18, 0x02))).length);
});

test("XML data that is gone costs the properties", async () => {
  const bytes = await sample();
  const { xmlData } = await placesOf(bytes);
  bytes.fill(0, xmlData.offset, xmlData.offset + xmlData.size);
  const { result, codes } = await recover(bytes);
  expect(codes).toEqual(["WIM_XML_LOST", "WIM_XML_IMAGE_MISSING"]);
  expect(result).toMatchObject({ ok: false, images: [{ name: "Recovered image 1", recovered: true }] });
});

test("data that is damaged costs the files that have it, and the streams", async () => {
  const volume = memoryVolume({
    bad: { data: noise(5000, 1), linkId: "1" },
    "bad again": { data: noise(5000, 1), linkId: "1" },
    good: { data: noise(5000, 2), streams: { lost: noise(4000, 3), kept: noise(3000, 4) } },
    directory: { children: { link: { reparse: { tag: 0x80000017, data: noise(900, 5), reserved: 0, fixed: false } } } },
  });
  const bytes = await sample({ compression: "none", volumes: [volume] });
  const { table } = await placesOf(bytes);
  for (const { size, storage } of table.blobs.values()) {
    if (
      size !== 3000 &&
      storage.kind === "resource" &&
      (size !== 5000 || bytes[storage.resource.offset] === noise(5000, 1)[0])
    ) {
      bytes[storage.resource.offset]! ^= 1;
    }
  }
  const { result, content } = await recover(bytes);
  expect(result.lost).toEqual([
    { image: 1, path: "/bad", reason: "corrupt" },
    { image: 1, path: "/bad again", reason: "corrupt" },
    { image: 1, path: "/good:lost", reason: "corrupt" },
    { image: 1, path: "/directory/link", reason: "corrupt" },
  ]);
  expect(result).toMatchObject({ ok: false, images: [{ lostFiles: 4 }], blobs: { intact: 2, corrupt: 3, missing: 0 } });
  expect(Object.keys(content).sort()).toEqual(["/", "/directory", "/good"]);
  expect(content).toMatchObject({ "/good": { size: 5000, streams: [["kept", expect.anything()]] } });
});

test("entries of the lookup table that are damaged cost their files", async () => {
  const bytes = await sample();
  const { lookupTable } = await placesOf(bytes);
  bytes.fill(0xff, lookupTable.offset + 100, lookupTable.offset + 200);
  const { result } = await recover(bytes);
  expect(result.blobs).toMatchObject({ missing: 2, corrupt: 0 });
  expect(result.lost.length).toBeGreaterThan(0);
  expect(result.lost.every(({ reason }) => reason === "missing")).toBe(true);
});

test("an image whose metadata is damaged is lost, others are not, and its data is told of", async () => {
  const alone = memoryVolume({ alone: { data: prose(5000, 7) } });
  const bytes = await sample({ volumes: [alone, richVolume()] });
  const { table } = await placesOf(bytes);
  const { offset } = table.metadata[0]!.storage.resource;
  bytes.fill(0xff, offset, offset + 40);
  const { result, file, codes } = await recover(bytes);
  expect(codes).toEqual(["WIM_METADATA_LOST"]);
  expect(result).toMatchObject({
    ok: false,
    images: [
      { index: 1, name: "one", recovered: false },
      { index: 2, name: "two", recovered: true, lostFiles: 0 },
    ],
    blobs: { corrupt: 0, unreferenced: 1 },
  });
  expect(file.imageCount).toBe(1);
});

test("of a file that was appended to and then cut off, what was there before is saved", async () => {
  const path = join(temporaryDirectory(), "a.wim");
  const first = await writeSample(path, { volumes: [memoryVolume({ old: { data: prose(9000) } })] });
  const longer = Buffer.concat([first, noise(3000)]);
  // The header already refers to tables that did not arrive.
  longer.writeBigUInt64LE(BigInt(longer.length + 50_000), 0x38);
  const { result, content } = await recover(longer);
  expect(result.images).toMatchObject([{ recovered: true, lostFiles: 0 }]);
  expect(Object.keys(content)).toEqual(["/", "/old"]);
});

test("where nothing can be saved nothing is written, and it is said why", async () => {
  const bytes = await sample();
  const { lookupTable, table } = await placesOf(bytes);
  const metadata = table.metadata[0]!.storage.resource;
  const cutOff = bytes.slice(0, lookupTable.offset - 10);
  const noMetadata = bytes.slice().fill(0xff, metadata.offset, metadata.offset + metadata.storedSize);
  for (const damaged of [cutOff, noMetadata, bytes.slice(0, 300), new Uint8Array(5000), new Uint8Array(0)]) {
    const out = join(temporaryDirectory(), "out.wim");
    const recovery = recoverWim(new MemoryAccess(damaged), out, { threads: 1 });
    await expect(recovery).rejects.toEqual(adkError("WIM_NOTHING_RECOVERABLE"));
    expect(existsSync(out)).toBe(false);
  }
});

test("damaged anywhere, a file is recovered or refused", async () => {
  const bytes = await sample({ volumes: [memoryVolume({ text: { data: prose(9000) }, noise: { data: noise(600) } })] });
  let state = 7;
  const next = () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state;
  };
  let recovered = 0;
  for (let i = 0; i < 60; i++) {
    const damaged = bytes.slice();
    const at = next() % damaged.length;
    damaged.fill(next(), at, at + 1 + (next() % 200));
    const findings = new Findings();
    try {
      await recover(damaged);
      recovered++;
    } catch (error) {
      findings.fromError(error);
    }
  }
  expect(recovered).toBeGreaterThan(40);
});
