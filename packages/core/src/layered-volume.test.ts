import { link, symlink } from "node:fs/promises";
import { join } from "node:path";
import { makeTree } from "@adk/testing";
import { expect, test } from "vitest";
import { openDirectory } from "./directory-volume.ts";
import { LayeredVolume } from "./layered-volume.ts";
import { type Volume, type VolumeEntry, walk } from "./volume.ts";

const TIME = 133_000_000_000_000_000n;

async function overBase(): Promise<LayeredVolume> {
  const root = await makeTree({
    "Windows/Panther/setup.log": "log",
    "Windows/notepad.exe": "notepad",
    "Windows/Temp/deep/er/x.tmp": "x",
    "Users/Default/": "",
  });
  await link(join(root, "Windows/notepad.exe"), join(root, "Windows/edit.exe"));
  await symlink("Default", join(root, "Users/All Users"));
  return new LayeredVolume(await openDirectory(root), { time: TIME });
}

const bytes = (text: string) => ({ kind: "bytes", bytes: Buffer.from(text), time: TIME }) as const;

async function paths(volume: Volume): Promise<string[]> {
  const found: string[] = [];
  for await (const batch of walk(volume)) found.push(...batch.map(({ path }) => path));
  return found.sort();
}

async function text(volume: Volume, path: string): Promise<string | undefined> {
  const entry = await volume.lookup(path);
  return entry && Buffer.from(await volume.read(entry)).toString();
}

test("without changes it is the base", async () => {
  await using volume = await overBase();
  expect(await paths(volume)).toEqual([
    "/",
    "/Users",
    "/Users/All Users",
    "/Users/Default",
    "/Windows",
    "/Windows/Panther",
    "/Windows/Panther/setup.log",
    "/Windows/Temp",
    "/Windows/Temp/deep",
    "/Windows/Temp/deep/er",
    "/Windows/Temp/deep/er/x.tmp",
    "/Windows/edit.exe",
    "/Windows/notepad.exe",
  ]);
  expect(await text(volume, "/windows/TEMP/Deep/er/X.tmp")).toBe("x");
});

test("what is added lands in the directory that is there, whatever the case", async () => {
  await using volume = await overBase();
  const { entry, replaced } = await volume.putFile("/windows/PANTHER/unattend.xml", bytes("<a/>"), 1);
  expect([entry.path, replaced]).toEqual(["/Windows/Panther/unattend.xml", undefined]);
  expect(await text(volume, "/WINDOWS/panther/UNATTEND.XML")).toBe("<a/>");
  const panther = (await volume.lookup("/Windows/Panther")) as VolumeEntry;
  expect((await volume.list(panther)).map(({ name }) => name)).toEqual(["setup.log", "unattend.xml"]);
  expect((await volume.list(volume.root)).map(({ name }) => name)).toEqual(["Users", "Windows"]);
});

test("a replaced file keeps its name, place and the other names of a hard link", async () => {
  await using volume = await overBase();
  const { entry, replaced } = await volume.putFile("/Windows/NOTEPAD.EXE", bytes("new"), 2);
  expect(entry).toMatchObject({ path: "/Windows/notepad.exe", layer: 2, size: 3, linkId: undefined });
  expect(replaced).toMatchObject({ path: "/Windows/notepad.exe", layer: 0 });
  expect(await text(volume, "/Windows/notepad.exe")).toBe("new");
  expect(await text(volume, "/Windows/edit.exe")).toBe("notepad");
});

test("directories that are missing are made, and have the time of the build", async () => {
  await using volume = await overBase();
  const made = await volume.putDirectory("/windows/Setup/Scripts", 3);
  expect(made.map(({ path, layer, lastWriteTime }) => [path, layer, lastWriteTime])).toEqual([
    ["/Windows/Setup", 3, TIME],
    ["/Windows/Setup/Scripts", 3, TIME],
  ]);
  expect(await volume.putDirectory("/Windows/setup", 4)).toEqual([]);
});

test("removal takes what is below, and what comes after starts anew", async () => {
  await using volume = await overBase();
  expect((await volume.remove("/WINDOWS/temp"))?.path).toBe("/Windows/Temp");
  expect(await volume.lookup("/Windows/Temp/deep/er/x.tmp")).toBeUndefined();
  expect(await volume.remove("/Windows/Temp")).toBeUndefined();
  await volume.putFile("/Windows/temp/new.txt", bytes("n"), 1);
  expect((await paths(volume)).filter((path) => /temp/i.test(path))).toEqual([
    "/Windows/temp",
    "/Windows/temp/new.txt",
  ]);
  await volume.remove("/Windows/Temp/new.txt");
  expect(await volume.lookup("/Windows/temp/new.txt")).toBeUndefined();
  expect(await volume.remove("/")).toBeUndefined();
});

test("links are kept, and not followed by what is added", async () => {
  await using volume = await overBase();
  const [edit, notepad] = [await volume.lookup("/Windows/edit.exe"), await volume.lookup("/Windows/notepad.exe")];
  expect(edit?.linkId).toBeDefined();
  expect(edit?.linkId).toBe(notepad?.linkId);
  const symlink = (await volume.lookup("/Users/All Users")) as VolumeEntry;
  expect((await volume.reparsePoint(symlink))?.data.length).toBeGreaterThan(12);
  await expect(volume.putFile("/Users/All Users/x", bytes("x"), 1)).rejects.toMatchObject({
    code: "PATH_THROUGH_LINK",
    found: "/Users/All Users",
  });
});

test("files and directories do not take each other's places", async () => {
  await using volume = await overBase();
  await expect(volume.putFile("/windows", bytes("x"), 1)).rejects.toMatchObject({ code: "PATH_IN_USE" });
  await expect(volume.putFile("/", bytes("x"), 1)).rejects.toMatchObject({ code: "PATH_IN_USE" });
  await expect(volume.putDirectory("/Windows/notepad.exe/x", 1)).rejects.toMatchObject({
    code: "PATH_IN_USE",
    found: "/Windows/notepad.exe",
  });
  await volume.remove("/Windows/notepad.exe");
  await volume.putDirectory("/Windows/notepad.exe/x", 1);
  expect((await volume.lookup("/Windows/Notepad.exe/X"))?.path).toBe("/Windows/notepad.exe/x");
});

test("entries of another volume are taken with what they are; link identities of two volumes do not meet", async () => {
  await using volume = await overBase();
  const other = await makeTree({ "a.txt": "aa" });
  await link(join(other, "a.txt"), join(other, "b.txt"));
  const latest = 100n;
  const source = volume.addSource(await openDirectory(other), latest);
  for (const name of ["a.txt", "b.txt"]) {
    const entry = (await source.volume.lookup(`/${name}`)) as VolumeEntry;
    await volume.putFile(`/Users/${name}`, { kind: "entry", source, entry }, 1);
  }
  const [a, b] = [await volume.lookup("/Users/A.TXT"), await volume.lookup("/Users/b.txt")];
  expect(a).toMatchObject({ size: 2, lastWriteTime: latest, creationTime: latest });
  expect(a?.linkId).toBe(b?.linkId);
  expect(a?.linkId).not.toBe((await volume.lookup("/Windows/edit.exe"))?.linkId);
});

/** A base with 8.3 names, as only images have them. */
test("short names mean what they stand for", async () => {
  const entry = (path: string, name: string, shortName: string, attributes: number): VolumeEntry => ({
    path,
    name,
    shortName,
    attributes,
    size: 0,
    creationTime: 1n,
    lastAccessTime: 1n,
    lastWriteTime: 1n,
    reparseTag: 0,
    linkId: undefined,
    sha1: undefined,
    streams: [],
    items: [],
  });
  const programs = entry("/Program Files", "Program Files", "PROGRA~1", 0x10);
  const base: Volume = {
    name: "image",
    root: entry("/", "", "", 0x10),
    lookup: async (path) => (path === "/Program Files" ? programs : undefined),
    list: async (directory) => (directory.path === "/" ? [programs] : []),
    open: () => Promise.reject(new Error("no data")),
    read: () => Promise.reject(new Error("no data")),
    reparsePoint: async () => undefined,
    securityDescriptor: async () => Buffer.from("security"),
    close: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  await using volume = new LayeredVolume(base, { time: TIME });
  const { entry: added } = await volume.putFile("/progra~1/x.txt", bytes("x"), 1);
  expect(added.path).toBe("/Program Files/x.txt");
  const directory = (await volume.lookup("/PROGRA~1")) as VolumeEntry;
  expect(directory).toMatchObject({ name: "Program Files", shortName: "PROGRA~1" });
  expect(Buffer.from((await volume.securityDescriptor(directory)) ?? []).toString()).toBe("security");
  await volume.remove("/PROGRA~1");
  expect(await volume.list(volume.root)).toEqual([]);
  expect(await volume.lookup("/PROGRA~1")).toBeUndefined();
});

test("tells what differs from the base, as little as can be", async () => {
  await using volume = await overBase();
  await volume.putFile("/windows/notepad.exe", bytes("new"), 1);
  await volume.putFile("/Windows/New/a.txt", bytes("a"), 1);
  await volume.putFile("/Windows/Temp/gone.txt", bytes("gone"), 1);
  await volume.remove("/Windows/Temp/gone.txt");
  await volume.remove("/Windows/Temp/deep");
  await volume.putDirectory("/Windows/Temp/deep", 2);
  await volume.remove("/Users/Default");
  const found: string[] = [];
  for await (const each of volume.differences()) {
    found.push(each.change === "remove" ? `- ${each.path}` : `${each.replaces ? "=" : "+"} ${each.entry.path}`);
  }
  expect(found.sort()).toEqual([
    "+ /Windows/New",
    "+ /Windows/New/a.txt",
    "+ /Windows/Temp/deep",
    "- /Users/Default",
    "- /Windows/Temp/deep",
    "= /Windows/notepad.exe",
  ]);
});
