import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { wimSetResult, wimUpdateResult } from "../schemas.ts";
import { editXml, makeTree, wim, wimJson } from "../testing/samples.ts";

const root = mkdtempSync(join(tmpdir(), "adk-image-"));
let cwd = "";
let cases = 0;
beforeEach(async () => {
  cwd = join(root, String(++cases));
  mkdirSync(cwd);
  makeTree(join(cwd, "tree"));
  await wimJson(cwd, "capture", "tree", "a.wim", "--compress", "none");
});
afterAll(() => rmSync(root, { recursive: true }));

async function pathsOf(image: string): Promise<string[]> {
  return (await wimJson(cwd, "dir", image)).map((entry: { path: string }) => entry.path).sort();
}

async function verified(file: string): Promise<void> {
  expect(await wimJson(cwd, "verify", file)).toMatchObject({ ok: true, findings: [] });
}

/** Runs a command that fails, and checks that the file is as it was. */
async function refused(code: string, exitCode: number, ...args: string[]): Promise<string> {
  const before = readFileSync(join(cwd, "a.wim"));
  const failed = await wim(cwd, args);
  expect(failed.stderr).toContain(`error[${code}]`);
  expect(failed.exitCode).toBe(exitCode);
  expect(readFileSync(join(cwd, "a.wim")).equals(before)).toBe(true);
  return failed.stderr;
}

describe("wim update", () => {
  test("adds, deletes and renames in the order of the options", async () => {
    writeFileSync(join(cwd, "new.txt"), "new");
    const commands = ["--add", "new.txt=/Windows/x", "--rename", "/windows/X=/y"];
    const result = await wimJson(
      cwd,
      "update",
      "a.wim",
      ...commands,
      "--delete",
      "/EMPTY.txt",
      "--add",
      "new.txt=empty.txt",
    );
    expect(wimUpdateResult.parse(result)).toEqual(result);
    expect(result).toMatchObject({ index: 1, dryRun: false, newBytes: 3, storedBytes: 3, findings: [] });
    expect(result.changes).toEqual([
      { change: "add", path: "/Windows/x" },
      { change: "rename", path: "/y", from: "/Windows/x" },
      { change: "delete", path: "/empty.txt" },
      { change: "add", path: "/empty.txt" },
    ]);
    expect(await pathsOf("a.wim")).toEqual([
      "/",
      "/Windows",
      "/Windows/System32",
      "/Windows/System32/driver.sys",
      "/Windows/System32/notes.txt",
      "/Windows/same.ini",
      "/Windows/win.ini",
      "/empty.txt",
      "/link",
      "/y",
    ]);
    await verified("a.wim");
  });

  test("adds directories, links, and images of other files", async () => {
    await wimJson(cwd, "capture", "tree/Windows", "b.wim");
    await wimJson(cwd, "update", "a.wim", "--delete", "/Windows", "--delete", "/link", "--recursive");
    const sources = ["--add", "tree=/tree", "--add", "tree/link=/link", "--add", "b.wim:1=/b"];
    await wimJson(
      cwd,
      "update",
      "a.wim",
      ...sources,
      "--add",
      "b.wim:1!/system32/notes.txt=/n",
      "--add",
      "b.wim=/file.wim",
    );
    const entries: { path: string; type: string; linkId?: string; size: number }[] = await wimJson(cwd, "dir", "a.wim");
    const at = (path: string) => entries.find((each) => each.path === path);
    expect(entries.length).toBe(21);
    expect(at("/link")).toMatchObject({ type: "symlink", target: "Windows\\win.ini" });
    expect(at("/b/System32/notes.txt")).toMatchObject({ size: 5 });
    expect(at("/n")).toMatchObject({ size: 5 });
    expect(at("/file.wim")).toMatchObject({ size: statSync(join(cwd, "b.wim")).size });
    // A capture leaves page files out, an update has what it is told.
    expect(at("/tree/pagefile.sys")?.size).toBeGreaterThan(0);
    expect(at("/tree/Windows/win.ini")?.linkId).toBe(at("/tree/Windows/same.ini")?.linkId);
    expect(at("/tree/Windows/win.ini")?.linkId).not.toBe(at("/b/win.ini")?.linkId);
    await verified("a.wim");
  });

  test("takes commands from a file or standard input", async () => {
    mkdirSync(join(cwd, "with space"));
    const text = `# comment\r\n\r\nadd 'with space' "/new dir"\r\n  delete --force --recursive /none\ndelete /link\nrename --force /Windows/win.ini /empty.txt\n`;
    writeFileSync(join(cwd, "commands.txt"), text);
    const dry = await wimJson(cwd, "update", "a.wim", "--commands", "commands.txt", "--dry-run");
    const { exitCode, stdout } = await wim(cwd, ["update", "a.wim", "--commands", "-", "--json"], { stdin: text });
    expect(exitCode).toBe(0);
    expect(JSON.parse(stdout).changes).toEqual(dry.changes);
    expect(dry.changes).toEqual([
      { change: "add", path: "/new dir" },
      { change: "delete", path: "/link" },
      { change: "delete", path: "/empty.txt" },
      { change: "rename", path: "/empty.txt", from: "/Windows/win.ini" },
    ]);
    await verified("a.wim");
  });

  test.each([
    ["remove /a", "no command"],
    ["delete", "not complete"],
    ["add one", "not complete"],
    ["rename a b c", "not complete"],
    ["delete --recursively /a", "no option --recursively"],
    ["add --force a b", "no option --force"],
    ['delete "/a', "quote"],
    ["delete '/a'b", "quote"],
    ['delete ""', "not complete"],
  ])("refuses the line: %s", async (line, reason) => {
    writeFileSync(join(cwd, "commands.txt"), `# first\n${line}\n`);
    const stderr = await refused("UPDATE_BAD_COMMAND", 2, "update", "a.wim", "--commands", "commands.txt");
    expect(stderr).toContain("Line 2");
    expect(stderr).toContain(reason);
  });

  test("shows with --dry-run what would change, and changes nothing", async () => {
    const before = readFileSync(join(cwd, "a.wim"));
    const args = [
      "update",
      "a.wim:1",
      "--delete",
      "/Windows/System32",
      "--recursive",
      "--rename",
      "/link=/l",
      "--dry-run",
    ];
    const { stdout, exitCode } = await wim(cwd, args);
    expect(exitCode).toBe(0);
    expect(stdout).toContain("delete /Windows/System32/driver.sys\n");
    expect(stdout).toContain("rename /link -> /l\n");
    expect(stdout).toMatch(/Would be: +3 entries deleted, 1 entry renamed/);
    expect(readFileSync(join(cwd, "a.wim")).equals(before)).toBe(true);
  });

  test("writes nothing where nothing changes", async () => {
    const before = readFileSync(join(cwd, "a.wim"));
    expect((await wim(cwd, ["update", "a.wim", "--delete", "/none", "--force"])).stdout).toMatch(/Changes: +none/);
    expect(readFileSync(join(cwd, "a.wim")).equals(before)).toBe(true);
  });

  test("does all or nothing", async () => {
    const first = ["update", "a.wim", "--delete", "/link"];
    await refused("PATH_NOT_FOUND", 3, ...first, "--delete", "/none");
    await refused("IS_A_DIRECTORY", 3, ...first, "--delete", "/Windows");
    await refused("ALREADY_EXISTS", 3, ...first, "--rename", "/Windows/win.ini=/empty.txt");
    await refused("FILE_NOT_FOUND", 3, ...first, "--add", "none=/x");
    await refused("UPDATE_BAD_PATH", 2, ...first, "--add", "tree=/../x");
    await refused("USAGE_NO_COMMANDS", 2, "update", "a.wim");
    await refused("USAGE_BAD_OPTION_VALUE", 2, ...first, "--add", "tree");
    await refused("WIM_NO_SUCH_IMAGE", 3, "update", "a.wim:2", "--delete", "/link");
  });

  test("of a file with several images, changes one", async () => {
    await wimJson(cwd, "capture", "tree", "a.wim", "--force", "--check");
    await wim(cwd, ["append", "tree", "a.wim", "--name", "second"]);
    await refused("WIM_IMAGE_NEEDED", 2, "update", "a.wim", "--delete", "/link");
    const first = await pathsOf("a.wim:1");
    await wimJson(cwd, "update", "a.wim:second", "--delete", "/Windows", "--recursive");
    expect(await pathsOf("a.wim:1")).toEqual(first);
    expect(await pathsOf("a.wim:2")).toEqual(["/", "/empty.txt", "/link"]);
    const info = await wimJson(cwd, "info", "a.wim");
    expect(info).toMatchObject({
      integrity: true,
      images: [{ dirCount: 3 }, { name: "second", dirCount: 1, fileCount: 2 }],
    });
    await verified("a.wim");
    await wimJson(cwd, "update", "a.wim:2", "--delete", "/link", "--no-check");
    expect(await wimJson(cwd, "info", "a.wim")).toMatchObject({ integrity: false });
  });
});

describe("wim set", () => {
  test("sets properties, and keeps what it does not know", async () => {
    editXml(join(cwd, "a.wim"), (xml) =>
      xml.replace("</IMAGE>", "<MINE a='1'>x<!--c--></MINE><WINDOWS><ARCH>9</ARCH></WINDOWS></IMAGE><OTHER/>"),
    );
    const options = ["--name", "A <name>", "--description", "d", "--flags", "Professional", "--display-name", "D"];
    const more = ["--display-description", "DD", "--property", "WINDOWS/EDITIONID=Pro=1", "--property", "MINE2/X=y"];
    const result = await wimJson(cwd, "set", "a.wim", ...options, ...more);
    expect(wimSetResult.parse(result)).toEqual(result);
    expect(result.changes).toContainEqual({ what: "NAME", from: "tree", to: "A <name>" });
    expect(result.changes.length).toBe(7);
    const info = await wimJson(cwd, "info", "a.wim");
    expect(info.images).toMatchObject([
      {
        name: "A <name>",
        description: "d",
        flags: "Professional",
        displayName: "D",
        displayDescription: "DD",
        edition: "Pro=1",
        architecture: "x64",
      },
    ]);
    editXml(join(cwd, "a.wim"), (xml) => {
      expect(xml).toContain('<MINE a="1">x<!--c--></MINE>');
      expect(xml).toContain("<MINE2><X>y</X></MINE2>");
      expect(xml).toMatch(/<OTHER(\/>|><\/OTHER>)/);
      return xml;
    });
    await verified("a.wim");
  });

  test("removes what is given no value", async () => {
    await wimJson(cwd, "set", "a.wim", "--description", "d", "--property", "A/B=c");
    const result = await wimJson(cwd, "set", "a.wim", "--description", "", "--property", "A=", "--property", "NONE/X=");
    expect(result.changes).toEqual([
      { what: "A", from: "" },
      { what: "DESCRIPTION", from: "d" },
    ]);
    expect((await wimJson(cwd, "info", "a.wim")).images[0].description).toBe("");
  });

  test("sets the image to boot, the mark and the integrity table", async () => {
    await wim(cwd, ["append", "tree", "a.wim", "--name", "second"]);
    const info = async () => {
      const { bootIndex, readOnly, integrity } = await wimJson(cwd, "info", "a.wim");
      return [bootIndex, readOnly, integrity];
    };
    await wimJson(cwd, "set", "a.wim:second", "--boot", "--check");
    expect(await info()).toEqual([2, false, true]);
    await verified("a.wim");
    await wimJson(cwd, "set", "a.wim", "--boot-index", "1", "--read-only");
    expect(await info()).toEqual([1, true, true]);
    const stderr = await refused("WIM_NOT_CHANGEABLE", 5, "set", "a.wim", "--no-check");
    expect(stderr).toContain("--writable");
    await refused("WIM_NOT_CHANGEABLE", 5, "update", "a.wim:1", "--delete", "/link");
    await wimJson(cwd, "set", "a.wim", "--writable", "--no-check", "--no-boot");
    expect(await info()).toEqual([0, false, false]);
    await verified("a.wim");
  });

  test("shows what would change, and writes nothing where nothing does", async () => {
    const before = readFileSync(join(cwd, "a.wim"));
    const { stdout } = await wim(cwd, ["set", "a.wim", "--name", "other", "--dry-run"]);
    expect(stdout).toMatch(/Would change +From +To\nNAME +tree +other\n/);
    expect((await wim(cwd, ["set", "a.wim", "--name", "tree"])).stdout).toBe("a.wim: nothing changes.\n");
    expect(readFileSync(join(cwd, "a.wim")).equals(before)).toBe(true);
  });

  test("refuses what it cannot set", async () => {
    await wim(cwd, ["append", "tree", "a.wim", "--name", "second"]);
    await refused("WIM_IMAGE_NEEDED", 2, "set", "a.wim", "--name", "x");
    await refused("WIM_NAME_TAKEN", 2, "set", "a.wim:2", "--name", "tree");
    await refused("WIM_NO_SUCH_IMAGE", 3, "set", "a.wim", "--boot-index", "3");
    await refused("WIM_BAD_PROPERTY", 2, "set", "a.wim:1", "--property", "A B=c");
    await refused("WIM_BAD_PROPERTY", 2, "set", "a.wim:1", "--property", "/NAME=c");
    await refused("WIM_BAD_PROPERTY", 2, "set", "a.wim:1", "--property", "CREATIONTIME=1");
    await refused("WIM_BAD_PROPERTY", 2, "set", "a.wim:1", "--description", "\u0001");
    await refused("USAGE_BAD_OPTION_VALUE", 2, "set", "a.wim:1", "--property", "NAME");
    await refused("USAGE_CONTRADICTING_OPTIONS", 2, "set", "a.wim", "--read-only", "--writable");
    await refused("USAGE_CONTRADICTING_OPTIONS", 2, "set", "a.wim:1", "--boot", "--boot-index", "1");
    await refused("USAGE_NOTHING_TO_SET", 2, "set", "a.wim");
  });
});
