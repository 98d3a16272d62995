import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { captureWim } from "@adk/image";
import { openSource } from "@adk/sources";
import { makeTree } from "@adk/testing";
import { beforeEach, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { efiProgram, makeWindows } from "../testing/windows.ts";

const BIOS = new Uint8Array(4096).fill(3);
let cwd = "";

beforeEach(async () => {
  cwd = await makeTree({
    "media/boot/etfsboot.com": BIOS,
    "media/boot/bootfix.bin": "press any key",
    "media/boot/bcd": "store",
    "media/bootmgr": "bootmgr",
    "media/efi/boot/bootx64.efi": efiProgram(),
    "media/efi/microsoft/boot/bcd": "store",
    "media/sources/boot.wim": "boot image",
  });
});

const adk = (...argv: string[]) => runForTest(groups, argv, { cwd, env: { SOURCE_DATE_EPOCH: "1700000000" } });

async function json(...argv: string[]) {
  const { exitCode, stdout } = await adk(...argv, "--json");
  return { exitCode, ...JSON.parse(stdout) };
}

const put = (path: string, content: string | Uint8Array) => {
  mkdirSync(join(cwd, path, ".."), { recursive: true });
  writeFileSync(join(cwd, path), content);
};

async function has(source: string, path: string): Promise<boolean> {
  await using volume = await openSource(join(cwd, source));
  return (await volume.lookup(path)) !== undefined;
}

test("a medium of Windows PE becomes a bridge that both firmwares start; the EFI image is made of its loader", async () => {
  const made = await json("media", "iso", "media", "pe.iso", "--label", "PE");
  expect(made).toMatchObject({
    exitCode: 0,
    form: "bridge",
    label: "PE",
    findings: [],
    boot: [
      { firmware: "bios", from: ["/boot/etfsboot.com"], made: false },
      { firmware: "uefi", from: ["/efi/boot/bootx64.efi"], made: true },
    ],
  });
  const info = await json("iso", "info", "pe.iso");
  expect(info).toMatchObject({ label: "PE", boot: [{ platform: "BIOS" }, { platform: "UEFI", emulation: "none" }] });
  expect(await has("pe.iso", "/boot/bootfix.bin")).toBe(true);
  // What is read while it starts lies before the rest.
  const bytes = readFileSync(join(cwd, "pe.iso"));
  expect(bytes.indexOf("press any key")).toBeLessThan(bytes.indexOf("boot image"));
});

test("a medium that installs Windows is UDF alone, and takes efisys.bin that it has", async () => {
  put("media/sources/install.wim", "windows");
  put("media/efi/microsoft/boot/efisys.bin", new Uint8Array(4096).fill(1));
  put("media/efi/microsoft/boot/efisys_noprompt.bin", new Uint8Array(8192).fill(2));
  const asked = await json("media", "iso", "media", "setup.iso");
  expect(asked).toMatchObject({ form: "udf", label: "setup" });
  expect(asked.boot[1]).toEqual({ firmware: "uefi", from: ["/efi/microsoft/boot/efisys.bin"], made: false });
  const quiet = await json("media", "iso", "setup.iso", "quiet.iso", "--no-prompt");
  expect(quiet).toMatchObject({ exitCode: 0, form: "udf", label: "setup" });
  expect(quiet.boot[1].from).toEqual(["/efi/microsoft/boot/efisys_noprompt.bin"]);
  expect(await has("quiet.iso", "/boot/bootfix.bin")).toBe(false);
  expect(await has("setup.iso", "/boot/bootfix.bin")).toBe(true);
});

test("what is missing is told; a medium that nothing starts is refused", async () => {
  const codes = ({ findings }: { findings: { code: string }[] }) => findings.map(({ code }) => code);
  put("bare/efi/microsoft/boot/bootmgfw.efi", efiProgram(0xaa64));
  put("bare/sources/boot.wim", "none");
  expect(codes(await json("media", "iso", "bare", "bare.iso"))).toEqual(["MEDIA_NO_STORE", "MEDIA_NO_BIOS"]);
  put("old/boot/etfsboot.com", BIOS);
  expect(codes(await json("media", "iso", "old", "old.iso", "--dry-run"))).toEqual([
    "MEDIA_NO_BOOTMGR",
    "MEDIA_NO_UEFI",
  ]);
  put("data/readme.txt", "data");
  expect((await json("media", "iso", "data", "data.iso")).error.code).toBe("MEDIA_NOT_BOOTABLE");
  const given = await json("media", "iso", "data", "data.iso", "--boot-uefi", "bare/efi/microsoft/boot/bootmgfw.efi");
  expect(given.boot).toMatchObject([{ firmware: "uefi" }]);
});

test("the boot manager comes out of boot.wim where the medium has none", async () => {
  await captureWim(makeWindows(join(cwd, "w")), join(cwd, "pe.wim"), { name: "PE", threads: 1 });
  put("wim/sources/boot.wim", readFileSync(join(cwd, "pe.wim")));
  const disc = await json("media", "iso", "wim", "wim.iso");
  expect(disc.boot).toEqual([
    { firmware: "uefi", from: ["/sources/boot.wim:1!/Windows/Boot/EFI/bootmgfw.efi"], made: true },
  ]);
  const stick = await json("media", "usb", "wim.iso", "stick.img");
  expect(stick.boot).toEqual(disc.boot);
  expect(await has("stick.img:1", "/EFI/Boot/bootx64.efi")).toBe(true);
});

test("a stick of a medium", async () => {
  const made = await json("media", "usb", "media", "stick.img", "--label", "PE");
  expect(made).toMatchObject({
    exitCode: 0,
    scheme: "gpt",
    label: "PE",
    boot: [{ firmware: "uefi", from: ["/efi/boot/bootx64.efi"], made: false }],
  });
  expect((await json("media", "usb", "media", "stick.img")).error.code).toBe("ALREADY_EXISTS");
});

test("boot entries of any kind, with settings", async () => {
  put("floppy.img", new Uint8Array(1_474_560));
  const boot = [
    ["--boot", "bios=media/boot/etfsboot.com,sectors=4,segment=7C0,info-table"],
    ["--boot", "0x01=floppy.img,emulation=floppy"],
    ["--boot", "uefi=media/efi/boot/bootx64.efi"],
  ].flat();
  const { exitCode } = await json(
    "iso",
    "create",
    "media",
    "boot.iso",
    "--iso9660",
    "--level",
    "1",
    "--hybrid",
    ...boot,
  );
  expect(exitCode).toBe(0);
  expect((await json("iso", "info", "boot.iso")).boot).toMatchObject([
    { platform: "BIOS", emulation: "none", sectorCount: 4, loadSegment: 0x7c0 },
    { platform: "PowerPC", emulation: "1.44M", sectorCount: 1 },
    { platform: "UEFI", emulation: "none", sectorCount: 2048 },
  ]);
});
