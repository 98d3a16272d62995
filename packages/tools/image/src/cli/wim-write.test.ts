import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SIDECAR_NAME } from "@adk/core";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { wimCaptureResult, wimExportResult, wimExtractResult } from "../schemas.ts";
import { makeTree, wim, wimJson } from "../testing/samples.ts";

let root = "";
let cwd = "";
let cases = 0;
beforeAll(() => {
  root = mkdtempSync(join(tmpdir(), "adk-image-"));
});
beforeEach(() => {
  cwd = join(root, String(++cases));
  mkdirSync(cwd);
  makeTree(join(cwd, "tree"));
});
afterAll(() => rmSync(root, { recursive: true }));

/** Paths of an image. */
async function pathsOf(image: string): Promise<string[]> {
  return (await wimJson(cwd, "dir", image)).map((entry: { path: string }) => entry.path).sort();
}

/** Paths below a directory of the host. What `apply` keeps there of Windows has tests of its own. */
function pathsBelow(directory: string): string[] {
  const paths = readdirSync(join(cwd, directory), { recursive: true, encoding: "utf8" });
  return paths.filter((path) => path !== SIDECAR_NAME).sort();
}

describe("wim capture", () => {
  test("gives its counts, and leaves out what Windows makes anew", async () => {
    const result = await wimJson(cwd, "capture", "tree", "out.wim", "--threads", "1");
    expect(wimCaptureResult.parse(result)).toEqual(result);
    expect(result).toMatchObject({ index: 1, name: "tree", files: 6, directories: 3, findings: [] });
    expect(result).toMatchObject({ bytes: 35_014, newBytes: expect.any(Number), file: join(cwd, "out.wim") });
    expect(result.storedBytes).toBeLessThan(result.newBytes / 10);
    expect(await pathsOf("out.wim")).not.toContain("/pagefile.sys");
  });

  test.each(["none", "xpress", "lzx"])("compresses: %s", async (compression) => {
    for (const level of ["fast", "default", "max"]) {
      await wimJson(cwd, "capture", "tree", "out.wim", "--compress", compression, "--level", level, "--force");
      expect(await wimJson(cwd, "info", "out.wim")).toMatchObject({ compression });
      expect(await wimJson(cwd, "verify", "out.wim")).toMatchObject({ ok: true });
    }
  });

  test("takes the properties of the image", async () => {
    const options = ["--name", "A name", "--description", "What it is", "--flags", "Professional", "--boot", "--check"];
    await wimJson(cwd, "capture", "tree", "out.wim", ...options, "--chunk-size", "65536");
    const info = await wimJson(cwd, "info", "out.wim");
    expect(info).toMatchObject({ bootIndex: 1, integrity: true, chunkSize: 65536 });
    expect(info.images).toMatchObject([{ name: "A name", description: "What it is", flags: "Professional" }]);
  });

  test("leaves out what a WimScript.ini says", async () => {
    writeFileSync(
      join(cwd, "script.ini"),
      "[ExclusionList]\r\n*.sys\r\n\\Windows\\win.ini\r\n[ExclusionException]\r\n\\pagefile.sys\r\n",
    );
    await wimJson(cwd, "capture", "tree", "out.wim", "--config", "script.ini");
    expect(await pathsOf("out.wim")).toEqual([
      "/",
      "/Windows",
      "/Windows/System32",
      "/Windows/System32/notes.txt",
      "/Windows/same.ini",
      "/empty.txt",
      "/link",
      "/pagefile.sys",
    ]);
    writeFileSync(join(cwd, "script.ini"), "no section\n");
    const { exitCode, stderr } = await wim(cwd, ["capture", "tree", "other.wim", "--config", "script.ini"]);
    expect(exitCode).toBe(3);
    expect(stderr).toContain("error[CAPTURE_CONFIG_BAD_LINE]");
    expect(existsSync(join(cwd, "other.wim"))).toBe(false);
    expect((await wim(cwd, ["capture", "tree", "other.wim", "--config", "none.ini"])).exitCode).toBe(3);
  });

  test("overwrites nothing unless told to", async () => {
    writeFileSync(join(cwd, "out.wim"), "precious");
    const refused = await wim(cwd, ["capture", "tree", "out.wim"]);
    expect(refused.exitCode).toBe(4);
    expect(refused.stderr).toMatch(/error\[ALREADY_EXISTS\][\s\S]*hint: .*--force/);
    expect(readFileSync(join(cwd, "out.wim"), "utf8")).toBe("precious");
    expect((await wim(cwd, ["capture", "tree", "out.wim", "--force"])).exitCode).toBe(0);
    expect(readdirSync(cwd).sort()).toEqual(["out.wim", "tree"]);
  });

  test("gives the same bytes again", async () => {
    const env = { SOURCE_DATE_EPOCH: "1700000000" };
    const before = process.env.SOURCE_DATE_EPOCH;
    Object.assign(process.env, env);
    try {
      await wimJson(cwd, "capture", "tree", "1.wim", "--threads", "1");
      await wimJson(cwd, "capture", "tree", "2.wim", "--threads", "2");
    } finally {
      if (before === undefined) delete process.env.SOURCE_DATE_EPOCH;
      else process.env.SOURCE_DATE_EPOCH = before;
    }
    expect(readFileSync(join(cwd, "2.wim")).equals(readFileSync(join(cwd, "1.wim")))).toBe(true);
  });

  test("takes an image of another file as its source", async () => {
    await wimJson(cwd, "capture", "tree", "a.wim", "--compress", "lzx");
    await wimJson(cwd, "capture", "a.wim:1", "b.wim", "--name", "again");
    expect(await pathsOf("b.wim")).toEqual(await pathsOf("a.wim"));
  });

  test("tells what is no source", async () => {
    expect((await wim(cwd, ["capture", "absent", "out.wim"])).exitCode).toBe(3);
    writeFileSync(join(cwd, "file"), "no directory, no image");
    const { exitCode, stderr } = await wim(cwd, ["capture", "file", "out.wim"]);
    expect(exitCode).toBe(5);
    expect(stderr).toContain("error[SOURCE_NOT_A_VOLUME]");
    const bad = await wim(cwd, ["capture", "tree", "out.wim", "--compress", "xpress", "--chunk-size", "131072"]);
    expect(bad.exitCode).toBe(2);
    expect(bad.stderr).toContain("error[WIM_BAD_CHUNK_SIZE]");
    expect(readdirSync(cwd).sort()).toEqual(["file", "tree"]);
  });

  test("sums up for people", async () => {
    const { stdout } = await wim(cwd, ["capture", "tree", "out.wim", "--name", "N"]);
    expect(stdout).toMatch(
      /^Image: +out\.wim:1 "N"\nContent: +6 files, 3 directories, 34\.2 KiB\nStored: +\d+ B \(\d\.\d %\)\n$/,
    );
  });
});

describe("wim append", () => {
  test("adds an image that shares what is there", async () => {
    await wimJson(cwd, "capture", "tree", "out.wim");
    const size = lstatSync(join(cwd, "out.wim")).size;
    const result = await wimJson(cwd, "append", "tree", "out.wim", "--name", "again");
    expect(wimCaptureResult.parse(result)).toMatchObject({ index: 2, newBytes: 0, storedBytes: 0 });
    expect(lstatSync(join(cwd, "out.wim")).size - size).toBeLessThan(4000);
    expect(await pathsOf("out.wim:2")).toEqual(await pathsOf("out.wim:1"));
    expect(await wimJson(cwd, "verify", "out.wim")).toMatchObject({ ok: true });
  });

  test("refuses a name that is taken, and leaves the file as it was", async () => {
    await wimJson(cwd, "capture", "tree", "out.wim");
    const before = readFileSync(join(cwd, "out.wim"));
    const { exitCode, stderr } = await wim(cwd, ["append", "tree", "out.wim"]);
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/error\[WIM_NAME_TAKEN\][\s\S]*--name/);
    expect(readFileSync(join(cwd, "out.wim")).equals(before)).toBe(true);
    expect((await wim(cwd, ["append", "tree", "absent.wim"])).exitCode).toBe(3);
  });
});

describe("wim export", () => {
  beforeEach(async () => {
    await wimJson(cwd, "capture", "tree", "src.wim", "--name", "one", "--compress", "lzx");
    await wimJson(cwd, "append", "tree/Windows", "src.wim", "--name", "two");
  });

  test("copies one image as it is stored", async () => {
    const result = await wimJson(cwd, "export", "src.wim:two", "out.wim");
    expect(wimExportResult.parse(result)).toEqual(result);
    expect(result.images).toEqual([{ sourceIndex: 2, index: 1, copied: 3, recompressed: 0, shared: 0 }]);
    expect(await wimJson(cwd, "info", "out.wim")).toMatchObject({ compression: "lzx", images: [{ name: "two" }] });
  });

  test("copies all images, compressed anew", async () => {
    const { images } = await wimJson(cwd, "export", "src.wim:all", "out.wim", "--compress", "xpress", "--check");
    expect(images).toMatchObject([
      { sourceIndex: 1, recompressed: 4 },
      { sourceIndex: 2, recompressed: 0, shared: 3 },
    ]);
    expect(await wimJson(cwd, "info", "out.wim")).toMatchObject({ compression: "xpress", integrity: true });
    expect(await wimJson(cwd, "verify", "out.wim")).toMatchObject({ ok: true });
  });

  test("adds to a file, under a new name", async () => {
    await wimJson(cwd, "export", "src.wim:1", "out.wim");
    await wimJson(cwd, "export", "src.wim:1", "out.wim", "--name", "renamed", "--description", "new", "--boot");
    const info = await wimJson(cwd, "info", "out.wim");
    expect(info.bootIndex).toBe(2);
    expect(info.images).toMatchObject([{ name: "one" }, { name: "renamed", description: "new" }]);
    await wimJson(cwd, "export", "src.wim:2", "out.wim", "--force");
    expect((await wimJson(cwd, "info", "out.wim")).images).toMatchObject([{ name: "two" }]);
  });

  test("refuses what makes no sense", async () => {
    await wimJson(cwd, "export", "src.wim:1", "out.wim");
    const before = readFileSync(join(cwd, "out.wim"));
    for (const [args, exitCode, code] of [
      [["src.wim:1", "out.wim"], 2, "WIM_NAME_TAKEN"],
      [["src.wim:all", "new.wim", "--name", "x"], 2, "WIM_ONE_NAME"],
      [["src.wim:2", "out.wim", "--compress", "none"], 2, "WIM_OTHER_COMPRESSION"],
      [["src.wim", "new.wim"], 2, "WIM_IMAGE_NEEDED"],
      [["src.wim:7", "new.wim"], 3, "WIM_NO_SUCH_IMAGE"],
    ] as const) {
      const result = await wim(cwd, ["export", ...args, "--json"]);
      expect([code, result.exitCode]).toEqual([code, exitCode]);
      expect(JSON.parse(result.stdout).error.code).toBe(code);
    }
    expect(readFileSync(join(cwd, "out.wim")).equals(before)).toBe(true);
    expect(readdirSync(cwd).sort()).toEqual(["out.wim", "src.wim", "tree"]);
  });

  test("prints a table", async () => {
    const { stdout } = await wim(cwd, ["export", "src.wim:all", "out.wim"]);
    expect(stdout).toBe(
      "Source  Image      Copied  Recompressed  Shared\n     1  out.wim:1       4             0       0\n     2  out.wim:2       0             0       3\n",
    );
  });
});

describe("wim apply and extract", () => {
  beforeEach(() => wimJson(cwd, "capture", "tree", "a.wim"));

  test("apply writes the whole image", async () => {
    const result = await wimJson(cwd, "apply", "a.wim:1", "out");
    expect(wimExtractResult.parse(result)).toEqual(result);
    expect(result).toMatchObject({ files: 4, directories: 3, symlinks: 1, hardLinks: 1, bytes: 35_014, findings: [] });
    expect(pathsBelow("out")).toEqual(pathsBelow("tree").filter((path) => path !== "pagefile.sys"));
    expect(lstatSync(join(cwd, "out/Windows/win.ini")).nlink).toBe(2);
    expect(readlinkSync(join(cwd, "out/link"))).toBe("Windows/win.ini");
    expect(lstatSync(join(cwd, "out/Windows/win.ini")).mtimeMs).toBe(1_600_000_000_000);
    expect(lstatSync(join(cwd, "out/link")).mtimeMs).toBe(1_600_000_000_000);
  });

  test("nothing is overwritten without --force, and nothing is left behind", async () => {
    mkdirSync(join(cwd, "out/Windows"), { recursive: true });
    writeFileSync(join(cwd, "out/Windows/win.ini"), "mine");
    const refused = await wim(cwd, ["apply", "a.wim", "out", "--json"]);
    expect(refused.exitCode).toBe(4);
    expect(JSON.parse(refused.stdout).error).toMatchObject({
      code: "ALREADY_EXISTS",
      file: join(cwd, "out/Windows/win.ini"),
    });
    expect(pathsBelow("out")).toEqual(["Windows", "Windows/win.ini"]);
    expect(readFileSync(join(cwd, "out/Windows/win.ini"), "utf8")).toBe("mine");
    expect((await wim(cwd, ["apply", "a.wim", "out", "--force"])).exitCode).toBe(0);
    expect(readFileSync(join(cwd, "out/Windows/win.ini"), "utf8")).toBe("[fonts]\r\n");
  });

  test("never writes through a link that is in the target", async () => {
    mkdirSync(join(cwd, "outside"));
    mkdirSync(join(cwd, "out"));
    symlinkSync(join(cwd, "outside"), join(cwd, "out/Windows"));
    for (const force of [[], ["--force"]]) {
      await wim(cwd, ["apply", "a.wim", "out", ...force]);
      expect(readdirSync(join(cwd, "outside"))).toEqual([]);
    }
    writeFileSync(join(cwd, "outside/file"), "outside");
    rmSync(join(cwd, "out/empty.txt"));
    symlinkSync(join(cwd, "outside/file"), join(cwd, "out/empty.txt"));
    await wim(cwd, ["apply", "a.wim", "out", "--force"]);
    expect(readFileSync(join(cwd, "outside/file"), "utf8")).toBe("outside");
  });

  test("extract puts paths right into the target, or keeps their place", async () => {
    await wimJson(cwd, "extract", "a.wim", "/Windows/System32", "windows\\win.ini", "--to", "out");
    expect(pathsBelow("out")).toEqual(["System32", "System32/driver.sys", "System32/notes.txt", "win.ini"]);
    await wimJson(cwd, "extract", "a.wim", "/Windows/System32/notes.txt", "--to", "kept", "--preserve-dir-structure");
    expect(pathsBelow("kept")).toEqual(["Windows", "Windows/System32", "Windows/System32/notes.txt"]);
  });

  test("extract takes patterns", async () => {
    await wimJson(cwd, "extract", "a.wim", "**/*.INI", "--to", "out");
    expect(pathsBelow("out")).toEqual(["Windows", "Windows/same.ini", "Windows/win.ini"]);
  });

  test("extract writes a file to standard output, byte for byte", async () => {
    const { stdoutBytes, exitCode } = await wim(cwd, [
      "extract",
      "a.wim:1",
      "/Windows/System32/driver.sys",
      "--to",
      "-",
    ]);
    expect(exitCode).toBe(0);
    expect(Buffer.from(stdoutBytes).equals(readFileSync(join(cwd, "tree/Windows/System32/driver.sys")))).toBe(true);
  });

  test("extract writes nothing of an empty file, which is no failure", async () => {
    const { stdout, stderr, exitCode } = await wim(cwd, ["extract", "a.wim", "/empty.txt", "--to", "-", "--json"]);
    expect({ stdout, stderr, exitCode }).toEqual({ stdout: "", stderr: "", exitCode: 0 });
  });

  test("extract tells what it cannot do", async () => {
    for (const [args, exitCode, code] of [
      [["a.wim", "/Windows/absent", "--to", "out"], 3, "PATH_NOT_FOUND"],
      [["a.wim", "*.absent", "--to", "out"], 3, "PATH_NOT_FOUND"],
      [["a.wim", "/absent", "--to", "-"], 3, "PATH_NOT_FOUND"],
      [["a.wim", "/Windows", "--to", "-"], 3, "NOT_A_FILE"],
      [["a.wim", "/link", "--to", "-"], 3, "NOT_A_FILE"],
      [["a.wim", "/Windows/win.ini:absent", "--to", "-"], 3, "STREAM_NOT_FOUND"],
      [["a.wim", "/empty.txt", "/link", "--to", "-"], 2, "USAGE_ONE_FILE"],
      [["a.wim", "/empty.txt"], 2, undefined],
    ] as const) {
      const result = await wim(cwd, ["extract", ...args, "--json"]);
      expect([args, result.exitCode]).toEqual([args, exitCode]);
      const { error } = JSON.parse(result.stdout);
      expect(error.code).toBe(code ?? error.code);
      expect(existsSync(join(cwd, "out"))).toBe(false);
    }
  });

  test("what is damaged is left out; the rest is there, with exit code 3", async () => {
    await wimJson(cwd, "capture", "tree", "plain.wim", "--compress", "none");
    const bytes = readFileSync(join(cwd, "plain.wim"));
    bytes[bytes.indexOf("driver driver")] = 0;
    writeFileSync(join(cwd, "plain.wim"), bytes);
    const { exitCode, stdout } = await wim(cwd, ["apply", "plain.wim", "out", "--json"]);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toMatchObject({ files: 3, findings: [{ code: "WIM_BLOB_CORRUPT" }] });
    expect(pathsBelow("out")).not.toContain("Windows/System32/driver.sys");
    expect(pathsBelow("out")).toContain("Windows/System32/notes.txt");
  });

  test("sums up for people", async () => {
    const { stdout } = await wim(cwd, ["apply", "a.wim", "out"]);
    expect(stdout).toMatch(/^4 files \(34\.2 KiB\), 3 directories, 1 symbolic link, 1 hard link\n/);
  });
});
