import { copyFileSync, mkdirSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { FileAccess, MemoryAccess } from "@adk/core";
import { adkError, noise, temporaryDirectory } from "@adk/testing";
import { beforeAll, expect, onTestFinished, test } from "vitest";
import { type DiskImage, openDiskImage } from "./disk-image.ts";
import { parentNames } from "./parent.ts";
import { piecesOf } from "./pieces.ts";
import { collect, written } from "./testing/sample-disk.ts";
import { differencingVhd } from "./vhd/differencing-sample.ts";
import { writeVhd } from "./vhd/write.ts";
import { differencingVhdx } from "./vhdx/differencing-sample.ts";
import { openVhdx } from "./vhdx/vhdx-disk.ts";
import { writeVhdx } from "./vhdx/write.ts";

const MIB = 2 ** 20;
const SIZE = 9 * MIB;
const SECTOR = 512;
/** Disks in a row, each with other sectors than the one before. */
const DISKS: Uint8Array[] = [];
/** Sectors that each disk changes, at the ends of blocks too. */
const CHANGES = [[], [0, 1, 4095, 4096, 9000], [1, 4094, 9001, SIZE / SECTOR - 1]];

beforeAll(() => {
  const base = new Uint8Array(SIZE);
  base.set(noise(3 * MIB, 1), MIB);
  for (const [i, sectors] of CHANGES.entries()) {
    const disk = (DISKS.at(-1) ?? base).slice();
    for (const sector of sectors) disk.set(noise(SECTOR, 100 * i + sector), sector * SECTOR);
    DISKS.push(disk);
  }
});

const sectorOf = (disk: Uint8Array, sector: number) => disk.subarray(sector * SECTOR, (sector + 1) * SECTOR);
const idOf = (i: number) => new Uint8Array(16).fill(i + 1);
const guidOf = (i: number) => `${i + 1}`.repeat(8).concat("-0000-4000-8000-000000000000");

/** base.vhd <- first.vhd <- second.vhd */
async function vhds(directory: string, base: "fixed" | "dynamic"): Promise<string> {
  const pieces = piecesOf(new MemoryAccess(DISKS[0] as Uint8Array));
  const first = await written((file) => writeVhd(file, SIZE, pieces, { type: base, id: idOf(0), time: 0 }));
  const names = ["base.vhd", "first.vhd", "second.vhd"];
  writeFileSync(join(directory, "base.vhd"), first);
  for (const i of [1, 2]) {
    const sectors = new Map((CHANGES[i] as number[]).map((at) => [at, sectorOf(DISKS[i] as Uint8Array, at)]));
    const parent = { id: idOf(i - 1), path: `..\\elsewhere\\${names[i - 1]}` };
    writeFileSync(join(directory, names[i] as string), differencingVhd(SIZE, idOf(i), parent, sectors));
  }
  return join(directory, "second.vhd");
}

/** base.vhdx <- first.avhdx <- second.avhdx */
async function vhdxs(directory: string): Promise<string> {
  const names = ["base.vhdx", "first.avhdx", "second.avhdx"];
  let parent = "";
  for (const [i, disk] of DISKS.entries()) {
    const changed = new Uint8Array(SIZE).fill(0xee);
    for (const at of CHANGES[i] as number[]) changed.set(sectorOf(disk, at), at * SECTOR);
    // Blocks that nothing of changed are those of the parent.
    for (const block of [1, 3]) if (i === 2) changed.fill(0, block * 2 * MIB, (block + 1) * 2 * MIB);
    const pieces = piecesOf(new MemoryAccess(i === 0 ? disk : changed));
    const vhdx = await written((file) => writeVhdx(file, SIZE, pieces, { type: "dynamic", id: guidOf(i) }));
    const bytes = i === 0 ? vhdx : differencingVhdx(vhdx, parent, `.\\${names[i - 1]}`, CHANGES[i] as number[]);
    parent = (await openVhdx(new MemoryAccess(vhdx))).header.dataWriteGuid;
    writeFileSync(join(directory, names[i] as string), bytes);
  }
  return join(directory, "second.avhdx");
}

async function open(path: string): Promise<DiskImage> {
  const access = await FileAccess.open(path);
  onTestFinished(() => access.close());
  return openDiskImage(access);
}

async function expectDisk(path: string, expected: Uint8Array, parents?: readonly string[]): Promise<void> {
  const image = await open(path);
  const disk = await image.openDisk({ parents });
  expect(Buffer.compare(await disk.read(0, disk.size), expected)).toBe(0);
  expect(Buffer.compare(await collect(disk.size, piecesOf(disk)), expected)).toBe(0);
  // Over the ends of sectors and blocks.
  for (const at of [0, 511, 2 * MIB - 700, 4607 * 1000]) {
    expect(Buffer.compare(await disk.read(at, 3000), expected.subarray(at, at + 3000))).toBe(0);
  }
  expect(image.findings.list).toEqual([]);
  await disk.close();
}

test.each(["fixed", "dynamic"] as const)("VHD upon VHD upon a %s one", async (base) => {
  await expectDisk(await vhds(temporaryDirectory(), base), DISKS[2] as Uint8Array);
});

test("VHDX upon VHDX upon VHDX", async () => {
  await expectDisk(await vhdxs(temporaryDirectory()), DISKS[2] as Uint8Array);
});

test("a parent elsewhere is opened where it is named, and only there", async () => {
  const directory = temporaryDirectory();
  const [own, elsewhere] = [join(directory, "own"), join(directory, "elsewhere")];
  mkdirSync(own);
  mkdirSync(elsewhere);
  // It says that its parent is ..\\elsewhere\\first.vhd, and there it is.
  const child = join(own, "second.vhd");
  copyFileSync(await vhds(elsewhere, "dynamic"), child);
  const image = await open(child);
  await expect(image.openDisk()).rejects.toThrow(adkError("VHD_NEEDS_PARENT"));
  await expectDisk(child, DISKS[2] as Uint8Array, [join(elsewhere, "first.vhd")]);
  const named = (name: string) => image.openDisk({ parents: [join(elsewhere, name)] });
  await expect(named("base.vhd")).rejects.toThrow(adkError("DISK_WRONG_PARENT"));
  await expect(named("absent.vhd")).rejects.toThrow(adkError("FILE_NOT_FOUND"));
  await expect((await openDiskImage(new MemoryAccess(await readFile(child)))).openDisk()).rejects.toThrow(
    adkError("VHD_NEEDS_PARENT"),
  );
});

test("a disk that is its own parent, or has another's name", async () => {
  const directory = temporaryDirectory();
  for (const [name, parent] of [
    ["loop.vhd", 1],
    ["other.vhd", 7],
  ] as const) {
    const path = join(directory, name);
    writeFileSync(path, differencingVhd(SIZE, idOf(1), { id: idOf(parent), path: ".\\loop.vhd" }, new Map()));
    await expect((await open(path)).openDisk(), name).rejects.toThrow(adkError("DISK_WRONG_PARENT"));
  }
});

test("a VHDX whose parent was changed since no longer fits", async () => {
  const directory = temporaryDirectory();
  const path = await vhdxs(directory);
  const pieces = piecesOf(new MemoryAccess(DISKS[0] as Uint8Array));
  const other = await written((file) => writeVhdx(file, SIZE, pieces, { type: "dynamic", id: guidOf(8) }));
  writeFileSync(join(directory, "base.vhdx"), other);
  await expect((await open(path)).openDisk()).rejects.toThrow(adkError("DISK_WRONG_PARENT"));
});

test("only the name of a parent's path counts", () => {
  const paths = ["C:\\Users\\x\\base.vhd", "..\\..\\etc/passwd", "..", "a\\..", "", ".\\base.vhd", "x\0y"];
  expect(parentNames({ ids: [], paths })).toEqual(["base.vhd", "passwd"]);
});
