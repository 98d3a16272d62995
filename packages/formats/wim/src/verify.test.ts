import { join } from "node:path";
import { MemoryAccess } from "@adk/core";
import { adkError, noise, temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { parseHeader, writeHeader } from "./header.ts";
import { LOOKUP_ENTRY_SIZE } from "./lookup-table.ts";
import { richVolume, writeSample } from "./testing/samples.ts";
import { type VerifyResult, verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";

const LARGE = 4_300_000;

function sample(compression: "none" | "lzx" = "none", integrity = false): Promise<Uint8Array> {
  const volumes = [richVolume({ large: { data: noise(LARGE) } })];
  return writeSample(join(temporaryDirectory(), "a.wim"), { compression, level: "fast", volumes, integrity });
}

async function verify(bytes: Uint8Array, threads = 1): Promise<VerifyResult> {
  await using file = await WimFile.open(new MemoryAccess(bytes, "f"));
  return verifyWim(file, { threads });
}

function changed(bytes: Uint8Array, offset: number): Uint8Array {
  const copy = bytes.slice();
  copy[offset] = (copy[offset] ?? 0) ^ 0x55;
  return copy;
}

async function offsetOf(bytes: Uint8Array, size: number): Promise<number> {
  await using file = await WimFile.open(new MemoryAccess(bytes));
  const storage = [...file.table.blobs.values()].find((blob) => blob.size === size)?.storage;
  if (storage?.kind !== "resource") throw new Error("no such blob");
  return storage.resource.offset;
}

test.each([1, 2])("a sound file has nothing to find, with %i threads", async (threads) => {
  const result = await verify(await sample("lzx", true), threads);
  expect(result).toMatchObject({ ok: true, findings: [] });
  expect([result.blobs > 10, result.bytes > LARGE]).toEqual([true, true]);
});

describe.each([1, 2])("with %i threads", (threads) => {
  test("damage is told with the path of a file that has it, and the rest is checked", async () => {
    const bytes = await sample();
    const all = await verify(bytes, threads);
    for (const [size, path] of [
      [100_000, /^\/Windows\/(same text|text\.txt)$/],
      [LARGE, /^\/large$/],
    ] as const) {
      const result = await verify(changed(bytes, await offsetOf(bytes, size)), threads);
      expect(result).toMatchObject({ ok: false, blobs: all.blobs - 1, bytes: all.bytes - size });
      expect(result.findings).toMatchObject([
        { severity: "error", code: "WIM_BLOB_CORRUPT", where: { file: "f", path: expect.stringMatching(path) } },
      ]);
    }
  });

  test("damage of compressed data is told where it lies", async () => {
    const bytes = await sample("lzx");
    const offset = await offsetOf(bytes, 100_000);
    const result = await verify(changed(bytes, offset + 2000), threads);
    expect(result.ok).toBe(false);
    expect(["COMPRESSION_BAD_DATA", "WIM_BLOB_CORRUPT"]).toContain(result.findings[0]?.code);
    expect(result.findings.length).toBe(1);
  });
});

test("missing data is told once for each blob", async () => {
  const bytes = await sample();
  const { lookupTable } = parseHeader(bytes);
  const result = await verify(changed(bytes, lookupTable.offset + LOOKUP_ENTRY_SIZE - 1));
  const codes = result.findings.map(({ code }) => code).sort();
  expect(codes).toEqual(["WIM_BLOB_CORRUPT", "WIM_BLOB_MISSING"]);
});

test("damaged metadata is told, and the data is checked all the same", async () => {
  const bytes = await sample();
  await using file = await WimFile.open(new MemoryAccess(bytes));
  const { offset, size } = file.metadataBlob(1).storage.resource;
  const { blobs } = await verify(bytes);
  const unreadable = await verify(changed(bytes, offset + 1));
  expect(unreadable.findings).toMatchObject([{ code: "WIM_BAD_SECURITY_DATA", severity: "error" }]);
  expect(unreadable.blobs).toBe(blobs - 1);
  // A time that changed can still be read; only the hash tells.
  const readable = await verify(changed(bytes, offset + size - 8 - 0x66 - 40 + 0x28));
  expect(readable.findings.map(({ code }) => code)).toContain("WIM_BLOB_CORRUPT");
});

test("the integrity table finds what changed between header and lookup table", async () => {
  const bytes = await sample("none", true);
  const { integrityTable, lookupTable } = parseHeader(bytes);
  const at = (offset: number) =>
    verify(changed(bytes, offset)).then(({ findings }) => findings.map(({ code }) => code));
  expect(await at(await offsetOf(bytes, LARGE))).toEqual(["WIM_INTEGRITY", "WIM_BLOB_CORRUPT"]);
  // The reference count of an entry.
  expect(await at(lookupTable.offset + 26)).toEqual(["WIM_INTEGRITY"]);
  expect(await at(integrityTable.offset + 12)).toEqual(["WIM_INTEGRITY"]);
  expect(await at(integrityTable.offset)).toEqual(["WIM_BAD_INTEGRITY_TABLE"]);
  const header = parseHeader(bytes);
  const outside = bytes.slice();
  outside.set(writeHeader({ ...header, integrityTable: { ...integrityTable, offset: bytes.length } }));
  expect((await verify(outside)).findings).toMatchObject([{ code: "WIM_RESOURCE_OUTSIDE_FILE" }]);
});

test("verifying can be cancelled", async () => {
  await using file = await WimFile.open(new MemoryAccess(await sample("lzx", true)));
  for (const stopAt of [0, 1, 3, 6]) {
    const controller = new AbortController();
    let seen = 0;
    const onProgress = () => {
      if (seen++ === stopAt) controller.abort();
    };
    await expect(verifyWim(file, { threads: 1, signal: controller.signal, onProgress })).rejects.toThrow(
      adkError("CANCELLED"),
    );
  }
});
