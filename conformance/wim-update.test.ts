import { copyFileSync, mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isRealDirectory, walk } from "@adk/core";
import { parseUpdateCommands, setWim, updateWim } from "@adk/image";
import { temporaryDirectory } from "@adk/testing";
import { openImage, verifyWim, WimFile } from "@adk/wim";
import { beforeAll, describe, expect, test } from "vitest";
import { startAdk } from "./support/adk.ts";
import { describeWithPeer, type Peer } from "./support/peers.ts";
import { makeSampleTree, noise, readTree, text } from "./support/sample-tree.ts";
import { byPath, type ListedEntry, listVolume, parseDetailed } from "./support/wimlib-listing.ts";

let tree = "";
/** What is added. Nothing is added twice: wimlib would make hard links of it. */
let more = "";
let another = "";

beforeAll(async () => {
  const directory = temporaryDirectory();
  tree = join(directory, "tree");
  more = join(directory, "more");
  mkdirSync(tree);
  makeSampleTree(tree, { largeBytes: 0 });
  mkdirSync(join(tree, "dir/deep"), { recursive: true });
  for (const name of ["a", "b", "deep/c"]) writeFileSync(join(tree, "dir", name), text(3000, name.length));
  another = join(directory, "another");
  for (const path of [more, another]) {
    mkdirSync(join(path, "deep/new"), { recursive: true });
    mkdirSync(join(path, "empty"));
    for (const name of ["a", "new.bin", "deep/c", "deep/new/d"])
      writeFileSync(join(path, name), noise(2000, name.length));
    symlinkSync("deep/c", join(path, "link"));
  }
  writeFileSync(join(directory, "one"), "one");
  writeFileSync(join(directory, "two"), "two");
});

/** As wimlib's update reads them: paths of the image are written in their case, and nothing is in the way of a rename. */
function commandsOf(): string {
  return [
    "# all kinds of commands",
    `add '${more}' /dir`,
    `add "${another}" '/made anew/on the way'`,
    `add '${more}/../one' /dir/b`,
    "rename /dir/deep/c /dir/c2",
    "rename /dir/deep/new /moved",
    "delete /dir/new.bin",
    "delete --recursive /many",
    "delete --force /none",
    "delete --force --recursive /none/below",
    `add '${more}/../two' /many`,
    "rename /moved /dir/moved",
  ].join("\n");
}

const FORMS: [name: string, args: string[]][] = [
  ["none", ["--compress=none"]],
  ["XPRESS with an integrity table", ["--compress=XPRESS", "--check"]],
  ["LZX", ["--compress=LZX:20"]],
  ["LZX 64K", ["--compress=LZX:20", "--chunk-size=64K"]],
  ["LZMS", ["--compress=LZMS:20"]],
  ["solid LZMS", ["--solid", "--compress=LZMS:20", "--solid-chunk-size=128K"]],
  ["solid LZX beside XPRESS", ["--solid", "--solid-compress=LZX:20", "--compress=XPRESS", "--check"]],
];

async function ourListing(path: string, index = 1): Promise<ListedEntry[]> {
  await using file = await WimFile.open(path);
  return byPath(await listVolume(await openImage(file, index)));
}

async function theirListing(wimlib: Peer, path: string, index = 1): Promise<ListedEntry[]> {
  const { text: listed } = await wimlib.run(["dir", path, String(index), "--detailed"]);
  return byPath(parseDetailed(listed));
}

/** What both must agree on: when a directory was made and a file was read is not the same. */
function comparable(entries: readonly ListedEntry[]): object[] {
  return entries.map(({ accessed, created, written, ...entry }) =>
    entry.path.startsWith("/made anew") && entry.streams.length === 0 ? entry : { ...entry, written },
  );
}

async function whole(wimlib: Peer, sevenZip: Peer, path: string): Promise<void> {
  await wimlib.run(["verify", path]);
  await sevenZip.run(["t", path]);
  await using file = await WimFile.open(path);
  expect(await verifyWim(file, { threads: 2 })).toMatchObject({ ok: true, findings: [] });
}

/** Counts that the XML data has of the first image. Of directories wimlib does not count those that it makes on the way. */
async function counts(wimlib: Peer, path: string): Promise<unknown> {
  const { text: info } = await wimlib.run(["info", path, "1"]);
  return info.match(/^(File Count|Total Bytes|Hard Link Bytes): .*$/gm);
}

function directoriesIn(entries: readonly ListedEntry[]): number {
  return entries.filter(({ attributes }) => (Number(attributes) & 0x410) === 0x10).length;
}

/** SHA-1 of each blob with its count, as the lookup table has them. Blobs that nothing refers to wimlib leaves in place. */
async function references(path: string): Promise<string[]> {
  await using file = await WimFile.open(path);
  return file.entries
    .filter(({ sha1, referenceCount }) => file.blob(sha1) && referenceCount > 0)
    .map(({ sha1, referenceCount }) => `${sha1} ${referenceCount}`)
    .sort();
}

describeWithPeer(["wimlib-imagex", "7zz"], (wimlib, sevenZip) => {
  describe.each(FORMS)("a file of wimlib: %s", (_name, args) => {
    test("is updated as wimlib updates it", async () => {
      const at = temporaryDirectory();
      const [ours, theirs] = [join(at, "ours.wim"), join(at, "theirs.wim")] as const;
      await wimlib.run(["capture", tree, ours, "one", ...args]);
      await wimlib.run(["append", join(tree, "dir"), ours, "two"]);
      copyFileSync(ours, theirs);
      const second = await theirListing(wimlib, ours, 2);
      const commands = commandsOf();
      await wimlib.run(["update", theirs, "1"], { input: Buffer.from(commands) });
      const { changes } = await updateWim(`${ours}:1`, parseUpdateCommands(commands), { threads: 1 });
      expect(changes.length).toBeGreaterThan(20);

      await whole(wimlib, sevenZip, ours);
      expect(comparable(await theirListing(wimlib, ours))).toEqual(comparable(await theirListing(wimlib, theirs)));
      expect(await theirListing(wimlib, ours)).toEqual(await ourListing(ours));
      expect(await theirListing(wimlib, ours, 2)).toEqual(second);
      expect(await counts(wimlib, ours)).toEqual(await counts(wimlib, theirs));
      await using file = await WimFile.open(ours);
      expect(file.properties(1).getNumber("DIRCOUNT")).toBe(directoriesIn(await theirListing(wimlib, theirs)));
      expect(await references(ours)).toEqual(await references(theirs));

      const applied = join(at, "applied");
      await wimlib.run(["apply", ours, "1", applied]);
      const appliedByThem = join(at, "applied by them");
      await wimlib.run(["apply", theirs, "1", appliedByThem]);
      expect(readTree(applied).size).toBe(readTree(appliedByThem).size);
      expect(readFileSync(join(applied, "dir/c2")).equals(readFileSync(join(more, "deep/c")))).toBe(true);
    });

    test("is emptied, set, and changed by wimlib again", async () => {
      const at = temporaryDirectory();
      const path = join(at, "file.wim");
      await wimlib.run(["capture", tree, path, "one", ...args]);
      await wimlib.run(["append", join(tree, "dir"), path, "two", "--boot"]);
      const second = await theirListing(wimlib, path, 2);
      const names = (await ourListing(path)).map((entry) => entry.path).filter((name) => /^\/[^/]+$/.test(name));
      const commands = names.map((name) => ({ kind: "delete", path: name, recursive: true }) as const);
      await updateWim(`${path}:1`, commands, { threads: 1 });
      await whole(wimlib, sevenZip, path);
      expect(await ourListing(path)).toHaveLength(1);
      expect(await theirListing(wimlib, path, 2)).toEqual(second);

      const properties = new Map([
        ["NAME", "a <new> name"],
        ["WINDOWS/VERSION/BUILD", "26100"],
      ]);
      await setWim(`${path}:1`, { properties, boot: true, integrity: true, readOnly: true });
      await whole(wimlib, sevenZip, path);
      const { text: info } = await wimlib.run(["info", path, "1"]);
      expect(info).toMatch(/^Name: +a <new> name$/m);
      expect(info).toMatch(/^Build: +26100$/m);
      const { text: header } = await wimlib.run(["info", path, "--header"]);
      expect(header).toMatch(/READONLY/);
      expect(header).toMatch(/^Boot Index += 1$/m);
      await setWim(path, { readOnly: false, boot: false, integrity: false });
      await whole(wimlib, sevenZip, path);
      await wimlib.run(["update", path, "1", `--command=add '${more}' /again`]);
      await wimlib.run(["optimize", path]);
      await whole(wimlib, sevenZip, path);
      expect(await theirListing(wimlib, path, 2)).toEqual(second);
    });
  });

  test("a file of ours is updated again and again", async () => {
    const at = temporaryDirectory();
    const path = join(at, "ours.wim");
    const captured = await startAdk(["wim", "capture", tree, path, "--compress", "lzx", "--check"]).ended;
    expect(captured.exitCode).toBe(0);
    copyFileSync(path, `${path}.theirs`);
    for (const command of commandsOf().split("\n").slice(1)) {
      await updateWim(path, parseUpdateCommands(command), { threads: 1 });
      await wimlib.run(["update", `${path}.theirs`, "1"], { input: Buffer.from(command) });
    }
    await whole(wimlib, sevenZip, path);
    expect(comparable(await ourListing(path))).toEqual(comparable(await ourListing(`${path}.theirs`)));
    expect(await references(path)).toEqual(await references(`${path}.theirs`));
  });

  test("an update that is killed leaves the old image or the new one", async () => {
    const at = temporaryDirectory();
    const old = join(at, "old.wim");
    await wimlib.run(["capture", tree, old, "one", "--check"]);
    const big = join(at, "big");
    mkdirSync(big);
    for (let i = 0; i < 3; i++)
      writeFileSync(join(big, String(i)), Buffer.concat([text(900_000, i), noise(200_000, i)]));
    const before = await ourListing(old);
    const path = join(at, "file.wim");
    const args = [
      "wim",
      "update",
      path,
      "--add",
      `${big}=/big`,
      "--delete",
      "/dir/a",
      "--level",
      "max",
      "--threads",
      "1",
    ];
    const left = new Set<string>();
    for (const [phase, part] of [
      ["scan", 0],
      ["update", 0.5],
      ["integrity table", 0],
      ["integrity table", 1],
    ] as const) {
      copyFileSync(old, path);
      let sent = false;
      const { exitCode } = await startAdk(args, {
        onProgress(progress, child) {
          if (sent || progress.phase !== phase || progress.done < part * progress.total) return;
          sent = true;
          child.kill("SIGKILL");
        },
      }).ended;
      await whole(wimlib, sevenZip, path);
      const after = await ourListing(path);
      const isOld = after.length === before.length;
      left.add(isOld ? "old" : "new");
      if (isOld) expect(after).toEqual(before);
      else expect(after.length).toBe(before.length + 3);
      if (exitCode === 0) expect(isOld).toBe(false);
      // What a killed update left behind is in the way of nothing.
      await updateWim(path, [{ kind: "delete", path: "/dir/b" }], { threads: 1 });
      await whole(wimlib, sevenZip, path);
    }
    expect(left).toContain("old");
    rmSync(big, { recursive: true });
  });
});

test("an update of a file that nobody changed holds the same tree", async () => {
  const at = temporaryDirectory();
  const path = join(at, "file.wim");
  expect((await startAdk(["wim", "capture", tree, path]).ended).exitCode).toBe(0);
  const before = await ourListing(path);
  await updateWim(path, [
    { kind: "add", source: more, target: "/x" },
    { kind: "delete", path: "/x", recursive: true },
  ]);
  expect(await ourListing(path)).toEqual(before);
  await using file = await WimFile.open(path);
  for await (const batch of walk(await openImage(file, 1))) {
    for (const entry of batch) expect(isRealDirectory(entry) || entry.size === 0 || entry.sha1).toBeTruthy();
  }
});
