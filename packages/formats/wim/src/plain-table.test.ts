import { Findings, MemoryAccess, withLimits } from "@adk/core";
import { expect, test } from "vitest";
import { resolveBlobs, type WimPart } from "./blobs.ts";
import { newHeader } from "./header.ts";
import { type LookupEntry, parseLookupTable, writeLookupTable, ZERO_HASH } from "./lookup-table.ts";
import { plainTable } from "./plain-table.ts";
import { RESOURCE_COMPRESSED, RESOURCE_FREE, RESOURCE_METADATA, type ResourceHeader } from "./resource-header.ts";

const part: WimPart = {
  access: new MemoryAccess(new Uint8Array(10_000)),
  header: newHeader("lzx", 32768, new Uint8Array(16)),
};

function entry(byte: number, resource: Partial<ResourceHeader>, more: Partial<LookupEntry> = {}): LookupEntry {
  const whole = { storedSize: 100, flags: 0, offset: 1000, size: 100, ...resource };
  const sha1 = byte.toString(16).padStart(2, "0").repeat(20);
  return { resource: whole, partNumber: 1, referenceCount: 1, sha1, ...more };
}

test("tells the same as `resolveBlobs` where nothing is wrong", async () => {
  const bytes = writeLookupTable([
    entry(1, {}),
    entry(9, { flags: RESOURCE_METADATA }),
    entry(2, { flags: RESOURCE_COMPRESSED, storedSize: 50, size: 70_000 }),
    // What counts for nothing: of another part, free, without data, without references, twice.
    entry(3, {}, { partNumber: 2 }),
    entry(4, { flags: RESOURCE_FREE }),
    entry(0, {}, { sha1: ZERO_HASH }),
    entry(5, { storedSize: 0, size: 0 }),
    entry(6, { flags: RESOURCE_METADATA }, { referenceCount: 0 }),
    entry(1, { offset: 2000 }),
    entry(8, { flags: RESOURCE_METADATA | RESOURCE_COMPRESSED, size: 300 }),
  ]);
  const table = plainTable(bytes, part);
  const findings = new Findings();
  const entries = parseLookupTable(bytes);
  const resolved = await resolveBlobs(entries, part, new Map([[1, part]]), withLimits({}), findings);
  expect(findings.list).toEqual([]);
  expect(table?.metadata).toEqual(resolved.metadata);
  expect([...(table?.readBlobs() ?? [])]).toEqual([...resolved.blobs]);
  expect(resolved.blobs.size).toBe(2);
});

test.each([
  ["outside the file", { offset: 9_950 }],
  ["with two sizes", { size: 99 }],
  ["stored in more bytes than it can be", { flags: RESOURCE_COMPRESSED, size: 99 }],
  ["of an impossible size", { flags: RESOURCE_COMPRESSED, size: 2 ** 53 }],
])("data %s is left to those who can tell what is wrong", (_, resource) => {
  const bytes = writeLookupTable([entry(1, {}), entry(2, resource)]);
  expect(plainTable(bytes, part)).toBeUndefined();
});

test("so are files that may have solid resources, and tables that end inside an entry", () => {
  const bytes = writeLookupTable([entry(1, {})]);
  expect(plainTable(bytes, { ...part, header: { ...part.header, version: 0xe00 } })).toBeUndefined();
  expect(plainTable(bytes.subarray(1), part)).toBeUndefined();
});
