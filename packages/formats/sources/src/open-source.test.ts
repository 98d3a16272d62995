import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { sampleCabinet } from "@adk/cab/testing";
import { FileAccess, openDirectory, type Volume } from "@adk/core";
import { captureVolume, WimFile, WimWriter } from "@adk/wim";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import { inspectFile } from "./inspect-file.ts";
import { openSource, openSourceFile } from "./open-source.ts";
import { selectImage } from "./select-image.ts";

let base: string;

function adkError(code: string, more: object = {}): unknown {
  return expect.objectContaining({ name: "AdkError", code, ...more });
}

async function writeWim(path: string, names: readonly string[]): Promise<void> {
  await using writer = await WimWriter.create(path, { threads: 1 });
  for (const name of names) {
    await captureVolume(writer, await openDirectory(join(base, "tree")), { name });
  }
  await writer.finish();
}

beforeAll(async () => {
  base = mkdtempSync(join(tmpdir(), "adk-sources-"));
  mkdirSync(join(base, "tree", "Dir"), { recursive: true });
  writeFileSync(join(base, "tree", "Dir", "file.txt"), "content");
  writeFileSync(join(base, "text.txt"), "no image");
  writeFileSync(join(base, "empty"), "");
  await writeWim(join(base, "one.wim"), ["Only"]);
  await writeWim(join(base, "none.wim"), []);
  await writeWim(join(base, "two.wim"), ["First", "Windows 11 Pro"]);
  // An image with a file with an image in it.
  writeFileSync(join(base, "damaged.wim"), "MSWIM\0\0\0 and no more");
  const files = [{ name: "Dir\\file.txt", data: new TextEncoder().encode("content") }];
  writeFileSync(join(base, "files.cab"), sampleCabinet([{ compression: "lzx", files }]));
  mkdirSync(join(base, "media"));
  await writeWim(join(base, "media", "inner.wim"), ["Inner"]);
  await using outer = await WimWriter.create(join(base, "outer.wim"), { threads: 1 });
  await captureVolume(outer, await openDirectory(join(base, "media")), { name: "Outer" });
  await outer.finish();
});
afterAll(() => rmSync(base, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

async function fileOf(volume: Volume): Promise<string> {
  const entry = await volume.lookup("/dir/FILE.TXT");
  return entry ? Buffer.from(await volume.read(entry)).toString() : "none";
}

test.each([
  "tree",
  "files.cab",
  "one.wim",
  "one.wim:1",
  "one.wim:Only",
  'two.wim:"windows 11 PRO"',
  "two.wim:2",
  "media!/inner.wim",
  "media!/INNER.wim:1",
  "outer.wim!/inner.wim:Inner",
  "outer.wim:1!/inner.wim",
  'outer.wim:"Outer"!/inner.wim:1',
])("%s opens", async (name) => {
  await using volume = await openSource(join(base, name));
  expect(await fileOf(volume)).toBe("content");
});

test.each([
  ["nowhere", "FILE_NOT_FOUND"],
  ["tree:1", "SOURCE_NOT_A_FILE"],
  ["text.txt", "SOURCE_NOT_A_VOLUME"],
  ["empty", "SOURCE_NOT_A_VOLUME"],
  ["damaged.wim", "WIM_BAD_MAGIC"],
  ["two.wim", "WIM_IMAGE_NEEDED"],
  ["two.wim:all", "WIM_IMAGE_NEEDED"],
  ["two.wim:3", "WIM_NO_SUCH_IMAGE"],
  ["two.wim:Third", "WIM_NO_SUCH_IMAGE"],
  ["none.wim", "WIM_NO_SUCH_IMAGE"],
  ["one.wim!/nowhere.wim", "FILE_NOT_FOUND"],
  ["one.wim!/Dir/file.txt:1", "SOURCE_NOT_A_VOLUME"],
  ["two.wim!/inner.wim", "WIM_IMAGE_NEEDED"],
  ["tree!/Dir!/x", "IS_A_DIRECTORY"],
  ["tree:1!/Dir/file.txt", "SOURCE_NOT_A_FILE"],
  ["two.wim:3!/inner.wim", "WIM_NO_SUCH_IMAGE"],
  ["tree!/", "SOURCE_BAD_NAME"],
  ["files.cab:1", "CAB_NO_IMAGES"],
])("%s is an error, and nothing stays open", async (name, code) => {
  const opened = vi.spyOn(FileAccess, "open");
  await expect(openSource(join(base, name))).rejects.toThrow(adkError(code));
  for (const { value } of opened.mock.settledResults) {
    if (value instanceof FileAccess) expect(value.descriptor).toBe(-1);
  }
});

test("a volume closes the files that it lies in", async () => {
  const opened = vi.spyOn(FileAccess, "open");
  const volume = await openSource(join(base, "outer.wim!/inner.wim"));
  const files = opened.mock.settledResults.map(({ value }) => value as FileAccess);
  expect(files.map(({ descriptor }) => descriptor >= 0)).toEqual([true]);
  await volume.close();
  expect(files.map(({ descriptor }) => descriptor)).toEqual([-1]);
});

test("a file is opened without looking into it, with the part that is meant", async () => {
  const { access, selector } = await openSourceFile(join(base, "two.wim:all"));
  expect([access.size > 1000, selector]).toEqual([true, { kind: "all" }]);
  await access.close();
});

test("images are chosen by number or name", async () => {
  await using file = await WimFile.open(join(base, "two.wim"));
  expect(selectImage(file, { kind: "name", name: "first" })).toBe(1);
  expect(() => selectImage(file, undefined)).toThrow(
    adkError("WIM_IMAGE_NEEDED", { kind: "usage", expected: '1 "First", 2 "Windows 11 Pro"' }),
  );
  expect(() => selectImage(file, { kind: "name", name: "x" })).toThrow(
    adkError("WIM_NO_SUCH_IMAGE", { kind: "input" }),
  );
});

test("files are recognised by their content", async () => {
  const wim = await inspectFile(join(base, "two.wim"));
  expect(wim).toMatchObject({ format: "wim", description: "Windows image (xpress, 2 images)", findings: [] });
  expect(JSON.parse(JSON.stringify(wim.facts))).toEqual(wim.facts);
  const cab = await inspectFile(join(base, "files.cab"));
  expect(cab).toMatchObject({ format: "cab", description: "Cabinet (LZX, 1 file)", facts: { fileCount: 1 } });
  expect((await inspectFile(join(base, "one.wim"))).description).toBe("Windows image (xpress, 1 image)");
  expect(await inspectFile(join(base, "text.txt"))).toEqual({
    size: 8,
    format: "unknown",
    description: "Unknown format",
    facts: {},
    findings: [],
  });
  expect(await inspectFile(join(base, "empty"))).toMatchObject({ size: 0, format: "unknown" });
  await expect(inspectFile(join(base, "damaged.wim"))).rejects.toThrow(adkError("WIM_BAD_MAGIC"));
  await expect(inspectFile(join(base, "tree"))).rejects.toThrow(adkError("IS_A_DIRECTORY"));
});
