import { execFileSync } from "node:child_process";
import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { checkExtractionName, ExtractionRoot, type ImagePath } from "./safe-path.ts";

const unsafeName = expect.objectContaining({ code: "UNSAFE_NAME" });
const unsafePath = expect.objectContaining({ code: "UNSAFE_PATH" });

let base: string;
let target: string;
let outside: string;

beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), "adk-safe-path-"));
  target = join(base, "target");
  outside = join(base, "outside");
  mkdirSync(outside);
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

async function put(root: ExtractionRoot, path: ImagePath, text = "new"): Promise<string> {
  const { host, handle } = await root.createFile(path);
  await handle.writeFile(text);
  await handle.close();
  return host;
}

test("extracts directories, files, hard links and symbolic links", async () => {
  const root = await ExtractionRoot.open(target);
  expect(await root.createDirectory("/")).toBe(root.directory);
  expect(await root.createDirectory("/Windows/System32")).toBe(join(root.directory, "Windows", "System32"));
  const host = await put(root, "/Windows/System32/a.dll", "a");
  await root.createHardLink("/Windows/System32/a.dll", "/Windows/WinSxS/a.dll");
  await root.createSymlink("/link", "Windows", "dir");
  expect(existsSync(join(target, "link"))).toBe(false);
  await root.finish();
  expect(readFileSync(join(target, "link/WinSxS/a.dll"), "utf8")).toBe("a");
  expect(statSync(host).nlink).toBe(2);
  expect(readlinkSync(join(target, "link"))).toBe("Windows");
  expect(readdirSync(target).sort()).toEqual(["Windows", "link"]);
});

test("an image on a host that is not Windows may hold aux.h", async () => {
  const root = await ExtractionRoot.open(target);
  for (const name of ["aux.h", "con", "trailing.", "trailing ", 'qu"ote', "한글"]) await put(root, ["include", name]);
  expect(readdirSync(join(target, "include"))).toHaveLength(6);
});

describe("hostile names", () => {
  const attacks: readonly (readonly [string, ImagePath])[] = [
    ["dot-dot leaves the target", "/../outside/x"],
    ["dot-dot in the middle", "/a/../../outside/x"],
    ["a single dot", "/a/./x"],
    ["an empty name", ["a", ""]],
    ["two slashes make an absolute or UNC path", "//server/share"],
    ["an absolute path as a name", ["/etc/passwd"]],
    ["a slash within a name", ["a", "../../outside/x"]],
    ["a backslash within a name", "/a\\..\\..\\outside\\x"],
    ["a UNC path", "\\\\server\\share\\x"],
    ["a drive letter", "C:/Windows/x"],
    ["a drive-relative name", "/C:x"],
    ["an alternate data stream", "/file.txt:hidden"],
    ["a stream type that names a directory", "/dir::$INDEX_ALLOCATION/x"],
    ["a NUL that hides the rest", "/a\0.txt"],
    ["a name that is too long", `/${"x".repeat(256)}`],
  ];
  test.each(attacks)("%s", async (_, path) => {
    const root = await ExtractionRoot.open(target);
    await expect(put(root, path)).rejects.toThrow(unsafeName);
    await expect(root.createDirectory(path)).rejects.toThrow(unsafeName);
    await expect(root.createSymlink(path, "x")).rejects.toThrow(unsafeName);
    await expect(root.createHardLink(path, "/y")).rejects.toThrow(unsafeName);
    expect(readdirSync(outside)).toEqual([]);
  });

  test("a lone surrogate would become another name", async () => {
    const root = await ExtractionRoot.open(target);
    await expect(put(root, "/a\ud800")).rejects.toThrow(expect.objectContaining({ code: "NAME_NOT_REPRESENTABLE" }));
  });

  test.each(["con", "aux.h", "NUL", "COM¹", "x.", ".. ", "x ", "a*", "a|b", "a<", 'a"'])("on Windows: %s", (name) => {
    expect(() => checkExtractionName(name, "win32")).toThrow(unsafeName);
    expect(() => checkExtractionName(name, "linux")).not.toThrow();
  });

  test("a name that is too long for the file system, though not for NTFS", async () => {
    const root = await ExtractionRoot.open(target);
    await expect(put(root, `/${"한".repeat(100)}`)).rejects.toThrow(expect.objectContaining({ code: "NAME_TOO_LONG" }));
  });

  test("the root is no file", async () => {
    const root = await ExtractionRoot.open(target);
    await expect(put(root, "/")).rejects.toThrow(unsafePath);
  });
});

describe("symbolic links", () => {
  test("a link of the image is not followed by what comes after it", async () => {
    const root = await ExtractionRoot.open(target);
    await root.createSymlink("/dir", outside, "dir");
    await put(root, "/dir/evil");
    await expect(root.finish()).rejects.toThrow(expect.objectContaining({ code: "ALREADY_EXISTS" }));
    expect(readdirSync(outside)).toEqual([]);
  });

  test("a link left by an earlier extraction is not followed", async () => {
    const first = await ExtractionRoot.open(target);
    await first.createSymlink("/dir", outside, "dir");
    await first.finish();
    for (const overwrite of ["refuse", "replace"] as const) {
      const second = await ExtractionRoot.open(target, { overwrite });
      await expect(put(second, "/dir/evil")).rejects.toThrow(unsafePath);
      await expect(second.createDirectory("/dir")).rejects.toThrow(unsafePath);
      await expect(second.createDirectory("/dir/a/b")).rejects.toThrow(unsafePath);
    }
    expect(readdirSync(outside)).toEqual([]);
  });

  test("a link deep in the target is not followed", async () => {
    mkdirSync(join(target, "a/b"), { recursive: true });
    symlinkSync(outside, join(target, "a/b/c"));
    const root = await ExtractionRoot.open(target);
    await expect(put(root, "/a/b/c/evil")).rejects.toThrow(unsafePath);
    expect(readdirSync(outside)).toEqual([]);
  });

  test("a dangling link in the place of a file is not written through", async () => {
    mkdirSync(target);
    symlinkSync(join(outside, "evil"), join(target, "file"));
    const refusing = await ExtractionRoot.open(target);
    await expect(put(refusing, "/file")).rejects.toThrow(expect.objectContaining({ code: "ALREADY_EXISTS" }));
    const replacing = await ExtractionRoot.open(target, { overwrite: "replace" });
    await put(replacing, "/file");
    expect(lstatSync(join(target, "file")).isFile()).toBe(true);
    expect(readdirSync(outside)).toEqual([]);
  });

  test("a hard link to a file outside is replaced, not written through", async () => {
    mkdirSync(target);
    writeFileSync(join(outside, "precious"), "old");
    linkSync(join(outside, "precious"), join(target, "file"));
    const root = await ExtractionRoot.open(target, { overwrite: "replace" });
    await put(root, "/file", "new");
    expect(readFileSync(join(outside, "precious"), "utf8")).toBe("old");
  });

  test("a hard link cannot be made to what a link leads to", async () => {
    mkdirSync(target);
    writeFileSync(join(outside, "secret"), "secret");
    symlinkSync(join(outside, "secret"), join(target, "link"));
    const root = await ExtractionRoot.open(target);
    await expect(root.createHardLink("/link", "/copy")).rejects.toThrow(unsafePath);
  });

  test("the user's own link to the target is followed", async () => {
    symlinkSync(outside, target);
    await put(await ExtractionRoot.open(target), "/x");
    expect(readdirSync(outside)).toEqual(["x"]);
  });
});

test("gives the place of a file to a caller that writes it by itself", async () => {
  mkdirSync(join(target, "a"), { recursive: true });
  writeFileSync(join(target, "a/file"), "old");
  const root = await ExtractionRoot.open(target, { overwrite: "replace" });
  expect(await root.placeFile("/a/file")).toBe(join(root.directory, "a", "file"));
  // Not cleared: the caller renames a complete file to it.
  expect(readFileSync(join(target, "a/file"), "utf8")).toBe("old");
  await expect(root.placeFile("/a/../../x")).rejects.toThrow(unsafeName);
});

test("after a failure the directories that were made are removed, and no others", async () => {
  mkdirSync(join(target, "mine"), { recursive: true });
  const root = await ExtractionRoot.open(target);
  await root.createDirectory("/mine/a/b");
  await root.createDirectory("/c");
  await put(root, "/d/file");
  await root.removeMade();
  expect(readdirSync(target).sort()).toEqual(["d", "mine"]);
  expect(readdirSync(join(target, "mine"))).toEqual([]);
});

test("nothing is overwritten unless asked, and directories never", async () => {
  mkdirSync(join(target, "dir"), { recursive: true });
  writeFileSync(join(target, "file"), "old");
  const refusing = await ExtractionRoot.open(target);
  const exists = expect.objectContaining({ code: "ALREADY_EXISTS" });
  await expect(put(refusing, "/file")).rejects.toThrow(exists);
  await expect(put(refusing, "/dir")).rejects.toThrow(exists);
  await expect(put(refusing, "/file/x")).rejects.toThrow(unsafePath);
  await refusing.createDirectory("/dir");
  const replacing = await ExtractionRoot.open(target, { overwrite: "replace" });
  await put(replacing, "/file");
  await expect(put(replacing, "/dir")).rejects.toThrow(expect.objectContaining({ code: "IS_A_DIRECTORY" }));
  expect(readFileSync(join(target, "file"), "utf8")).toBe("new");
});

test("names that differ only in case are two files where the file system says so", async () => {
  const root = await ExtractionRoot.open(target);
  await put(root, "/Dir/a");
  await put(root, "/dir/A");
  expect(readdirSync(target).sort()).toEqual(["Dir", "dir"]);
});

test("on a case-insensitive file system such names are refused", async ({ skip }) => {
  mkdirSync(target);
  skip(!mountIgnoringCase(), "needs ntfs-3g and the right to mount");
  try {
    const collision = expect.objectContaining({ code: "NAME_COLLISION" });
    const root = await ExtractionRoot.open(target, { overwrite: "replace" });
    await put(root, "/Dir/a");
    await put(root, "/Dir/b");
    await expect(put(root, "/Dir/A")).rejects.toThrow(collision);
    await expect(put(root, "/dir/c")).rejects.toThrow(collision);
    expect(readdirSync(join(target, "Dir")).sort()).toEqual(["a", "b"]);
  } finally {
    execFileSync("umount", [target]);
  }
});

/** Mounts a volume on the target that takes "A" and "a" for one name, where this process may. */
function mountIgnoringCase(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  try {
    const image = join(base, "ntfs.img");
    writeFileSync(image, new Uint8Array(4 << 20));
    execFileSync("mkntfs", ["-F", "-q", image], { stdio: "ignore" });
    execFileSync("lowntfs-3g", ["-o", "ignore_case", image, target], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
