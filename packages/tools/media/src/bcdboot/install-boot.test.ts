import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { StoreEditor } from "@adk/bcd";
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

const PARTITION = "partition=mbr:a44d2336/1048576";

/** A further file of the Windows. */
function put(path: string, content: string | Uint8Array): void {
  mkdirSync(dirname(join(cwd, "w", path)), { recursive: true });
  writeFileSync(join(cwd, "w", path), content);
}

const list = async (store: string, ...args: string[]) => (await run("media", "bcd", "enum", store, ...args)).stdout;
const UEFI_STORE = "esp/EFI/Microsoft/Boot/BCD";

test("without a firmware those are taken that the Windows has files for", async () => {
  rmSync(join(cwd, "w/Windows/Boot/PCAT"), { recursive: true });
  expect((await run("bcdboot", "w", "/s", "esp")).exitCode).toBe(0);
  expect([existsSync(join(cwd, UEFI_STORE)), existsSync(join(cwd, "esp/Boot"))]).toEqual([true, false]);
  const all = await run("bcdboot", "w", "/s", "other", "/f", "ALL");
  expect([all.exitCode, all.stderr]).toEqual([1, expect.stringContaining("no boot manager for BIOS")]);
  expect(existsSync(join(cwd, "other/EFI"))).toBe(false);
});

test("the Windows' own template says what its entries are", async () => {
  const template = StoreEditor.create();
  const loader = template.createObject(0x1020_0003, "b012b84d-c47c-4ed5-b722-c0c42163e569");
  template.set(loader, 0x2500_0020, { format: "integer", number: 1n });
  put("Windows/System32/config/BCD-Template", template.toBytes());
  await run("bcdboot", "w", "/s", "esp", "/l", "de-de");
  const uefi = await list(UEFI_STORE, "--type", "osloader");
  expect(uefi).toContain("locale                  de-de\n");
  expect(uefi).toContain("nx                      OptOut\n");
  expect(await list("esp/Boot/BCD", "--type", "osloader")).toContain("nx                      OptIn\n");
});

test("a template that is damaged is not used, and told", async () => {
  put("Windows/System32/config/BCD-Template", "regf and nothing more");
  const { exitCode, stderr } = await run("bcdboot", "w", "/s", "esp");
  expect([exitCode, stderr]).toEqual([0, expect.stringContaining("BCDBOOT_BAD_TEMPLATE")]);
});

test("a recovery environment gets an entry where its partition is known", async () => {
  put("Windows/System32/Recovery/Winre.wim", "MSWIM");
  const install = ["media", "bcd", "install", "w", "esp", "--firmware", "uefi"];
  await run(...install);
  expect(await list(UEFI_STORE, "--type", "osloader")).not.toContain("Recovery");
  await run(...install, "--clean", "--windows-device", PARTITION);
  const text = await list(UEFI_STORE);
  expect(text).toContain("ramdisk=[mbr:a44d2336/1048576]\\Windows\\System32\\Recovery\\Winre.wim,{");
  expect(text).toContain("ramdisksdipath          \\Windows\\Boot\\DVD\\EFI\\boot.sdi\n");
  expect(text).toContain("recoveryenabled         Yes\n");
  rmSync(join(cwd, "w/Windows/Boot/DVD"), { recursive: true });
  expect((await run(...install, "--clean", "--windows-device", PARTITION)).stdout).toContain("BCDBOOT_NO_SDI");
});

test("/bootex takes the boot manager that is signed by the authority of 2023, or nothing", async () => {
  const refused = await run("bcdboot", "w", "/s", "esp", "/f", "UEFI", "/bootex");
  expect([refused.exitCode, refused.stderr]).toEqual([1, expect.stringContaining("EFI_EX/bootmgfw_EX.efi")]);
  const program = readFileSync(join(cwd, "w/Windows/Boot/EFI/bootmgfw.efi"));
  put("Windows/Boot/EFI_EX/bootmgfw_EX.efi", Buffer.concat([program, Buffer.from("2023")]));
  put("Windows/Boot/Fonts_EX/segoe_slboot_EX.ttf", "font 2023");
  expect((await run("bcdboot", "w", "/s", "esp", "/f", "UEFI", "/bootex")).exitCode).toBe(0);
  const ends = ["EFI/Boot/bootx64.efi", "EFI/Microsoft/Boot/bootmgfw.efi", "EFI/Microsoft/Boot/Fonts/segoe_slboot.ttf"];
  for (const path of ends)
    expect(
      readFileSync(join(cwd, "esp", path))
        .subarray(-4)
        .toString(),
      path,
    ).toBe("2023");
});

test("/d keeps the default, /addlast the order, /m {ID} merges; switches of the firmware are noted", async () => {
  const bcdboot = (...args: string[]) => run("bcdboot", "w", "/s", "esp", "/f", "UEFI", ...args);
  await bcdboot();
  await run("bcdedit", "/store", UEFI_STORE, "/create", "/d", "Other", "/application", "osloader");
  const { objects } = JSON.parse(await list(UEFI_STORE, "--type", "osloader", "--json"));
  const other = `{${objects.find(({ elements }: { elements: unknown[] }) => elements.length === 1).id}}`;
  await run("bcdedit", "/store", UEFI_STORE, "/set", other, "numproc", "2");
  await run("bcdedit", "/store", UEFI_STORE, "/displayorder", other, "/addfirst");
  await run("bcdedit", "/store", UEFI_STORE, "/default", other);
  const { stderr } = await bcdboot("/d", "/m", other, "/p", "/offline");
  expect(stderr).toMatch(/^Note: \/p: .*\nNote: \/offline: .*\n/);
  const manager = await list(UEFI_STORE, "--type", "bootmgr", "--guids");
  expect(manager).toContain(`default                 ${other}\n`);
  expect(manager).toMatch(new RegExp(`displayorder            \\{.*\n {24}${other}\n`));
  expect(await list(UEFI_STORE, "--type", "osloader")).toMatch(/Windows 11\n(.*\n)*numproc {17}2\n/);
  await bcdboot("/addlast");
  expect(await list(UEFI_STORE, "--type", "bootmgr", "--guids")).toContain(`displayorder            ${other}\n`);
  expect(await bcdboot("/c", "/m", other)).toMatchObject({ exitCode: 1 });
});

test("the boot manager's name for firmwares follows its machine", async () => {
  const program = readFileSync(join(cwd, "w/Windows/Boot/EFI/bootmgfw.efi"));
  for (const [machine, name] of [
    [0xaa64, "bootaa64.efi"],
    [0x14c, "bootia32.efi"],
  ] as const) {
    program.writeUInt16LE(machine, 0x44);
    put("Windows/Boot/EFI/bootmgfw.efi", program);
    await run("bcdboot", "w", "/s", name, "/f", "UEFI");
    expect(existsSync(join(cwd, name, "EFI/Boot", name))).toBe(true);
  }
});
