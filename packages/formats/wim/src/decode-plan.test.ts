import { MemoryAccess } from "@adk/core";
import { expect, test } from "vitest";
import type { Blob, WimPart } from "./blobs.ts";
import { type DecodeUnit, planDecoding, planUse } from "./decode-plan.ts";
import { newHeader } from "./header.ts";
import { RESOURCE_COMPRESSED } from "./resource-header.ts";

const part: WimPart = {
  access: new MemoryAccess(new Uint8Array(0)),
  header: newHeader("lzx", 32768, new Uint8Array(16)),
};

function blob(offset: number, storedSize: number, size: number): Blob {
  const resource = { storedSize, flags: RESOURCE_COMPRESSED, offset, size };
  return { sha1: offset.toString(16).padStart(40, "0"), size, storage: { kind: "resource", part, resource } };
}

async function units(blobs: Blob[]): Promise<DecodeUnit[]> {
  const planned: DecodeUnit[] = [];
  for await (const unit of planDecoding(blobs)) planned.push(unit);
  return planned;
}

function sizes(planned: DecodeUnit[]): number[] {
  return planned.map((unit) => (unit.kind === "whole" ? unit.blobs.length : -1));
}

test("small blobs that lie together make one job, in the order of the file", async () => {
  const [unit, ...more] = await units([blob(2000, 500, 900), blob(1000, 500, 900), blob(1500, 500, 900)]);
  expect(more).toEqual([]);
  expect(unit).toMatchObject({ kind: "whole", start: 1000, end: 2500 });
  expect(unit?.kind === "whole" && unit.blobs.map((each) => each.resource.offset)).toEqual([1000, 1500, 2000]);
});

test("blobs far apart, and many of them, make several", async () => {
  expect(sizes(await units([blob(0, 100, 200), blob(100_000, 100, 200)]))).toEqual([1, 1]);
  const megabyte = Array.from({ length: 4 }, (_, i) => blob(i * 500_000, 500_000, 600_000));
  expect(sizes(await units(megabyte))).toEqual([2, 2]);
});

test("what compresses very well is bounded by what it decompresses to", async () => {
  const zeros = Array.from({ length: 20 }, (_, i) => blob(i * 500, 500, 4_000_000));
  expect(sizes(await units(zeros))).toEqual([4, 4, 4, 4, 4]);
  // Many entries of a hostile table for the same bytes.
  const same = Array.from({ length: 10 }, () => blob(0, 500, 4_000_000));
  expect(sizes(await units(same))).toEqual([4, 4, 2]);
});

test("a resource whose table cannot be read fails by itself", async () => {
  const planned = await units([blob(0, 100, 200), blob(500, 1000, 9_000_000)]);
  expect(planned.map(({ kind }) => kind)).toEqual(["whole", "failed"]);
});

test("where workers read by themselves, large blobs are theirs too, the largest first", async () => {
  const access = Object.assign(new MemoryAccess(new Uint8Array(0)), { descriptor: 3 });
  const readable: WimPart = { ...part, access };
  const own = (offset: number, size: number): Blob => {
    const { storage, ...rest } = blob(offset, 1000, size);
    return { ...rest, storage: { ...storage, part: readable } as Blob["storage"] };
  };
  const blobs = [own(0, 900), own(2000, 5_000_000), own(4000, 8_000_000), own(6000, 900), own(8000, 100_000_000)];
  const { independent, ordered } = planUse(blobs, 2);
  expect(independent.map((unit) => (unit.kind === "whole" ? unit.blobs.length : unit.blob.size))).toEqual([
    8_000_000, 5_000_000, 2,
  ]);
  // Too large for one of two workers: all decode it.
  const planned: DecodeUnit[] = [];
  for await (const unit of ordered) planned.push(unit);
  expect(planned.map(({ kind }) => kind)).toEqual(["failed"]);
  expect(planUse(blobs, 1).independent).toHaveLength(4);
});
