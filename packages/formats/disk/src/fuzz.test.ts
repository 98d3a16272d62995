import { crc32 } from "node:zlib";
import { MemoryAccess, type RandomAccess, RangeAccess, walk } from "@adk/core";
import { fuzz, mutate, orRefused, type Random } from "@adk/testing";
import { expect, test } from "vitest";
import {
  checkFat,
  type DiskImage,
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
import { differencingVhd } from "./vhd/differencing-sample.ts";
import { vhdChecksum } from "./vhd/footer.ts";
import { structureChecksum } from "./vhdx/crc32c.ts";
import { differencingVhdx } from "./vhdx/differencing-sample.ts";
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
  /** The disk that it differs from. */
  readonly parent?: Uint8Array;
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

const TABLE = { offset: 446, length: 66 };
const GPT_PARTS: readonly Structure[] = [TABLE, GPT, { offset: 1024, length: 256 }];
const HEADERS = [64, 128].map((at) => vhdxStructure(at * KIB, 4 * KIB));
const REGIONS = [192, 256].map((at) => vhdxStructure(at * KIB, 64 * KIB));
const METADATA: readonly Structure[] = [
  { offset: 2 * MIB, length: 250 },
  { offset: 2 * MIB + 64 * KIB, length: 50 },
];

async function vhdOf(disk: Uint8Array): Promise<Uint8Array> {
  const pieces = piecesOf(new MemoryAccess(disk));
  return written((file) => writeVhd(file, disk.length, pieces, { type: "dynamic", id: ID, time: 0 }));
}

async function vhdxOf(disk: Uint8Array): Promise<Uint8Array> {
  const pieces = piecesOf(new MemoryAccess(disk));
  return written((file) => writeVhdx(file, disk.length, pieces, { type: "dynamic", id: GUID }));
}

/** FAT32 has its boot sector, FSInfo, a table and directories further behind. */
async function fat32(): Promise<DiskSample> {
  const bytes = await sampleDisk({ scheme: "mbr", kind: 32 });
  const { boot } = await openFat(new RangeAccess(new MemoryAccess(bytes), MIB, bytes.length - MIB));
  const [table, data] = [boot.reservedSectors, boot.reservedSectors + boot.fats * boot.sectorsPerFat];
  const structures = [
    { offset: MIB, length: 90 },
    { offset: MIB + 512, length: 512 },
    { offset: MIB + table * 512, length: 600 },
    { offset: MIB + data * 512, length: 8 * KIB },
  ];
  return { bytes, structures };
}

const SAMPLES: Readonly<Record<string, () => Promise<DiskSample>>> = {
  GPT: async () => ({ bytes: await sampleDisk({ scheme: "gpt", kind: 12 }), structures: GPT_PARTS }),
  MBR: async () => ({ bytes: await sampleDisk({ scheme: "mbr", kind: 12 }), structures: [TABLE] }),
  FAT12: async () => ({ bytes: await sampleDisk({ scheme: "gpt", kind: 12 }), structures: FAT }),
  FAT16: async () => ({ bytes: await sampleDisk({ scheme: "mbr", kind: 16 }), structures: FAT }),
  FAT32: fat32,
  async VHD() {
    const bytes = await vhdOf(await sampleDisk({ scheme: "mbr", kind: 12 }));
    const footers = [0, bytes.length - 512].map((at) => vhdStructure(at, 512, 64));
    return { bytes, structures: [...footers, vhdStructure(512, 1024, 36), { offset: 1536, length: 16 }] };
  },
  async "VHD, differencing"() {
    const disk = await sampleDisk({ scheme: "mbr", kind: 12 });
    const sectors = new Map([0, 1, 2048, 4097].map((at) => [at, disk.subarray(at * 512, at * 512 + 512)]));
    const bytes = differencingVhd(disk.length, ID, { id: ID, path: ".\\base.vhd" }, sectors);
    const structures = [vhdStructure(512, 1024, 36), { offset: 1536, length: 16 }, { offset: 2560, length: 512 }];
    return { bytes, structures, parent: disk };
  },
  async VHDX() {
    const bytes = await vhdxOf(await sampleDisk({ scheme: "gpt", kind: 12 }));
    return { bytes, structures: [...HEADERS, ...REGIONS, ...METADATA, { offset: 3 * MIB, length: 16 }] };
  },
  async "VHDX with a log"() {
    const vhdx = await vhdxOf(await sampleDisk({ scheme: "gpt", kind: 12 }));
    const changes = [
      { offset: 3 * MIB, bytes: 64 * KIB },
      { offset: 4 * MIB, bytes: vhdx.slice(4 * MIB, 4 * MIB + 4 * KIB) },
    ];
    const bytes = dirtyVhdx(vhdx, GUID, [changes, [{ offset: 5 * MIB, bytes: 8 * KIB }]]);
    return { bytes, structures: [vhdxStructure(MIB, 8 * KIB), vhdxStructure(MIB + 8 * KIB, 4 * KIB), ...HEADERS] };
  },
  async "VHDX, differencing"() {
    const disk = await sampleDisk({ scheme: "gpt", kind: 12 });
    const vhdx = await vhdxOf(disk);
    const bytes = differencingVhdx(vhdx, GUID, ".\\base.vhdx", [0, 1, 2, 2048, 2049]);
    const structures = [
      ...METADATA,
      { offset: 2 * MIB + 128 * KIB, length: 250 },
      { offset: 3 * MIB, length: 16 },
      { offset: 3 * MIB + 2048 * 8, length: 8 },
      { offset: vhdx.length, length: 600 },
    ];
    return { bytes, structures, parent: disk };
  },
};

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

test.each(Object.keys(SAMPLES))("damaged: %s", { timeout: 0 }, async (name) => {
  const sample = (await SAMPLES[name]?.()) as DiskSample;
  const outcomes = { refused: 0, found: 1 / 200, sound: 0 };
  await fuzz({ executions: 150, mostTime: 2000, outcomes }, async (next) => {
    const access = damaged(sample, next);
    const image = await orRefused(() => openDiskImage(access));
    const disk = await orRefused(async () => image && openDisk(image, sample.parent));
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

async function openDisk(image: DiskImage, parent: Uint8Array | undefined): Promise<RandomAccess> {
  const below = parent && new MemoryAccess(parent);
  if (image.format === "vhd") return image.vhd.openDisk(below);
  return image.format === "vhdx" ? image.vhdx.openDisk(below) : image.openDisk();
}

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
