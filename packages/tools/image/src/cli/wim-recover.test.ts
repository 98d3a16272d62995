import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { wimRecoverResult } from "../schemas.ts";
import { makeTree, wim, wimJson } from "../testing/samples.ts";

let cwd = "";
beforeAll(async () => {
  cwd = mkdtempSync(join(tmpdir(), "adk-recover-"));
  makeTree(join(cwd, "tree"));
  await wimJson(cwd, "capture", "tree", "a.wim", "--compress", "none", "--name", "First");
});
afterAll(() => rmSync(cwd, { recursive: true }));

function damage(change: (bytes: Buffer) => void): void {
  const bytes = readFileSync(join(cwd, "a.wim"));
  change(bytes);
  writeFileSync(join(cwd, "damaged.wim"), bytes);
}

async function pathsOf(image: string): Promise<string[]> {
  return (await wimJson(cwd, "dir", image)).map(({ path }: { path: string }) => path);
}

describe("wim recover", () => {
  test("saves all where nothing but the header is damaged", async () => {
    damage((bytes) => bytes.fill(0, 0, 208));
    const result = await wimJson(cwd, "recover", "damaged.wim", "out.wim");
    expect(wimRecoverResult.parse(result)).toEqual(result);
    expect(result).toMatchObject({
      file: join(cwd, "out.wim"),
      ok: true,
      images: [{ index: 1, name: "First", recovered: true, lostFiles: 0 }],
      lost: [],
      blobs: { corrupt: 0, missing: 0, unreferenced: 0 },
    });
    expect(await wimJson(cwd, "verify", "out.wim")).toMatchObject({ ok: true });
    expect(await wimJson(cwd, "dir", "out.wim")).toEqual(await wimJson(cwd, "dir", "a.wim"));
  });

  test("says what is lost, with exit code 1", async () => {
    damage((bytes) => bytes.write("x", bytes.indexOf("driver driver")));
    const { exitCode, stdout } = await wim(cwd, ["recover", "damaged.wim", "out.wim", "--force"]);
    expect(exitCode).toBe(1);
    expect(stdout).toContain("lost (corrupt): 1:/Windows/System32/driver.sys\n");
    expect(stdout).toMatch(/blobs intact, 1 corrupt\nNot everything could be saved\.\n$/);
    expect(await wimJson(cwd, "verify", "out.wim")).toMatchObject({ ok: true });
    expect(await pathsOf("out.wim")).not.toContain("/Windows/System32/driver.sys");
    expect(await pathsOf("out.wim")).toContain("/Windows/System32/notes.txt");
  });

  test("overwrites nothing without --force", async () => {
    damage((bytes) => bytes.fill(0, 0, 208));
    writeFileSync(join(cwd, "there.wim"), "mine");
    expect((await wim(cwd, ["recover", "damaged.wim", "there.wim"])).exitCode).toBe(4);
    expect(readFileSync(join(cwd, "there.wim"), "utf8")).toBe("mine");
  });

  test("says that nothing can be saved without tables, with exit code 3", async () => {
    damage((bytes) => bytes.fill(0, bytes.length / 2));
    const { exitCode, stdout } = await wim(cwd, ["recover", "damaged.wim", "none.wim", "--json"]);
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout).error).toMatchObject({ code: "WIM_NOTHING_RECOVERABLE" });
    expect(existsSync(join(cwd, "none.wim"))).toBe(false);
  });
});
