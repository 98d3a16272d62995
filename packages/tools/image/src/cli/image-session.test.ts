import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { expect, test } from "vitest";
import { wim } from "../testing/samples.ts";
import { groups } from "./index.ts";

const TREE = { "tree/Windows/a.txt": "a", "tree/Windows/Temp/b.txt": "b", "new/c.txt": "c" };

async function image(cwd: string, ...args: string[]) {
  const { exitCode, stdout, stderr } = await runForTest(groups, ["image", ...args, "--json"], { cwd });
  return { exitCode, stderr, result: JSON.parse(stdout) };
}

test("an image in a WIM file is opened, edited and committed", async () => {
  const root = await makeTree(TREE);
  await wim(root, ["capture", "tree", "x.wim"]);
  expect((await image(root, "open", "x.wim:1", "--session", "work")).exitCode).toBe(0);
  expect((await image(root, "put", "work", "new", "/Windows/New")).result.state).toBe("kept");
  await image(root, "remove", "work", "/Windows/Temp");
  const { result } = await image(root, "changes", "work");
  expect(result.changes).toEqual([
    { change: "add", path: "/Windows/New" },
    { change: "add", path: "/Windows/New/c.txt", size: 1 },
    { change: "remove", path: "/Windows/Temp" },
  ]);
  expect((await image(root, "commit", "work", "--threads", "1")).result.state).toBe("committed");
  const { stdout } = await wim(root, ["dir", "x.wim:1", "--json"]);
  expect(JSON.parse(stdout).map(({ path }: { path: string }) => path)).toEqual([
    "/",
    "/Windows",
    "/Windows/a.txt",
    "/Windows/New",
    "/Windows/New/c.txt",
  ]);
  expect((await image(root, "commit", "work")).result.error).toMatchObject({ code: "FILE_NOT_FOUND", kind: "input" });
});

test("a directory is edited at once, unless it is only asked what would change", async () => {
  const root = await makeTree(TREE);
  const dry = await image(root, "put", "tree", "new/c.txt", "/WINDOWS/A.TXT", "--dry-run");
  expect(dry.result).toMatchObject({ state: "planned", changes: [{ change: "replace", path: "/Windows/a.txt" }] });
  expect(await readFile(join(root, "tree/Windows/a.txt"), "utf8")).toBe("a");
  expect((await image(root, "put", "tree", "new/c.txt", "/WINDOWS/A.TXT")).result.state).toBe("committed");
  expect(await readFile(join(root, "tree/Windows/a.txt"), "utf8")).toBe("c");
});

test("what is not there is told", async () => {
  const root = await makeTree(TREE);
  expect((await image(root, "remove", "tree", "/none")).result.error.code).toBe("PATH_NOT_FOUND");
  expect((await image(root, "remove", "tree", "/none", "--force")).result.state).toBe("unchanged");
  expect((await image(root, "put", "tree", "none", "/x")).result.error.code).toBe("FILE_NOT_FOUND");
  expect((await image(root, "commit", "tree")).result.error.code).toBe("FILE_NOT_FOUND");
});

test("a session whose image is gone can be discarded", async () => {
  const root = await makeTree(TREE);
  await wim(root, ["capture", "tree", "x.wim"]);
  await image(root, "open", "x.wim:1", "--session", "work");
  await writeFile(join(root, "x.wim"), "");
  expect((await image(root, "discard", "work")).result.state).toBe("discarded");
});
