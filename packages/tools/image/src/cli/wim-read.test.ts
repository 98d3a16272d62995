import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wimDirEntry, wimDirResult, wimInfoResult, wimVerifyResult } from "../schemas.ts";
import { editXml, makeTree, wim, wimJson } from "../testing/samples.ts";

let cwd = "";
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "adk-image-"));
  makeTree(join(cwd, "tree"));
  await wimJson(cwd, "capture", "tree", "two.wim", "--name", "First", "--compress", "lzx", "--check", "--boot");
  await wimJson(
    cwd,
    "append",
    "tree/Windows",
    "two.wim",
    "--name",
    'The "second" one',
    "--description",
    "Windows only",
  );
  await wimJson(cwd, "capture", "tree", "one.wim", "--compress", "none");
  mkdirSync(join(cwd, "media/sources"), { recursive: true });
  writeFileSync(join(cwd, "media/sources/install.wim"), readFileSync(join(cwd, "two.wim")));
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe("wim info", () => {
  test("gives the document that scripts rely on", async () => {
    const info = await wimJson(cwd, "info", "two.wim");
    expect(wimInfoResult.parse(info)).toEqual(info);
    expect(info).toMatchObject({
      version: 0x10d00,
      compression: "lzx",
      chunkSize: 32768,
      guid: expect.stringMatching(/^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/),
      partNumber: 1,
      totalParts: 1,
      bootIndex: 1,
      integrity: true,
      findings: [],
    });
    expect(info.images).toMatchObject([
      { index: 1, name: "First", description: "", dirCount: 3, fileCount: 6 },
      { index: 2, name: 'The "second" one', description: "Windows only", dirCount: 2, fileCount: 4 },
    ]);
    expect(info.images[1].totalBytes).toBe(35_000 + 5 + 9 * 2);
    expect(info.images[1].hardLinkBytes).toBe(9);
  });

  test("fits a terminal, without columns that have nothing", async () => {
    const { stdout } = await wim(cwd, ["info", "two.wim"], { tty: 80 });
    const lines = stripColour(stdout).split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toBe("File:             two.wim");
    expect(lines[1]).toBe("Compression:      LZX, chunks of 32.0 KiB");
    expect(lines[3]).toBe('Boot image:       1 "First"');
    expect(lines.slice(5)).toEqual([
      "",
      "Index  Name              Directories  Files      Size",
      "    1  First                       3      6  34.3 KiB",
      '    2  The "second" one            2      4  34.2 KiB',
      "",
    ]);
  });

  test("tells all about one image", async () => {
    for (const selector of ["2", 'The "second" one', 'the "SECOND" one']) {
      const { stdout } = await wim(cwd, ["info", `two.wim:${selector}`]);
      expect(stdout).toMatch(/^Image: +2 "The "second" one"\nDescription: +Windows only\n/);
      expect(stdout).toMatch(/^In hard links: +9 B$/m);
      expect(stdout).toMatch(/^Created: +\d{4}-\d\d-\d\d \d\d:\d\d:\d\d UTC$/m);
    }
    const { images } = await wimJson(cwd, "info", "two.wim:2");
    expect(images.map((image: { index: number }) => image.index)).toEqual([2]);
  });

  test("shows what the XML data says of Windows", async () => {
    writeFileSync(join(cwd, "windows.wim"), readFileSync(join(cwd, "one.wim")));
    const windows =
      "<WINDOWS><ARCH>9</ARCH><EDITIONID>Professional</EDITIONID><INSTALLATIONTYPE>Client</INSTALLATIONTYPE>" +
      "<LANGUAGES><LANGUAGE>en-US</LANGUAGE><LANGUAGE>de-DE</LANGUAGE><DEFAULT>en-US</DEFAULT></LANGUAGES>" +
      "<VERSION><MAJOR>10</MAJOR><MINOR>0</MINOR><BUILD>26100</BUILD><SPBUILD>1742</SPBUILD></VERSION></WINDOWS>";
    editXml(join(cwd, "windows.wim"), (xml) => xml.replace("</IMAGE>", `${windows}</IMAGE>`));
    const { stdout } = await wim(cwd, ["info", "windows.wim"]);
    expect(stdout).toMatch(/^Index +Name +Edition +Version +Arch +Directories/m);
    expect(stdout).toMatch(/^ +1 +tree +Professional +10\.0\.26100\.1742 +x64 +3 /m);
    const { stdout: image } = await wim(cwd, ["info", "windows.wim:1"]);
    expect(image).toMatch(/^Languages: +en-US \(default\), de-DE$/m);
  });

  test("looks into a directory of media", async () => {
    const { images } = await wimJson(cwd, "info", "media!/sources/install.wim");
    expect(images.length).toBe(2);
    expect((await wim(cwd, ["info", "media!/sources/absent.wim"])).exitCode).toBe(3);
  });

  test("makes control characters of names visible", async () => {
    writeFileSync(join(cwd, "hostile.wim"), readFileSync(join(cwd, "one.wim")));
    editXml(join(cwd, "hostile.wim"), (xml) => xml.replace("<NAME>tree</NAME>", "<NAME>a\u009b2Jb\u202e</NAME>"));
    const { stdout } = await wim(cwd, ["info", "hostile.wim"], { tty: 80 });
    expect(stdout).toContain("a\\x9b2Jb\\u202e");
  });
});

describe("wim dir", () => {
  test("gives one object a file", async () => {
    const entries = await wimJson(cwd, "dir", "two.wim:1");
    expect(wimDirResult.parse(entries)).toEqual(entries);
    const byPath = Object.fromEntries(entries.map((entry: { path: string }) => [entry.path, entry]));
    expect(Object.keys(byPath).sort()).toEqual([
      "/",
      "/Windows",
      "/Windows/System32",
      "/Windows/System32/driver.sys",
      "/Windows/System32/notes.txt",
      "/Windows/same.ini",
      "/Windows/win.ini",
      "/empty.txt",
      "/link",
    ]);
    expect(byPath["/Windows/win.ini"]).toMatchObject({
      type: "file",
      size: 9,
      attributes: 0x80,
      attributeNames: ["NORMAL"],
      modified: "2020-09-13T12:26:40.0000000Z",
      sha1: createHash("sha1").update("[fonts]\r\n").digest("hex"),
    });
    expect(byPath["/Windows/same.ini"].linkId).toBe(byPath["/Windows/win.ini"].linkId);
    expect(byPath["/link"]).toMatchObject({ type: "symlink", reparseTag: 0xa000000c, target: "Windows\\win.ini" });
    expect(byPath["/empty.txt"]).not.toHaveProperty("sha1");
  });

  test("gives JSON lines", async () => {
    const { stdout } = await wim(cwd, ["dir", "two.wim:2", "--jsonl"]);
    const lines = stdout.trimEnd().split("\n");
    expect(lines.length).toBe(6);
    for (const line of lines) wimDirEntry.parse(JSON.parse(line));
  });

  test("begins at a path, in either form and any case", async () => {
    for (const path of ["/Windows/System32", "windows\\system32", "\\WINDOWS\\System32\\"]) {
      const entries = await wimJson(cwd, "dir", "two.wim:1", path);
      expect(entries.map((entry: { path: string }) => entry.path)).toEqual([
        "/Windows/System32",
        "/Windows/System32/driver.sys",
        "/Windows/System32/notes.txt",
      ]);
    }
    expect((await wim(cwd, ["dir", "two.wim:1", "/nowhere"])).stderr).toMatch(
      /error\[PATH_NOT_FOUND\][\s\S]*\/nowhere/,
    );
  });

  test("prints a table and sums up", async () => {
    const { stdout } = await wim(cwd, ["dir", "two.wim:1"], { tty: 80 });
    const lines = stripColour(stdout).trimEnd().split("\n");
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines[0]).toBe("Attributes   Size  Modified (UTC)       Path");
    expect(lines).toContain("-----l             2020-09-13 12:26:40  /link -> Windows\\win.ini");
    expect(lines).toContain("------          9  2020-09-13 12:26:40  /Windows/win.ini");
    expect(lines.at(-1)).toBe("5 files (34.2 KiB), 3 directories, 1 link");
  });
});

describe("wim verify", () => {
  test("says that a file is good", async () => {
    const result = await wimJson(cwd, "verify", "two.wim", "--threads", "1");
    expect(wimVerifyResult.parse(result)).toEqual({ ok: true, blobs: 6, bytes: result.bytes, findings: [] });
    const { stdout } = await wim(cwd, ["verify", "two.wim"]);
    expect(stdout).toMatch(/^two\.wim: good; 6 blobs with [\d.]+ KiB are whole\n$/);
  });

  test("says what is damaged, with exit code 1", async () => {
    const damaged = readFileSync(join(cwd, "one.wim"));
    const at = damaged.indexOf("driver driver");
    damaged[at] = 0x44;
    writeFileSync(join(cwd, "damaged.wim"), damaged);
    const { exitCode, stdout } = await wim(cwd, ["verify", "damaged.wim", "--json"]);
    expect(exitCode).toBe(1);
    expect(wimVerifyResult.parse(JSON.parse(stdout))).toMatchObject({
      ok: false,
      findings: [{ severity: "error", code: "WIM_BLOB_CORRUPT", where: { path: "/Windows/System32/driver.sys" } }],
    });
    const text = await wim(cwd, ["verify", "damaged.wim"]);
    expect(text.exitCode).toBe(1);
    expect(text.stdout).toMatch(/^error\[WIM_BLOB_CORRUPT\] .*driver\.sys.*\ndamaged\.wim: damaged; 4 blobs/);
  });
});

describe("what cannot be read", () => {
  test("an encrypted ESD is refused with exit code 5", async () => {
    writeFileSync(join(cwd, "encrypted.esd"), readFileSync(join(cwd, "one.wim")));
    editXml(join(cwd, "encrypted.esd"), (xml) => xml.replace("</WIM>", "<ESD><ENCRYPTED/></ESD></WIM>"));
    for (const args of [["info"], ["verify"], ["dir"]]) {
      const { exitCode, stdout, stderr } = await wim(cwd, [...args, "encrypted.esd", "--json"]);
      expect(exitCode).toBe(5);
      expect(JSON.parse(stdout)).toMatchObject({ error: { code: "WIM_ENCRYPTED", kind: "unsupported" } });
      expect(stderr).toMatch(/error\[WIM_ENCRYPTED\][\s\S]*hint: /);
    }
  });

  test("a missing image is told with those that are there", async () => {
    const byNumber = await wim(cwd, ["dir", "two.wim:3"]);
    expect(byNumber.exitCode).toBe(3);
    expect(byNumber.stderr).toMatch(/error\[WIM_NO_SUCH_IMAGE\][\s\S]*expected: 1 to 2/);
    const byName = await wim(cwd, ["dir", "two.wim:Third"]);
    expect(byName.exitCode).toBe(3);
    expect(byName.stderr).toMatch(/error\[WIM_NO_SUCH_IMAGE\][\s\S]*1 "First", 2 "The "second" one"/);
    const none = await wim(cwd, ["dir", "two.wim"]);
    expect(none.exitCode).toBe(2);
    expect(none.stderr).toMatch(/error\[WIM_IMAGE_NEEDED\][\s\S]*hint: /);
  });

  test("files that are none of ours, and none at all", async () => {
    writeFileSync(join(cwd, "text.wim"), "no WIM file at all, but long enough to have a header. ".repeat(10));
    writeFileSync(join(cwd, "short.wim"), "MSWIM");
    writeFileSync(join(cwd, "cut.wim"), readFileSync(join(cwd, "two.wim")).subarray(0, 300));
    for (const [name, code] of [
      ["text.wim", "WIM_BAD_MAGIC"],
      ["short.wim", "WIM_BAD_MAGIC"],
      ["cut.wim", undefined],
      ["absent.wim", "FILE_NOT_FOUND"],
      ["tree", "IS_A_DIRECTORY"],
    ] as const) {
      const { exitCode, stdout } = await wim(cwd, ["info", name, "--json"]);
      expect([name, exitCode]).toEqual([name, 3]);
      const { error } = JSON.parse(stdout);
      expect(error.code).toBe(code ?? error.code);
      expect(error).toMatchObject({ kind: "input", file: expect.stringContaining(name) });
    }
  });

  test("a mistyped command or option is answered with the nearest one", async () => {
    for (const [args, hint] of [
      [["inof", "two.wim"], "Did you mean info?"],
      [["verify", "two.wim", "--thread=2"], "Did you mean --threads?"],
      [["capture", "tree", "x.wim", "--compress", "lxz"], "Did you mean lzx?"],
    ] as const) {
      const { exitCode, stderr } = await wim(cwd, args);
      expect(exitCode).toBe(2);
      expect(stderr).toContain(hint);
    }
    expect((await wim(cwd, ["verify", "two.wim", "--threads", "0"])).exitCode).toBe(2);
    expect((await wim(cwd, ["info"])).exitCode).toBe(2);
    expect((await wim(cwd, [])).exitCode).toBe(2);
  });
});

function stripColour(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: SGR sequences
  return text.replace(/\u001b\[[\d;]*m/g, "");
}
