import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sampleCabinet } from "@adk/cab/testing";
import { runForTest } from "@adk/cli-kit/testing";
import { captureWim } from "@adk/image";
import { openVolumeHive } from "@adk/registry";
import { openSource } from "@adk/sources";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { efiProgram, makeWindows } from "../testing/windows.ts";

let cwd = "";
beforeAll(async () => {
  cwd = temporaryDirectory();
  await captureWim(makeWindows(join(cwd, "w")), join(cwd, "pe.wim"), { name: "PE", threads: 1 });
  writeFileSync(join(cwd, "start.cmd"), "wpeinit\r\nX:\\Tools\\run.cmd\r\n");
  mkdirSync(join(cwd, "tools"));
  writeFileSync(join(cwd, "tools/run.cmd"), "echo hello\r\n");
});

const run = (...args: string[]) => runForTest(groups, args, { cwd });

async function readText(source: string, path: string): Promise<string> {
  await using volume = await openSource(join(cwd, source));
  const entry = await volume.lookup(path);
  return entry ? Buffer.from(await volume.read(entry)).toString() : "";
}

test("a medium is made of boot.wim alone", async () => {
  const { exitCode, stdout, stderr } = await run(
    ..."media winpe --boot-wim pe.wim --out pe --startnet start.cmd --file tools=X:\\Tools".split(" "),
    ..."--scratch-space 512 --target-path X:\\ --threads 1 --json".split(" "),
  );
  expect(stderr).toBe("");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({ firmware: ["uefi", "bios"], components: [], findings: [] });
  const files = [
    "bootmgr",
    "bootmgr.efi",
    "Boot/BCD",
    "Boot/boot.sdi",
    "EFI/Boot/bootx64.efi",
    "EFI/Microsoft/Boot/BCD",
  ];
  expect(files.filter((file) => !existsSync(join(cwd, "pe", file)))).toEqual([]);
  const image = "pe/sources/boot.wim:1";
  expect(await readText(image, "/Windows/System32/startnet.cmd")).toBe("wpeinit\r\nX:\\Tools\\run.cmd\r\n");
  expect(await readText(image, "/Tools/run.cmd")).toBe("echo hello\r\n");
  await using volume = await openSource(join(cwd, image));
  await using system = await openVolumeHive(volume, "/Windows/System32/config/SYSTEM");
  const value = system.hive.key("ControlSet001\\Services\\FBWF")?.value("WinPECacheThreshold");
  expect([...(value?.data() ?? [])]).toEqual([0, 2, 0, 0]);
  const list = await run("media", "bcd", "show", "pe/Boot/BCD", "{default}");
  expect(list.stdout).toContain(
    "device                  ramdisk=[boot]\\sources\\boot.wim,{7619dcc8-fafe-11d9-b411-000476eba25f}\n",
  );
  expect(readFileSync(join(cwd, "pe/sources/boot.wim")).readUInt32LE(0x78)).toBe(1);
});

test("after a failure there is nothing", async () => {
  const failed = await run(
    ..."media winpe --boot-wim pe.wim --out bad --startnet missing.cmd --threads 1 --json".split(" "),
  );
  expect(JSON.parse(failed.stdout).error.code).toBe("FILE_NOT_FOUND");
  expect(readdirSync(cwd).filter((name) => name.includes("bad"))).toEqual([]);
  const again = await run(..."media winpe --boot-wim pe.wim --out tools --json".split(" "));
  expect(JSON.parse(again.stdout).error.code).toBe("ALREADY_EXISTS");
  const space = await run(..."media winpe --boot-wim pe.wim --out bad --scratch-space 100".split(" "));
  expect(space.exitCode).toBe(2);
});

test("an image without Windows is told by the name that was given", async () => {
  await captureWim(join(cwd, "tools"), join(cwd, "tools.wim"), { name: "tools", threads: 1 });
  const { exitCode, stdout } = await run("media", "winpe", "--boot-wim", "tools.wim", "--out", "none", "--json");
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout).error).toMatchObject({ code: "IMAGE_NOT_WINPE", file: join(cwd, "tools.wim:1") });
});

test("a folder for iPXE has what wimboot wants", async () => {
  await run(..."media winpe --boot-wim pe.wim --out net --threads 1".split(" "));
  const { stdout } = await run("media", "pxe", "net", "www", "--url", "http://10.0.0.1/pe/");
  expect(stdout.split("\n").slice(0, 3)).toEqual([
    "#!ipxe",
    "kernel http://10.0.0.1/pe/wimboot",
    "initrd --name bootmgr http://10.0.0.1/pe/bootmgr bootmgr",
  ]);
  expect(readdirSync(join(cwd, "www")).sort()).toEqual([
    "BCD",
    "boot.ipxe",
    "boot.sdi",
    "boot.wim",
    "bootmgr",
    "bootx64.efi",
  ]);
});

test("image and boot files come out of a disc, and the disc's Setup stays behind", async () => {
  await run(..."media winpe --boot-wim pe.wim --out first --threads 1".split(" "));
  writeFileSync(join(cwd, "first/setup.exe"), "setup");
  await run("iso", "create", "first", "setup.iso", "--label", "SETUP");
  const { stdout } = await run(
    ..."media winpe --boot-wim setup.iso!/sources/boot.wim:1 --media setup.iso --out second --locale de-DE".split(" "),
    ..."--threads 1 --json".split(" "),
  );
  expect(JSON.parse(stdout)).toMatchObject({ firmware: ["uefi", "bios"], changes: [] });
  expect(readdirSync(join(cwd, "second")).sort()).toEqual(["Boot", "EFI", "bootmgr", "bootmgr.efi", "sources"]);
  expect((await run("media", "bcd", "show", "second/Boot/BCD", "{bootmgr}")).stdout).toContain(
    "locale                  de-DE",
  );
});

test("disc, stick and network folder come from one run, out of a medium alone, and no directory stays", async () => {
  await run(..."media winpe --boot-wim pe.wim --out base --threads 1".split(" "));
  mkdirSync(join(cwd, "drivers/net"), { recursive: true });
  writeFileSync(join(cwd, "drivers/net/x.inf"), "[Version]\r\n");
  const { exitCode, stdout } = await run(
    ..."media winpe --media base --iso all.iso --usb all.img --pxe all --url http://h/pe --threads 1 --json".split(" "),
    ..."--label RESCUE --medium-drivers drivers/net".split(" "),
  );
  expect(exitCode).toBe(0);
  const result = JSON.parse(stdout);
  expect(result.directory).toBeUndefined();
  expect(result.iso).toMatchObject({ form: "bridge", label: "RESCUE", boot: [{ firmware: "uefi", made: true }] });
  expect(result.iso.findings.map(({ code }: { code: string }) => code)).toEqual(["MEDIA_NO_BIOS"]);
  expect(result.usb).toMatchObject({ label: "RESCUE", boot: [{ firmware: "uefi", made: false }] });
  expect(result.pxe.files).toContain("boot.ipxe");
  expect(readdirSync(cwd).filter((name) => name.endsWith(".media"))).toEqual([]);
  expect(await readText("all.iso", "/$WinPEDriver$/net/x.inf")).toBe("[Version]\r\n");
  const again = await run(..."media winpe --media base --iso all.iso --json".split(" "));
  expect(JSON.parse(again.stdout).error.code).toBe("ALREADY_EXISTS");
});

test("an ADK brings image, boot files, boot images of discs and components", async () => {
  const kit = join(cwd, "kit");
  await run(..."media winpe --boot-wim pe.wim --out forkit --threads 1".split(" "));
  const put = (path: string, content: string | Uint8Array) => {
    mkdirSync(join(kit, path, ".."), { recursive: true });
    writeFileSync(join(kit, path), content);
  };
  const winPe = "Windows Preinstallation Environment/amd64";
  put(`${winPe}/en-us/winpe.wim`, readFileSync(join(cwd, "pe.wim")));
  put(`${winPe}/WinPE_OCs/WinPE-WMI.cab`, sampleCabinet([]));
  put("Deployment Tools/amd64/Oscdimg/etfsboot.com", "b".repeat(4096));
  put("Deployment Tools/amd64/Oscdimg/efisys.bin", "e".repeat(4096));
  cpSync(join(cwd, "forkit"), join(kit, winPe, "Media"), { recursive: true });
  const { stdout } = await run(..."media winpe --adk kit --out kitpe --iso kit.iso --threads 1 --json".split(" "));
  const result = JSON.parse(stdout);
  expect(result.firmware).toEqual(["uefi", "bios"]);
  expect(result.iso.boot).toEqual(
    [
      { firmware: "bios", from: ["/boot/etfsboot.com"], made: false },
      { firmware: "uefi", from: ["/efi/microsoft/boot/efisys.bin"], made: false },
    ].map(({ from, ...rest }) => ({
      ...rest,
      from: from.map((path) => expect.stringMatching(new RegExp(`^${path}$`, "i"))),
    })),
  );
  const planned = await run(..."media winpe --adk kit --out kitpe2 --component wmi --threads 1 --json".split(" "));
  expect(JSON.parse(planned.stdout).components).toMatchObject([{ name: "WinPE-WMI", requested: true }]);
  const none = await run(..."media winpe --adk kit --arch arm64 --out x --json".split(" "));
  expect(JSON.parse(none.stdout).error.code).toBe("COPYPE_NO_ARCHITECTURE");
});

test("a boot manager of one's own is what UEFI starts", async () => {
  writeFileSync(join(cwd, "own.efi"), efiProgram(0xaa64));
  const { stdout } = await run(
    ..."media winpe --boot-wim pe.wim --boot-manager own.efi --out own --threads 1 --json".split(" "),
  );
  expect(JSON.parse(stdout).firmware).toEqual(["uefi", "bios"]);
  expect(existsSync(join(cwd, "own/EFI/Boot/bootaa64.efi"))).toBe(true);
  expect(readFileSync(join(cwd, "own/EFI/Microsoft/Boot/bootmgfw.efi")).equals(efiProgram(0xaa64))).toBe(true);
});

test("what a Windows PE is set to is told", async () => {
  await run(..."media winpe --boot-wim pe.wim --out told --scratch-space 256 --threads 1".split(" "));
  const { exitCode, stdout } = await run("media", "winpe", "info", "told/sources/boot.wim", "--json");
  expect(exitCode).toBe(0);
  expect(JSON.parse(stdout)).toMatchObject({
    build: "22621",
    scratchSpace: 256,
    targetPath: "X:\\",
    optionalComponents: ["WinPE-WMI-Package"],
    startnet: "wpeinit\r\n",
  });
  expect((await run("media", "winpe", "info", "told/sources/boot.wim")).stdout).toContain("  wpeinit\n");
});

test.each([
  ["media winpe --out nowhere", "WINPE_NO_SOURCE"],
  ["media winpe --boot-wim pe.wim", "WINPE_NO_TARGET"],
  ["media winpe --boot-wim pe.wim --out nowhere --component wmi", "WINPE_NO_COMPONENTS"],
])("%s is told what it lacks", async (line, code) => {
  const { exitCode, stdout } = await run(...line.split(" "), "--json");
  expect([exitCode, JSON.parse(stdout).error.code]).toEqual([2, code]);
});
