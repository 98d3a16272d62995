import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileAttribute, parseSddl, securityDescriptorToBytes } from "@adk/core";
import { adkError, noise, prose, temporaryDirectory } from "@adk/testing";
import { expect, test } from "vitest";
import { openImage } from "./image-volume.ts";
import { parseMetadata, writeMetadata } from "./metadata.ts";
import { type MemoryEntry, memoryVolume } from "./testing/memory-volume.ts";
import { type SampleOptions, STAMP, writeSample } from "./testing/samples.ts";
import { volumeContent } from "./testing/volume-content.ts";
import { applyUpdate, planUpdate, type UpdateCommand, type UpdateOptions } from "./update.ts";
import { verifyWim } from "./verify.ts";
import { WimFile } from "./wim-file.ts";
import { WimWriter } from "./wim-writer.ts";

const SECURITY = securityDescriptorToBytes(parseSddl("O:SYG:SYD:(A;;FA;;;SY)"));
const LATER = STAMP + 10n;

async function sample(options: SampleOptions = {}): Promise<string> {
  const path = join(temporaryDirectory(), "a.wim");
  await writeSample(path, options);
  return path;
}

/** Updates an image, checks that the file is whole, and returns what the image holds then. */
async function updated(path: string, commands: UpdateCommand[], index = 1, options: UpdateOptions = {}) {
  {
    await using file = await WimFile.open(path);
    const plan = await planUpdate(file, index, commands, { time: LATER, ...options });
    await using writer = await WimWriter.append(file, { threads: 1 });
    await applyUpdate(writer, plan);
    await writer.finish();
  }
  await using file = await WimFile.open(path);
  expect(await verifyWim(file, { threads: 1 })).toMatchObject({ ok: true, findings: [] });
  return await volumeContent(await openImage(file, index));
}

async function content(path: string, index = 1) {
  await using file = await WimFile.open(path);
  return await volumeContent(await openImage(file, index));
}

async function planned(path: string, ...commands: UpdateCommand[]) {
  await using file = await WimFile.open(path);
  return (await planUpdate(file, 1, commands, { time: LATER })).changes;
}

function adding(children: Record<string, MemoryEntry>, target: string): UpdateCommand {
  return { kind: "add", volume: memoryVolume(children), target };
}

/** A command that adds one file. */
async function addingFile(entry: MemoryEntry, target: string, name = "file"): Promise<UpdateCommand> {
  const volume = memoryVolume({ [name]: entry });
  return { kind: "add", volume, entry: await volume.lookup(`/${name}`), target };
}

test.each(["none", "xpress", "lzx"] as const)("what no command names stays as it was: %s", async (compression) => {
  const path = await sample({ compression, integrity: true, bootIndex: 1 });
  const before = await content(path);
  const after = await updated(path, [
    adding({ new: { data: noise(5000, 8), security: SECURITY } }, "/Windows/added"),
    { kind: "delete", path: "/Windows/noise" },
    { kind: "rename", from: "/Windows/empty", to: "/still empty" },
  ]);
  const { "/Windows/noise": _, "/Windows/empty": empty, ...rest } = before;
  expect(after).toMatchObject({ ...rest, "/still empty": empty });
  expect(Object.keys(after).length).toBe(Object.keys(before).length + 1);
  expect(after["/Windows/added/new"]).toMatchObject({ size: 5000, security: Buffer.from(SECURITY).toString("hex") });
  await using file = await WimFile.open(path);
  expect(file.header.bootMetadata).toEqual(file.metadataBlob(1).storage.resource);
  expect(file.header.integrityTable.size).toBeGreaterThan(0);
});

test("an update without effect writes the metadata as it was", async () => {
  const path = await sample();
  await using file = await WimFile.open(path);
  const { metadata, changes } = await planUpdate(file, 1, [{ kind: "delete", path: "/none", force: true }]);
  expect(changes).toEqual([]);
  expect(writeMetadata(metadata)).toEqual(writeMetadata(await file.metadata(1)));
});

test("counts and times of the image follow", async () => {
  const path = await sample({
    volumes: [memoryVolume({ a: { data: "12345" }, d: { children: { b: { data: "1" } } } })],
  });
  await updated(path, [
    { kind: "delete", path: "/a" },
    adding({ x: { data: "123", linkId: "1" }, y: { data: "123", linkId: "1" } }, "/d/e"),
  ]);
  await using file = await WimFile.open(path);
  const image = file.properties(1);
  const counts = ["DIRCOUNT", "FILECOUNT", "TOTALBYTES", "HARDLINKBYTES"].map((name) => image.getNumber(name));
  expect(counts).toEqual([3, 3, 7, 3]);
  expect([image.getTime("CREATIONTIME"), image.getTime("LASTMODIFICATIONTIME"), image.name]).toEqual([
    STAMP,
    LATER,
    "one",
  ]);
});

test("a directory is merged into one that is there, without regard to case", async () => {
  const path = await sample({
    volumes: [
      memoryVolume({
        Dir: { attributes: FileAttribute.HIDDEN, children: { Keep: { data: "keep" }, Old: { data: "old" } } },
      }),
    ],
  });
  const after = await updated(path, [
    adding({ old: { data: "new" }, "a new one": { data: "x" }, sub: { children: { y: {} } } }, "dIR\\"),
  ]);
  expect(Object.keys(after).sort()).toEqual([
    "/",
    "/Dir",
    "/Dir/Keep",
    "/Dir/Old",
    "/Dir/a new one",
    "/Dir/sub",
    "/Dir/sub/y",
  ]);
  expect(after["/Dir"]).toMatchObject({ attributes: FileAttribute.DIRECTORY | FileAttribute.HIDDEN });
  await using file = await WimFile.open(path);
  const { root } = await file.metadata(1);
  expect(root.children?.[0]?.children?.map(({ name }) => name)).toEqual(["a new one", "Keep", "Old", "sub"]);
  await using image = await openImage(file, 1);
  const old = await image.lookup("/Dir/Old");
  expect(Buffer.from(await image.read(old as NonNullable<typeof old>)).toString()).toBe("new");
});

test("a file that replaces another has its name, and its security descriptor unless it has one", async () => {
  const path = await sample();
  const before = await content(path);
  const after = await updated(path, [
    await addingFile({ data: "new", shortName: "OTHER~1" }, "/windows/TEXT~1.TXT"),
    await addingFile({ data: "new", security: SECURITY }, "/windows/same text"),
  ]);
  const text = before["/Windows/text.txt"] as Record<string, unknown>;
  expect(after["/Windows/text.txt"]).toMatchObject({ shortName: "TEXT~1.TXT", size: 3, security: text.security });
  expect(after["/Windows/same text"]).toMatchObject({ size: 3, security: Buffer.from(SECURITY).toString("hex") });
});

const MOVED = ["/Program Files/moved", "/last, third name"];

test("one name of a file with hard links is replaced, renamed and deleted alone", async () => {
  const path = await sample();
  const before = await content(path);
  const after = await updated(path, [
    await addingFile({ data: "new" }, "/Windows/first name"),
    { kind: "rename", from: "/Windows/second name", to: "/Program Files/moved" },
  ]);
  expect(after["/Windows/first name"]).toMatchObject({ size: 3, names: undefined });
  expect(after["/Program Files/moved"]).toMatchObject({ size: 3000, names: MOVED, shortName: "" });
  expect(after["/last, third name"]).toEqual({ ...(before["/last, third name"] as object), names: MOVED });
});

test("hard links of a source become hard links, apart from those of the image", async () => {
  const path = await sample();
  const linked = { data: "linked", linkId: "1" };
  // Of the first name nothing is left but its data.
  const after = await updated(path, [
    adding({ a: linked, b: linked, c: linked }, "/links"),
    { kind: "delete", path: "/links/a" },
  ]);
  expect(after["/links/b"]).toMatchObject({ size: 6, names: ["/links/b", "/links/c"] });
  expect(after["/links/a"]).toBeUndefined();
  await using file = await WimFile.open(path);
  const groups = new Map<bigint, number>();
  const count = ({ hardLinkGroup, children = [] }: { hardLinkGroup: bigint; children?: unknown }) => {
    groups.set(hardLinkGroup, (groups.get(hardLinkGroup) ?? 0) + 1);
    for (const child of children as []) count(child);
  };
  count((await file.metadata(1)).root as never);
  groups.delete(0n);
  expect([...groups.values()].sort()).toEqual([2, 3]);
});

test("commands apply in their order, and what they undo is not stored", async () => {
  const path = await sample({ compression: "none" });
  const size = readFileSync(path).length;
  const after = await updated(path, [
    adding({ big: { data: noise(400_000, 4) }, small: { data: "small" } }, "/new"),
    { kind: "rename", from: "/new/small", to: "/small" },
    { kind: "delete", path: "/new", recursive: true },
    await addingFile({ data: "later" }, "/new"),
  ]);
  expect(after).toMatchObject({ "/small": { size: 5 }, "/new": { size: 5 } });
  expect(readFileSync(path).length - size).toBeLessThan(100_000);
});

test("what changes is told entry by entry", async () => {
  const path = await sample({ volumes: [memoryVolume({ d: { children: { a: {}, b: {} } }, e: {} })] });
  const changes = await planned(
    path,
    adding({ A: {}, c: { children: { x: {} } } }, "/D"),
    { kind: "rename", from: "/e", to: "/d/E" },
    { kind: "rename", from: "/d/c", to: "/d/c" },
    { kind: "delete", path: "/d/c", recursive: true },
  );
  expect(changes).toEqual([
    { change: "replace", path: "/d/a" },
    { change: "add", path: "/d/c" },
    { change: "add", path: "/d/c/x" },
    { change: "rename", path: "/d/E", from: "/e" },
    { change: "delete", path: "/d/c" },
    { change: "delete", path: "/d/c/x" },
  ]);
});

test("a name is changed in its case; a short name stays where the name stays", async () => {
  const path = await sample();
  const after = await updated(path, [
    { kind: "rename", from: "/Windows/text.txt", to: "/Windows/TEXT.txt" },
    { kind: "rename", from: "/program files", to: "/Windows/Program Files" },
  ]);
  expect(after["/Windows/TEXT.txt"]).toMatchObject({ shortName: "" });
  expect(after["/Windows/Program Files"]).toMatchObject({ shortName: "PROGRA~1" });
});

test("a short name that is taken is given up", async () => {
  const path = await sample({ volumes: [memoryVolume({ "Program Files": { shortName: "PROGRA~1", children: {} } })] });
  const after = await updated(path, [adding({ "Program Files (x86)": { shortName: "PROGRA~1", children: {} } }, "/")]);
  expect(after["/Program Files (x86)"]).toMatchObject({ shortName: "" });
  expect(after["/Program Files"]).toMatchObject({ shortName: "PROGRA~1" });
});

test("names that differ in case stay apart", async () => {
  const path = await sample({ volumes: [memoryVolume({ readme: { data: "1" }, README: { data: "22" } })] });
  const after = await updated(path, [
    adding({ README: { data: "4444" }, Readme: { data: "55555" }, readme: { data: "333" } }, "/"),
  ]);
  expect(after).toMatchObject({ "/README": { size: 4 }, "/readme": { size: 3 }, "/Readme": { size: 5 } });
});

test("an image of another file is added with all that it keeps", async () => {
  const other = await sample();
  const path = await sample({ volumes: [memoryVolume({ x: {} })] });
  await using source = await WimFile.open(other);
  const volume = await openImage(source, 1);
  const after = await updated(path, [{ kind: "add", volume, target: "/copy" }]);
  const expected = Object.entries(await volumeContent(volume)).filter(([name]) => name !== "/");
  for (const [name, value] of expected) {
    const { names } = value as { names?: string[] };
    expect(after[`/copy${name}`]).toEqual({ ...(value as object), names: names?.map((each) => `/copy${each}`) });
  }
});

test("images that share data keep it; what no image refers to leaves the lookup table", async () => {
  const shared = { data: prose(50_000, 3) };
  const one = memoryVolume({ shared, own: { data: noise(1000, 5) } });
  const two = memoryVolume({ shared, third: shared, linked: { data: "l" } });
  const path = await sample({ volumes: [one, two] });
  const second = await content(path, 2);
  await updated(path, [
    { kind: "delete", path: "/shared" },
    { kind: "delete", path: "/own" },
  ]);
  expect(await content(path, 2)).toEqual(second);
  await using file = await WimFile.open(path);
  expect(file.table.blobs.size).toBe(2);
  expect([...file.entries].map(({ referenceCount }) => referenceCount).sort()).toEqual([1, 1, 1, 2]);
  // The first image is still the first in the table, and both have their names.
  expect((await file.metadata(1)).root.children).toEqual([]);
  expect(file.xml.images.map(({ name }) => name)).toEqual(["one", "two"]);
});

test("where another image cannot be read, nothing leaves the lookup table", async () => {
  const volumes = [memoryVolume({ a: { data: "a" } }), memoryVolume({ b: { data: "b" } })];
  const path = await sample({ volumes, compression: "none" });
  await using before = await WimFile.open(path);
  const { resource } = before.metadataBlob(2).storage;
  // The second image has an entry that is left out when it is read.
  const bytes = readFileSync(path);
  bytes.writeUInt16LE(0x2e, bytes.indexOf(Buffer.from("b\0\0\0", "latin1"), resource.offset));
  writeFileSync(path, bytes);
  await using file = await WimFile.open(path);
  await using writer = await WimWriter.append(file, { threads: 1 });
  await applyUpdate(writer, await planUpdate(file, 1, [{ kind: "delete", path: "/a" }]));
  await writer.finish();
  await using after = await WimFile.open(path);
  expect(after.table.blobs.size).toBe(2);
  await expect(planUpdate(after, 2, [])).rejects.toThrow(adkError("WIM_IMAGE_DAMAGED"));
});

const CONFLICTS: [name: string, code: string, ...commands: UpdateCommand[]][] = [
  ["a file on a directory", "IS_A_DIRECTORY", adding({ Windows: { data: "x" } }, "/")],
  ["a directory on a file", "NOT_A_DIRECTORY", adding({}, "/Windows/noise")],
  ["below a file", "NOT_A_DIRECTORY", adding({}, "/Windows/noise/x")],
  ["below a junction", "NOT_A_DIRECTORY", adding({}, "/Windows/junction/x")],
  ["a parent directory", "UPDATE_BAD_PATH", adding({}, "/Windows/../x")],
  ["a name with a wildcard", "UPDATE_BAD_PATH", adding({}, "/Windows/*")],
  ["a name with a colon", "UPDATE_BAD_PATH", adding({}, "/a:b/c")],
  ["a name that is too long", "UPDATE_BAD_PATH", adding({}, `/${"n".repeat(256)}`)],
  ["delete what is not there", "PATH_NOT_FOUND", { kind: "delete", path: "/none" }],
  ["delete below a file", "PATH_NOT_FOUND", { kind: "delete", path: "/Windows/noise/x" }],
  ["delete a directory", "IS_A_DIRECTORY", { kind: "delete", path: "/Windows", force: true }],
  ["delete the root", "UPDATE_BAD_PATH", { kind: "delete", path: "\\", recursive: true }],
  ["rename what is not there", "PATH_NOT_FOUND", { kind: "rename", from: "/none", to: "/x", force: true }],
  ["rename the root", "UPDATE_BAD_PATH", { kind: "rename", from: "/", to: "/x" }],
  ["rename to the root", "ALREADY_EXISTS", { kind: "rename", from: "/Windows", to: "/", force: true }],
  ["move to no directory", "PATH_NOT_FOUND", { kind: "rename", from: "/Windows/noise", to: "/none/noise" }],
  ["move into a file", "NOT_A_DIRECTORY", { kind: "rename", from: "/Windows/noise", to: "/Windows/empty/x" }],
  ["move into itself", "UPDATE_INTO_ITSELF", { kind: "rename", from: "/windows", to: "/Windows/x" }],
  [
    "move into what is below",
    "UPDATE_INTO_ITSELF",
    adding({ b: { children: {} } }, "/a"),
    { kind: "rename", from: "/a", to: "/A/B/c" },
  ],
  ["rename to a file", "ALREADY_EXISTS", { kind: "rename", from: "/Windows/noise", to: "/Windows/EMPTY" }],
  ["rename to a directory", "ALREADY_EXISTS", { kind: "rename", from: "/Windows/noise", to: "/Windows", force: true }],
  [
    "rename a directory to a file",
    "ALREADY_EXISTS",
    { kind: "rename", from: "/Program Files", to: "/Windows/noise", force: true },
  ],
  ["rename to a short name", "ALREADY_EXISTS", { kind: "rename", from: "/Windows", to: "/PROGRA~1" }],
];

test.each(CONFLICTS)("refused: %s", async (_name, code, ...commands) => {
  const path = await sample({ compression: "none" });
  await expect(planned(path, ...commands)).rejects.toThrow(adkError(code));
});

test("with force a file takes the place of another", async () => {
  const path = await sample();
  const after = await updated(path, [{ kind: "rename", from: "/Windows/noise", to: "/Windows/Text.TXT", force: true }]);
  expect(after["/Windows/Text.TXT"]).toMatchObject({ size: 50_000, shortName: "" });
  expect(after["/Windows/text.txt"]).toBeUndefined();
});

test("the tree of the open file stays what it was", async () => {
  const path = await sample();
  await using file = await WimFile.open(path);
  const before = writeMetadata(await file.metadata(1));
  await planUpdate(file, 1, [{ kind: "delete", path: "/Windows", recursive: true }]);
  expect(writeMetadata(await file.metadata(1))).toEqual(before);
  expect(parseMetadata(before, file.limits, file.findings).root.children?.length).toBe(3);
});

test("what fails on the way leaves the file as it was", async () => {
  const path = await sample();
  const before = readFileSync(path);
  await using file = await WimFile.open(path);
  const volume = memoryVolume({ a: { data: noise(10_000, 2) } });
  const controller = new AbortController();
  const plan = await planUpdate(file, 1, [{ kind: "add", volume, target: "/new" }]);
  {
    await using writer = await WimWriter.append(file, { threads: 1 });
    await applyUpdate(writer, plan);
    controller.abort();
    const finished = writer.finish({ integrity: true, signal: controller.signal });
    await expect(finished).rejects.toThrow(adkError("CANCELLED"));
  }
  expect(readFileSync(path).equals(before)).toBe(true);
});
