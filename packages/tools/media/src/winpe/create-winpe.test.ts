import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { captureWim } from "@adk/image";
import { openVolumeHive } from "@adk/registry";
import { openSource } from "@adk/sources";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { makeWindows } from "../testing/windows.ts";

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
