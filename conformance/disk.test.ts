import { copyFile, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AtomicFile, FileAccess, FileAttribute, guidToBytes, MemoryAccess, openDirectory, walk } from "@adk/core";
import {
  checkFat,
  type DiskPieces,
  fatDiskPieces,
  openDiskImage,
  openDiskVolume,
  openFat,
  openFatVolume,
  piecesOf,
  planFatDisk,
  writeRaw,
  writeVhd,
  writeVhdx,
} from "@adk/disk";
import { differencingVhdx, dirtyVhdx } from "@adk/disk/testing";
import { makeTree, noise, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { startAdk } from "./support/adk.ts";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer, type Peer } from "./support/peers.ts";
import { readTree } from "./support/sample-tree.ts";

const MIB = 2 ** 20;
const ID = Uint8Array.from({ length: 16 }, (_, i) => i + 1);
const GUID = "0f0e0d0c-0b0a-4908-8706-050403020100";

/** Names and sizes at which directories, 8.3 names and chains of clusters go wrong. */
const TREE: Record<string, string | Uint8Array> = {
  "efi/boot/bootx64.efi": noise(300_001, 1),
  "sources/boot.wim": noise(2_500_000, 2),
  "sources/Mixed Case.Name.with.dots.txt": "dots",
  "sources/größe Ünïcödé 名前.txt": "unicode",
  "sources/UPPER.TXT": "upper",
  "sources/lower.txt": "lower",
  "sources/a+b,c;d=e[f].txt": "characters of long names",
  "deep/er/and/deep/er/still/a very long name that takes several entries of a directory.extension": "deep",
  "empty folder/": "",
  "empty file": "",
  [`${"n".repeat(255)}`]: "as long as can be",
};
for (let i = 0; i < 300; i++) TREE[`many/file number ${i}.data`] = `${i}`;

async function writeDisk(path: string, scheme: "gpt" | "mbr", kind: 12 | 16 | 32): Promise<number> {
  const plan = await planFatDisk(await openDirectory(await makeTree(TREE)), {
    scheme,
    kind,
    label: "judged",
    free: MIB,
  });
  await write(path, (file) => writeRaw(file, plan.size, fatDiskPieces(plan)));
  return plan.partition.length;
}

async function write(path: string, into: (file: AtomicFile) => Promise<void>): Promise<void> {
  await using file = await AtomicFile.create(path);
  await into(file);
  await file.commit();
}

function filesIn(directory: string): [string, string][] {
  return [...readTree(directory)].map(([path, { what }]) => [path, what]);
}

/** Nothing but what it says of a good volume. */
async function expectSoundFat(fsck: Peer, path: string): Promise<void> {
  const { text } = await fsck.run(["-n", path]);
  expect(text.replaceAll(path, "")).toMatch(/^fsck\.fat [^\n]*\n: \d+ files, \d+\/\d+ clusters\n$/);
}

describeWithPeer(["fsck.vfat", "sgdisk", "mcopy", "7zz"], (fsck, sgdisk, mcopy, sevenZip) => {
  test.each([
    ["gpt", 12],
    ["gpt", 16],
    ["gpt", 32],
    ["mbr", 32],
  ] as const)("a disk with %s and FAT%i is sound, and others read the same files from it", async (scheme, kind) => {
    const directory = temporaryDirectory();
    const [disk, volume] = [join(directory, "disk.img"), join(directory, "volume.img")];
    const length = await writeDisk(disk, scheme, kind);
    await writeFile(volume, (await readFile(disk)).subarray(MIB, MIB + length));
    await expectSoundFat(fsck, volume);
    if (scheme === "gpt") {
      const { text, stderr } = await sgdisk.run(["-v", disk]);
      expect(text).toContain("No problems found");
      expect(text + stderr).not.toMatch(/warning|caution|problem:/i);
    }
    const expected = filesIn(await makeTree(TREE));
    const copied = await makeTree({});
    await mcopy.run(["-s", "-n", "-i", `${disk}@@1M`, "::*", copied]);
    expect(filesIn(copied)).toEqual(expected);
    const extracted = join(directory, "7zz");
    await sevenZip.run(["x", `-o${extracted}`, volume]);
    expect(filesIn(extracted)).toEqual(expected);
  });
});

describeWithPeer(["mkfs.vfat", "mcopy"], (mkfs, mcopy) => {
  test.each([12, 16, 32])("FAT%i as mkfs.fat and mtools make it is read", async (kind) => {
    const path = join(temporaryDirectory(), "volume.img");
    await mkfs.run(["-C", "-F", `${kind}`, "-n", "PEER", path, `${kind === 12 ? 8192 : 40_960}`]);
    const tree = await makeTree(TREE);
    await mcopy.run([
      "-s",
      "-i",
      path,
      ...["deep", "efi", "many", "sources", "empty file"].map((name) => join(tree, name)),
      "::",
    ]);
    const fat = await openFat(await FileAccess.open(path));
    expect(fat).toMatchObject({ boot: { kind }, label: "PEER" });
    const { files } = await checkFat(fat);
    expect(fat.findings.list).toEqual([]);
    expect(files).toBe(309);
    await using volume = openFatVolume(fat);
    for await (const batch of walk(volume)) {
      for (const entry of batch.filter(({ attributes }) => !(attributes & FileAttribute.DIRECTORY))) {
        const original = await readFile(join(tree, entry.path));
        expect(Buffer.compare(await volume.read(entry), original), entry.path).toBe(0);
      }
    }
  });
});

/** A disk with zeros, data and single sectors in between, whose size is no multiple of any block. */
async function sparseDisk(path: string): Promise<void> {
  await write(path, async (file) => {
    await file.truncate(37 * MIB);
    await file.writeAt(noise(3 * MIB, 1), 5 * MIB + 512);
    await file.writeAt(noise(512, 2), 20 * MIB);
    await file.writeAt(noise(1000, 3), 37 * MIB - 1000);
  });
}

describeWithPeer(["qemu-img"], (qemu) => {
  const writers = {
    "dynamic vpc": (file: AtomicFile, size: number, pieces: DiskPieces) =>
      writeVhd(file, size, pieces, { type: "dynamic", id: ID, time: 1_700_000_000 }),
    "fixed vpc": (file: AtomicFile, size: number, pieces: DiskPieces) =>
      writeVhd(file, size, pieces, { type: "fixed", id: ID, time: 1_700_000_000 }),
    "dynamic vhdx": (file: AtomicFile, size: number, pieces: DiskPieces) =>
      writeVhdx(file, size, pieces, { type: "dynamic", id: GUID }),
    "fixed vhdx": (file: AtomicFile, size: number, pieces: DiskPieces) =>
      writeVhdx(file, size, pieces, { type: "fixed", id: GUID }),
  };

  test.each(Object.entries(writers))("%s: QEMU finds it sound and the same", async (name, writer) => {
    const format = name.split(" ")[1] as string;
    const directory = temporaryDirectory();
    const [raw, file] = [join(directory, "raw"), join(directory, "file")];
    await sparseDisk(raw);
    const source = await FileAccess.open(raw);
    await write(file, (output) => writer(output, source.size, piecesOf(source)));
    await source.close();
    expect((await qemu.run(["compare", "-f", "raw", "-F", format, raw, file])).text).toBe("Images are identical.\n");
    const info = JSON.parse((await qemu.run(["info", "--output=json", "-f", format, file])).text);
    expect(info).toMatchObject({ format, "virtual-size": 37 * MIB });
    // QEMU checks no VHD.
    if (format === "vhdx") expect((await qemu.run(["check", "-f", format, file])).text).toContain("No errors");
  });

  test.each(Object.keys(writers))("%s as QEMU makes it is read", async (name) => {
    const [type, format] = name.split(" ") as [string, string];
    const directory = temporaryDirectory();
    const [raw, file, back] = [join(directory, "raw"), join(directory, "file"), join(directory, "back")];
    await sparseDisk(raw);
    const subformat = `subformat=${type}${format === "vpc" ? ",force_size=on" : ""}`;
    await qemu.run(["convert", "-f", "raw", "-O", format, "-o", subformat, raw, file]);
    const image = await openDiskImage(await FileAccess.open(file));
    const disk = await image.openDisk();
    expect(image.findings.list).toEqual([]);
    await write(back, (output) => writeRaw(output, disk.size, piecesOf(disk)));
    await disk.close();
    expect(Buffer.compare(await readFile(back), await readFile(raw))).toBe(0);
  });

  test("a VHDX that was not closed in order: the changes of its log as QEMU makes them", async () => {
    const directory = temporaryDirectory();
    const [raw, clean, dirty, ours] = ["raw", "clean", "dirty", "ours"].map((name) => join(directory, name));
    await sparseDisk(raw as string);
    const source = await FileAccess.open(raw as string);
    const options = { type: "fixed", id: GUID } as const;
    await write(clean as string, (file) => writeVhdx(file, source.size, piecesOf(source), options));
    await source.close();
    const changes = [
      [
        { offset: 9 * MIB, bytes: noise(4096, 4) },
        { offset: 10 * MIB, bytes: 2 * MIB },
      ],
      [{ offset: 11 * MIB, bytes: noise(4096, 5) }],
    ];
    await writeFile(dirty as string, dirtyVhdx(await readFile(clean as string), GUID, changes));
    const image = await openDiskImage(await FileAccess.open(dirty as string));
    expect(image.findings.list).toMatchObject([{ code: "VHDX_LOG_REPLAYED" }]);
    const disk = await image.openDisk();
    await write(ours as string, (file) => writeRaw(file, disk.size, piecesOf(disk)));
    await disk.close();
    await qemu.run(["check", "-r", "all", "-f", "vhdx", dirty as string]);
    await qemu.run(["compare", "-f", "raw", "-F", "vhdx", ours as string, dirty as string]);
    const changed = await qemu.run(["compare", "-f", "raw", raw as string, ours as string], { status: 1 });
    expect(changed.text).toContain("mismatch");
  });

  describeWithData("media", (data) => {
    test("a VHD of others: its size and its bytes", async () => {
      const file = join(data, "disk/dfvfs-ext2.vhd");
      const raw = join(temporaryDirectory(), "raw");
      await qemu.run(["convert", "-f", "vpc", "-O", "raw", file, raw]);
      const image = await openDiskImage(await FileAccess.open(file));
      expect(image).toMatchObject({ format: "vhd", vhd: { footer: { type: "dynamic", size: 4_212_736 } } });
      const disk = await image.openDisk();
      const expected = await readFile(raw);
      expect(Buffer.compare(await disk.read(0, expected.length), expected)).toBe(0);
      await disk.close();
    });

    test("a differencing VHD of Windows: what it says, and that it needs its parent", async () => {
      const access = await FileAccess.open(join(data, "disk/dfvfs-fat-differential.vhd"));
      const image = await openDiskImage(access);
      const geometry = { cylinders: 120, heads: 4, sectorsPerTrack: 17 };
      const footer = { type: "differencing", creator: "win ", creatorVersion: 0x000a_0000, size: 4 * MIB, geometry };
      expect(image).toMatchObject({
        vhd: { footer },
        parent: { paths: expect.arrayContaining([".\\fat-parent.vhd"]) },
      });
      await expect(image.openDisk()).rejects.toMatchObject({ code: "VHD_NEEDS_PARENT" });
      await access.close();
    });
  });
});

describeWithPeer(["7zz"], (sevenZip) => {
  /** The disk that both see in a differencing file whose parent lies beside it. */
  async function expectSameDisk(path: string, type: "vhd" | "vhdx"): Promise<Uint8Array> {
    const { stdout } = await sevenZip.run(["e", "-so", `-t${type}`, path]);
    const disk = await (await openDiskImage(await FileAccess.open(path))).openDisk();
    const ours = await disk.read(0, disk.size);
    await disk.close();
    expect(Buffer.compare(ours, stdout)).toBe(0);
    return ours;
  }

  const BASE = noise(4 * MIB, 7);

  test("a differencing VHDX upon one of ours is the same disk for 7-Zip", async () => {
    const directory = temporaryDirectory();
    const [base, changed, child] = ["base.vhdx", "changed.vhdx", "child.avhdx"].map((name) => join(directory, name));
    const writeDisk = (path: string, bytes: Uint8Array, id: string) =>
      write(path, (file) => writeVhdx(file, bytes.length, piecesOf(new MemoryAccess(bytes)), { type: "dynamic", id }));
    await writeDisk(base as string, BASE, GUID);
    await writeDisk(changed as string, noise(4 * MIB, 8), "1f0e0d0c-0b0a-4908-8706-050403020100");
    const parent = await openDiskImage(await FileAccess.open(base as string));
    const linkage = parent.format === "vhdx" ? parent.vhdx.header.dataWriteGuid : "";
    const sectors = [0, 5, 4095, 4096, 8191];
    await writeFile(
      child as string,
      differencingVhdx(await readFile(changed as string), linkage, ".\\base.vhdx", sectors),
    );
    await parent.access.close();
    const disk = await expectSameDisk(child as string, "vhdx");
    expect(sectorsLike(disk, BASE)).toBe(8192 - sectors.length);
  });

  describeWithData("media", (data) => {
    test("a differencing VHD of Windows upon a parent of its identity is the same disk for 7-Zip", async () => {
      const child = join(temporaryDirectory(), "child.vhd");
      await copyFile(join(data, "disk/dfvfs-fat-differential.vhd"), child);
      const image = await openDiskImage(await FileAccess.open(child));
      const id = guidToBytes(image.parent?.ids[0] as string);
      await image.access.close();
      await write(join(child, "../fat-parent.vhd"), (file) =>
        writeVhd(file, BASE.length, piecesOf(new MemoryAccess(BASE)), { type: "dynamic", id, time: 1_700_000_000 }),
      );
      expect(sectorsLike(await expectSameDisk(child, "vhd"), BASE)).toBe(8174);
    });
  });

  function sectorsLike(disk: Uint8Array, other: Uint8Array): number {
    const isSame = (_: unknown, i: number) =>
      Buffer.compare(disk.subarray(i * 512, i * 512 + 512), other.subarray(i * 512, i * 512 + 512)) === 0;
    return Array.from({ length: disk.length / 512 }).filter(isSame).length;
  }
});

describeWithPeer(["fsck.vfat"], (fsck) => {
  /** An empty volume with so many clusters of one sector each; that of FAT32 lacks FSInfo, of which fsck.fat complains. */
  function emptyFat(clusters: number, kind: 12 | 16 | 32): Uint8Array {
    const sectorsPerFat = Math.ceil(((clusters + 2) * kind) / 8 / 512);
    const [reserved, rootSectors] = kind === 32 ? [32, 0] : [1, 32];
    const total = reserved + 2 * sectorsPerFat + rootSectors + clusters;
    const bytes = new Uint8Array(total * 512);
    const view = new DataView(bytes.buffer);
    bytes.set([0xeb, 0x3c, 0x90, ...Buffer.from("MSWIN4.1")]);
    view.setUint16(11, 512, true);
    bytes.set([1, reserved, 0, 2], 13);
    view.setUint16(17, kind === 32 ? 0 : 512, true);
    bytes[21] = 0xf8;
    view.setUint16(22, kind === 32 ? 0 : sectorsPerFat, true);
    view.setUint32(32, total, true);
    bytes[38] = 0x29;
    bytes.set(Buffer.from("NO NAME    "), 43);
    if (kind === 32) {
      bytes.fill(0, 38, 54);
      view.setUint32(36, sectorsPerFat, true);
      view.setUint32(44, 2, true);
    }
    bytes.set([0x55, 0xaa], 510);
    const first = { 12: [0xf8, 0xff, 0xff], 16: [0xf8, 0xff, 0xff, 0xff], 32: [0xf8, 0xff, 0xff, 0x0f] }[kind];
    for (const copy of [0, 1]) {
      const at = (reserved + copy * sectorsPerFat) * 512;
      bytes.set(first, at);
      if (kind === 32) bytes.set([0xff, 0xff, 0xff, 0x0f, 0xff, 0xff, 0xff, 0x0f], at + 4);
    }
    return bytes;
  }

  test.each([
    [4084, 12],
    [4085, 16],
    [65_524, 16],
    [65_525, 32],
  ] as const)("%i clusters are FAT%i, as fsck.fat counts", async (clusters, kind) => {
    const path = join(temporaryDirectory(), "fat.img");
    const bytes = emptyFat(clusters, kind);
    await writeFile(path, bytes);
    const { text } = await fsck.run(["-n", "-v", path], { status: kind === 32 ? 1 : 0 });
    expect(text).toContain(`2 FATs, ${kind} bit entries`);
    expect(text).toContain(`${clusters} data clusters`);
    const fat = await openFat(new MemoryAccess(bytes));
    expect(fat).toMatchObject({ boot: { kind }, chains: { clusters } });
  });
});

describeWithPeer(["fsck.vfat", "sgdisk", "mcopy", "wimlib-imagex"], (fsck, sgdisk, mcopy, wimlib) => {
  test("a stick from a medium, its image in parts, the same bytes each time", async () => {
    const content = await makeTree({
      "Windows/a": noise(900_000, 1),
      "Windows/b": noise(900_000, 2),
      c: noise(900_000, 3),
    });
    const media = await makeTree({ "efi/boot/bootx64.efi": "loader", "sources/boot.wim": "x" });
    await wimlib.run(["capture", content, join(media, "sources/install.wim"), "--compress=none"]);
    const directory = temporaryDirectory();
    process.env.SOURCE_DATE_EPOCH = "1700000000";
    try {
      for (const name of ["a.img", "b.img"]) {
        const args = ["disk", "create-usb", media, name, "--split-wim", "1M", "--label", "stick", "--quiet"];
        expect(await startAdk(args, { cwd: directory }).ended).toMatchObject({ exitCode: 0 });
      }
    } finally {
      delete process.env.SOURCE_DATE_EPOCH;
    }
    const disk = await readFile(join(directory, "a.img"));
    expect(Buffer.compare(disk, await readFile(join(directory, "b.img")))).toBe(0);
    await writeFile(join(directory, "volume.img"), disk.subarray(MIB, disk.length - MIB));
    await expectSoundFat(fsck, join(directory, "volume.img"));
    expect((await sgdisk.run(["-v", join(directory, "a.img")])).text).toContain("No problems found");
    await mcopy.run(["-i", `${join(directory, "a.img")}@@1M`, "::sources/*", directory]);
    await wimlib.run(["verify", join(directory, "install.swm"), `--ref=${join(directory, "install*.swm")}`]);
    await using volume = await openDiskVolume(await FileAccess.open(join(directory, "a.img")), 1);
    const names = (await volume.list((await volume.lookup("/sources"))!)).map(({ name }) => name);
    expect(names).toEqual(["boot.wim", "install.swm", "install2.swm", "install3.swm"]);
  });
});
