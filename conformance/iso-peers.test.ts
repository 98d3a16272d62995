import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { join } from "node:path";
import { FileAccess, Findings, openDirectory } from "@adk/core";
import { type BootImage, type CreateIsoOptions, openIso, openIsoVolume, Platform, planIso, verifyIso } from "@adk/iso";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { biosPayload, efiPayload } from "./support/boot-payloads.ts";
import { describeWithPeer } from "./support/peers.ts";
import { type DiscTree, testWithPycdlib } from "./support/pycdlib.ts";
import { noise, pathsBelow } from "./support/sample-tree.ts";

const TIME = 133_500_000_000_000_000n;
let place = "";
let tree = "";

beforeAll(async () => {
  place = await temporaryDirectory();
  tree = join(place, "tree");
  for (const directory of ["boot", "sources", "empty", "Ein langer Name", "a/b/c/d/e/f/g/h/i"])
    mkdirSync(join(tree, directory), { recursive: true });
  const big = noise(3_000_001, 1);
  writeFileSync(join(tree, "sources/install.wim"), big);
  writeFileSync(join(tree, "sources/copy.wim"), big);
  writeFileSync(join(tree, "Ein langer Name/Übung 日本.txt"), "names");
  writeFileSync(join(tree, "a/b/c/d/e/f/g/h/i/deep.txt"), "deep");
  writeFileSync(join(tree, "nothing.txt"), "");
  for (let i = 0; i < 200; i++) {
    writeFileSync(join(tree, "boot", `file number ${i}.with.dots`), String(i));
    utimesSync(join(tree, "boot", `file number ${i}.with.dots`), 1_700_000_000, 1_700_000_000);
  }
});

async function make(name: string, options: Partial<CreateIsoOptions>): Promise<string> {
  await using volume = await openDirectory(tree);
  const plan = await planIso(volume, { form: "udf", label: "TEST_DISC", time: TIME, ...options });
  const pieces: Uint8Array[] = [];
  for await (const piece of plan.write()) pieces.push(piece.slice());
  const file = join(place, name);
  writeFileSync(file, Buffer.concat(pieces));
  return file;
}

/** Discs that differ in what lies where, and how it is told. */
const DISCS: Record<string, Partial<CreateIsoOptions>> = {
  udf: { form: "udf" },
  "udf, embedded": { form: "udf", embed: true },
  "udf, embedded directories, long allocation": { form: "udf", embed: "directories", longAllocation: true },
  bridge: { form: "bridge" },
  "bridge, embedded": { form: "bridge", embed: true },
  "bridge with Joliet and versions": { form: "bridge", joliet: true, versions: true, level: 2 },
  joliet: { form: "joliet" },
  "joliet with versions": { form: "joliet", versions: true, level: 1 },
};

const PATHS = ["sources/copy.wim", "Ein langer Name/Übung 日本.txt", "a/b/c/d/e/f/g/h/i/deep.txt", "nothing.txt"];

describe.each(Object.entries(DISCS).map(([name, options], number) => ({ name, options, number })))(
  "$name",
  ({ options, number }) => {
    let file = "";
    beforeAll(async () => {
      file = await make(`disc ${number}.iso`, { ...options, dedup: true });
    });

    test("is read by us", async () => {
      await using image = await openIso(await FileAccess.open(file));
      expect(await verifyIso(image)).toMatchObject({ ok: true, findings: [] });
      const volume = openIsoVolume(image);
      for (const path of PATHS) {
        const entry = (await volume.lookup(path))!;
        expect(Buffer.from(await volume.read(entry)).equals(readFileSync(join(tree, path)))).toBe(true);
      }
    });

    test("is the same when it is made again", async () => {
      const again = await make("again.iso", { ...options, dedup: true });
      expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
    });

    describeWithPeer(["7zz"], (sevenZip) => {
      test("is extracted byte for byte", async () => {
        const out = join(place, "out");
        rmSync(out, { recursive: true, force: true });
        await sevenZip.run(["x", "-y", `-o${out}`, file]);
        expectTree(out);
      });

      // With 8.3 names alone there is nothing that a file could be found by.
      test.runIf(options.form === "joliet" || options.joliet)("is extracted byte for byte from Joliet", async () => {
        const out = join(place, "out");
        rmSync(out, { recursive: true, force: true });
        await sevenZip.run(["x", "-y", "-tiso", `-o${out}`, file]);
        expectTree(out);
      });
    });

    describeWithPeer(["grub-fstest"], (grub) => {
      test("is read by GRUB", async () => {
        for (const path of PATHS) await grub.run([file, "cmp", `(loop0)/${path}`, join(tree, path)]);
        const { text } = await grub.run([file, "ls", "(loop0)/"]);
        expect(text.match(/\//g)?.length, "directories").toBe(5);
      });
    });

    // It reads no UDF entry that holds its data itself.
    if (!options.embed) {
      testWithPycdlib("is read by pycdlib, all trees", async (ask) => {
        const trees = ask(file);
        const files = pathsBelow(tree).filter((path) => !isDirectory(join(tree, path)));
        const expected = files.map((path) => [`/${path}`, readFileSync(join(tree, path)).length]);
        const named = (found: DiscTree) => found.files.map(([path, size]) => [path.replace(/;1$/, ""), size]);
        for (const kind of ["udf", "joliet"] as const) {
          const found = trees.find((each) => each.kind === kind);
          if (found) expect(named(found).sort(), kind).toEqual(expected.sort());
        }
        const iso = trees.find(({ kind }) => kind === "iso") as DiscTree;
        const count = options.form === "udf" ? 1 : files.length;
        expect(iso.files.length).toBe(count);
        expect(iso.files.filter(([path]) => path.endsWith(";1")).length).toBe(options.versions ? count : 0);
      });
    }
  },
);

/** Fails unless a directory has what the tree has, byte for byte. */
function expectTree(out: string): void {
  expect(pathsBelow(out).sort()).toEqual(pathsBelow(tree).sort());
  for (const path of pathsBelow(tree)) {
    if (isDirectory(join(tree, path))) continue;
    expect(readFileSync(join(out, path)).equals(readFileSync(join(tree, path))), path).toBe(true);
  }
}

describeWithPeer(["udfinfo"], (udfinfo) => {
  test.each(["udf", "bridge"] as const)("udfinfo reads a disc in form %s", async (form) => {
    // Longer than the 32 bytes that ISO 9660 and the volume's own descriptor have.
    const label = "A disc whose label is long, für Übungen";
    const { text } = await udfinfo.run([await make("info.iso", { form, label })]);
    const facts = new Map(text.split("\n").map((line) => line.split("=") as [string, string]));
    expect(Object.fromEntries(facts)).toMatchObject({
      label,
      lvid: label,
      integrity: "closed",
      numfiles: "205",
      numdirs: "14",
      udfrev: "1.02",
    });
  });
});

describeWithPeer(["xorriso"], (xorriso) => {
  const report = async (name: string, boot: readonly BootImage[]) => {
    const file = await make(name, { form: "bridge", boot });
    const { text, stderr } = await xorriso.run(["-indev", file, "-report_el_torito", "plain"]);
    return (text + stderr).split("\n").filter((line) => line.startsWith("El Torito boot img"));
  };

  test("xorriso reports the boot entries", async () => {
    const lines = await report("boot.iso", [
      { platform: Platform.BIOS, bytes: biosPayload() },
      { platform: Platform.EFI, bytes: noise(65_536, 3), sectorCount: 1 },
      { platform: Platform.BIOS, bytes: biosPayload(), loadSegment: 0x1000 },
      { platform: Platform.EFI, bytes: noise(4096, 4) },
    ]);
    expect(lines).toEqual([
      expect.stringMatching(/: +1 +BIOS +y +none +0x0000 +0x00 +4 /),
      expect.stringMatching(/: +2 +UEFI +y +none +0x0000 +0x00 +1 /),
      expect.stringMatching(/: +3 +BIOS +y +none +0x1000 +0x00 +4 /),
      expect.stringMatching(/: +4 +UEFI +y +none +0x0000 +0x00 +8 /),
    ]);
  });

  test("xorriso reports emulated disks", async () => {
    const lines = await report("emulated.iso", [
      { platform: Platform.BIOS, bytes: floppy(1_228_800), emulation: "1.2M" },
      { platform: Platform.BIOS, bytes: floppy(1_474_560), emulation: "1.44M" },
      { platform: Platform.BIOS, bytes: floppy(2_949_120), emulation: "2.88M" },
      { platform: Platform.BIOS, bytes: hardDisk(), emulation: "hard-disk" },
    ]);
    expect(lines).toEqual([
      expect.stringMatching(/: +1 +BIOS +y +fd1.2 +0x0000 +0x00 +1 /),
      expect.stringMatching(/: +2 +BIOS +y +fd1.4 +0x0000 +0x00 +1 /),
      expect.stringMatching(/: +3 +BIOS +y +fd2.8 +0x0000 +0x00 +1 /),
      expect.stringMatching(/: +4 +BIOS +y +hd +0x0000 +0x0c +1 /),
    ]);
  });

  test("the boot information table has the size and the sum that xorriso writes", async () => {
    const image = noise(5000, 7);
    const boot = join(place, "boot-info");
    mkdirSync(boot);
    writeFileSync(join(boot, "loader.bin"), image);
    const peer = join(place, "peer-info.iso");
    const options = ["-b", "loader.bin", "-c", "boot.cat", "-no-emul-boot", "-boot-info-table"];
    await xorriso.run(["-as", "mkisofs", ...options, "-o", peer, boot]);
    const own = await make("own-info.iso", {
      form: "iso9660",
      boot: [{ platform: Platform.BIOS, bytes: image, bootInfoTable: true }],
    });
    const [theirs, ours] = [await bootImageOf(peer, 5000), await bootImageOf(own, 5000)];
    expect(ours.bytes.subarray(16).equals(theirs.bytes.subarray(16))).toBe(true);
    for (const { bytes, extent } of [ours, theirs])
      expect([8, 12].map((at) => bytes.readUInt32LE(at))).toEqual([16, extent]);
  });
});

describeWithPeer(["sgdisk"], (sgdisk) => {
  test.each(["udf", "bridge", "joliet"] as const)("sgdisk finds a hybrid disc in form %s well", async (form) => {
    const boot = [{ platform: Platform.EFI, bytes: noise(100_000, 3) }];
    const { text } = await sgdisk.run(["-v", await make("hybrid.iso", { form, boot, hybrid: true })]);
    expect(text).toContain("No problems found");
  });
});

async function bootImageOf(file: string, size: number): Promise<{ bytes: Buffer; extent: number }> {
  await using image = await openIso(await FileAccess.open(file));
  const extent = image.boot[0]?.extent ?? 0;
  return { bytes: readFileSync(file).subarray(extent * 2048, extent * 2048 + size), extent };
}

/** A floppy disk whose boot sector is our program. */
function floppy(size: number): Uint8Array {
  const bytes = new Uint8Array(size);
  bytes.set(biosPayload().subarray(0, 512));
  return bytes;
}

/** A hard disk of 2 MiB with one active partition, whose MBR is our program. */
function hardDisk(): Uint8Array {
  const bytes = floppy(2 << 20);
  bytes.set([0x80, 1, 1, 0, 0x0c, 3, 31, 0, 63, 0, 0, 0, 0xc1, 0x0f, 0, 0], 446);
  return bytes;
}

describeWithPeer(["qemu-system-x86_64"], (qemu) => {
  const machine = [
    "-display",
    "none",
    "-monitor",
    "none",
    "-serial",
    "stdio",
    "-net",
    "none",
    "-m",
    "128",
    "-no-reboot",
  ];
  const exit = ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"];

  test.each(["udf", "bridge", "joliet", "iso9660"] as const)("SeaBIOS boots a disc in form %s", async (form) => {
    const file = await make("bios.iso", { form, boot: [{ platform: Platform.BIOS, bytes: biosPayload() }] });
    const { text } = await qemu.run([...machine, ...exit, "-cdrom", file, "-boot", "d"], { status: 85 });
    expect(text).toContain("ADK-BOOT-BIOS-OK");
  });

  test.each([
    ["1.2M", floppy(1_228_800)],
    ["1.44M", floppy(1_474_560)],
    ["2.88M", floppy(2_949_120)],
    ["hard-disk", hardDisk()],
  ] as const)("SeaBIOS boots an emulated disk: %s", async (emulation, bytes) => {
    const file = await make("emulated.iso", { form: "udf", boot: [{ platform: Platform.BIOS, bytes, emulation }] });
    const { text } = await qemu.run([...machine, ...exit, "-cdrom", file, "-boot", "d"], { status: 85 });
    expect(text).toContain("ADK-BOOT-BIOS-OK");
  });

  const firmware = ["/usr/share/ovmf/OVMF.fd", "/usr/share/OVMF/OVMF_CODE.fd"].find((path) => existsSync(path));
  describeWithPeer(["mformat", "mcopy"], (mformat, mcopy) => {
    let fat = "";
    beforeAll(async () => {
      fat = join(place, "efi.img");
      writeFileSync(fat, new Uint8Array(1_474_560));
      await mformat.run(["-i", fat, "-f", "1440", "::"]);
      mkdirSync(join(place, "EFI/BOOT"), { recursive: true });
      writeFileSync(join(place, "EFI/BOOT/BOOTX64.EFI"), efiPayload());
      await mcopy.run(["-s", "-i", fat, join(place, "EFI"), "::"]);
    });

    test.skipIf(firmware === undefined).each([
      ["a disc", false, (file: string) => ["-cdrom", file]],
      ["a hybrid disc as a hard disk", true, (file: string) => ["-drive", `format=raw,file=${file}`]],
    ] as const)("OVMF boots %s", async (_what, hybrid, drive) => {
      const boot = [{ platform: Platform.EFI, bytes: readFileSync(fat) }];
      const file = await make("uefi.iso", { form: "udf", hybrid, boot });
      const args = [...machine, ...exit, "-bios", firmware as string, ...drive(file)];
      expect((await qemu.run(args, { status: 85 })).text).toContain("ADK-BOOT-UEFI-OK");
    });
  });
});

describeWithPeer(["7zz"], (sevenZip) => {
  test("a file of more than 4 GiB: several extents in ISO 9660 and in UDF", { timeout: 300_000 }, async () => {
    const directory = join(place, "large");
    const file = join(directory, "large.bin");
    mkdirSync(directory);
    // Noise where extents begin and end: at the limits of UDF (1 GiB) and ISO 9660 (4 GiB), and at the file's end.
    const size = 4 * 2 ** 30 + 10_001;
    const source = openSync(file, "w");
    for (const at of [0, 2 ** 30 - 4096, 2 ** 31 - 4096, 2 ** 32 - 4096, size - 5000])
      writeSync(source, noise(5000, at), 0, 5000, at);
    closeSync(source);
    await using volume = await openDirectory(directory);
    const plan = await planIso(volume, { form: "bridge", level: 3, label: "LARGE", time: TIME });
    const disc = join(place, "large.iso");
    const target = openSync(disc, "w");
    const zeros = Buffer.alloc(1 << 20);
    let offset = 0;
    for await (const piece of plan.write()) {
      // Zeros take no room on the host, and no time.
      if (Buffer.compare(piece, zeros.subarray(0, piece.length)) !== 0)
        writeSync(target, piece, 0, piece.length, offset);
      offset += piece.length;
    }
    ftruncateSync(target, offset);
    closeSync(target);
    expect(offset).toBe(plan.size);
    const sum = async (args: string[]) => /CRC32 .*: +([0-9A-F]{8})/.exec((await sevenZip.run(args)).text)?.[1];
    const [expected, ...found] = await Promise.all([
      sum(["h", "-scrcCRC32", file]),
      sum(["t", "-tudf", "-scrcCRC32", disc]),
      sum(["t", "-tiso", "-scrcCRC32", disc]),
    ]);
    expect(expected).toMatch(/^[0-9A-F]{8}$/);
    expect(found).toEqual([expected, expected]);
  });
});

test("a link is refused", async () => {
  const findings = new Findings();
  const linked = join(place, "linked");
  mkdirSync(linked);
  symlinkSync("target", join(linked, "link"));
  await using volume = await openDirectory(linked, { findings });
  const planned = planIso(volume, { form: "udf", label: "X", time: TIME });
  await expect(planned).rejects.toMatchObject({ code: "ISO_LINK" });
});

function isDirectory(path: string): boolean {
  try {
    readFileSync(path);
    return false;
  } catch {
    return true;
  }
}
