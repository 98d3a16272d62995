import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { FileAccess, guidToBytes } from "@adk/core";
import { openVhd } from "@adk/disk";
import { differencingVhd } from "@adk/disk/testing";
import { makeTree, noise, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { groups } from "./index.ts";

const MEDIA = { "efi/boot/bootx64.efi": "loader", "sources/boot.wim": noise(100_000, 1), "Read me.txt": "text" };

async function adk(cwd: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await runForTest(groups, ["disk", ...args], { cwd });
  return { exitCode, stdout, stderr, json: args.includes("--json") ? JSON.parse(stdout) : undefined };
}

async function stick(options: readonly string[] = []): Promise<string> {
  const directory = temporaryDirectory();
  const result = await adk(directory, "create-usb", await makeTree(MEDIA), "stick.img", "--label", "setup", ...options);
  expect(result).toMatchObject({ exitCode: 0 });
  return directory;
}

test("a stick is made, told of, listed and extracted", async () => {
  const directory = await stick();
  const { json } = await adk(directory, "info", "stick.img", "--json");
  expect(json).toMatchObject({
    format: "raw",
    scheme: "gpt",
    partitions: [{ number: 1, offset: 2 ** 20, fileSystem: "FAT32", label: "SETUP", files: 3, directories: 3 }],
    findings: [],
  });
  const list = await adk(directory, "ls", "stick.img:1", "--json");
  expect(list.json.entries.map(({ path }: { path: string }) => path)).toContain("/Read me.txt");
  const extracted = await adk(directory, "extract", "stick.img", "sources/**", "--to", "out");
  expect(extracted).toMatchObject({ exitCode: 0 });
  expect(Buffer.compare(readFileSync(join(directory, "out/sources/boot.wim")), MEDIA["sources/boot.wim"])).toBe(0);
  expect(readdirSync(join(directory, "out"))).toEqual(["sources"]);
});

test("a dry run writes nothing, and what is there is not overwritten", async () => {
  const directory = temporaryDirectory();
  const media = await makeTree({ ...MEDIA, "sources/install.wim": noise(3_000_000, 1) });
  const args = ["create-usb", media, "stick.img", "--split-wim", "1M"];
  const { json } = await adk(directory, ...args, "--dry-run", "--json");
  expect(json).toMatchObject({
    dryRun: true,
    scheme: "gpt",
    split: [{ name: "install.swm" }, { name: "install2.swm" }, {}],
  });
  expect(readdirSync(directory)).toEqual([]);
  writeFileSync(join(directory, "stick.img"), "mine");
  expect(await adk(directory, "create-usb", media, "stick.img")).toMatchObject({
    exitCode: 4,
    stderr: expect.stringContaining("ALREADY_EXISTS"),
  });
  expect(readdirSync(directory)).toEqual(["stick.img"]);
});

test("a failure leaves nothing", async () => {
  const directory = temporaryDirectory();
  const media = await makeTree({ ...MEDIA, "sources/install.wim": noise(3_000_000, 1) });
  // No WIM: it cannot be split.
  expect(await adk(directory, "create-usb", media, "stick.img", "--split-wim", "1M")).toMatchObject({ exitCode: 3 });
  expect(await adk(directory, "create-usb", media, "stick.img", "--size", "34M")).toMatchObject({ exitCode: 2 });
  expect(readdirSync(directory)).toEqual([]);
});

test("what firmware would not start is told of", async () => {
  const directory = temporaryDirectory();
  const { stdout } = await adk(
    directory,
    "create-usb",
    await makeTree({ a: "" }),
    "stick.img",
    "--mbr",
    "--size",
    "60000001",
  );
  expect(stdout).toContain("USB_NO_LOADER");
  expect(stdout).toContain("57.0 MiB, MBR, FAT32");
});

test.each([
  ["stick.vhd", []],
  ["stick.vhd", ["--fixed"]],
  ["stick.vhdx", []],
  ["stick.vhdx", ["--fixed"]],
] as const)("%s %j and back", async (name, options) => {
  const directory = await stick();
  expect(await adk(directory, "convert", "stick.img", name, ...options)).toMatchObject({ exitCode: 0 });
  const { json } = await adk(directory, "info", name, "--json");
  const type = options.length > 0 ? "fixed" : "dynamic";
  expect(json).toMatchObject({ format: name.slice(6), container: { type }, partitions: [{ files: 3 }], findings: [] });
  expect(await adk(directory, "convert", name, "back.raw")).toMatchObject({ exitCode: 0 });
  const [back, first] = ["back.raw", "stick.img"].map((file) => readFileSync(join(directory, file)));
  expect(Buffer.compare(back as Buffer, first as Buffer)).toBe(0);
});

test.each([
  ["stick.vhdx", [], { format: "vhdx", container: { type: "dynamic" } }],
  ["stick.vhd", ["--fixed", "--mbr"], { format: "vhd", container: { type: "fixed" } }],
  ["stick", ["--to", "vhd", "--size", "0.05G"], { format: "vhd", container: { type: "dynamic" } }],
  ["stick.img", ["--esp"], { format: "raw", partitions: [{ typeName: "EFI system" }] }],
] as const)("a stick in one step: %s %j", async (name, options, expected) => {
  const directory = temporaryDirectory();
  const made = await adk(directory, "create-usb", await makeTree(MEDIA), name, "--json", ...options);
  expect(made).toMatchObject({ exitCode: 0, json: { format: expected.format, files: 3 } });
  const { json } = await adk(directory, "info", name, "--json");
  expect(json).toMatchObject({ ...expected, size: made.json.size, findings: [] });
  expect(json.partitions).toMatchObject([{ fileSystem: "FAT32", files: 3 }]);
});

test("a file that FAT cannot hold: which ones, and what to do; an image of that size is split", async () => {
  const directory = temporaryDirectory();
  const media = await makeTree({ ...MEDIA, "sources/install.esd": "", "sources/more.bin": "" });
  for (const name of ["install.esd", "more.bin"]) truncateSync(join(media, "sources", name), 2 ** 32);
  const { exitCode, stderr } = await adk(directory, "create-usb", media, "stick.img");
  expect(exitCode).toBe(5);
  expect(stderr).toContain("error[FAT_FILE_TOO_LARGE]");
  expect(stderr).toContain("/sources/install.esd (4294967296 bytes), /sources/more.bin (4294967296 bytes)");
  expect(stderr).toContain("adk wim export install.esd:all install.wim");
  expect(readdirSync(directory)).toEqual([]);
  for (const name of ["install.esd", "more.bin"]) truncateSync(join(media, "sources", name), 2 ** 32 - 1);
  writeFileSync(join(media, "sources/install.wim"), "");
  truncateSync(join(media, "sources/install.wim"), 2 ** 32);
  const { json } = await adk(directory, "create-usb", media, "stick.img", "--dry-run", "--json");
  const part = 3800 * 2 ** 20;
  expect(json).toMatchObject({ files: 7, split: [{ bytes: part }, { name: "install2.swm", bytes: 2 ** 32 - part }] });
});

test("a differencing disk is told of without its parent, and read with it", async () => {
  const directory = await stick();
  const disk = readFileSync(join(directory, "stick.img"));
  const id = new Uint8Array(16).fill(3);
  mkdirSync(join(directory, "base"));
  await adk(directory, "convert", "stick.img", "base/base.vhd", "--fixed");
  const base = await openVhd(await FileAccess.open(join(directory, "base/base.vhd")));
  const parent = { id: guidToBytes(base.footer.id), path: ".\\base.vhd" };
  const text = Buffer.from("TEXT".padEnd(512, "\0"));
  const at = disk.indexOf(Buffer.from("text\0")) / 512;
  const child = differencingVhd(disk.length, id, parent, new Map([[at, text]]));
  writeFileSync(join(directory, "child.vhd"), child);
  await base.openDisk().then((opened) => opened.close());
  const alone = await adk(directory, "info", "child.vhd", "--json");
  expect(alone).toMatchObject({ exitCode: 0, json: { container: { type: "differencing", parent: "base.vhd" } } });
  expect(alone.json.findings).toMatchObject([{ code: "VHD_NEEDS_PARENT" }]);
  expect(await adk(directory, "ls", "child.vhd")).toMatchObject({ exitCode: 5 });
  const extracted = await adk(directory, "extract", "child.vhd", "--to", "out", "--parent", "base/base.vhd");
  expect(extracted).toMatchObject({ exitCode: 0 });
  expect(readFileSync(join(directory, "out/Read me.txt"), "utf8")).toBe("TEXT");
  copyFileSync(join(directory, "base/base.vhd"), join(directory, "base.vhd"));
  expect(await adk(directory, "convert", "child.vhd", "merged.raw")).toMatchObject({ exitCode: 0 });
  expect((await adk(directory, "ls", "merged.raw", "--json")).json.entries).toHaveLength(6);
});

test("wrong use", async () => {
  const directory = await stick();
  const codes = async (...args: string[]) => {
    const { exitCode, stderr } = await adk(directory, ...args);
    return [exitCode, /error\[(\w+)\]/.exec(stderr)?.[1]];
  };
  expect(await codes("convert", "stick.img", "stick.iso")).toEqual([2, "USAGE_FORMAT_NEEDED"]);
  writeFileSync(join(directory, "empty.img"), "");
  expect(await codes("convert", "empty.img", "empty.vhdx")).toEqual([3, "DISK_EMPTY"]);
  expect(await codes("create-usb", ".", "x.img", "--gpt", "--mbr")).toEqual([2, "USAGE_CONTRADICTING_OPTIONS"]);
  expect(await codes("create-usb", ".", "x.img", "--size", "large")).toEqual([2, "SIZE_INVALID"]);
  expect(await codes("ls", "stick.img:7")).toEqual([2, "DISK_NO_SUCH_PARTITION"]);
  expect(await codes("ls", "stick.img:all")).toEqual([2, "USAGE_PARTITION_BY_NUMBER"]);
});

test("names that lead elsewhere write nothing outside the target", async () => {
  const directory = temporaryDirectory();
  const hostile = ["../X    TXT", "..\\X    TXT", "C:X     TXT", "/X      TXT"];
  const names = hostile.map((_, i) => [`file${i}.txt`, "hostile"] as const);
  const media = await makeTree({ "good.txt": "good", ...Object.fromEntries(names) });
  await adk(directory, "create-usb", media, "stick.img");
  const bytes = readFileSync(join(directory, "stick.img"));
  for (const [i, name] of hostile.entries()) bytes.write(name, bytes.indexOf(`FILE${i}   TXT`), "latin1");
  writeFileSync(join(directory, "hostile.img"), bytes);
  mkdirSync(join(directory, "deep/er"), { recursive: true });
  const { stdout, stderr } = await adk(directory, "extract", "hostile.img", "--to", "deep/er/out");
  expect(stdout + stderr).toMatch(/FAT_BAD_NAME|UNSAFE/);
  const found = readdirSync(directory, { recursive: true }).map(String).sort();
  expect(found.filter((path) => !path.startsWith("deep/er/out"))).toEqual([
    "deep",
    "deep/er",
    "hostile.img",
    "stick.img",
  ]);
  expect(found.filter((path) => path.startsWith("deep/er/out/"))).toEqual(["deep/er/out/good.txt"]);
});

test("damage is found", async () => {
  const directory = await stick();
  const bytes = readFileSync(join(directory, "stick.img"));
  bytes.writeUInt16LE(0xffff, bytes.indexOf("BOOT    WIM") + 26);
  writeFileSync(join(directory, "bad.img"), bytes);
  expect(await adk(directory, "info", "bad.img")).toMatchObject({
    exitCode: 1,
    stdout: expect.stringContaining("FAT_BAD_CHAIN"),
  });
});
