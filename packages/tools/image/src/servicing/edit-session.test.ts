import { mkdir, readdir, readFile, rename, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { Findings } from "@adk/core";
import { openSource } from "@adk/sources";
import { makeTree } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { wim } from "../testing/samples.ts";
import { carryOut } from "./commit-directory.ts";
import { EditSession } from "./edit-session.ts";
import { SessionFolder } from "./session-folder.ts";

const TIME = 133_500_000_000_000_000n;
const TREE = { "Windows/notepad.exe": "notepad", "Windows/Temp/a/b.tmp": "b", "Users/x.txt": "x" };
const bytes = (text: string) => new TextEncoder().encode(text);

async function wimOf(tree: Readonly<Record<string, string>>): Promise<string> {
  const root = await makeTree(Object.fromEntries(Object.entries(tree).map(([path, text]) => [`tree/${path}`, text])));
  const { exitCode, stderr } = await wim(root, ["capture", "tree", "test.wim"]);
  if (exitCode !== 0) throw new Error(stderr);
  return join(root, "test.wim:1");
}

async function read(source: string, path: string): Promise<string | undefined> {
  await using volume = await openSource(source);
  const entry = await volume.lookup(path);
  return entry && new TextDecoder().decode(await volume.read(entry));
}

async function edit(session: EditSession): Promise<void> {
  await session.addFile("/windows/NOTEPAD.EXE", bytes("new"), TIME);
  await session.addFile("/Windows/System32/drivers/x.sys", bytes("driver"), TIME);
  await session.remove("/Windows/Temp/a");
  await session.addDirectory("/Windows/Temp/a");
}

const EDITED = [
  { change: "replace", path: "/Windows/notepad.exe", size: 3 },
  { change: "add", path: "/Windows/System32" },
  { change: "add", path: "/Windows/System32/drivers" },
  { change: "add", path: "/Windows/System32/drivers/x.sys", size: 6 },
  { change: "remove", path: "/Windows/Temp/a" },
  { change: "add", path: "/Windows/Temp/a" },
];

describe.each([
  ["a directory", () => makeTree(TREE)],
  ["an image in a WIM file", () => wimOf(TREE)],
])("%s", (_, make) => {
  async function expectEdited(source: string): Promise<void> {
    expect(await read(source, "/Windows/notepad.exe")).toBe("new");
    expect(await read(source, "/Windows/System32/drivers/x.sys")).toBe("driver");
    expect(await read(source, "/Windows/Temp/a/b.tmp")).toBeUndefined();
    expect(await read(source, "/Users/x.txt")).toBe("x");
    await using volume = await openSource(source);
    expect((await volume.lookup("/Windows/System32/drivers/x.sys"))?.lastWriteTime).toBe(TIME);
    expect((await volume.list(volume.root)).map(({ name }) => name).sort()).toEqual(["Users", "Windows"]);
  }

  test("changes with the commit, and not before", async () => {
    const source = await make();
    await using session = await EditSession.open(source, { time: TIME });
    await edit(session);
    expect(await session.differences()).toEqual(EDITED);
    expect(await read(source, "/Windows/notepad.exe")).toBe("notepad");
    await session.commit();
    await expectEdited(source);
  });

  test("a session in a folder goes on in another process", async () => {
    const source = await make();
    const folder = join(await makeTree({}), "session");
    {
      await using session = await EditSession.create(source, folder, { time: TIME });
      await session.addFile("/Windows/notepad.exe", bytes("first"), TIME);
      await session.save();
    }
    {
      await using session = await EditSession.open(folder, { time: TIME });
      const entry = (await session.volume.lookup("/Windows/notepad.exe"))!;
      expect(new TextDecoder().decode(await session.volume.read(entry))).toBe("first");
      await edit(session);
      await session.save();
    }
    await using session = await EditSession.open(folder, { time: TIME });
    expect((await session.differences()).map(({ path }) => path).sort()).toEqual(EDITED.map(({ path }) => path).sort());
    await session.commit();
    await expectEdited(source);
    expect(await stat(folder).catch(() => "gone")).toBe("gone");
  });

  test("discarded, nothing changed", async () => {
    const source = await make();
    const folder = join(await makeTree({}), "session");
    await using session = await EditSession.create(source, folder);
    await edit(session);
    await session.save();
    await session.discard();
    expect(await read(source, "/Windows/notepad.exe")).toBe("notepad");
    expect(await stat(folder).catch(() => "gone")).toBe("gone");
  });
});

test("an image that changed meanwhile is not committed to", async () => {
  const source = await wimOf(TREE);
  await using first = await EditSession.open(source);
  await using second = await EditSession.open(source);
  await edit(first);
  await edit(second);
  await first.commit();
  await expect(second.commit()).rejects.toMatchObject({ code: "SESSION_BASE_CHANGED" });
});

describe("a commit to a directory", () => {
  test("that fails leaves the directory as it was", async () => {
    const root = await makeTree(TREE);
    await using session = await EditSession.open(root, { time: TIME });
    await edit(session);
    // Appears after the edits were planned: a directory in the place of a new file.
    await mkdir(join(root, "Windows/System32"));
    await symlink("/", join(root, "Windows/System32/drivers"));
    await expect(session.commit()).rejects.toMatchObject({ code: "PATH_THROUGH_LINK" });
    expect(await readFile(join(root, "Windows/notepad.exe"), "utf8")).toBe("notepad");
    expect(await readFile(join(root, "Windows/Temp/a/b.tmp"), "utf8")).toBe("b");
    expect((await readdir(root)).sort()).toEqual(["Users", "Windows"]);
  });

  /** Leaves the directory as a process does that dies after the given number of steps. */
  async function interrupted(steps: number): Promise<string> {
    const root = await makeTree(TREE);
    const folder = join(root, ".adk-session");
    {
      const elsewhere = join(await makeTree({}), "session");
      await using session = await EditSession.create(root, elsewhere, { time: TIME });
      await edit(session);
      await session.save();
      await rename(elsewhere, folder);
    }
    const file = join(folder, "session.json");
    const state = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...state, committing: true }));
    for (const [number, change] of state.changes.slice(0, steps).entries()) {
      await carryOut(change, number, join(root, change.path), new SessionFolder(folder));
    }
    return root;
  }

  test.each([0, 1, 2, 3, 4, 5, 6])("that was interrupted after %i steps is brought to its end", async (steps) => {
    const root = await interrupted(steps);
    const findings = new Findings();
    await using _ = await EditSession.open(root, { findings });
    expect(findings.list.map(({ code }) => code)).toEqual(["SESSION_FINISHED"]);
    expect(await readFile(join(root, "Windows/notepad.exe"), "utf8")).toBe("new");
    expect(await readFile(join(root, "Windows/System32/drivers/x.sys"), "utf8")).toBe("driver");
    expect(await readdir(join(root, "Windows/Temp/a"))).toEqual([]);
    expect((await readdir(root)).sort()).toEqual(["Users", "Windows"]);
  });

  test("is not begun while another process commits", async () => {
    const root = await interrupted(0);
    const file = join(root, ".adk-session/session.json");
    const state = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...state, owner: { host: "elsewhere", pid: 1 } }));
    await expect(EditSession.open(root)).rejects.toMatchObject({ code: "SESSION_BUSY" });
  });

  test.each(["/../x", "/a/../../x", "x", "/"])("a session from outside cannot lead to %s", async (path) => {
    const root = await interrupted(0);
    const file = join(root, ".adk-session/session.json");
    const state = JSON.parse(await readFile(file, "utf8"));
    await writeFile(file, JSON.stringify({ ...state, changes: [{ change: "remove", path }] }));
    await expect(EditSession.open(root)).rejects.toMatchObject({ code: "SESSION_BAD_FILE" });
  });
});
