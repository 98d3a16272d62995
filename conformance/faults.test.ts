import { execFileSync } from "node:child_process";
import {
  appendFileSync,
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { Findings, openDirectory, type Volume } from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import { applyImage, captureVolume, verifyWim, WimFile, WimWriter } from "@adk/wim";
import { beforeAll, describe, expect, test } from "vitest";
import { type AdkEnd, startAdk } from "./support/adk.ts";
import { noise, pathsBelow, text } from "./support/sample-tree.ts";
import { mountTmpfs } from "./support/small-file-system.ts";

// What happens to the files of the user when an operation cannot be finished: the old one is intact or the new one whole, and
// nothing is left behind.

/** A tree that takes a second or two to capture: large files, and many small ones. */
let tree = "";
/** A capture of another tree, to append to and to be overwritten. */
let old = "";
/** A capture of the tree, to apply. */
let whole = "";

beforeAll(async () => {
  const directory = temporaryDirectory();
  tree = join(directory, "tree");
  mkdirSync(join(tree, "small"), { recursive: true });
  const large = text(4_000_000, 1);
  for (const i of [1, 2]) writeFileSync(join(tree, `large ${i}`), Buffer.concat([noise(300_000, i), large]));
  for (let i = 0; i < 100; i++) writeFileSync(join(tree, "small", String(i)), text(10_000, i));
  const other = join(directory, "other");
  mkdirSync(other);
  writeFileSync(join(other, "old.txt"), text(100_000, 2));
  old = join(directory, "old.wim");
  whole = join(directory, "whole.wim");
  expect(await adk("capture", other, old, "--compress", "lzx", "--check")).toMatchObject({ exitCode: 0 });
  expect(await adk("capture", tree, whole, "--level", "fast")).toMatchObject({ exitCode: 0 });
});

async function adk(...args: string[]): Promise<AdkEnd> {
  return startAdk(["wim", ...args]).ended;
}

/** Runs a command and sends a signal when a phase is so far. */
async function interrupted(args: string[], moment: Moment, signal: NodeJS.Signals = "SIGINT"): Promise<AdkEnd> {
  let sent = false;
  return startAdk(["wim", ...args, "--json"], {
    onProgress({ phase, done, total }, child) {
      if (sent || phase !== moment.phase || done < moment.part * total) return;
      sent = true;
      child.kill(signal);
    },
  }).ended;
}

interface Moment {
  readonly phase: string;
  readonly part: number;
}

function expectCancelled({ exitCode, stdout }: AdkEnd): void {
  expect(exitCode).toBe(130);
  expect(JSON.parse(stdout)).toMatchObject({ error: { kind: "cancelled" } });
}

function expectError({ exitCode, stderr }: AdkEnd, code: string, status: number): void {
  expect(stderr).toMatch(new RegExp(`error\\[${code}\\]`));
  expect(exitCode).toBe(status);
}

const SLOW = ["--compress", "lzx", "--level", "max"];
const moments: Moment[] = [
  { phase: "scan", part: 0 },
  { phase: "capture", part: 0 },
  { phase: "capture", part: 0.5 },
];

describe("interrupted by the user", () => {
  test.each(moments)("a capture leaves nothing: %o", async (moment) => {
    const at = temporaryDirectory();
    expectCancelled(await interrupted(["capture", tree, join(at, "new.wim"), ...SLOW], moment));
    expect(readdirSync(at)).toEqual([]);
  });

  test("a capture over an old file leaves the old file", async () => {
    const at = temporaryDirectory();
    const path = join(at, "file.wim");
    copyFileSync(old, path);
    const args = ["capture", tree, path, "--force", "--threads", "1", ...SLOW];
    expectCancelled(await interrupted(args, { phase: "capture", part: 0.3 }));
    expect(readdirSync(at)).toEqual(["file.wim"]);
    expect(readFileSync(path).equals(readFileSync(old))).toBe(true);
  });

  test.each(moments)("an append leaves the file as it was: %o", async (moment) => {
    const at = temporaryDirectory();
    const path = join(at, "file.wim");
    copyFileSync(old, path);
    expectCancelled(await interrupted(["append", tree, path, "--level", "max"], moment));
    expect(readFileSync(path).equals(readFileSync(old))).toBe(true);
    expect(readdirSync(at)).toEqual(["file.wim"]);
  });

  test("an apply leaves no half tree, and what was in the target", async () => {
    const at = temporaryDirectory();
    const moment = { phase: "prepare", part: 0 };
    expectCancelled(await interrupted(["apply", whole, join(at, "new/deep")], moment));
    expect(readdirSync(at)).toEqual([]);
    writeFileSync(join(at, "mine"), "mine");
    expectCancelled(await interrupted(["apply", whole, at], moment));
    expect(pathsBelow(at)).toEqual(["mine"]);
  });

  test.each([
    [1, 0],
    [1, 0.3],
    [2, 0.3],
    [2, 0.6],
    [2, 0.95],
    [1, 1],
    [2, 1],
  ])("an apply with %i threads that is cancelled at %d leaves no half tree", async (threads, part) => {
    const at = temporaryDirectory();
    await using file = await WimFile.open(whole);
    const abort = new AbortController();
    const applied = applyImage(file, 1, join(at, "new/deep"), {
      threads,
      findings: new Findings(),
      signal: abort.signal,
      onProgress: ({ phase, done, total }) => phase === "extract" && done >= part * total && abort.abort(),
    });
    await expect(applied).rejects.toMatchObject({ kind: "cancelled" });
    expect(pathsBelow(at)).toEqual([]);
  });

  test("an export leaves nothing", async () => {
    const at = temporaryDirectory();
    const args = ["export", whole, join(at, "new.wim"), ...SLOW];
    expectCancelled(await interrupted(args, { phase: "export", part: 0.2 }));
    expect(readdirSync(at)).toEqual([]);
  });
});

describe("killed", () => {
  test.each(moments)("while appending, the file opens as it was, and can be appended to: %o", async (moment) => {
    const path = join(temporaryDirectory(), "file.wim");
    copyFileSync(old, path);
    const { exitCode } = await interrupted(["append", tree, path, "--level", "max"], moment, "SIGKILL");
    expect(exitCode).toBe(null);
    const header = readFileSync(path).subarray(0, 208);
    expect(header.equals(readFileSync(old).subarray(0, 208))).toBe(true);
    await expectImages(path, ["other"]);
    expect(await adk("append", join(tree, "small"), path, "--level", "fast")).toMatchObject({ exitCode: 0 });
    await expectImages(path, ["other", "small"]);
  });

  test("while overwriting, the old file is there", async () => {
    const path = join(temporaryDirectory(), "file.wim");
    copyFileSync(old, path);
    const args = ["capture", tree, path, "--force", ...SLOW];
    expect((await interrupted(args, { phase: "capture", part: 0.3 }, "SIGKILL")).exitCode).toBe(null);
    expect(readFileSync(path).equals(readFileSync(old))).toBe(true);
  });

  test("at any byte of an append, the file is the old one or the new one", async () => {
    const at = temporaryDirectory();
    const appended = join(at, "appended.wim");
    copyFileSync(old, appended);
    expect(await adk("append", join(tree, "small"), appended, "--level", "fast")).toMatchObject({ exitCode: 0 });
    const before = readFileSync(old);
    const after = readFileSync(appended);
    // What was there is never written over, but for the header, which comes last.
    expect(after.subarray(208, before.length).equals(before.subarray(208))).toBe(true);
    for (const part of [0, 0.3, 0.9, 1]) {
      const path = join(at, `cut ${part}.wim`);
      const end = before.length + Math.floor((after.length - before.length) * part);
      writeFileSync(path, Buffer.concat([before.subarray(0, 208), after.subarray(208, end)]));
      await expectImages(path, ["other"]);
    }
    await expectImages(appended, ["other", "small"]);
  });
});

async function expectImages(path: string, names: string[]): Promise<void> {
  await using file = await WimFile.open(path);
  const { findings } = await verifyWim(file, { threads: 1 });
  expect(findings).toEqual([]);
  expect(file.xml.images.map(({ name }) => name)).toEqual(names);
}

describe("sources that change", () => {
  /** A directory in which something happens between looking and reading. */
  async function disturbed(directory: string, disturb: (path: string, opened: number) => void): Promise<Volume> {
    const volume = await openDirectory(directory);
    let opened = 0;
    return {
      name: volume.name,
      root: volume.root,
      lookup: (path) => volume.lookup(path),
      list: (entry) => volume.list(entry),
      async open(entry, stream) {
        disturb(entry.path, ++opened);
        return volume.open(entry, stream);
      },
      async read(entry, stream) {
        disturb(entry.path, ++opened);
        return volume.read(entry, stream);
      },
      reparsePoint: (entry) => volume.reparsePoint(entry),
      securityDescriptor: (entry) => volume.securityDescriptor(entry),
      close: () => volume.close(),
      [Symbol.asyncDispose]: () => volume.close(),
    };
  }

  async function captureDisturbed(size: number, disturb: (host: string, opened: number) => void) {
    const at = temporaryDirectory();
    const source = join(at, "source");
    mkdirSync(source);
    writeFileSync(join(source, "file"), text(size, 1));
    const path = join(at, "out.wim");
    await using volume = await disturbed(source, (inner, opened) => disturb(source + inner, opened));
    await using writer = await WimWriter.create(path, { compression: "lzx", threads: 1 });
    try {
      await captureVolume(writer, volume, { name: "disturbed" });
      await writer.finish();
    } catch (error) {
      await writer.discard();
      expect(readdirSync(at)).toEqual(["source"]);
      throw error;
    }
    return path;
  }

  const LARGE = 5_000_000;

  test.each([
    ["grows", (host: string) => appendFileSync(host, "more")],
    ["is rewritten", (host: string) => writeFileSync(host, text(LARGE, 99))],
    ["shrinks", (host: string) => truncateSync(host, 1000)],
    ["is emptied", (host: string) => truncateSync(host, 0)],
  ])("a large file that %s between two readings stops the capture", async (_what, change) => {
    const capture = captureDisturbed(LARGE, (host, opened) => void (opened === 2 && change(host)));
    await expect(capture).rejects.toMatchObject({ code: "FILE_CHANGED", file: expect.stringContaining("file") });
  });

  test.each([20, LARGE])("a file of %i bytes that vanishes stops the capture", async (size) => {
    const capture = captureDisturbed(size, (host) => rmSync(host));
    await expect(capture).rejects.toMatchObject({ code: "FILE_NOT_FOUND", file: expect.stringContaining("file") });
  });

  test.each([
    ["grew", 30_000],
    ["shrank", 10],
    ["became empty", 0],
  ])("a small file that %s before it was read is captured as it is", async (_what, size) => {
    const path = await captureDisturbed(20_000, (host) => writeFileSync(host, text(size, 5)));
    await expectImages(path, ["disturbed"]);
  });
});

describe("places that cannot be written", () => {
  const asRoot = process.getuid?.() === 0;
  describe.skipIf(!asRoot)("on a small file system (needs root, to mount one)", () => {
    test("a capture tells that the disk is full, and leaves nothing", async (context) => {
      const at = mountTmpfs("2m") ?? context.skip("no tmpfs can be mounted here");
      for (const form of [
        ["none", "1"],
        ["xpress", "1"],
        ["xpress", "2"],
      ] as const) {
        const args = ["--compress", form[0], "--threads", form[1]];
        expectError(await adk("capture", tree, join(at, "new.wim"), ...args), "DISK_FULL", 4);
        expect(readdirSync(at)).toEqual([]);
      }
    });

    test("an append tells that the disk is full, and leaves the file as it was", async (context) => {
      const at = mountTmpfs("2m") ?? context.skip("no tmpfs can be mounted here");
      const path = join(at, "file.wim");
      copyFileSync(old, path);
      expectError(await adk("append", tree, path), "DISK_FULL", 4);
      expect(readFileSync(path).equals(readFileSync(old))).toBe(true);
    });

    test("an apply tells that the disk is full, and leaves no half tree", async (context) => {
      const at = mountTmpfs("5m") ?? context.skip("no tmpfs can be mounted here");
      for (const [threads, target] of [
        ["1", "new"],
        ["2", "new/deep"],
        ["2", ""],
      ] as const) {
        expectError(await adk("apply", whole, join(at, target), "--threads", threads), "DISK_FULL", 4);
        expect(readdirSync(at)).toEqual([]);
      }
    });

    test("a read-only file system is told", async (context) => {
      const at = mountTmpfs("2m") ?? context.skip("no tmpfs can be mounted here");
      const path = join(at, "file.wim");
      copyFileSync(old, path);
      execFileSync("mount", ["-o", "remount,ro", at]);
      expectError(await adk("capture", tree, join(at, "new.wim")), "READ_ONLY_FILE_SYSTEM", 4);
      expectError(await adk("append", tree, path), "READ_ONLY_FILE_SYSTEM", 4);
      expectError(await adk("apply", whole, join(at, "new")), "READ_ONLY_FILE_SYSTEM", 4);
      expect(await adk("verify", path)).toMatchObject({ exitCode: 0 });
    });

    test("files that may not be read or written are told", async () => {
      const at = temporaryDirectory();
      chmodSync(at, 0o755);
      mkdirSync(join(at, "source"));
      mkdirSync(join(at, "writable"));
      chmodSync(join(at, "writable"), 0o777);
      writeFileSync(join(at, "source/readable"), "yes");
      writeFileSync(join(at, "source/secret"), "no", { mode: 0o600 });
      copyFileSync(old, join(at, "file.wim"));
      const nobody = (...args: string[]) => startAdk(["wim", ...args], { uid: 65534, cwd: at }).ended;
      const unreadable = await nobody("capture", "source", "writable/new.wim");
      expectError(unreadable, "ACCESS_DENIED", 4);
      expect(unreadable.stderr).toContain("source/secret");
      expect(readdirSync(join(at, "writable"))).toEqual([]);
      rmSync(join(at, "source/secret"));
      expectError(await nobody("capture", "source", "new.wim"), "ACCESS_DENIED", 4);
      expectError(await nobody("append", "source", "file.wim"), "ACCESS_DENIED", 4);
      expectError(await nobody("apply", "file.wim", "new"), "ACCESS_DENIED", 4);
      expect(readdirSync(at).sort()).toEqual(["file.wim", "source", "writable"]);
      expect(readFileSync(join(at, "file.wim")).equals(readFileSync(old))).toBe(true);
    });
  });

  test("a directory that is not there, or is a file", async () => {
    const at = temporaryDirectory();
    expectError(await adk("capture", tree, join(at, "absent/new.wim")), "FILE_NOT_FOUND", 3);
    writeFileSync(join(at, "file"), "");
    expectError(await adk("capture", tree, join(at, "file/new.wim")), "NOT_A_DIRECTORY", 3);
    expectError(await adk("apply", whole, join(at, "file")), "NOT_A_DIRECTORY", 3);
    mkdirSync(join(at, "directory"));
    expectError(await adk("capture", tree, join(at, "directory"), "--force"), "IS_A_DIRECTORY", 3);
  });
});

describe("a target that was prepared to lead elsewhere", () => {
  test.each([[[]], [["--force"]]])("links in it are not followed %j", async (force) => {
    const at = temporaryDirectory();
    mkdirSync(join(at, "outside"));
    mkdirSync(join(at, "target"));
    writeFileSync(join(at, "outside/large 1"), "outside");
    symlinkSync(join(at, "outside"), join(at, "target/small"));
    symlinkSync(join(at, "outside/large 1"), join(at, "target/large 1"));
    symlinkSync(join(at, "outside/new"), join(at, "target/large 2"));
    const { exitCode, stderr, stdout } = await adk("apply", whole, join(at, "target"), ...force);
    expect(exitCode).toBe(force.length > 0 ? 3 : 4);
    expect(stderr + stdout).toMatch(/error\[(UNSAFE_PATH|ALREADY_EXISTS)\]/);
    expect(readdirSync(join(at, "outside"))).toEqual(["large 1"]);
    expect(readFileSync(join(at, "outside/large 1"), "utf8")).toBe("outside");
    expect(existsSync(join(at, "target/small/0"))).toBe(false);
  });

  test("the place of a new file may be a link: it is replaced, not followed", async () => {
    const at = temporaryDirectory();
    writeFileSync(join(at, "precious"), "precious");
    symlinkSync("precious", join(at, "new.wim"));
    expectError(await adk("capture", join(tree, "small"), join(at, "new.wim")), "ALREADY_EXISTS", 4);
    expect(await adk("capture", join(tree, "small"), join(at, "new.wim"), "--force")).toMatchObject({ exitCode: 0 });
    expect(readFileSync(join(at, "precious"), "utf8")).toBe("precious");
    await expectImages(join(at, "new.wim"), ["small"]);
  });
});
