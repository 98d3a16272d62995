import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { beforeEach, expect, test, vi } from "vitest";
import { groups } from "../cli/index.ts";
import { makeWindows } from "../testing/windows.ts";

let cwd = "";
beforeEach(() => {
  cwd = temporaryDirectory();
  makeWindows(join(cwd, "w"));
});

const run = (...args: string[]) => runForTest(groups, args, { cwd });

test("an applied Windows gets its own boot files, and a store for each firmware", async () => {
  const { exitCode, stdout } = await run("bcdboot", "w\\Windows", "/s", "esp", "/f", "ALL");
  expect([exitCode, stdout]).toEqual([0, "Boot files successfully created.\n"]);
  const files = ["EFI/Boot/bootx64.efi", "EFI/Microsoft/Boot/BCD", "EFI/Microsoft/Boot/Fonts/segoe_slboot.ttf"];
  const bios = ["bootmgr", "bootnxt", "Boot/BCD", "Boot/memtest.exe", "Boot/Resources/bootres.dll"];
  expect([...files, ...bios].filter((file) => !existsSync(join(cwd, "esp", file)))).toEqual([]);
  const list = await run("media", "bcd", "enum", "esp/EFI/Microsoft/Boot/BCD", "--type", "osloader");
  expect(list.stdout).toContain("description             Windows 11\n");
  expect(list.stdout).toContain("osdevice                locate=custom:22000002\n");
  expect((await run("media", "bcd", "check", "esp/Boot/BCD")).exitCode).toBe(0);
});

test("a second time the entry is replaced, and other entries stay", async () => {
  const esp = ["media", "bcd", "install", "w", "esp", "--firmware", "uefi"];
  expect((await run(...esp)).exitCode).toBe(0);
  const store = "esp/EFI/Microsoft/Boot/BCD";
  await run("media", "bcd", "add", store, "--copy", "{default}", "--description", "Copy");
  expect((await run(...esp, "--json")).stdout).toContain('"committed"');
  const { objects } = JSON.parse((await run("media", "bcd", "enum", store, "--type", "osloader", "--json")).stdout);
  expect(objects).toHaveLength(2);
});

test("partitions are written where they are given", async () => {
  const device = "partition=mbr:a44d2336/1048576";
  await run("media", "bcd", "install", "w", "esp", "--firmware", "bios", "--windows-device", device);
  expect((await run("bcdedit", "/store", "esp/Boot/BCD", "/enum", "osloader")).stdout).toContain(
    `device                  ${device}\n`,
  );
});

test("what cannot be done changes nothing", async () => {
  expect(await run("bcdboot", "missing", "/s", "esp")).toMatchObject({
    exitCode: 1,
    stdout: expect.stringMatching(/^Failure/),
  });
  expect(await run("bcdboot", "w")).toMatchObject({ exitCode: 1, stdout: "The parameter is incorrect.\n" });
  expect(await run("bcdboot", "w", "/s", "esp", "/f", "CP/M")).toMatchObject({ exitCode: 1 });
  const dry = await run("media", "bcd", "install", "w", "esp", "--dry-run", "--json");
  expect(JSON.parse(dry.stdout).error.code).toBe("FILE_NOT_FOUND");
  expect(existsSync(join(cwd, "esp"))).toBe(false);
});

test("the same Windows gives the same bytes", async () => {
  vi.stubEnv("SOURCE_DATE_EPOCH", "1700000000");
  for (const name of ["a", "b"]) await run("media", "bcd", "install", "w", name);
  const [a, b] = ["a", "b"].map((name) => readFileSync(join(cwd, name, "Boot/BCD")));
  vi.unstubAllEnvs();
  expect(a?.equals(b as Buffer)).toBe(true);
});
