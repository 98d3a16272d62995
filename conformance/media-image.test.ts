import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { createMediaIso, createMediaUsb, efiBootImage } from "@adk/media";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { biosPayload, efiPayload } from "./support/boot-payloads.ts";
import { describeWithPeer } from "./support/peers.ts";

const TIME = 133_500_000_000_000_000n;
let place = "";
let medium = "";

beforeAll(() => {
  place = temporaryDirectory();
  medium = join(place, "medium");
  const files: Record<string, string | Uint8Array> = {
    "boot/etfsboot.com": biosPayload(),
    bootmgr: "bootmgr",
    "efi/boot/bootx64.efi": efiPayload(),
    "sources/boot.wim": "a file that nothing reads here",
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(dirname(join(medium, path)), { recursive: true });
    writeFileSync(join(medium, path), content);
  }
});

describeWithPeer(["fsck.fat", "mdir"], (fsck, mdir) => {
  test("the image made of a boot manager is a sound FAT volume", async () => {
    const file = join(place, "efi.img");
    writeFileSync(file, await efiBootImage([{ name: "bootx64.efi", bytes: efiPayload() }], TIME));
    await fsck.run(["-n", file]);
    expect((await mdir.run(["-b", "-i", file, "::/EFI/BOOT"])).text).toContain("BOOTX64.EFI");
  });
});

describeWithPeer(["qemu-system-x86_64"], (qemu) => {
  const machine = "-display none -monitor none -serial stdio -net none -m 128 -no-reboot".split(" ");
  const exit = ["-device", "isa-debug-exit,iobase=0xf4,iosize=4"];
  const firmware = ["/usr/share/ovmf/OVMF.fd", "/usr/share/OVMF/OVMF_CODE.fd"].find((path) => existsSync(path));

  async function boot(...options: string[]): Promise<string> {
    return (await qemu.run([...machine, ...exit, ...options], { status: 85 })).text;
  }

  test("one disc starts in SeaBIOS and in OVMF", async () => {
    const disc = join(place, "both.iso");
    const made = await createMediaIso(medium, disc, { name: "BOTH", time: TIME });
    expect(made.boot).toMatchObject([
      { firmware: "bios", made: false },
      { firmware: "uefi", made: true },
    ]);
    expect(await boot("-cdrom", disc, "-boot", "d")).toContain("ADK-BOOT-BIOS-OK");
    if (firmware) expect(await boot("-bios", firmware, "-cdrom", disc)).toContain("ADK-BOOT-UEFI-OK");
  });

  test.skipIf(firmware === undefined)("a hybrid disc starts in OVMF from a stick too", async () => {
    const disc = join(place, "hybrid.iso");
    await createMediaIso(medium, disc, { name: "HYBRID", time: TIME, hybrid: true });
    expect(await boot("-bios", firmware as string, "-drive", `file=${disc},format=raw,if=virtio`)).toContain(
      "ADK-BOOT-UEFI-OK",
    );
  });

  test.skipIf(firmware === undefined)("a stick made of a medium with a boot manager alone starts in OVMF", async () => {
    const bare = join(place, "bare");
    mkdirSync(join(bare, "efi/microsoft/boot"), { recursive: true });
    writeFileSync(join(bare, "efi/microsoft/boot/bootmgfw.efi"), efiPayload());
    const stick = join(place, "stick.img");
    expect((await createMediaUsb(bare, stick, { time: TIME })).boot).toMatchObject([{ firmware: "uefi", made: true }]);
    expect(await boot("-bios", firmware as string, "-drive", `file=${stick},format=raw,if=virtio`)).toContain(
      "ADK-BOOT-UEFI-OK",
    );
  });
});

describeWithPeer(["xorriso"], (xorriso) => {
  test("xorriso sees both boot entries, and the whole FAT image in the second", async () => {
    const disc = join(place, "entries.iso");
    await createMediaIso(medium, disc, { form: "bridge", name: "ENTRIES", time: TIME });
    const { text, stderr } = await xorriso.run(["-indev", disc, "-report_el_torito", "plain"]);
    const report = text + stderr;
    expect(report).toMatch(/El Torito boot img : +1 +BIOS +y +none +0x0000 +0x00 +4 /);
    expect(report).toMatch(/El Torito boot img : +2 +UEFI +y +none +0x0000 +0x00 +2048 /);
    expect(readFileSync(disc).length % 2048).toBe(0);
  });
});
