import { mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { captureVolume, WimWriter } from "@adk/wim";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wimDiffResult } from "../diff/schema.ts";
import { memoryVolume } from "../testing/memory-volume.ts";
import { editXml, makeTree, wim } from "../testing/samples.ts";

let directory: string;

/** A tree and a later state of it, as directories and captured. */
beforeAll(async () => {
  directory = mkdtempSync(join(tmpdir(), "adk-image-"));
  makeTree(join(directory, "old"));
  const later = makeTree(join(directory, "new"));
  writeFileSync(join(later, "Windows/System32/notes.txt"), "other notes");
  rmSync(join(later, "empty.txt"));
  writeFileSync(join(later, "added.txt"), "added");
  mkdirSync(join(later, "Drivers"));
  renameSync(join(later, "Windows/System32/driver.sys"), join(later, "Drivers/driver.sys"));
  for (const tree of ["old", "new"]) {
    for (const path of ["", "Windows", "Windows/System32"]) utimesSync(join(directory, tree, path), 1, 1);
    await wim(directory, ["capture", tree, `${tree}.wim`, "--compress", "xpress", "--name", tree]);
  }
});

afterAll(() => rmSync(directory, { recursive: true }));

async function diff(...args: string[]) {
  const { exitCode, stdout, stderr } = await wim(directory, ["diff", ...args, "--json"]);
  const result = exitCode <= 1 ? wimDiffResult.parse(JSON.parse(stdout)) : undefined;
  const lines = result?.differences.map(({ kind, path, what }) => [kind, path, ...what].join(" "));
  return { exitCode, result, lines, stderr };
}

describe("wim diff", () => {
  test("of equal trees: exit code 0", async () => {
    const { exitCode, result } = await diff("old.wim", "old.wim:1");
    expect(exitCode).toBe(0);
    expect(result).toMatchObject({ equal: true, differences: [], properties: [], findings: [] });
    expect(result?.before).toEqual({ source: "old.wim", entries: 9, bytes: 35014 });
  });

  test("of different ones: exit code 1, and each difference", async () => {
    const { exitCode, result, lines } = await diff("old.wim", "new.wim");
    expect(exitCode).toBe(1);
    expect(lines).toEqual([
      "added /added.txt",
      "added /Drivers",
      "moved /Drivers/driver.sys path",
      "removed /empty.txt",
      "changed /Windows/System32/notes.txt content times",
    ]);
    expect(result?.summary).toMatchObject({
      added: 2,
      removed: 1,
      changed: 1,
      moved: 1,
      bytesAdded: 16,
      bytesRemoved: 5,
    });
    expect(result?.properties).toContainEqual({ path: "NAME", before: "old", after: "new" });
  });

  test("a captured directory is equal to the directory", async () => {
    const { exitCode, result, lines } = await diff("new", "new.wim");
    // What a capture leaves out unless told otherwise.
    expect([exitCode, lines]).toEqual([1, ["removed /pagefile.sys"]]);
    expect(result?.findings).toMatchObject([{ severity: "info", code: "DIFF_HOST_DIRECTORY" }]);
  });

  test("a directory with a sidecar is compared in all", async () => {
    const volume = memoryVolume({ "/long name.txt": { data: "short", shortName: "LONGNA~1.TXT", attributes: 0x22 } });
    await using writer = await WimWriter.create(join(directory, "rich.wim"), { threads: 1 });
    await captureVolume(writer, volume, { name: "rich" });
    await writer.finish();
    await wim(directory, ["apply", "rich.wim", "applied"]);
    const { exitCode, result, lines } = await diff("rich.wim", "applied");
    expect([exitCode, lines, result?.findings]).toEqual([0, [], []]);
  });

  test("two directories", async () => {
    expect((await diff("old", "old")).exitCode).toBe(0);
    expect((await diff("old", "new")).lines).toHaveLength(5);
  });

  test("--only, --path and --ignore", async () => {
    expect((await diff("old.wim", "new.wim", "--only", "added", "removed")).lines).toEqual([
      "added /added.txt",
      "added /Drivers",
      "removed /empty.txt",
    ]);
    expect((await diff("old.wim", "new.wim", "--path", "\\windows\\SYSTEM32")).lines).toEqual([
      "removed /Windows/System32/driver.sys",
      "changed /Windows/System32/notes.txt content times",
    ]);
    expect((await diff("old.wim", "new.wim", "--path", "/*.txt", "--only", "added")).lines).toEqual([
      "added /added.txt",
    ]);
    expect((await diff("old.wim", "new.wim", "--ignore", "times", "security", "--only", "changed")).lines).toEqual([
      "changed /Windows/System32/notes.txt content",
    ]);
    expect((await diff("old.wim", "new.wim", "--path", "/Windows/win.ini")).exitCode).toBe(0);
  });

  test("properties do not make trees different, and are told with unknown ones", async () => {
    writeFileSync(join(directory, "edited.wim"), readFileSync(join(directory, "old.wim")));
    editXml(join(directory, "edited.wim"), (xml) =>
      xml.replace(
        "</IMAGE>",
        "<WINDOWS><LANGUAGES><LANGUAGE>en-US</LANGUAGE><LANGUAGE>de-DE</LANGUAGE></LANGUAGES></WINDOWS></IMAGE>",
      ),
    );
    const { exitCode, result } = await diff("old.wim", "edited.wim");
    expect(exitCode).toBe(0);
    expect(result?.properties).toEqual([{ path: "WINDOWS/LANGUAGES/LANGUAGE", after: "en-US, de-DE" }]);
  });

  test("prints a table for people", async () => {
    const { stdout } = await wim(directory, ["diff", "old.wim", "new.wim", "--ignore", "times"], { tty: 80 });
    expect(stripVTControlCharacters(stdout).split("\n").slice(0, 7)).toEqual([
      "   Size  What     Path",
      "A  +5 B           /added.txt",
      "A                 /Drivers/",
      "R                 /Windows/System32/driver.sys -> /Drivers/driver.sys",
      "D                 /empty.txt",
      "M  +6 B  content  /Windows/System32/notes.txt",
      "",
    ]);
    expect(stdout.trimEnd().split("\n").at(-1)).toBe("2 added, 1 removed, 1 changed, 1 moved, 16 B new, 5 B gone");
    const equal = await wim(directory, ["diff", "old.wim", "old.wim"]);
    expect([equal.exitCode, equal.stdout]).toEqual([0, "Equal.\n"]);
  });

  test("what cannot be compared is told", async () => {
    expect((await diff("old.wim:7", "old.wim")).exitCode).toBe(3);
    expect((await diff("absent.wim", "old.wim")).exitCode).toBe(3);
    expect((await diff("old/empty.txt", "old.wim")).exitCode).toBe(5);
    expect((await diff("old.wim", "old.wim", "--ignore", "tims")).stderr).toMatch(/times/);
  });
});

describe("wim diff --html", () => {
  test("writes a page with every difference, and overwrites nothing unless told to", async () => {
    const { exitCode } = await diff("old.wim", "new.wim", "--html", "report.html");
    expect(exitCode).toBe(1);
    const page = readFileSync(join(directory, "report.html"), "utf8");
    expect(page).toMatch(/^<!doctype html>/);
    // Paths may be broken behind a slash.
    const body = page.slice(page.indexOf("<body>")).replaceAll("<wbr>", "");
    for (const path of ["/added.txt", "/Drivers/driver.sys", "/empty.txt", "/Windows/System32/notes.txt"]) {
      expect(body).toContain(path);
    }
    expect(body).toContain("was /Windows/System32/driver.sys");
    const again = await diff("old.wim", "old.wim", "--html", "report.html");
    expect([again.exitCode, again.stderr]).toEqual([4, expect.stringContaining("ALREADY_EXISTS")]);
    expect(readFileSync(join(directory, "report.html"), "utf8")).toBe(page);
    await diff("old.wim", "old.wim", "--html", "report.html", "--force");
    expect(readFileSync(join(directory, "report.html"), "utf8")).toContain("No differences");
  });
});
