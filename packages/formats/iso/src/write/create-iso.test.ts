import { appendFile, truncate } from "node:fs/promises";
import { Findings, MemoryAccess, openDirectory, type Volume } from "@adk/core";
import { readPartitionTable } from "@adk/disk";
import { makeTree, type Tree } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { Platform } from "../boot-catalog.ts";
import { openIso } from "../iso-image.ts";
import { openIsoVolume } from "../iso-volume.ts";
import { SECTOR } from "../sector.ts";
import { sampleDisc, TIME } from "../testing/sample-disc.ts";
import { verifyIso } from "../verify.ts";
import { type CreateIsoOptions, type PlannedIso, planIso } from "./create-iso.ts";

const open = (bytes: Uint8Array) => openIso(new MemoryAccess(bytes, "disc.iso"));

async function plan(tree: Tree, options: Partial<CreateIsoOptions> = {}): Promise<PlannedIso> {
  await using volume = await openDirectory(await makeTree(tree));
  return planIso(volume, { form: "udf", label: "X", time: TIME, ...options });
}

async function bytesOf(planned: PlannedIso): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const piece of planned.write()) pieces.push(piece.slice());
  return Buffer.concat(pieces);
}

/** Bytes that are no zeros anywhere, and others for each seed. */
function filled(length: number, seed: number): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => 1 + ((i * 7 + (i >> 8) * 31 + seed * 13) % 251));
}

describe("the order of data", () => {
  const places = async (tree: Tree, options: Partial<CreateIsoOptions>) => {
    const bytes = await bytesOf(await plan(tree, options));
    const names = Object.keys(tree);
    return names.toSorted((a, b) => bytes.lastIndexOf(tree[a]!) - bytes.lastIndexOf(tree[b]!));
  };
  const own = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, `<${name}>`]));

  test("files of i386 come first, the last one before", async () => {
    const tree = own(["a.txt", "I386/one.dll", "I386/two.dll", "z.txt"]);
    expect(await places(tree, { first: "i386" })).toEqual(["I386/two.dll", "I386/one.dll", "a.txt", "z.txt"]);
    const ordered = await places(tree, { first: "i386", order: ["z.txt"] });
    expect(ordered).toEqual(["z.txt", "I386/two.dll", "I386/one.dll", "a.txt"]);
  });

  test("a video DVD: by title set, from the information to its copy", async () => {
    const set = ["VTS_01_0.IFO", "VTS_01_0.VOB", "VTS_01_1.VOB", "VTS_01_2.VOB", "VTS_01_0.BUP", "VTS_02_0.IFO"];
    const names = ["VIDEO_TS.IFO", "VIDEO_TS.VOB", "VIDEO_TS.BUP", ...set].map((name) => `VIDEO_TS/${name}`);
    const all = [...names, "AUDIO_TS/a.aob", "extra.txt"];
    expect(await places(own(all.toSorted()), { form: "bridge", first: "dvd-video" })).toEqual(all);
  });
});

describe("files that change while the disc is made", () => {
  const LARGE = 3_000_000;

  /** Makes a disc of one file, and changes it when so many pieces were written. */
  async function disturbed(size: number, after: number, change: (host: string) => Promise<void>): Promise<void> {
    const root = await makeTree({ "a.bin": new Uint8Array(size).fill(1) });
    await using volume = await openDirectory(root);
    const planned = await planIso(volume, { form: "udf", label: "X", time: TIME });
    let pieces = 0;
    if (after === 0) await change(`${root}/a.bin`);
    for await (const _ of planned.write()) if (++pieces === after) await change(`${root}/a.bin`);
  }

  test.each([
    [1000, 0, "grows", (host: string) => appendFile(host, "more"), "SOURCE_CHANGED"],
    [1000, 0, "shrinks", (host: string) => truncate(host, 10), "SOURCE_CHANGED"],
    [LARGE, 0, "grows", (host: string) => appendFile(host, "more"), "SOURCE_CHANGED"],
    [LARGE, 2, "grows", (host: string) => appendFile(host, "more"), "SOURCE_CHANGED"],
    [LARGE, 2, "shrinks", (host: string) => truncate(host, 10), "UNEXPECTED_END"],
  ])("of %i bytes, after %i pieces, that %s", async (size, after, _what, change, code) => {
    await expect(disturbed(size, after, change)).rejects.toMatchObject({ code });
  });

  test("one that is embedded", async () => {
    const root = await makeTree({ "a.bin": "before" });
    await using volume = await openDirectory(root);
    const planned = await planIso(volume, { form: "udf", label: "X", time: TIME, embed: true });
    await appendFile(`${root}/a.bin`, "more");
    await expect(bytesOf(planned)).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
  });
});

describe("equal files", () => {
  test("share data only where all of it is equal", async () => {
    const [head, tail, middle] = [filled(50_000, 1), filled(50_000, 1), filled(50_000, 1)];
    head[0] = 0;
    tail[49_999] = 0;
    middle[25_000] = 0;
    const same = filled(50_000, 1);
    const tree = { "a.bin": same, "b.bin": head, "c.bin": tail, "d.bin": middle, "e/a.bin": same, "f.bin": same };
    const planned = await plan(tree, { dedup: true });
    expect(planned.duplicates).toEqual([
      { path: "/e/a.bin", of: "/a.bin" },
      { path: "/f.bin", of: "/a.bin" },
    ]);
    expect(planned.saved).toEqual({ files: 2, bytes: 100_000 });
    const volume = openIsoVolume(await open(await bytesOf(planned)));
    for (const [path, content] of Object.entries(tree)) {
      expect(Buffer.compare(await volume.read((await volume.lookup(path))!), content), path).toBe(0);
    }
  });

  test("a file that is a boot image is stored once; not one with a table in it", async () => {
    const bytes = filled(10_000, 2);
    const tree = { "boot/efisys.bin": bytes, "copy.bin": bytes, "other.bin": filled(10_000, 3) };
    const boot = [{ platform: Platform.EFI, bytes }];
    const planned = await plan(tree, { dedup: true, boot });
    expect(planned.saved).toEqual({ files: 2, bytes: 20_000 });
    expect(planned.duplicates).toContainEqual({ path: "/boot/efisys.bin", of: "boot image 1" });
    const image = await open(await bytesOf(planned));
    expect(await verifyIso(image)).toMatchObject({ ok: true, findings: [] });
    const volume = openIsoVolume(image);
    expect(Buffer.compare(await volume.read((await volume.lookup("copy.bin"))!), bytes)).toBe(0);
    const withTable = await plan(tree, { dedup: true, boot: [{ ...boot[0]!, bootInfoTable: true }] });
    expect(withTable.saved).toEqual({ files: 1, bytes: 10_000 });
  });
});

describe("parts of files that are zeros", () => {
  const mixed = new Uint8Array(400_001);
  mixed.set(filled(3000, 1), 0);
  mixed.set(filled(100, 2), 200_000);
  const tree = { "mixed.bin": mixed, "zeros.bin": new Uint8Array(50_000), "full.bin": filled(9000, 1) };

  test.each([false, true])("take no room, and are read as zeros; long allocation %s", async (longAllocation) => {
    const [planned, whole] = [await plan(tree, { sparse: true, longAllocation }), await plan(tree)];
    expect(whole.size - planned.size).toBeGreaterThan(430_000);
    const image = await open(await bytesOf(planned));
    expect(await verifyIso(image)).toMatchObject({ ok: true, findings: [] });
    const volume = openIsoVolume(image);
    for (const [path, content] of Object.entries(tree)) {
      expect(Buffer.compare(await volume.read((await volume.lookup(path))!), content), path).toBe(0);
    }
  });

  test("more of them than have room in an entry: the longest are left out", async () => {
    const many = new Uint8Array(200 * 20 * SECTOR);
    for (let i = 0; i < 200; i++) many.fill(i + 1, i * 20 * SECTOR, i * 20 * SECTOR + SECTOR);
    const planned = await plan({ "many.bin": many }, { sparse: true, longAllocation: true });
    const image = await open(await bytesOf(planned));
    const volume = openIsoVolume(image);
    expect(Buffer.compare(await volume.read((await volume.lookup("many.bin"))!), many)).toBe(0);
    expect(planned.size).toBeLessThan(many.length);
  });

  test("are stored where another tree needs them", async () => {
    expect((await plan(tree, { form: "bridge", sparse: true })).size).toBe((await plan(tree, { form: "bridge" })).size);
  });
});

describe("hybrid", () => {
  const efi = { platform: Platform.EFI, bytes: filled(100_000, 5) };

  test.each(["udf", "bridge", "joliet", "iso9660"] as const)("a disc in form %s is a disk too", async (form) => {
    const bytes = await sampleDisc({ form, hybrid: true, boot: [{ ...efi, platform: 0 }, efi, efi] });
    const image = await open(bytes);
    expect(await verifyIso(image)).toMatchObject({ ok: true, findings: [] });
    const findings = new Findings();
    const table = await readPartitionTable(new MemoryAccess(bytes, "disc.iso"), findings);
    expect(findings.list).toEqual([]);
    expect(table?.partitions.map(({ offset }) => offset)).toEqual(
      image.boot.slice(1).map((each) => each.extent * SECTOR),
    );
    expect(table?.partitions[0]).toMatchObject({ typeName: "EFI system", length: 49 * SECTOR });
    expect(table!.partitions[0]!.offset % 2 ** 20).toBe(0);
  });

  test("there must be something to start", async () => {
    const boot = [{ platform: 0, bytes: efi.bytes }];
    await expect(sampleDisc({ hybrid: true, boot })).rejects.toMatchObject({ code: "ISO_NO_EFI_IMAGE" });
  });
});

describe("boot images", () => {
  test("an emulated hard disk has the type of its partition in the catalog", async () => {
    const bytes = new Uint8Array(1 << 20);
    bytes[446 + 4] = 0x0c;
    bytes.set([0x55, 0xaa], 510);
    const image = await open(
      await sampleDisc({ boot: [{ platform: 0, bytes, emulation: "hard-disk", loadSegment: 0x800 }] }),
    );
    expect(image.boot).toMatchObject([
      { emulation: "hard-disk", systemType: 0x0c, loadSegment: 0x800, sectorCount: 1 },
    ]);
  });

  test("the information table: place, size and checksum", async () => {
    const bytes = filled(3001, 9);
    const disc = Buffer.from(await sampleDisc({ boot: [{ platform: 0, bytes, bootInfoTable: true }] }));
    const [entry] = (await open(disc)).boot;
    const written = disc.subarray(entry!.extent * SECTOR, entry!.extent * SECTOR + 3001);
    let sum = 0;
    const words = Buffer.concat([bytes, new Uint8Array(3)]);
    for (let at = 64; at < 3001; at += 4) sum = (sum + words.readUInt32LE(at)) % 2 ** 32;
    expect([8, 12, 16, 20].map((at) => written.readUInt32LE(at))).toEqual([16, entry!.extent, 3001, sum]);
    expect(written.subarray(24, 64).every((byte) => byte === 0)).toBe(true);
    expect(written.subarray(64).equals(bytes.subarray(64))).toBe(true);
    expect(written.subarray(0, 8).equals(bytes.subarray(0, 8))).toBe(true);
  });

  test.each([
    { bytes: new Uint8Array(0) },
    { bytes: new Uint8Array(1_474_559), emulation: "1.44M" },
    { bytes: new Uint8Array(1_474_560), emulation: "2.88M" },
    { bytes: new Uint8Array(4096), emulation: "hard-disk" },
    { bytes: new Uint8Array(63), bootInfoTable: true },
  ] as const)("one that cannot be started so is refused", async (image) => {
    const boot = [{ platform: 0, ...image }];
    await expect(sampleDisc({ boot })).rejects.toMatchObject({ code: "ISO_BAD_BOOT_IMAGE" });
  });
});

test("ISO 9660:1999 has an enhanced descriptor", async () => {
  const disc = await sampleDisc({ form: "iso9660", level: 4 });
  const types = [16, 17, 18, 19].map((sector) => [disc[sector * SECTOR], disc[sector * SECTOR + 6]]);
  // Primary, El Torito, supplementary of version 2, terminator.
  expect(types).toEqual([
    [1, 1],
    [0, 1],
    [2, 2],
    [255, 1],
  ]);
  expect(disc[18 * SECTOR + 881]).toBe(2);
});

test("directory records may end where the sector does, and never cross it", async () => {
  // 2 x 34 + 52 x 38 leaves four bytes: the record that would cross begins the next sector.
  const names = (length: number) => Array.from({ length }, (_, i) => `F${String(i).padStart(3, "0")}`);
  const sizeOf = async (count: number) => {
    const planned = await plan(Object.fromEntries(names(count).map((name) => [name, ""])), { form: "iso9660" });
    return (planned.allocation.iso9660 - 2 * SECTOR) / SECTOR;
  };
  expect([await sizeOf(52), await sizeOf(53)]).toEqual([1, 2]);
  // 2 x 34 + 55 x 36 is a sector to its last byte.
  const short = async (count: number) => {
    const planned = await plan(
      Object.fromEntries(Array.from({ length: count }, (_, i) => [String(i).padStart(2, "0"), ""])),
      { form: "iso9660" },
    );
    return (planned.allocation.iso9660 - 2 * SECTOR) / SECTOR;
  };
  expect([await short(55), await short(56)]).toEqual([1, 2]);
});

test("the label is whole in UDF, and as it may be in ISO 9660", async () => {
  const image = await open(await sampleDisc({ form: "bridge", joliet: true, label: "Ein langer Name für diese Disc" }));
  expect(image.primary?.volumeId).toBe("EIN_LANGER_NAME_F_R_DIESE_DISC");
  expect(image.joliet?.volumeId).toBe("Ein langer Name");
  expect(image.udf?.volumeId).toBe("Ein langer Name für diese Disc");
});

test("hidden files and directories are hidden in every tree", async () => {
  await using volume = await openDirectory(await makeTree({ "seen.txt": "1", "hidden.txt": "2", "hide/x.txt": "3" }));
  const hidden: Volume = {
    ...volume,
    root: volume.root,
    list: async (entry) =>
      (await volume.list(entry)).map((each) =>
        each.name.startsWith("hid") ? { ...each, attributes: each.attributes | 2 } : each,
      ),
    open: (entry, stream) => volume.open(entry, stream),
    read: (entry, stream, into) => volume.read(entry, stream, into),
  };
  const planned = await planIso(hidden, { form: "bridge", joliet: true, label: "X", time: TIME });
  const image = await open(await bytesOf(planned));
  for (const { kind } of image.trees) {
    const tree = openIsoVolume(image, kind);
    const entries = await tree.list(tree.root);
    const names = entries.filter(({ attributes }) => attributes & 2).map(({ name }) => name.toLowerCase());
    expect(names.toSorted(), kind).toEqual(["hidden.txt", "hide"]);
  }
});

test("more directories than ISO 9660 can number", async () => {
  const volume = manyDirectories(65_536);
  const options = { label: "X", time: TIME } as const;
  await expect(planIso(volume, { ...options, form: "bridge" })).rejects.toMatchObject({
    code: "ISO_TOO_MANY_DIRECTORIES",
  });
  expect(await planIso(volume, { ...options, form: "udf" })).toMatchObject({ directories: 65_537 });
});

test("a file that is larger than its UDF entry can tell", async () => {
  const options = { form: "udf", label: "X", time: TIME } as const;
  const volume = oneFile(200 * 2 ** 30);
  await expect(planIso(volume, { ...options, longAllocation: true })).rejects.toMatchObject({ code: "ISO_TOO_LARGE" });
  expect((await planIso(volume, options)).size).toBeGreaterThan(200 * 2 ** 30);
});

const ENTRY = { shortName: "", size: 0, creationTime: TIME, lastAccessTime: TIME, lastWriteTime: TIME };
const DIRECTORY = {
  ...ENTRY,
  attributes: 16,
  reparseTag: 0,
  linkId: undefined,
  sha1: undefined,
  streams: [],
  items: [],
};

function manyDirectories(count: number): Volume {
  const root = { ...DIRECTORY, name: "", path: "/" };
  const children = Array.from({ length: count }, (_, i) => ({ ...DIRECTORY, name: `d${i}`, path: `/d${i}` }));
  return {
    name: "many",
    root,
    list: async (entry: { path: string }) => (entry.path === "/" ? children : []),
  } as unknown as Volume;
}

function oneFile(size: number): Volume {
  const root = { ...DIRECTORY, name: "", path: "/" };
  const file = { ...DIRECTORY, attributes: 128, size, name: "a.bin", path: "/a.bin" };
  return { name: "one", root, list: async () => [file] } as unknown as Volume;
}
