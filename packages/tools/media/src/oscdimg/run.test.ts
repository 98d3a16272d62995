import { symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { Findings, MemoryAccess, openDirectory, type Volume, walk } from "@adk/core";
import { captureWim } from "@adk/image";
import { openSource } from "@adk/sources";
import { makeTree } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { SourceVolume } from "./source-volume.ts";

let cwd = "";
const alike = new Uint8Array(100_000).fill(7);
const other = new Uint8Array(100_000).fill(7, 0, 90_000);

/** A cabinet with a list of files and no data: nothing but its times is looked at. */
function cabinet(time: number): Uint8Array {
  const bytes = new Uint8Array(36 + 2 * 18 + 4);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 0x4643534d, true);
  view.setUint32(16, 36, true);
  view.setUint16(28, 2, true);
  for (const at of [36, 54]) {
    view.setUint32(at + 10, time, true);
    bytes[at + 16] = 0x61;
  }
  bytes.set([1, 2, 3, 4], 72);
  return bytes;
}

beforeAll(async () => {
  cwd = await makeTree({
    "media/i386/a.txt": "first of all",
    "media/i386/z.txt": "last of all",
    "media/sources/a.txt": "equal",
    "media/sources/b.txt": "equal",
    "media/empty.bin": "",
    "media/A name that DOS cannot have [1].txt": "name",
    "media/alike1.bin": alike,
    "media/alike2.bin": other,
    "media/cab/one.cab": cabinet(0x1111_2222),
    "media/cab/two.cab": cabinet(0x3333_4444),
    "linked/real/file.txt": "what it leads to",
    "elsewhere/deep/x.txt": "x",
    "order.txt": "sources\\b.txt\r\nmissing.txt\r\n",
    "readme.txt": "another text\r\n",
  });
  symlinkSync("real/file.txt", join(cwd, "linked/link.txt"));
  symlinkSync("../elsewhere", join(cwd, "linked/folder"));
});

const oscdimg = (...argv: string[]) =>
  runForTest(groups, ["oscdimg", ...argv], { cwd, env: { SOURCE_DATE_EPOCH: "1700000000" } });

async function files(disc: string): Promise<string[]> {
  await using volume = await openSource(join(cwd, disc));
  const paths: string[] = [];
  for await (const batch of walk(volume)) paths.push(...batch.map(({ path }) => path));
  return paths.filter((path) => path !== "/").sort();
}

async function text(disc: string, path: string): Promise<string> {
  await using volume = await openSource(join(cwd, disc));
  const entry = await volume.lookup(path);
  return entry ? Buffer.from(await volume.read(entry)).toString() : "";
}

test("what is asked for is told: names, empty files, duplicates, sizes", async () => {
  const line = "-u2 -o -os -w1 -w2 -w3 -w4 -a -yoorder.txt -lTELL media tell.iso".split(" ");
  const { exitCode, stdout } = await oscdimg(...line);
  expect(exitCode).toBe(0);
  const lines = stdout.split("\n");
  expect(lines).toEqual(
    expect.arrayContaining([
      'WARNING: "\\A name that DOS cannot have [1].txt" has a character in its name that ISO 9660 does not allow.',
      'WARNING: "\\A name that DOS cannot have [1].txt" has a name that DOS does not allow.',
      'WARNING: "\\empty.bin" has no data.',
      'WARNING: "\\missing.txt" is to be placed first and is not there.',
      'WARNING: "\\alike1.bin" and "\\alike2.bin" are not identical, but have the same first 64000 bytes.',
      "Duplicate: \\sources\\b.txt = \\sources\\a.txt",
      "Allocation summary:",
      "\\sources\\b.txt",
      "Storage optimization saved 1 files, 5 bytes (0% of image)",
    ]),
  );
  const size = Number(/After optimization, image file is (\d+) bytes/.exec(stdout)?.[1]);
  const parts = [...stdout.matchAll(/^ {2}[A-Z].* (\d+) bytes$/gm)].map(([, bytes]) => Number(bytes));
  expect(parts.reduce((sum, bytes) => sum + bytes, 0)).toBe(size);
});

test("without being asked it tells nothing of names; -yd is quiet about files that begin alike", async () => {
  expect((await oscdimg("-u2", "-o", "-yd", "media", "quiet.iso")).stdout).not.toMatch(/WARNING|Duplicate|Allocation/);
});

test("-oi: cabinets that differ in times are one, the first; others stay", async () => {
  expect((await oscdimg("-u2", "-o", "-yd", "media", "o.iso")).stdout).toContain("saved 1 files, 5 bytes");
  expect((await oscdimg("-u2", "-oi", "-os", "-yd", "media", "oi.iso")).stdout).toContain(
    "Duplicate: \\cab\\two.cab = \\cab\\one.cab",
  );
  expect(await text("oi.iso", "/cab/two.cab")).toBe(Buffer.from(cabinet(0x1111_2222)).toString());
  expect(await text("o.iso", "/cab/two.cab")).toBe(Buffer.from(cabinet(0x3333_4444)).toString());
});

test("-r puts what links lead to in their place; without it they are refused", async () => {
  const refused = await oscdimg("-u2", "linked", "r.iso");
  expect([refused.exitCode, refused.stdout]).toEqual([1, expect.stringContaining("A link cannot be put on a disc")]);
  expect((await oscdimg("-u2", "-r", "linked", "r.iso")).exitCode).toBe(0);
  expect(await files("r.iso")).toEqual([
    "/folder",
    "/folder/deep",
    "/folder/deep/x.txt",
    "/link.txt",
    "/real",
    "/real/file.txt",
  ]);
  expect(await text("r.iso", "/link.txt")).toBe("what it leads to");
});

test("-r: a link that leads in a circle or nowhere is an error, with -k it is left out", async () => {
  const place = await makeTree({ "tree/a/file.txt": "file" });
  symlinkSync("..", join(place, "tree/a/up"));
  symlinkSync("nothing", join(place, "tree/broken"));
  const run = (...argv: string[]) => runForTest(groups, ["oscdimg", ...argv], { cwd: place });
  expect((await run("-u2", "-r", "tree", "x.iso")).exitCode).toBe(1);
  const { exitCode, stdout } = await run("-u2", "-r", "-k", "tree", "x.iso");
  expect(exitCode).toBe(0);
  expect(stdout).toContain('WARNING: "\\a\\up": A link leads to a directory that holds it; it is left out.');
  expect(stdout).toContain('WARNING: "\\broken": ');
  expect(stdout).toContain("Writing 1 files in 2 directories");
});

test("-k leaves out what cannot be read, and hidden entries are there with -h only", async () => {
  const base = await openDirectory(join(cwd, "media"));
  const hiding: Volume = Object.assign(Object.create(base), {
    name: "source",
    root: base.root,
    list: async (entry: Parameters<Volume["list"]>[0]) =>
      (await base.list(entry)).map((each) => (each.name === "i386" ? { ...each, attributes: 0x12 } : each)),
    open: async (entry: Parameters<Volume["open"]>[0]) => {
      if (entry.name === "empty.bin") throw Object.assign(new Error("no"), { code: "EACCES", syscall: "open" });
      return new MemoryAccess(new Uint8Array(0));
    },
  });
  const namesOf = async (hidden: boolean) => {
    const findings = new Findings();
    const volume = new SourceVolume(hiding, undefined, { hidden, followLinks: false, skipUnreadable: true, findings });
    const names = (await volume.list(volume.root)).map(({ name }) => name);
    return { names, told: findings.list.map(({ code, where }) => [code, where?.path]) };
  };
  const shown = await namesOf(false);
  expect(shown.names).not.toContain("i386");
  expect(shown.names).not.toContain("empty.bin");
  expect(shown.told).toEqual([["OSCDIMG_SKIPPED", "/empty.bin"]]);
  expect((await namesOf(true)).names).toContain("i386");
});

test("the source may be a disc or an image in a WIM file", async () => {
  await oscdimg("-u2", "media", "first.iso");
  expect((await oscdimg("-u2", "first.iso", "second.iso")).exitCode).toBe(0);
  expect(await files("second.iso")).toEqual(await files("first.iso"));
  await captureWim(join(cwd, "media"), join(cwd, "media.wim"), { name: "MEDIA", threads: 1 });
  expect((await oscdimg("-u2", "-o", "media.wim:1", "third.iso")).exitCode).toBe(0);
  expect(await files("third.iso")).toEqual(await files("first.iso"));
});

test("-j2 shows a text alone to systems that read ISO 9660 only, -js another one", async () => {
  await oscdimg("-j2", "-jsreadme.txt", "media", "j2.iso");
  expect(await files("j2.iso")).toContain("/sources/a.txt");
  const list = await runForTest(groups, ["iso", "ls", "j2.iso", "--tree", "iso9660", "--json"], { cwd });
  expect(JSON.parse(list.stdout).entries).toMatchObject([{ path: "/README.TXT", size: 14 }]);
});

test("-d keeps small letters, -n long names", async () => {
  await oscdimg("-n", "-d", "media", "n.iso");
  expect(await files("n.iso")).toContain("/sources/a.txt");
  await oscdimg("media", "dos.iso");
  expect(await files("dos.iso")).toContain("/SOURCES/A.TXT");
  expect(
    (await files("dos.iso")).every((path) => path.split("/").every((name) => /^.{0,8}(\..{1,3})?$/.test(name))),
  ).toBe(true);
});

test.each([
  [["-bnone.com", "media", "x.iso"], /Could not open boot sector file "none\.com"\nError 2: The system cannot find/],
  [["-maxsize:0", "media", "x.iso"], /The image is larger than 0 bytes; -m allows any size "\d+"/],
  [["my", "media", "x.iso"], /A path with spaces stands in quotes\./],
  [["-k", "-q", "nothing"], /ERROR: /],
])("%j is told and ends with 1", async (argv, message) => {
  const { exitCode, stdout } = await oscdimg(...argv);
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(message);
});

test("-q makes no image, -udfver200 is told of, Windows' separators are taken", async () => {
  const { exitCode, stdout } = await oscdimg("-q", "-u2", "-udfver200", ".\\media\\sources");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(/WARNING: UDF 2\.00 is not written/);
  expect(stdout).toMatch(/Scanning source tree complete \(2 files in 1 directories\)/);
  expect(stdout).not.toContain("Writing");
});

test("files of a directory i386 lie first with -y5, the last one first", async () => {
  await oscdimg("-u2", "-y5", "media", "y5.iso");
  const { readFileSync } = await import("node:fs");
  const bytes = readFileSync(join(cwd, "y5.iso"));
  const places = ["last of all", "first of all", "equal"].map((each) => bytes.indexOf(each));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  writeFileSync(join(cwd, "y5.iso"), "");
});
