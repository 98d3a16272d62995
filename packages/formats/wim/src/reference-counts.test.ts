import { expect, test } from "vitest";
import { newHeader, WIM_VERSION_DEFAULT, WIM_VERSION_SOLID } from "./header.ts";
import { type LookupEntry, ZERO_HASH } from "./lookup-table.ts";
import { recountEntries } from "./reference-counts.ts";
import { RESOURCE_FREE, RESOURCE_METADATA, RESOURCE_SOLID } from "./resource-header.ts";
import { SOLID_MARK } from "./solid-run.ts";

const HEADER = { ...newHeader("lzx", 32768, new Uint8Array(16)), version: WIM_VERSION_SOLID };

const hashOf = (name: string) => Buffer.from(name.padEnd(20)).toString("hex");

function entry(name: string, flags = 0, size = 10): LookupEntry {
  const sha1 = name === "" ? ZERO_HASH : hashOf(name);
  return { resource: { storedSize: 10, flags, offset: 0, size }, partNumber: 1, referenceCount: 1, sha1 };
}

const solid = () => entry("", RESOURCE_SOLID, SOLID_MARK);
const member = (name: string) => entry(name, RESOURCE_SOLID, 0);
const metadata = () => entry("metadata", RESOURCE_METADATA);

const references = (counts: Record<string, number>) =>
  new Map(Object.entries(counts).map(([name, count]) => [hashOf(name), count]));

/** Names with their counts; `#` for a solid resource. */
function summary(entries: readonly LookupEntry[]): string {
  return entries
    .map(({ sha1, referenceCount }) =>
      sha1 === ZERO_HASH ? "#" : `${Buffer.from(sha1, "hex").toString().trim()}${referenceCount}`,
    )
    .join(" ");
}

test("blobs are counted over all images, and left out where nothing refers to them", () => {
  const entries = [entry("a"), entry("b"), metadata(), entry("c"), entry("free", RESOURCE_FREE), metadata()];
  const counted = recountEntries(entries, HEADER, [references({ a: 2 }), references({ a: 1, c: 1 })]);
  expect(summary(counted)).toBe("a3 metadata1 c1 free1 metadata1");
});

test("a blob that is listed twice is kept twice", () => {
  expect(summary(recountEntries([entry("a"), entry("a")], HEADER, [references({ a: 1 })]))).toBe("a1 a1");
});

test("where an image is not known, counts only grow", () => {
  const counted = recountEntries([entry("a"), entry("b")], HEADER, [references({ a: 4 }), undefined]);
  expect(summary(counted)).toBe("a4 b1");
});

test("a solid run keeps its resources while one blob of it is left", () => {
  const run = [solid(), member("a"), member("b"), solid(), member("c")];
  expect(summary(recountEntries(run, HEADER, [references({ b: 2 })]))).toBe("# b2 #");
  expect(summary(recountEntries(run, HEADER, [references({})]))).toBe("");
  // Two resources may also stand before all their blobs.
  const together = [solid(), solid(), member("a"), member("b")];
  expect(summary(recountEntries(together, HEADER, [references({ b: 1 })]))).toBe("# # b1");
});

test("runs that stood apart stay apart", () => {
  const entries = [
    solid(),
    member("a"),
    entry("x"),
    entry("y"),
    solid(),
    member("b"),
    entry("z"),
    solid(),
    member("c"),
  ];
  const counted = recountEntries(entries, HEADER, [references({ a: 1, b: 1, c: 1 })]);
  expect(summary(counted)).toBe("# a1 y0 # b1 z0 # c1");
  const middleGone = recountEntries(entries, HEADER, [references({ a: 1, z: 1, c: 1 })]);
  expect(summary(middleGone)).toBe("# a1 z1 # c1");
});

test("in files of other versions no entry is solid", () => {
  const header = { ...HEADER, version: WIM_VERSION_DEFAULT };
  expect(summary(recountEntries([member("a"), member("b")], header, [references({ b: 1 })]))).toBe("b1");
});
