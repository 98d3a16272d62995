import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeTree, noise, temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { startAdk } from "./support/adk.ts";
import { efiPayload } from "./support/boot-payloads.ts";
import { describeWithPeer } from "./support/peers.ts";

// What `adk disk create-usb` makes starts by UEFI, attached as a stick, and finds approval.

const MIB = 2 ** 20;
const FIRMWARE = ["/usr/share/ovmf/OVMF.fd", "/usr/share/OVMF/OVMF_CODE.fd"].find((path) => existsSync(path));

let place = "";
let medium = "";
const FILES = {
  "efi/boot/bootx64.efi": efiPayload(),
  "sources/boot.wim": noise(1_000_000, 1),
  "sources/größe Ünïcödé 名前.txt": "names",
  "autounattend.xml": "<unattend/>",
};

beforeAll(async () => {
  place = temporaryDirectory();
  medium = await makeTree(FILES);
});

async function makeStick(name: string, ...options: readonly string[]): Promise<string> {
  const path = join(place, name);
  const args = ["disk", "create-usb", medium, path, "--label", "BOOTS", "--quiet", ...options];
  expect(await startAdk(args).ended).toMatchObject({ exitCode: 0 });
  return path;
}

describeWithPeer(["qemu-system-x86_64"], (qemu) => {
  const MACHINE = "-machine q35 -accel tcg -m 128 -net none -no-reboot -display none -monitor none -serial stdio";
  const EXIT = "-device isa-debug-exit,iobase=0xf4,iosize=4";
  const USB = "-device qemu-xhci -device usb-storage,drive=stick,removable=on";

  test.skipIf(FIRMWARE === undefined).each([
    ["gpt.img", ["--gpt"], "raw"],
    ["mbr.vhdx", ["--mbr"], "vhdx"],
  ] as const)("OVMF starts from %s %j", async (name, options, format) => {
    const file = await makeStick(name, ...options);
    const stick = ["-drive", `if=none,id=stick,readonly=on,format=${format},file=${file}`];
    const machine = `${MACHINE} ${EXIT} ${USB}`.split(" ");
    const { text } = await qemu.run([...machine, ...stick, "-bios", FIRMWARE as string], { status: 85 });
    expect(text).toContain("ADK-BOOT-UEFI-OK");
  });
});

describe.each(["gpt", "mbr"] as const)("%s", (scheme) => {
  let stick = "";
  beforeAll(async () => {
    stick = await makeStick(`judged-${scheme}.img`, `--${scheme}`);
  });

  describeWithPeer(["fsck.vfat", "sgdisk", "mcopy", "7zz"], (fsck, sgdisk, mcopy, sevenZip) => {
    test("nobody warns of it, and the files are the same", async () => {
      const disk = await readFile(stick);
      const volume = join(place, `${scheme}-volume.img`);
      await writeFile(volume, disk.subarray(MIB, scheme === "gpt" ? disk.length - MIB : undefined));
      const { text, stderr } = await fsck.run(["-n", volume]);
      expect(text.replaceAll(volume, "") + stderr).toMatch(/^fsck\.fat [^\n]*\n: \d+ files, \d+\/\d+ clusters\n$/);
      if (scheme === "gpt") {
        const verified = await sgdisk.run(["-v", stick]);
        expect(verified.text).toContain("No problems found");
        expect(verified.text + verified.stderr).not.toMatch(/warning|caution|problem:/i);
      }
      const [copied, extracted] = [await makeTree({}), join(place, `${scheme}-extracted`)];
      await mcopy.run(["-s", "-n", "-i", `${stick}@@1M`, "::*", copied]);
      await sevenZip.run(["x", `-o${extracted}`, volume]);
      for (const [path, content] of Object.entries(FILES)) {
        for (const directory of [copied, extracted]) {
          expect(Buffer.compare(await readFile(join(directory, path)), Buffer.from(content)), path).toBe(0);
        }
      }
    });
  });
});
