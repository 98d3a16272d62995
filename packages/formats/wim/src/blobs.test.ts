import { ByteWriter, Findings, MemoryAccess, withLimits } from "@adk/core";
import { expect, test } from "vitest";
import { type BlobTable, resolveBlobs, type WimPart } from "./blobs.ts";
import { newHeader, type WimHeader } from "./header.ts";
import { type LookupEntry, ZERO_HASH } from "./lookup-table.ts";
import { RESOURCE_COMPRESSED, RESOURCE_FREE, RESOURCE_METADATA, RESOURCE_SOLID } from "./resource-header.ts";

const SOLID_MARK = 2 ** 32;

function sha1(byte: number): string {
  return byte.toString(16).padStart(2, "0").repeat(20);
}

function entry(byte: number, resource: Partial<LookupEntry["resource"]>, more: Partial<LookupEntry> = {}): LookupEntry {
  const whole = { storedSize: 100, flags: 0, offset: 1000, size: 100, ...resource };
  return { resource: whole, partNumber: 1, referenceCount: 1, sha1: sha1(byte), ...more };
}

/** An entry of a solid resource that lies at `offset`. */
function solid(offset: number, more: Partial<LookupEntry> = {}): LookupEntry {
  return entry(0, { flags: RESOURCE_SOLID, size: SOLID_MARK, offset }, { sha1: ZERO_HASH, ...more });
}

/** A blob of `size` bytes at `offset` of the run. */
function member(byte: number, offset: number, size: number): LookupEntry {
  return entry(byte, { flags: RESOURCE_SOLID, storedSize: size, offset, size: 0 });
}

/** A file with headers of solid resources of so many uncompressed bytes at the given places. */
async function resolved(
  entries: LookupEntry[],
  solids: Record<number, number> = {},
  header: Partial<WimHeader> = {},
): Promise<BlobTable & { codes: string[] }> {
  const bytes = new Uint8Array(4000);
  for (const [offset, size] of Object.entries(solids)) {
    bytes.set(new ByteWriter().size64(size).u32(32768).u32(2).finish(), Number(offset));
  }
  const access = new MemoryAccess(bytes);
  const part: WimPart = {
    access,
    header: { ...newHeader("lzx", 32768, new Uint8Array(16)), version: 0xe00, ...header },
  };
  const findings = new Findings();
  const table = await resolveBlobs(entries, part, new Map([[1, part]]), withLimits({ memoryBytes: 2 ** 24 }), findings);
  return { ...table, codes: findings.list.map(({ code }) => code) };
}

function places({ blobs }: BlobTable): unknown[] {
  return [...blobs.values()].map(({ sha1: hash, size, storage }) => {
    return storage.kind === "solid"
      ? [hash.slice(0, 2), size, storage.solid.resource.offset, storage.offset]
      : [hash.slice(0, 2), size, storage.resource.offset];
  });
}

test("metadata in the order of the table, blobs by hash; what counts for nothing is passed over", async () => {
  const table = await resolved([
    entry(1, {}),
    entry(9, { flags: RESOURCE_METADATA }),
    entry(2, { flags: RESOURCE_FREE }),
    entry(3, { storedSize: 0, size: 0 }),
    entry(0, {}, { sha1: ZERO_HASH }),
    entry(4, {}, { partNumber: 2 }),
    entry(7, { flags: RESOURCE_METADATA }, { referenceCount: 0 }),
    entry(8, { flags: RESOURCE_METADATA }),
    entry(1, { offset: 2000 }),
  ]);
  expect(places(table)).toEqual([["01", 100, 1000]]);
  expect(table.metadata.map((blob) => blob.sha1.slice(0, 2))).toEqual(["09", "08"]);
  expect(table.codes).toEqual([]);
});

test("resources with impossible sizes are left out; of metadata they keep the place", async () => {
  const table = await resolved([
    entry(1, { offset: 3901 }),
    entry(2, { size: 101 }),
    entry(3, { flags: RESOURCE_COMPRESSED, size: 99 }),
    entry(4, { flags: RESOURCE_COMPRESSED, size: 100 }),
    entry(5, { flags: RESOURCE_COMPRESSED, size: 40_000, storedSize: 3999, offset: 1 }),
    entry(6, { flags: RESOURCE_METADATA, offset: 1e9 }),
    entry(7, { flags: RESOURCE_METADATA }),
  ]);
  expect(places(table)).toEqual([
    ["04", 100, 1000],
    ["05", 40_000, 1],
  ]);
  expect(table.codes).toEqual(["WIM_RESOURCE_OUTSIDE_FILE", "WIM_RESOURCE_BAD_SIZE", "WIM_RESOURCE_BAD_SIZE"]);
  expect(table.metadata.map((blob) => blob.sha1.slice(0, 2))).toEqual(["06", "07"]);
});

test("the offsets of a solid run count through all its resources", async () => {
  const run = [solid(100), member(1, 0, 40), member(2, 40, 60), solid(300), member(3, 100, 50), member(4, 149, 1)];
  const table = await resolved(run, { 100: 100, 300: 50 });
  expect(places(table)).toEqual([
    ["01", 40, 100, 0],
    ["02", 60, 100, 40],
    ["03", 50, 300, 0],
    ["04", 1, 300, 49],
  ]);
  expect(table.codes).toEqual([]);
});

test("an entry that is not solid ends a run", async () => {
  const table = await resolved([solid(100), member(1, 0, 9), entry(5, {}), solid(300), member(2, 0, 9)], {
    100: 10,
    300: 10,
  });
  expect(places(table)).toEqual([
    ["01", 9, 100, 0],
    ["05", 100, 1000],
    ["02", 9, 300, 0],
  ]);
});

test("a blob across the border of two resources, or beyond the last, is in none", async () => {
  const run = [
    solid(100),
    solid(300),
    member(1, 90, 20),
    member(2, 140, 11),
    member(3, 2 ** 52, 1),
    member(4, 100, 50),
  ];
  const table = await resolved(run, { 100: 100, 300: 50 });
  expect(places(table)).toEqual([["04", 50, 300, 0]]);
  expect(table.codes).toEqual(["WIM_BLOB_OUTSIDE_SOLID", "WIM_BLOB_OUTSIDE_SOLID", "WIM_BLOB_OUTSIDE_SOLID"]);
});

test("a resource that cannot be read costs its own blobs, not those behind it", async () => {
  for (const [bad, code] of [
    [solid(100, { partNumber: 2 }), "WIM_OTHER_PART"],
    [solid(1e6), "WIM_RESOURCE_OUTSIDE_FILE"],
    [solid(2000), "WIM_BAD_SOLID_RESOURCE"],
  ] as const) {
    const table = await resolved([bad, member(1, 0, 30), member(2, 30, 70), solid(300), member(3, 100, 50)], {
      300: 50,
    });
    expect(places(table)).toEqual([["03", 50, 300, 0]]);
    expect(table.codes).toEqual([code]);
  }
});

test("in a file of the usual version the bit means nothing", async () => {
  const table = await resolved([entry(1, { flags: RESOURCE_SOLID })], {}, { version: 0x10d00 });
  expect(places(table)).toEqual([["01", 100, 1000]]);
});

test("a long run takes no longer than its length", async () => {
  const count = 20_000;
  const resources = Array.from({ length: count }, () => solid(100));
  const members = Array.from({ length: count }, (_, i) => ({
    ...member(1, i * 100, 100),
    sha1: (2 ** 40 + i).toString(16).padStart(40, "0"),
  }));
  const table = await resolved([...resources, ...members], { 100: 100 });
  expect(table.blobs.size).toBe(count);
});
