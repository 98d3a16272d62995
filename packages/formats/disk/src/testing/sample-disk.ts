import { readFileSync } from "node:fs";
import { join } from "node:path";
import { AtomicFile, openDirectory, type Volume } from "@adk/core";
import { makeTree, noise, type Tree, temporaryDirectory } from "@adk/testing";
import { type FatOptions, fatPieces, planFat } from "../fat/write.ts";
import { type FatDiskOptions, fatDiskPieces, planFatDisk } from "../fat-disk.ts";
import type { DiskPieces } from "../pieces.ts";

export const TREE: Tree = {
  "boot/boot.sdi": noise(3000, 1),
  "efi/boot/bootx64.efi": noise(70_000, 2),
  "docs/A long name with ünïcödé.txt": "one",
  "docs/a long name with unicode.TXT": "two",
  "docs/Mixed.Txt": "three",
  "docs/deep/er/still/x": "four",
  "empty/": "",
  "nothing.txt": "",
};

export async function sampleVolume(tree: Tree = TREE): Promise<Volume> {
  return openDirectory(await makeTree(tree));
}

/** A disk of pieces in memory. */
export async function collect(size: number, pieces: DiskPieces): Promise<Uint8Array> {
  const disk = new Uint8Array(size);
  let end = 0;
  for await (const { offset, bytes } of pieces) {
    if (offset < end) throw new Error(`a piece at ${offset} begins before the end of the last one, ${end}`);
    disk.set(bytes, offset);
    end = offset + bytes.length;
  }
  return disk;
}

export async function sampleFat(options: FatOptions = {}, tree: Tree = TREE): Promise<Uint8Array> {
  const plan = await planFat(await sampleVolume(tree), options);
  return collect(plan.size, fatPieces(plan));
}

export async function sampleDisk(options: FatDiskOptions, tree: Tree = TREE): Promise<Uint8Array> {
  const plan = await planFatDisk(await sampleVolume(tree), options);
  return collect(plan.size, fatDiskPieces(plan));
}

/** What a writer puts into a file. */
export async function written(write: (file: AtomicFile) => Promise<void>): Promise<Uint8Array> {
  const path = join(temporaryDirectory(), "disk");
  await using file = await AtomicFile.create(path);
  await write(file);
  await file.commit();
  return new Uint8Array(readFileSync(path));
}
