import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { groups } from "../cli/index.ts";

let cwd = "";
let env: NodeJS.ProcessEnv = {};

/** The folders of an ADK, with files that are none of Microsoft's. */
beforeAll(() => {
  cwd = temporaryDirectory();
  const winPe = join(cwd, "ADK/Windows Preinstallation Environment");
  const tools = join(cwd, "ADK/Deployment Tools");
  const files: Record<string, string> = {
    [`${winPe}/amd64/en-us/winpe.wim`]: "wim",
    [`${winPe}/amd64/Media/bootmgr`]: "bootmgr",
    [`${winPe}/amd64/Media/EFI/Boot/bootx64.efi`]: "efi",
    [`${winPe}/arm64/en-us/readme`]: "",
    [`${tools}/amd64/Oscdimg/efisys.bin`]: "e".repeat(4096),
    [`${tools}/amd64/Oscdimg/etfsboot.com`]: "b".repeat(4096),
    [`${tools}/arm64/Oscdimg/efisys.bin`]: "e",
  };
  for (const [path, content] of Object.entries(files)) {
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, content);
  }
  env = { WinPERoot: winPe, OSCDImgRoot: join(tools, "amd64/Oscdimg") };
});

const run = (...args: string[]) => runForTest(groups, args, { cwd, env });

test("a working directory is made, and a disc and a stick of it", async () => {
  const made = await run("copype", "amd64", "pe");
  expect([made.exitCode, made.stdout.split("\n").at(-2)]).toEqual([0, "Success"]);
  expect(readdirSync(join(cwd, "pe")).sort()).toEqual(["fwfiles", "media", "mount"]);
  expect(readdirSync(join(cwd, "pe/fwfiles")).sort()).toEqual(["efisys.bin", "etfsboot.com"]);
  const disc = await run("makewinpemedia", "/iso", "pe", "pe.iso");
  expect([disc.exitCode, disc.stdout.split("\n").at(-2)]).toEqual([0, "Success"]);
  const info = JSON.parse((await run("iso", "info", "pe.iso", "--json")).stdout);
  expect(info.fileSystems).toEqual(["udf", "iso9660"]);
  expect(info.boot.map(({ platform }: { platform: string }) => platform)).toEqual(["BIOS", "UEFI"]);
  expect((await run("makewinpemedia", "/ISO", "pe", "pe.iso")).exitCode).toBe(1);
  expect((await run("makewinpemedia", "/iso", "/f", "pe", "pe.iso")).exitCode).toBe(0);
  expect((await run("makewinpemedia", "/ufd", "pe", "stick.img")).exitCode).toBe(0);
});

test.each([
  [["copype", "mips", "x"], /ERROR: The following processor architecture was not found: mips\nFailed!/],
  [["copype", "arm64", "x"], /ERROR: WinPE WIM file does not exist: .*winpe\.wim\nFailed!/],
  [["copype", "amd64", "ADK"], /ERROR: Destination directory exists: .*ADK\nFailed!/],
  [["copype"], /adk copype \{/],
  [["makewinpemedia", "/iso", "none", "x.iso"], /ERROR: Working directory does not exist: .*none/],
  [["makewinpemedia", "/iso", "ADK", "x.iso"], /ERROR: Working directory is not valid: .*ADK/],
  [["makewinpemedia", "/usb", "a", "b"], /adk makewinpemedia/],
])("%j fails with the message of the original", async (args, message) => {
  const { exitCode, stdout } = await run(...args);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(message);
  expect(existsSync(join(cwd, "x"))).toBe(false);
});
