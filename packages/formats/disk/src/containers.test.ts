import { join } from "node:path";
import { AtomicFile, FileAccess, MemoryAccess, type RandomAccess } from "@adk/core";
import { adkError, noise, orRefused, temporaryDirectory } from "@adk/testing";
import fc from "fast-check";
import { expect, test } from "vitest";
import { openDiskImage } from "./disk-image.ts";
import { openDiskVolume, readDiskParts } from "./disk-volume.ts";
import { piecesOf } from "./pieces.ts";
import { writeRaw } from "./raw.ts";
import { collect, sampleDisk, written } from "./testing/sample-disk.ts";
import { geometryOf } from "./vhd/geometry.ts";
import { writeVhd } from "./vhd/write.ts";
import { crc32c } from "./vhdx/crc32c.ts";
import { writeVhdx } from "./vhdx/write.ts";

const MIB = 2 ** 20;
const ID = Uint8Array.from({ length: 16 }, (_, i) => i);
const GUID = "03020100-0504-4706-8809-0a0b0c0d0e0f";

const WRITERS = {
  raw: (disk: Uint8Array) => written((file) => writeRaw(file, disk.length, piecesOf(new MemoryAccess(disk)))),
  "vhd fixed": (disk: Uint8Array) => vhd(disk, "fixed"),
  "vhd dynamic": (disk: Uint8Array) => vhd(disk, "dynamic"),
  "vhdx fixed": (disk: Uint8Array) => vhdx(disk, "fixed"),
  "vhdx dynamic": (disk: Uint8Array) => vhdx(disk, "dynamic"),
};
const NAMES = Object.keys(WRITERS) as (keyof typeof WRITERS)[];

function vhd(disk: Uint8Array, type: "fixed" | "dynamic"): Promise<Uint8Array> {
  const pieces = piecesOf(new MemoryAccess(disk));
  return written((file) => writeVhd(file, disk.length, pieces, { type, id: ID, time: 1_700_000_000 }));
}

function vhdx(disk: Uint8Array, type: "fixed" | "dynamic"): Promise<Uint8Array> {
  return written((file) => writeVhdx(file, disk.length, piecesOf(new MemoryAccess(disk)), { type, id: GUID }));
}

/** The disk in a file, by its pieces and by one read. */
async function diskIn(bytes: Uint8Array): Promise<Uint8Array> {
  const image = await openDiskImage(new MemoryAccess(bytes, "image"));
  const disk = await image.openDisk();
  expect(image.findings.list).toEqual([]);
  const pieces = await collect(disk.size, piecesOf(disk));
  expect(Buffer.compare(pieces, await disk.read(0, disk.size))).toBe(0);
  return pieces;
}

test.each(NAMES)("%s: any disk is read as it was written", async (name) => {
  const range = fc.record({ at: fc.nat(6 * MIB - 1), length: fc.nat(MIB), seed: fc.nat(100) });
  await fc.assert(
    fc.asyncProperty(fc.array(range, { maxLength: 3 }), fc.integer({ min: 1, max: 6 }), async (ranges, mebibytes) => {
      const disk = new Uint8Array(mebibytes * MIB);
      for (const { at, length, seed } of ranges) {
        if (at < disk.length) disk.set(noise(Math.min(length, disk.length - at), seed), at);
      }
      expect(Buffer.compare(await diskIn(await WRITERS[name](disk)), disk)).toBe(0);
    }),
    { numRuns: 8 },
  );
});

test.each(NAMES)("%s: the files of a partition in it", async (name) => {
  const disk = await sampleDisk({ scheme: "gpt", kind: 12, free: 1000 });
  await using volume = await openDiskVolume(new MemoryAccess(await WRITERS[name](disk), "image"), 1);
  const entry = await volume.lookup("/docs/mixed.txt");
  expect(new TextDecoder().decode(await volume.read(entry!))).toBe("three");
});

test("an MBR counts in the sectors that a VHDX says", async () => {
  const disk = await sampleDisk({ scheme: "mbr", kind: 12 });
  const view = new DataView(disk.buffer);
  for (const at of [454, 458]) view.setUint32(at, view.getUint32(at, true) / 8, true);
  const file = await vhdx(disk, "dynamic");
  // The fourth item of the metadata: bytes of a sector.
  new DataView(file.buffer).setUint32(2 * MIB + 64 * 1024 + 32, 4096, true);
  const image = await openDiskImage(new MemoryAccess(file, "image"));
  const { table } = await readDiskParts(await image.openDisk(), image.findings);
  expect(table).toMatchObject({ sectorBytes: 4096, partitions: [{ offset: MIB, length: disk.length - MIB }] });
  await using volume = await openDiskVolume(new MemoryAccess(file, "image"), 1);
  expect((await volume.lookup("/docs/mixed.txt"))?.size).toBe(5);
});

test("zeros take no room in dynamic files", async () => {
  const disk = new Uint8Array(64 * MIB);
  disk[33 * MIB] = 1;
  expect((await vhd(disk, "dynamic")).length).toBe(2 * MIB + 3 * 512 + 512 + 512 + 512);
  expect((await vhdx(disk, "dynamic")).length).toBe(6 * MIB);
});

test("sizes are whole mebibytes, as Azure needs them", async () => {
  const disk = noise(100_000, 1);
  for (const make of [vhd, vhdx]) {
    const read = await diskIn(await make(disk, "fixed"));
    expect(read.length).toBe(MIB);
    expect(Buffer.compare(read.subarray(0, disk.length), disk)).toBe(0);
  }
});

test("the geometry of the specification", () => {
  // As Windows and QEMU wrote it for these sizes.
  expect(geometryOf(4 * MIB)).toEqual({ cylinders: 120, heads: 4, sectorsPerTrack: 17 });
  expect(geometryOf(2 ** 30)).toEqual({ cylinders: 2080, heads: 16, sectorsPerTrack: 63 });
  expect(geometryOf(2 ** 40)).toEqual({ cylinders: 65535, heads: 16, sectorsPerTrack: 255 });
});

test("CRC-32C", () => {
  expect(crc32c(new TextEncoder().encode("123456789"))).toBe(0xe3069283);
  // RFC 3720, B.4: 32 bytes of zeros, of ones, counted up.
  expect(crc32c(new Uint8Array(32))).toBe(0x8a9136aa);
  expect(crc32c(new Uint8Array(32).fill(0xff))).toBe(0x62a8ab43);
  expect(crc32c(Uint8Array.from({ length: 32 }, (_, i) => i))).toBe(0x46dd794e);
});

test("of structures that are there twice one is enough", async () => {
  const disk = noise(3 * MIB, 1);
  const damaged = async (bytes: Uint8Array, ...at: number[]) => {
    for (const each of at) bytes[each] = (bytes[each] as number) ^ 0xff;
    const image = await openDiskImage(new MemoryAccess(bytes, "image"));
    const opened = await image.openDisk();
    expect(Buffer.compare((await opened.read(0, disk.length)).slice(0, disk.length), disk)).toBe(0);
    return image.findings.list.map(({ code }) => code);
  };
  const dynamic = await vhd(disk, "dynamic");
  expect(await damaged(dynamic.slice(), dynamic.length - 100)).toEqual(["VHD_FOOTER_FROM_COPY"]);
  const file = await vhdx(disk, "dynamic");
  expect(await damaged(file.slice(), 64 * 1024 + 100)).toEqual(["VHDX_COPY_DAMAGED"]);
  expect(await damaged(file.slice(), 192 * 1024 + 100)).toEqual(["VHDX_COPY_DAMAGED"]);
  await expect(damaged(file.slice(), 64 * 1024 + 100, 128 * 1024 + 100)).rejects.toThrow(adkError("VHDX_BAD_HEADER"));
});

test("every truncation is refused or found", async () => {
  const disk = noise(2 * MIB, 1);
  for (const name of NAMES.filter((each) => each !== "raw")) {
    const bytes = await WRITERS[name](disk);
    for (let size = 0; size < bytes.length; size += 97_531) {
      const image = await orRefused(() => openDiskImage(new MemoryAccess(bytes.subarray(0, size), "cut")));
      const opened = await orRefused(async () => image?.openDisk());
      if (image && image.format !== "raw" && opened) expect(image.findings.list, `${name} ${size}`).not.toEqual([]);
    }
  }
});

test("a VHDX of terabytes in a few bytes is read in small parts", async () => {
  const path = join(temporaryDirectory(), "large.vhdx");
  await using file = await AtomicFile.create(path);
  const size = 3 * 2 ** 40;
  const pieces = [{ offset: size - 700, bytes: noise(700, 1) }];
  await writeVhdx(file, size, pieces, { type: "dynamic", id: GUID });
  await file.commit();
  const access = await FileAccess.open(path);
  let largest = 0;
  const counted: RandomAccess = {
    name: path,
    size: access.size,
    read(offset, length, into) {
      largest = Math.max(largest, length);
      return access.read(offset, length, into);
    },
    close: () => access.close(),
  };
  const image = await openDiskImage(counted);
  const disk = await image.openDisk();
  expect(image.findings.list).toEqual([]);
  expect(disk.size).toBe(size);
  const found: number[] = [];
  for await (const { offset, bytes } of piecesOf(disk)) found.push(offset + bytes.length);
  expect(found).toEqual([size]);
  expect(Buffer.compare(await disk.read(size - 700, 700), noise(700, 1))).toBe(0);
  expect(largest).toBeLessThanOrEqual(2 ** 21);
  await disk.close();
});

test("blocks that lie over each other or over a table are found", async () => {
  const file = await vhdx(noise(6 * MIB, 1), "dynamic");
  const view = new DataView(file.buffer);
  const codes = async (bytes: Uint8Array) => {
    const image = await openDiskImage(new MemoryAccess(bytes, "image"));
    await image.openDisk();
    return image.findings.list.map(({ code }) => code);
  };
  // Entries of the table at 3 MiB: mebibyte 4 is the first block, 6 the second one.
  view.setUint32(3 * MIB + 8, (5 << 20) | 6, true);
  expect(await codes(file)).toEqual(["VHDX_BLOCK_TWICE"]);
  view.setUint32(3 * MIB + 8, (3 << 20) | 6, true);
  expect(await codes(file)).toEqual(["VHDX_BLOCK_TWICE"]);
  view.setUint32(3 * MIB + 8, (9 << 20) | 6, true);
  expect(await codes(file)).toEqual(["VHDX_BLOCK_OUTSIDE"]);
  const dynamic = await vhd(noise(4 * MIB, 1), "dynamic");
  const table = new DataView(dynamic.buffer, 1536);
  table.setUint32(4, table.getUint32(0) + 100);
  expect(await codes(dynamic)).toEqual(["VHD_BLOCK_TWICE"]);
  table.setUint32(4, 1);
  expect(await codes(dynamic)).toEqual(["VHD_BLOCK_OUTSIDE", "VHD_BLOCK_TWICE"]);
});
