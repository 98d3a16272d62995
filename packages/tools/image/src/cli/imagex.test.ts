import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runForTest, type TestOptions } from "@adk/cli-kit/testing";
import { WimFile, wimInfo } from "@adk/wim";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { makeTree } from "../testing/samples.ts";
import { groups } from "./index.ts";

let cwd: string;
const imagex = (args: readonly string[], options: TestOptions = {}) =>
  runForTest(groups, ["imagex", ...args], { cwd, ...options });

beforeAll(() => {
  cwd = mkdtempSync(join(tmpdir(), "adk-imagex-"));
  makeTree(join(cwd, "tree"));
});
afterAll(() => rmSync(cwd, { recursive: true }));

describe("adk imagex", () => {
  it("captures, appends, and tells of the file", async () => {
    const flags = ["/compress", "maximum", "/check", "/boot", "/flags", "Professional", "/verify"];
    const captured = await imagex(["/capture", "tree", "a.wim", "First", "What it is", ...flags]);
    expect(captured.exitCode).toBe(0);
    expect(captured.stdout).toMatch(
      /^\nImageX Tool for Windows\nVersion: \d+\.\d+\.\d+\.0\n\n\[ 100% \] Capturing progress\n\nSuccessfully imaged tree\n\nTotal elapsed time: \d+ sec\n$/,
    );
    expect((await imagex(["/append", "tree", "a.wim", "Second"])).exitCode).toBe(0);
    await using file = await WimFile.open(join(cwd, "a.wim"));
    expect(wimInfo(file)).toMatchObject({
      compression: "lzx",
      bootIndex: 1,
      integrity: true,
      images: [{ name: "First", description: "What it is", flags: "Professional" }, { name: "Second" }],
    });

    const { stdout } = await imagex(["/info", "a.wim"]);
    expect(stdout).toContain("Path:        a.wim\nGUID:        {");
    expect(stdout).toContain("Image Count: 2\nCompression: LZX\nPart Number: 1/1\nAttributes:  0xc\n");
    expect(stdout).toContain('  <IMAGE INDEX="2">\n');
    const xml = await imagex(["/info", "a.wim", "/xml"]);
    expect(xml.stdout).toMatch(/^<WIM>\n(.|\n)*<\/WIM>\n$/);
    const one = await imagex(["/info", "a.wim", "Second", "/xml"]);
    expect(one.stdout).toMatch(/^<IMAGE INDEX="2">\n(.|\n)* {2}<NAME>Second<\/NAME>\n<\/IMAGE>\n$/);
  });

  it("lists, applies and exports", async () => {
    const { stdout } = await imagex(["/dir", "a.wim", "1"]);
    expect(stdout).toContain("\n\\Windows\n");
    expect(stdout).toContain("\n\\Windows\\System32\\notes.txt\n");
    mkdirSync(join(cwd, "out"));
    const applied = await imagex(["/apply", "a.wim", "2", join(cwd, "out")]);
    expect(applied.stdout).toContain("[ 100% ] Applying progress\n\nSuccessfully applied image.\n");
    expect(readFileSync(join(cwd, "out/Windows/System32/notes.txt"), "utf8")).toBe("notes");
    expect((await imagex(["/export", "a.wim", "*", "b.wim", "/compress", "fast"])).exitCode).toBe(0);
    await using file = await WimFile.open(join(cwd, "b.wim"));
    expect(wimInfo(file)).toMatchObject({ compression: "xpress", images: [{ name: "First" }, { name: "Second" }] });
  });

  it.each([
    [["/info", "absent.wim"], 2, "The system cannot find the file specified."],
    [["/apply", "a.wim", "9", "out"], 87, "The parameter is incorrect."],
    [["/capture", "tree", "a.wim", "again"], 80, "The file exists."],
    [["/split", "absent.wim", "s.swm", "1"], 2, "The system cannot find the file specified."],
    [["/apply", "a.wim", "1", "out", "/ref", "x/a*.swm"], 3, "The system cannot find the path specified."],
    [["/mountrw", "a.wim", "1", "m"], 50, "The request is not supported."],
    [["/apply"], 87, "/apply takes other arguments."],
  ])("ends %j with %d", async (argv, code, message) => {
    const { exitCode, stdout } = await imagex(argv);
    expect(exitCode).toBe(code);
    expect(stdout).toContain(`\nError: ${code}\n\n${message}`);
  });

  it("deletes and splits", async () => {
    const split = await imagex(["/split", "a.wim", "s.swm", "1"]);
    expect(split.stdout).toContain("[ 100% ] Splitting progress\n\nSuccessfully split image file.\n");
    const { stdout } = await imagex(["/delete", "a.wim", "First"]);
    expect(stdout).toContain("[ 100% ] Deleting progress\n\nSuccessfully deleted image.\n");
    await using file = await WimFile.open(join(cwd, "a.wim"));
    expect(wimInfo(file)).toMatchObject({ images: [{ index: 1, name: "Second" }] });
  });

  it("stops when it is told to, and draws over itself on a terminal", async () => {
    const stopped = await imagex(["/capture", "tree", "s.wim", "x"], { signal: AbortSignal.abort() });
    expect(stopped.exitCode).toBe(1223);
    expect(existsSync(join(cwd, "s.wim"))).toBe(false);
    const { stdout } = await imagex(["/capture", "tree", "s.wim", "x"], { tty: 80 });
    expect(stdout).toMatch(/\r\[ {2,3}\d+% \] Capturing progress.*\r\[ 100% \] Capturing progress\n/s);
  });

  it("has help", async () => {
    expect((await imagex([])).stdout).toContain("IMAGEX [Flags] /Operation [Parameter List]\n");
    expect((await imagex(["/dir", "/?"])).stdout).toContain("IMAGEX /DIR image_file {image_number | image_name}\n");
  });
});
