import { crc32 } from "node:zlib";
import { MemoryAccess, type RandomAccess, walk } from "@adk/core";
import { fuzz, mutate, orRefused, type Random } from "@adk/testing";
import { expect, test } from "vitest";
import {
  checkFat,
  openDiskImage,
  openFat,
  openFatVolume,
  piecesOf,
  readDiskParts,
  writeVhd,
  writeVhdx,
} from "./index.ts";
import { PatchedAccess } from "./testing/patched-access.ts";
import { sampleDisk, written } from "./testing/sample-disk.ts";
import { vhdChecksum } from "./vhd/footer.ts";
import { structureChecksum } from "./vhdx/crc32c.ts";
import { dirtyVhdx } from "./vhdx/dirty-sample.ts";

const KIB = 1024;
const MIB = 2 ** 20;
const ID = new Uint8Array(16).fill(7);
const GUID = "07070707-0707-4707-8707-070707070707";

/** A structure of a disk, and how its checksum is made right again so that the damage behind it is seen. */
interface Structure {
  readonly offset: number;
  readonly length: number;
  repair?(bytes: DataView, whole: Uint8Array): void;
}

interface DiskSample {
  readonly bytes: Uint8Array;
  readonly structures: readonly Structure[];
}

const GPT: Structure = {
  offset: 512,
  length: 92,
  repair: (view, bytes) => {
    view.setUint32(16, 0, true);
    view.setUint32(16, crc32(bytes), true);
  },
};
const vhdStructure = (offset: number, length: number, checksumAt: number): Structure => ({
  offset,
  length,
  repair: (view, bytes) => view.setUint32(checksumAt, vhdChecksum(bytes, checksumAt)),
});
const vhdxStructure = (offset: number, length: number): Structure => ({
  offset,
  length,
  repair: (view, bytes) => view.setUint32(4, structureChecksum(bytes), true),
});
/** Boot sector, first table, directories of a FAT12 or FAT16 volume at 1 MiB. */
const FAT: readonly Structure[] = [
  { offset: MIB, length: 70 },
  { offset: MIB + 512, length: 512 },
  { offset: MIB + 6 * KIB, length: 34 * KIB },
];

async function samples(): Promise<DiskSample[]> {
  const [gpt, mbr] = [await sampleDisk({ scheme: "gpt", kind: 12 }), await sampleDisk({ scheme: "mbr", kind: 16 })];
  const pieces = () => piecesOf(new MemoryAccess(gpt));
  const vhd = await written((file) => writeVhd(file, gpt.length, pieces(), { type: "dynamic", id: ID, time: 0 }));
  const vhdx = await written((file) => writeVhdx(file, gpt.length, pieces(), { type: "dynamic", id: GUID }));
  const changes = [
    { offset: 3 * MIB, bytes: 64 * KIB },
    { offset: 4 * MIB, bytes: vhdx.slice(4 * MIB, 4 * MIB + 4 * KIB) },
  ];
  const dirty = dirtyVhdx(vhdx, GUID, [changes, [{ offset: 5 * MIB, bytes: 8 * KIB }]]);
  const footer = vhdStructure(vhd.length - 512, 512, 64);
  const head = [64, 128].map((at) => vhdxStructure(at * KIB, 4 * KIB));
  const regions = [192, 256].map((at) => vhdxStructure(at * KIB, 64 * KIB));
  return [
    { bytes: gpt, structures: [{ offset: 446, length: 66 }, GPT, { offset: 1024, length: 256 }] },
    { bytes: gpt, structures: FAT },
    { bytes: dirty, structures: [vhdxStructure(MIB, 8 * KIB), vhdxStructure(MIB + 8 * KIB, 4 * KIB), ...head] },
    { bytes: mbr, structures: [{ offset: 446, length: 66 }, ...FAT] },
    { bytes: vhd, structures: [footer, vhdStructure(512, 1024, 36), { offset: 1536, length: 16 }] },
    {
      bytes: vhdx,
      structures: [
        ...head,
        ...regions,
        { offset: 2 * MIB, length: 250 },
        { offset: 2 * MIB + 64 * KIB, length: 50 },
        { offset: 3 * MIB, length: 16 },
      ],
    },
  ];
}

/** The disk with one or two structures damaged, half of them with a right checksum, now and then cut off. */
function damaged({ bytes, structures }: DiskSample, next: Random): RandomAccess {
  const patches = Array.from({ length: 1 + (next() % 2) }, () => {
    const { offset, length, repair } = structures[next() % structures.length] as Structure;
    const start = Math.min(length, next() % 2 ? 100 : length);
    const own = bytes.slice(offset, offset + length);
    own.set(mutate({ bytes: own.slice(0, start), regions: [[0, start]] }, next).subarray(0, start));
    if (next() % 2) repair?.(new DataView(own.buffer), own);
    return { offset, bytes: own };
  });
  const size = next() % 32 === 0 ? next() % bytes.length : bytes.length;
  return new PatchedAccess(new MemoryAccess(bytes, "disk"), patches, size);
}

test("damaged disks", { timeout: 0 }, async () => {
  const all = await samples();
  const outcomes = { refused: 1 / 50, found: 1 / 10, sound: 1 / 50 };
  await fuzz({ executions: 1000, mostTime: 2000, outcomes }, async (next) => {
    const access = damaged(all[next() % all.length] as DiskSample, next);
    const image = await orRefused(() => openDiskImage(access));
    const disk = await orRefused(async () => image?.openDisk());
    if (!image || !disk) return "refused";
    const parts = await orRefused(() => readDiskParts(disk, image.findings));
    if (!parts) return "refused";
    let isSound = image.findings.list.length === 0;
    for (const { access: inside, fileSystem } of parts.parts) {
      const fat = inside && fileSystem === "fat" ? await orRefused(() => openFat(inside)) : undefined;
      if (fat) await readAll(fat);
      isSound &&= fat !== undefined && fat.findings.list.length === 0;
    }
    return isSound ? "sound" : "found";
  });
});

/** Checks and reads what there is, and sees that names stay within their directory. */
async function readAll(fat: Awaited<ReturnType<typeof openFat>>): Promise<void> {
  await orRefused(() => checkFat(fat));
  const volume = openFatVolume(fat);
  for await (const batch of walk(volume)) {
    for (const entry of batch) {
      expect(/[/\\\0]/.test(entry.name) || entry.name === "..", entry.path).toBe(false);
      if (entry.size > 0 && entry.size < MIB) await orRefused(() => volume.read(entry));
    }
  }
}
