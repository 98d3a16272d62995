import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { open, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type BuildResult, buildDeployment } from "@adk/build";
import { makeTree, noise } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { biosPayload, efiPayload } from "./support/boot-payloads.ts";
import { describeWithPeer } from "./support/peers.ts";
import { mountTmpfs } from "./support/small-file-system.ts";

const ENV = { SOURCE_DATE_EPOCH: "1700000000" };
const options = { env: ENV, threads: 1 };
const IMAGE = "compression: lzx, integrity: true";
const MANIFEST = `
base: base
media:
  from: media
  files: [{ from: drivers, to: /$WinPEDriver$ }, { from: oem, to: /sources/$OEM$ }]
  unattend: { target: win11-24h2, locale: { language: en-US }, windows: { image: Peer, acceptEula: true } }
image: { name: Peer, flags: Professional }
outputs:
  - { kind: iso, file: peer.iso, label: PEER_DISC, ${IMAGE} }
  - { kind: iso, file: bridge.iso, form: bridge, hybrid: true, ${IMAGE} }
  - { kind: usb, file: peer.img, label: PEER, ${IMAGE} }
  - { kind: usb, file: small.vhdx, format: vhdx, table: mbr, splitSize: 1, ${IMAGE} }
  - { kind: pxe, directory: pxe, url: http://boot.example/win, ${IMAGE} }
  - { kind: wim, file: peer.wim, ${IMAGE} }
`;
const FILES = {
  "deployment.yaml": MANIFEST,
  "media/boot/etfsboot.com": biosPayload(),
  "media/boot/bcd": "store",
  "media/boot/boot.sdi": "carrier",
  "media/bootmgr": "manager",
  "media/efi/boot/bootx64.efi": efiPayload(),
  "media/efi/microsoft/boot/bcd": "store",
  "media/sources/boot.wim": noise(200_000, 1),
  "media/sources/install.esd": "that of before",
  "media/setup.exe": "MZ setup",
  "drivers/nic/nic.inf": "; a driver",
  "oem/$1/Tools/tool.cmd": "@rem",
  "base/Windows/System32/large.bin": noise(2_000_000, 2),
  "base/Windows/System32/text.txt": "the same line again and again\r\n".repeat(20_000),
  "base/Users/ünïcode 名前.txt": "names",
};
/** What is on every medium. */
const ON_MEDIUM = [
  "$WinPEDriver$/nic/nic.inf",
  "Autounattend.xml",
  "boot/bcd",
  "boot/boot.sdi",
  "boot/etfsboot.com",
  "bootmgr",
  "efi/boot/bootx64.efi",
  "efi/microsoft/boot/bcd",
  "setup.exe",
  "sources/$OEM$/$1/Tools/tool.cmd",
  "sources/boot.wim",
];

let root = "";
let built: BuildResult;

beforeAll(async () => {
  root = await makeTree(FILES);
  built = await buildDeployment(join(root, "deployment.yaml"), options);
}, 60_000);

function out(name: string): string {
  return join(root, "out", name);
}

async function sha256(path: string): Promise<string> {
  return createHash("sha256")
    .update(await readFile(path))
    .digest("hex");
}

test("report and lock tell of all media", async () => {
  expect(built.status).toBe("built");
  const media = Object.fromEntries(built.report?.outputs.map(({ path, medium }) => [path, medium]) ?? []);
  expect(media["peer.iso"]).toMatchObject({
    form: "UDF disc",
    label: "PEER_DISC",
    boots: ["BIOS: /boot/etfsboot.com", "UEFI: /efi/boot/bootx64.efi"],
    files: ON_MEDIUM.length + 1,
    image: [{ path: "/sources/install.wim" }],
  });
  expect(media["peer.img"]).toMatchObject({ form: "FAT32 disk, GPT, raw", boots: ["UEFI: /efi/boot/bootx64.efi"] });
  expect(media["small.vhdx"]?.image.map(({ path }) => path)).toEqual(
    ["/sources/install.swm", "/sources/install2.swm", "/sources/install3.swm"].slice(
      0,
      media["small.vhdx"]?.image.length,
    ),
  );
  expect(media.pxe).toMatchObject({ image: [{ path: "pxe/install.wim" }] });
  expect(media["peer.wim"]).toBeUndefined();
  expect(built.plan.media).toMatchObject({
    source: "media",
    replaces: [{ path: "/sources/install.esd" }],
    answerFile: "/Autounattend.xml",
  });
  for (const { path, sha256: digest } of built.outputs) expect(await sha256(out(path)), path).toBe(digest);
  expect((await buildDeployment(join(root, "deployment.yaml"), options)).status).toBe("unchanged");
});

test("two builds of the same are the same to the byte", async () => {
  const again = await makeTree(FILES, new Date());
  const { outputs } = await buildDeployment(join(again, "deployment.yaml"), { ...options, threads: 2 });
  expect(outputs).toEqual(built.outputs);
});

test("the script of the network boot names what is beside it", async () => {
  const script = await readFile(out("pxe/boot.ipxe"), "utf8");
  expect(script).toContain("kernel http://boot.example/win/wimboot");
  for (const [, name] of script.matchAll(/^initrd --name (\S+)/gm))
    expect(existsSync(out(`pxe/${name}`)), name).toBe(true);
  expect(await sha256(out("pxe/install.wim"))).toBe(await sha256(out("peer.wim")));
});

describeWithPeer(["7zz", "wimverify"], (sevenZip, wimverify) => {
  const wimOf = async (file: string) => (await sevenZip.run(["e", "-so", file, "sources/install.wim"])).stdout;

  test.each(["peer.iso", "bridge.iso", "peer.img"])(
    "7-Zip reads %s, with the image that is the WIM file",
    async (file) => {
      await sevenZip.run(["t", out(file)]);
      const { text } = await sevenZip.run(["l", "-ba", "-slt", out(file)]);
      const paths = [...text.matchAll(/^Path = (.*)$/gm)].map(([, path]) => path);
      const files = [...ON_MEDIUM, "sources/install.wim"];
      expect(paths).toEqual(expect.arrayContaining(files));
      expect(paths.filter((path) => /install\./.test(path ?? ""))).toEqual(["sources/install.wim"]);
      const image = await wimOf(out(file));
      expect(createHash("sha256").update(image).digest("hex")).toBe(await sha256(out("peer.wim")));
    },
  );

  test("wimlib verifies the image", async () => {
    await wimverify.run([out("peer.wim")]);
  });
});

describeWithPeer(["udfinfo", "xorriso", "grub-fstest"], (udfinfo, xorriso, grub) => {
  test("others accept the disc", async () => {
    const { text } = await udfinfo.run([out("peer.iso")]);
    expect(text).toContain("label=PEER_DISC");
    expect(text).toContain(`numfiles=${ON_MEDIUM.length + 1}`);
    const report = await xorriso.run(["-indev", out("peer.iso"), "-report_el_torito", "plain"]);
    expect(report.text + report.stderr).toMatch(
      /El Torito boot img : +1 +BIOS +y[\s\S]*El Torito boot img : +2 +UEFI +y/,
    );
    const listed = (await grub.run([out("peer.iso"), "ls", "(loop0)/sources/"])).text;
    expect(listed).toMatch(/\$OEM\$\/ .*boot\.wim.*install\.wim/);
    await grub.run([out("peer.iso"), "cmp", "(loop0)/sources/install.wim", out("peer.wim")]);
  });
});

describeWithPeer(["fsck.vfat", "sgdisk"], (fsck, sgdisk) => {
  test("the stick is sound", async () => {
    expect((await sgdisk.run(["-v", out("peer.img")])).text).toContain("No problems found");
    const volume = join(root, "volume.img");
    const bytes = await readFile(out("peer.img"));
    await writeFile(volume, bytes.subarray(1 << 20, bytes.length - (1 << 20)));
    await fsck.run(["-n", volume]);
  });
});

describeWithPeer(["qemu-img"], (qemu) => {
  test("the VHDX is sound", async () => {
    expect((await qemu.run(["check", "-f", "vhdx", out("small.vhdx")])).text).toContain("No errors");
  });
});

describeWithPeer(["qemu-system-x86_64"], (qemu) => {
  const machine = "-display none -monitor none -serial stdio -net none -m 128 -no-reboot".split(" ");
  const exit = ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"];
  const firmware = ["/usr/share/ovmf/OVMF.fd", "/usr/share/OVMF/OVMF_CODE.fd"].find((path) => existsSync(path));

  async function boot(...more: string[]): Promise<string> {
    return (await qemu.run([...machine, ...exit, ...more], { status: 85 })).text;
  }

  test.each(["peer.iso", "bridge.iso"])("SeaBIOS starts %s", async (file) => {
    expect(await boot("-cdrom", out(file), "-boot", "d")).toContain("ADK-BOOT-BIOS-OK");
  });

  describe.skipIf(firmware === undefined)("OVMF starts", () => {
    const uefi = ["-bios", firmware as string];
    test("the disc", async () => {
      expect(await boot(...uefi, "-cdrom", out("peer.iso"))).toContain("ADK-BOOT-UEFI-OK");
    });

    test("the stick", async () => {
      const drive = `file=${out("peer.img")},format=raw,if=none,id=stick,readonly=on`;
      const usb = ["-device", "qemu-xhci", "-device", "usb-storage,drive=stick", "-drive", drive];
      expect(await boot(...uefi, ...usb)).toContain("ADK-BOOT-UEFI-OK");
    });
  });
});

describeWithPeer(["genisoimage", "wimlib-imagex", "7zz"], (genisoimage, wimlib, sevenZip) => {
  test("a disc that genisoimage made is base and medium; a damaged one is refused", async () => {
    const project = await makeTree({
      "tree/Windows/System32/a.txt": "of the base",
      "disc/boot/etfsboot.com": biosPayload(),
      "disc/bootmgr": "manager",
      "disc/sources/boot.wim": noise(100_000, 3),
      "layer.txt": "of the layer",
      "deployment.yaml": `
base: 'setup.iso!/sources/install.wim:"Windows Two"'
layers: [{ kind: files, from: layer.txt, to: /Windows/ }]
image: { name: New }
outputs: [{ kind: iso, file: new.iso }]
`,
    });
    const disc = join(project, "disc");
    const wim = join(disc, "sources/install.wim");
    await wimlib.run(["capture", join(project, "tree"), wim, "Windows One", "--compress=lzx"]);
    await wimlib.run(["append", join(project, "tree"), wim, "Windows Two"]);
    const iso = join(project, "setup.iso");
    await genisoimage.run(["-quiet", "-udf", "-iso-level", "3", "-J", "-V", "GENISO", "-o", iso, disc]);
    const manifest = join(project, "deployment.yaml");
    const { report, plan } = await buildDeployment(manifest, options);
    expect(plan.media).toMatchObject({ source: "setup.iso", label: "GENISO", image: "/sources/install.wim" });
    expect(report?.outputs[0]?.medium).toMatchObject({ label: "GENISO", boots: ["BIOS: /boot/etfsboot.com"] });
    const made = join(project, "out/new.iso");
    const image = join(project, "image.wim");
    const { stdout } = await sevenZip.run(["e", "-so", made, "sources/install.wim"]);
    await writeFile(image, stdout);
    await wimlib.run(["verify", image]);
    const applied = join(project, "applied");
    await wimlib.run(["apply", image, "1", applied]);
    expect(await readFile(join(applied, "Windows/layer.txt"), "utf8")).toBe("of the layer");

    const before = await sha256(made);
    await writeFile(manifest, (await readFile(manifest, "utf8")).replace('!/sources/install.wim:"Windows Two"', ""));
    await expect(buildDeployment(manifest, options)).rejects.toMatchObject({
      code: "BUILD_BASE_IS_MEDIUM",
      expected: 'one image: 1 "Windows One", 2 "Windows Two"',
    });
    await writeFile(
      manifest,
      `base: tree\nmedia: setup.iso\nimage: { name: New }\noutputs: [{ kind: iso, file: new.iso }]\n`,
    );
    await damage(iso);
    await expect(buildDeployment(manifest, options)).rejects.toMatchObject({
      code: expect.stringMatching(/MEDIUM_DAMAGED|UDF_|UNEXPECTED_END/),
    });
    expect(await sha256(made)).toBe(before);
  });
});

describe.skipIf(process.getuid?.() !== 0)("on a small file system (needs root, to mount one)", () => {
  test("a full disk leaves the disc of the build before, and nothing else", async (context) => {
    const disk = mountTmpfs("8m");
    if (disk === undefined) return context.skip();
    const project = await makeTree({
      ...FILES,
      "deployment.yaml":
        "base: base\nmedia: media\nimage: { name: A }\noutputs: [{ kind: iso, file: a.iso }, { kind: usb, file: a.img, size: 40 }]\n",
    });
    const build = () => buildDeployment(join(project, "deployment.yaml"), { ...options, out: join(disk, "out") });
    await writeFile(join(project, "base/Windows/System32/large.bin"), "small at first");
    await build();
    const names = (await readdir(join(disk, "out"))).sort();
    const before = await Promise.all(names.map((name) => sha256(join(disk, "out", name))));
    await writeFile(join(project, "base/Windows/System32/large.bin"), noise(4_000_000, 9));
    await expect(build()).rejects.toMatchObject({ code: "DISK_FULL", kind: "environment" });
    expect((await readdir(join(disk, "out"))).sort()).toEqual(names);
    expect(await Promise.all(names.map((name) => sha256(join(disk, "out", name))))).toEqual(before);
  });
});

/** Overwrites the identifiers of UDF's files behind the descriptors: the directories. */
async function damage(iso: string): Promise<void> {
  const { size } = await stat(iso);
  const file = await open(iso, "r+");
  try {
    for (let sector = 259; sector < 300 && (sector + 1) * 2048 < size; sector++) {
      await file.write(new Uint8Array(16).fill(0xa5), 0, 16, sector * 2048);
    }
  } finally {
    await file.close();
  }
}
