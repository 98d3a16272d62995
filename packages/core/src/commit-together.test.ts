import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { AtomicFile } from "./atomic-file.ts";
import { commitTogether } from "./commit-together.ts";

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "adk-together-"));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

async function newFiles(names: readonly string[], overwrite: boolean): Promise<AtomicFile[]> {
  const files: AtomicFile[] = [];
  for (const name of names) {
    const file = await AtomicFile.create(join(directory, name), { overwrite });
    await file.write(new TextEncoder().encode(`new ${name}`));
    files.push(file);
  }
  return files;
}

/** Names, hidden ones too, and what is in the files. */
function state(): Record<string, string> {
  const entries = readdirSync(directory, { withFileTypes: true });
  return Object.fromEntries(
    entries.map((entry) => [entry.name, entry.isFile() ? readFileSync(join(directory, entry.name), "utf8") : "/"]),
  );
}

test("all appear, and what is obsolete goes", async () => {
  writeFileSync(join(directory, "a"), "old a");
  writeFileSync(join(directory, "d"), "old d");
  await commitTogether(await newFiles(["a", "b", "c"], true), [join(directory, "d")]);
  expect(state()).toEqual({ a: "new a", b: "new b", c: "new c" });
});

test("where one cannot be put in its place, none appears", async () => {
  const files = await newFiles(["a", "b", "c"], false);
  writeFileSync(join(directory, "c"), "somebody's");
  await expect(commitTogether(files)).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
  expect(state()).toEqual({ c: "somebody's" });
});

test.each(["a", "b", "c"])("where %s cannot replace, those that were replaced come back", async (failing) => {
  for (const name of ["a", "b", "d"]) writeFileSync(join(directory, name), `old ${name}`);
  const files = await newFiles(["a", "b", "c"], true);
  rmSync(join(directory, failing), { force: true });
  mkdirSync(join(directory, failing));
  await expect(commitTogether(files, [join(directory, "d")])).rejects.toMatchObject({ kind: expect.any(String) });
  expect(state()).toEqual({ a: "old a", b: "old b", d: "old d", [failing]: "/" });
});

test("where something obsolete cannot go, all stays as it was", async () => {
  for (const name of ["a", "d"]) writeFileSync(join(directory, name), `old ${name}`);
  const files = await newFiles(["a", "b"], true);
  const gone = commitTogether(files, [join(directory, "d"), join(directory, "absent")]);
  await expect(gone).rejects.toMatchObject({ code: "FILE_NOT_FOUND" });
  expect(state()).toEqual({ a: "old a", d: "old d" });
});
