import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Findings, MemoryAccess, REPARSE_TAG_SYMLINK, reparseDataToBytes, symlinkTo, type Volume } from "@adk/core";
import { adkError, noise, prose, temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import type { Dentry } from "./dentry.ts";
import { type ApplyOptions, applyImage, type ExtractResult, extract } from "./extract.ts";
import { type MemoryEntry, memoryVolume } from "./testing/memory-volume.ts";
import { richVolume, writeSample } from "./testing/samples.ts";
import { WimFile } from "./wim-file.ts";

const LARGE = 4_400_000;

function symlink(target: string, fixed: boolean): MemoryEntry {
  return { reparse: { tag: REPARSE_TAG_SYMLINK, data: reparseDataToBytes(symlinkTo(target)), reserved: 0, fixed } };
}

async function fileOf(volume: Volume, change: (bytes: Uint8Array, file: WimFile) => void = () => {}): Promise<WimFile> {
  const options = { compression: "none", volumes: [volume] } as const;
  const bytes = await writeSample(join(temporaryDirectory(), "a.wim"), options);
  const file = await WimFile.open(new MemoryAccess(bytes));
  change(bytes, file);
  return file;
}

/** Damages the data of the blob of `size` bytes. */
function damage(size: number): (bytes: Uint8Array, file: WimFile) => void {
  return (bytes, file) => {
    for (const blob of file.table.blobs.values()) {
      if (blob.size === size && blob.storage.kind === "resource") bytes[blob.storage.resource.offset] = 0;
    }
  };
}

async function apply(
  file: WimFile,
  directory: string,
  options: Partial<ApplyOptions> = {},
): Promise<{ result: ExtractResult; codes: (string | undefined)[][] }> {
  const findings = new Findings();
  const result = await applyImage(file, 1, directory, { threads: 1, ...options, findings });
  return { result, codes: findings.list.map(({ code, where }) => [code, where?.path]) };
}

describe.each([1, 2])("with %i threads", (threads) => {
  test("an image is written: data, links, times", async () => {
    const file = await fileOf(richVolume({ large: { data: noise(LARGE) }, "large again": { data: noise(LARGE) } }));
    const to = join(temporaryDirectory(), "new", "target");
    const { result, codes } = await apply(file, to, { threads });
    expect(codes).toEqual([["NAME_NOT_REPRESENTABLE", "/Windows/\ud800 lone"]]);
    expect(result).toEqual({
      files: 12,
      directories: 4,
      symlinks: 3,
      hardLinks: 2,
      bytes: 2 * LARGE + 100_000 * 2 + 50_000 + 3000 * 2 + 4 + 500 + 1,
      notHeld: { streams: 5, securityDescriptors: 7, shortNames: 3, reparsePoints: 1 + 1 },
    });
    const windows = join(to, "Windows");
    expect(Buffer.compare(readFileSync(join(windows, "text.txt")), prose(100_000))).toBe(0);
    expect(Buffer.compare(readFileSync(join(to, "large again")), noise(LARGE))).toBe(0);
    expect(statSync(join(windows, "empty")).size).toBe(0);
    expect(statSync(join(to, "last, third name")).nlink).toBe(3);
    expect(statSync(join(windows, "first name")).ino).toBe(statSync(join(windows, "second name")).ino);
    expect(readlinkSync(join(windows, "link"))).toBe(join(to, "Windows", "text.txt"));
    expect(readlinkSync(join(windows, "relative link"))).toBe("../text.txt");
    expect(statSync(join(windows, "same text")).mtime.toISOString()).toBe("2019-04-17T18:40:00.000Z");
    expect(statSync(windows).mtime.toISOString()).toBe("2019-04-17T18:40:00.000Z");
    expect(statSync(join(windows, "cloud directory")).isDirectory()).toBe(true);
  });

  test("damaged data costs the files that have it, and their links", async () => {
    const linked = { data: noise(LARGE, 2), linkId: "1" };
    const volume = memoryVolume({
      a: { data: "sound" },
      bad: { data: "damaged" },
      bad2: { data: "damaged" },
      l1: linked,
      l2: linked,
    });
    const file = await fileOf(volume, (bytes, each) => [7, LARGE].map((size) => damage(size)(bytes, each)));
    const to = temporaryDirectory();
    const { result, codes } = await apply(file, to, { threads });
    expect(result).toMatchObject({ files: 1, bytes: 5, hardLinks: 0 });
    expect(codes.sort()).toEqual([
      ["WIM_BLOB_CORRUPT", "/bad"],
      ["WIM_BLOB_CORRUPT", "/bad2"],
      ["WIM_BLOB_CORRUPT", "/l1"],
      ["WIM_LINK_FAILED", "/l2"],
    ]);
    expect(readdirSync(to)).toEqual(["a"]);
  });

  test("where a file is there, nothing of the image is left", async () => {
    const linked = { data: "12", linkId: "1" };
    const volume = memoryVolume({
      a: { data: "1" },
      copies: { children: { a: { data: "x" }, b: { data: "x" }, c: { data: "x" } } },
      empty: {},
      l: linked,
      l2: linked,
      large: { data: noise(LARGE) },
      large2: { data: noise(LARGE) },
      z: symlink("a", false),
    });
    const file = await fileOf(volume);
    const whole = temporaryDirectory();
    await apply(file, whole, { threads });
    for (const path of ["a", "copies/b", "copies/c", "empty", "l", "l2", "large", "large2", "z"]) {
      const to = temporaryDirectory();
      mkdirSync(join(to, "copies"));
      writeFileSync(join(to, path), "mine");
      await expect(apply(file, to, { threads })).rejects.toThrow(adkError("ALREADY_EXISTS"));
      const left = readdirSync(to, { recursive: true }).sort();
      expect([path, left]).toEqual([path, [...new Set(["copies", path])].sort()]);
      expect(readFileSync(join(to, path), "utf8")).toBe("mine");
    }
  });

  test("cancelled at any moment, nothing is left", async () => {
    const file = await fileOf(richVolume({ large: { data: noise(3 * LARGE) } }));
    const parent = temporaryDirectory();
    const to = join(parent, "target");
    let most = 0;
    await apply(file, join(temporaryDirectory(), "t"), { threads, onProgress: () => most++ });
    for (const stopAt of [0, 5, most - 8, most - 3, most - 1]) {
      const controller = new AbortController();
      let seen = 0;
      const onProgress = () => {
        if (seen++ === stopAt) controller.abort();
      };
      await expect(apply(file, to, { threads, signal: controller.signal, onProgress })).rejects.toThrow(
        adkError("CANCELLED"),
      );
      expect(readdirSync(parent)).toEqual([]);
    }
  });

  test("with leave to overwrite, files are replaced whole and links not written through", async () => {
    const outside = join(temporaryDirectory(), "outside");
    writeFileSync(outside, "untouched");
    const file = await fileOf(
      memoryVolume({ a: { data: "new" }, b: { data: noise(LARGE) }, c: { data: "damaged" }, e: {} }),
      damage(7),
    );
    const to = temporaryDirectory();
    symlinkSync(outside, join(to, "a"));
    for (const name of ["b", "c", "e"]) writeFileSync(join(to, name), "old");
    const { codes } = await apply(file, to, { threads, overwrite: true });
    expect(codes).toEqual([["WIM_BLOB_CORRUPT", "/c"]]);
    expect(lstatSync(join(to, "a")).isSymbolicLink()).toBe(false);
    expect(["a", "c", "e"].map((name) => readFileSync(join(to, name), "utf8"))).toEqual(["new", "old", ""]);
    expect(statSync(join(to, "b")).size).toBe(LARGE);
    expect(readFileSync(outside, "utf8")).toBe("untouched");
    expect(readdirSync(to).sort()).toEqual(["a", "b", "c", "e"]);
  });
});

test("names that must not be used are left out", async () => {
  const file = await fileOf(
    memoryVolume({
      "a:b": { data: "1" },
      "ok.txt": { data: "2" },
      "\udc00": { data: "3" },
      "d:": { children: { x: {} } },
    }),
  );
  const to = temporaryDirectory();
  const { result, codes } = await apply(file, to);
  expect(result).toMatchObject({ files: 1, directories: 1 });
  expect(codes.sort()).toEqual([
    ["NAME_NOT_REPRESENTABLE", "/\udc00"],
    ["UNSAFE_NAME", "/a:b"],
    ["UNSAFE_NAME", "/d:"],
  ]);
  expect(readdirSync(to)).toEqual(["ok.txt"]);
});

test("missing data costs all names of the file", async () => {
  const linked = { data: "gone", linkId: "1" };
  const file = await fileOf(memoryVolume({ a: linked, b: linked, c: { data: "there" } }));
  const { root } = await file.metadata(1);
  for (const dentry of root.children ?? []) if (dentry.name !== "c") dentry.mainHash = "ee".repeat(20);
  const { result, codes } = await apply(file, temporaryDirectory());
  expect(result).toMatchObject({ files: 1, hardLinks: 0 });
  expect(codes).toEqual([
    ["WIM_BLOB_MISSING", "/a"],
    ["WIM_BLOB_MISSING", "/b"],
  ]);
});

test("times that no calendar has do no harm", async () => {
  const times = [0n, 1n, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n - 1n];
  const entries = times.map((time, i): [string, MemoryEntry] => [`f${i}`, { data: "x", times: [0n, 0n, time] }]);
  const directories = times.map((time, i): [string, MemoryEntry] => [`d${i}`, { children: {}, times: [0n, 0n, time] }]);
  const links = times.map((time, i): [string, MemoryEntry] => [
    `l${i}`,
    { ...symlink("f0", false), times: [0n, 0n, time] },
  ]);
  const file = await fileOf(memoryVolume(Object.fromEntries([...entries, ...directories, ...links])));
  const to = temporaryDirectory();
  const { codes } = await apply(file, to);
  expect(codes).toEqual([]);
  expect(statSync(join(to, "f3")).mtimeMs).toBe(0);
  expect(readdirSync(to).length).toBe(15);
});

test("a part of an image goes where it is told", async () => {
  const file = await fileOf(richVolume());
  const { root } = await file.metadata(1);
  const windows = root.children?.find(({ name }) => name === "Windows") as Dentry;
  const text = windows.children?.find(({ name }) => name === "text.txt") as Dentry;
  const to = temporaryDirectory();
  const result = await extract(
    file,
    [
      { dentry: text, to: ["deep", "copy.txt"] },
      { dentry: windows, to: ["W"] },
    ],
    to,
    {
      threads: 1,
      findings: new Findings(),
    },
  );
  expect(result.files).toBe(11);
  expect(existsSync(join(to, "deep", "copy.txt"))).toBe(true);
  expect(existsSync(join(to, "W", "text.txt"))).toBe(true);
});

test("what is written is bounded", async () => {
  const file = await fileOf(memoryVolume({ a: { data: prose(1000) }, b: { data: prose(1000) } }));
  const limited = await WimFile.open(file.access, { outputBytes: 1999 });
  const to = join(temporaryDirectory(), "t");
  await expect(apply(limited, to)).rejects.toThrow(adkError("LIMIT_EXCEEDED"));
  expect(existsSync(to)).toBe(false);
});
