import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FileAccess, type Volume, walk } from "@adk/core";
import { openIso, openIsoVolume, verifyIso } from "@adk/iso";
import { SAMPLE_TREE, type UdfSampleOptions, udfSample } from "@adk/iso/testing";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { describeWithPeer } from "./support/peers.ts";
import { testWithPycdlib } from "./support/pycdlib.ts";
import { noise, pathsBelow } from "./support/sample-tree.ts";

// Discs that others make, read by us; and synthetic ones of UDF, read by others.

let place = "";
let tree = "";

beforeAll(() => {
  place = temporaryDirectory();
  tree = join(place, "tree");
  for (const directory of ["boot", "sources/deep/er", "empty", "Ein langer Name"])
    mkdirSync(join(tree, directory), { recursive: true });
  writeFileSync(join(tree, "sources/install.wim"), noise(700_001, 1));
  writeFileSync(join(tree, "sources/deep/er/file.bin"), noise(5000, 2));
  writeFileSync(join(tree, "Ein langer Name/Übung 日本.txt"), "names");
  writeFileSync(join(tree, "nothing.txt"), "");
  writeFileSync(join(tree, "boot/boot.img"), noise(4096, 3));
  for (let i = 0; i < 120; i++) writeFileSync(join(tree, "boot", `file ${i}.txt`), String(i));
});

/** SHA-256 of each file by its path. */
async function hashesOf(volume: Volume): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for await (const batch of walk(volume)) {
    for (const entry of batch.filter(({ attributes }) => !(attributes & 0x10)))
      found.set(entry.path.slice(1), sha256(await volume.read(entry)));
  }
  return found;
}

function hashesBelow(directory: string): Map<string, string> {
  const files = pathsBelow(directory).filter((path) => !path.endsWith("/") && !isDirectory(join(directory, path)));
  return new Map(files.map((path) => [path, sha256(readFileSync(join(directory, path)))]));
}

function isDirectory(path: string): boolean {
  try {
    readFileSync(path);
    return false;
  } catch {
    return true;
  }
}

function sha256(bytes: Uint8Array): string {
  return createHash("sha256").update(bytes).digest("hex");
}

const sorted = (map: Map<string, string>) => [...map].sort(([a], [b]) => (a < b ? -1 : 1));

/** Media and revisions that mkudffs makes; empty but for `lost+found`. */
const MEDIA = [
  ["hd", 512, ["1.02", "1.50", "2.00", "2.01"], []],
  ["hd", 1024, ["2.01"], []],
  ["hd", 4096, ["1.02", "2.01"], []],
  ["hd", 2048, ["2.01"], ["--strategy=4096"]],
  ["hd", 2048, ["2.01"], ["--ad=short"]],
  ["hd", 2048, ["2.01"], ["--ad=long", "--noefe"]],
  ["dvd", 2048, ["1.02", "1.50", "2.01"], []],
  ["dvdram", 2048, ["1.02", "2.01"], []],
  ["dvdrw", 2048, ["1.50", "2.01"], []],
  ["dvdr", 2048, ["1.50", "2.00", "2.01"], []],
  ["dvdr", 2048, ["1.50", "2.01"], ["--closed"]],
  ["cdrw", 2048, ["1.50", "2.01"], []],
  ["cdrw", 2048, ["2.01"], ["--spartable=4"]],
  ["cdr", 2048, ["1.50", "2.01"], []],
  ["cdr", 2048, ["1.50", "2.01"], ["--closed"]],
  ["bdr", 2048, ["2.50", "2.60"], []],
] as const;

describeWithPeer(["mkudffs"], (mkudffs) => {
  const cases = MEDIA.flatMap(([media, size, revisions, more]) =>
    revisions.map((each) => [media, size, each, more] as const),
  );
  test.each(cases)("mkudffs for %s, blocks of %i bytes, UDF %s, %j", async (media, size, revision, more) => {
    const file = join(place, "empty.udf");
    rmSync(file, { force: true });
    writeFileSync(file, "");
    const bytes = 64 * 2 ** 20;
    truncateSync(file, bytes);
    const args = [`--media-type=${media}`, `--udfrev=${revision}`, `--blocksize=${size}`, "--label=Prüfung", ...more];
    await mkudffs.run([...args, file, String(bytes / size)]);
    await using image = await openIso(await FileAccess.open(file));
    expect(image.udf).toMatchObject({ volumeId: "Prüfung", blockSize: size });
    expect(image.udf?.revision.toString(16)).toBe(revision.replace(".", ""));
    const result = await verifyIso(image);
    expect(result.findings.filter(({ severity }) => severity === "error")).toEqual([]);
  });
});

// The forms that no program here fills: what we build of them is judged by the readers that know them.
describeWithPeer(["grub-fstest"], (grub) => {
  test.each<UdfSampleOptions>([
    { revision: 0x0102 },
    { revision: 0x0102, allocation: 0, continued: true },
    { revision: 0x0201, blockSize: 512 },
  ])("GRUB reads our synthetic volume %j", async (options) => {
    const file = join(place, "synthetic.udf");
    writeFileSync(file, udfSample(options).bytes);
    for (const [path, content] of Object.entries(SAMPLE_TREE)) {
      writeFileSync(join(place, "content"), content);
      await grub.run([file, "cmp", `(loop0)/${path}`, join(place, "content")]);
    }
  });
});

describeWithPeer(["genisoimage", "7zz"], (genisoimage, sevenZip) => {
  test.each([
    [["-J", "-joliet-long"], ["joliet"]],
    [["-iso-level", "3", "-udf"], ["udf"]],
    [
      ["-iso-level", "4", "-input-charset", "iso8859-1"],
      ["iso9660", "enhanced"],
    ],
    [
      ["-iso-level", "3", "-J", "-udf", "-R"],
      ["udf", "joliet"],
    ],
    [
      ["-iso-level", "4", "-N", "-relaxed-filenames", "-D", "-input-charset", "iso8859-1"],
      ["iso9660", "enhanced"],
    ],
    [["-iso-level", "3", "-l", "-allow-lowercase", "-allow-multidot"], []],
    [["-iso-level", "1", "-N", "-d"], []],
  ])("genisoimage %j", async (options, complete) => {
    await compareDisc(
      (file) =>
        genisoimage.run([
          "-quiet",
          ...(options.includes("-input-charset") ? [] : ["-input-charset", "utf-8"]),
          ...options,
          "-o",
          file,
          tree,
        ]),
      complete,
      sevenZip,
    );
  });
});

describeWithPeer(["xorriso", "7zz"], (xorriso, sevenZip) => {
  test.each([
    [["-J"], ["joliet"]],
    [["-iso-level", "3", "-J", "-joliet-long", "-b", "boot/boot.img", "-no-emul-boot", "-boot-info-table"], undefined],
    [["-iso-level", "4"], []],
    [["-R", "-iso-level", "3"], []],
  ])("xorriso %j", async (options, complete) => {
    await compareDisc(
      (file) => xorriso.run(["-as", "mkisofs", "-quiet", ...options, "-o", file, tree]),
      complete,
      sevenZip,
    );
  });
});

interface Extractor {
  run(args: string[]): Promise<unknown>;
}

/** @param complete the trees that keep names, which are equal to what was given; undefined where the program changes files.
 * what 7-Zip takes is equal to what it extracts. */
async function compareDisc(
  make: (file: string) => Promise<unknown>,
  complete: readonly string[] | undefined,
  sevenZip: Extractor,
): Promise<void> {
  const file = join(place, "peer.iso");
  rmSync(file, { force: true });
  await make(file);
  await using image = await openIso(await FileAccess.open(file));
  const given = sorted(hashesBelow(tree));
  for (const { kind } of complete ? image.trees : []) {
    const found = sorted(await hashesOf(openIsoVolume(image, kind)));
    if (complete?.includes(kind)) expect(found, kind).toEqual(given);
    // Where names are cut, the data is that of the files.
    else expect(found.map(([, hash]) => hash).sort(), kind).toEqual(given.map(([, hash]) => hash).sort());
  }
  expect(await verifyIso(image)).toMatchObject({ ok: true });
  const out = join(place, "out");
  rmSync(out, { recursive: true, force: true });
  await sevenZip.run(["x", "-y", `-o${out}`, file]);
  const extracted = hashesBelow(out);
  for (const path of extracted.keys()) if (path.startsWith("[BOOT]")) extracted.delete(path);
  const ours = image.trees.map(({ kind }) => kind);
  const kind = ours.includes("udf") ? "udf" : ours.includes("joliet") ? "joliet" : "iso9660";
  if (!image.hasRockRidge || kind !== "iso9660")
    expect(sorted(await hashesOf(openIsoVolume(image, kind)))).toEqual(sorted(extracted));
}

const PYCDLIB = `
import os, sys, pycdlib
tree, out = sys.argv[1:]
iso = pycdlib.PyCdlib()
iso.new(udf="2.60", joliet=3, interchange_level=4)
for directory, names, files in os.walk(tree):
    at = os.path.relpath(directory, tree)
    base = "" if at == "." else "/" + at
    for name in names:
        iso.add_directory(base + "/" + name, joliet_path=base + "/" + name, udf_path=base + "/" + name)
    for name in files:
        iso.add_file(os.path.join(directory, name), base + "/" + name, joliet_path=base + "/" + name, udf_path=base + "/" + name)
iso.write(out)
`;

describeWithPeer(["7zz"], (sevenZip) => {
  testWithPycdlib("a bridge of pycdlib, UDF 2.60", async () => {
    await compareDisc(
      async (file) => execFileSync("/usr/bin/python3", ["-c", PYCDLIB, tree, file]),
      ["udf", "joliet", "iso9660"],
      sevenZip,
    );
  });
});
