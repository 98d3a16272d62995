import { existsSync, mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileAccess, Findings, openDirectory } from "@adk/core";
import { type CreateIsoOptions, openIso, openIsoVolume, Platform, planIso, verifyIso } from "@adk/iso";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { biosPayload, efiPayload } from "./support/boot-payloads.ts";
import { describeWithPeer } from "./support/peers.ts";
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

const FORMS = ["udf", "bridge", "joliet"] as const;

describe.each(FORMS.flatMap((form) => [false, true].map((embed) => [form, embed] as const)))(
  "%s, embedded %s",
  (form, embed) => {
    let file = "";
    beforeAll(async () => {
      file = await make(`${form}-${embed}.iso`, { form, embed, dedup: true });
    });

    test("is read by us", async () => {
      await using image = await openIso(await FileAccess.open(file));
      expect(await verifyIso(image)).toMatchObject({ ok: true, findings: [] });
      const volume = openIsoVolume(image);
      for (const path of ["sources/copy.wim", "Ein langer Name/Übung 日本.txt", "a/b/c/d/e/f/g/h/i/deep.txt"]) {
        const entry = (await volume.lookup(path))!;
        expect(Buffer.from(await volume.read(entry)).equals(readFileSync(join(tree, path)))).toBe(true);
      }
    });

    test("is the same when it is made again", async () => {
      const again = await make("again.iso", { form, embed, dedup: true });
      expect(readFileSync(again).equals(readFileSync(file))).toBe(true);
    });

    describeWithPeer(["7zz"], (sevenZip) => {
      test("is extracted byte for byte", async () => {
        const out = join(place, "out");
        rmSync(out, { recursive: true, force: true });
        await sevenZip.run(["x", "-y", `-o${out}`, file]);
        expect(pathsBelow(out).sort()).toEqual(pathsBelow(tree).sort());
        for (const path of pathsBelow(tree)) {
          const [own, given] = [join(out, path), join(tree, path)];
          if (!path.endsWith("/") && existsSync(own) && !isDirectory(given)) {
            expect(readFileSync(own).equals(readFileSync(given)), path).toBe(true);
          }
        }
      });
    });
  },
);

describeWithPeer(["udfinfo"], (udfinfo) => {
  test.each(["udf", "bridge"] as const)("udfinfo reads a disc in form %s", async (form) => {
    const { text } = await udfinfo.run([await make("info.iso", { form })]);
    const facts = new Map(text.split("\n").map((line) => line.split("=") as [string, string]));
    expect(Object.fromEntries(facts)).toMatchObject({
      label: "TEST_DISC",
      numfiles: "205",
      numdirs: "14",
      udfrev: "1.02",
    });
  });
});

describeWithPeer(["xorriso"], (xorriso) => {
  test("xorriso reports the boot entries", async () => {
    const boot = [
      { platform: Platform.BIOS, bytes: biosPayload() },
      { platform: Platform.EFI, bytes: noise(65_536, 3), sectorCount: 1 },
    ];
    const file = await make("boot.iso", { form: "bridge", boot });
    const { text, stderr } = await xorriso.run(["-indev", file, "-report_el_torito", "plain"]);
    const report = text + stderr;
    expect(report).toMatch(/El Torito boot img : +1 +BIOS +y +none +0x0000 +0x00 +4 /);
    expect(report).toMatch(/El Torito boot img : +2 +UEFI +y +none +0x0000 +0x00 +1 /);
  });
});

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

  const firmware = ["/usr/share/ovmf/OVMF.fd", "/usr/share/OVMF/OVMF_CODE.fd"].find((path) => existsSync(path));
  describeWithPeer(["mformat", "mcopy"], (mformat, mcopy) => {
    test.skipIf(firmware === undefined)("OVMF boots a disc", async () => {
      const fat = join(place, "efi.img");
      const program = join(place, "bootx64.efi");
      writeFileSync(program, efiPayload());
      writeFileSync(fat, new Uint8Array(1_474_560));
      await mformat.run(["-i", fat, "-f", "1440", "::"]);
      mkdirSync(join(place, "EFI/BOOT"), { recursive: true });
      writeFileSync(join(place, "EFI/BOOT/BOOTX64.EFI"), efiPayload());
      await mcopy.run(["-s", "-i", fat, join(place, "EFI"), "::"]);
      const file = await make("uefi.iso", {
        form: "udf",
        boot: [{ platform: Platform.EFI, bytes: readFileSync(fat) }],
      });
      const { text } = await qemu.run([...machine, ...exit, "-bios", firmware as string, "-cdrom", file], {
        status: 85,
      });
      expect(text).toContain("ADK-BOOT-UEFI-OK");
    });
  });
});

test("a link is refused", async () => {
  const findings = new Findings();
  const linked = join(place, "linked");
  mkdirSync(linked);
  const { symlinkSync } = await import("node:fs");
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
