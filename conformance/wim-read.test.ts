import { createHash } from "node:crypto";
import { existsSync, lstatSync, readdirSync, readFileSync } from "node:fs";
import { lstat, readFile, readlink } from "node:fs/promises";
import { join } from "node:path";
import { Findings, formatSddl, fromHex, isRealDirectory, parseSecurityDescriptor, type Volume, walk } from "@adk/core";
import { listImage, type WimDirEntry } from "@adk/image";
import { inspectFile } from "@adk/sources";
import { temporaryDirectory } from "@adk/testing";
import { applyImage, openImage, verifyWim, WimFile, wimInfo } from "@adk/wim";
import { describe, expect, test } from "vitest";
import { startAdk } from "./support/adk.ts";
import { describeWithData } from "./support/data.ts";
import { pathsBelow } from "./support/sample-tree.ts";
import { byPath, entryFromFacts, type Facts, listVolume, type StreamFacts } from "./support/wimlib-listing.ts";

/** What wimlib lists of a file. */
interface FileFacts {
  readonly header: Facts;
  readonly images: readonly (Facts & { dir_rc?: number; entries?: readonly EntryFacts[] })[];
}
type EntryFacts = Facts & { streams: readonly StreamFacts[] };

/** What is wrong with the files that a peer refuses, by our codes. */
const WRONG: Readonly<Record<string, string>> = {
  "corrupted_file_1.wim": "WIM_BLOB_CORRUPT",
  "cyclic.wim": "WIM_CYCLIC_DIRECTORY",
  "pebakery_VerifyFail.wim": "WIM_INTEGRITY",
  // wimlib passes over the entry without a word, 7-Zip refuses the file.
  "dotdot.wim": "WIM_UNSAFE_NAME",
};

describeWithData("imaging", (directory) => {
  const names = readdirSync(directory).filter((name) => /\.(wim|swm|esd)$/.test(name));
  const facts: Record<string, FileFacts> = JSON.parse(readFileSync(join(directory, "facts/wimlib-dir.json"), "utf8"));
  const verdicts = readVerdicts(join(directory, "facts/peer-verdicts.tsv"));

  test("every file has facts", () => {
    expect(names.length).toBeGreaterThan(20);
    expect(Object.keys(facts).sort()).toEqual([...names].sort());
    expect([...verdicts.keys()].sort()).toEqual([...names].sort());
  });

  describe.each(names)("%s", (name) => {
    const path = join(directory, name);
    const { header, images } = facts[name] as FileFacts;

    test("has the header and the images that wimlib reads", async () => {
      await using file = await WimFile.open(path);
      const info = wimInfo(file);
      expect(headerFacts(file)).toEqual(header);
      // A later part of a split set tells the images of the set, and holds none.
      const own = file.header.partNumber === 1 ? images : [];
      expect(info.images.map(imageFacts)).toEqual(own.map(({ entries, dir_rc, ...properties }) => properties));
    });

    test.runIf(images.some(({ entries }) => entries))("has the entries that wimlib lists", async () => {
      await using file = await WimFile.open(path);
      for (const { Index, entries = [] } of images) {
        await using volume = await openImage(file, Number(Index));
        const listed = await listVolume(volume);
        expect(byPath(listed)).toEqual(
          byPath(entries.map((entry) => entryFromFacts(entry, sizesIn(file, entry.streams)))),
        );
        expect(new Set(listed.map((entry) => entry.path)).size).toBe(listed.length);
      }
    });

    test.runIf(images.some(({ entries }) => entries))("is listed by the tool with the same facts", async () => {
      await using file = await WimFile.open(path);
      for (const { Index, entries = [] } of images) {
        await using volume = await openImage(file, Number(Index));
        const listed: WimDirEntry[] = [];
        for await (const batch of listImage(volume)) listed.push(...batch);
        const byName = new Map(listed.map((entry) => [entry.path, entry]));
        expect(byName.size).toBe(entries.length);
        for (const entry of entries) expect(byName.get(entry["Full Path"] ?? "")).toMatchObject(toolFacts(entry, file));
      }
    });

    test("is recognised", async () => {
      await using file = await WimFile.open(path);
      const { format, description, facts, size } = await inspectFile(path);
      expect({ format, size }).toEqual({ format: "wim", size: file.access.size });
      expect(facts).toEqual({ ...wimInfo(file) });
      expect(description).toMatch(/^Windows image \(/);
      expect(description.includes("solid")).toBe(/solid|pebakery_LZMS/.test(name) && !name.includes("nonsolid"));
    });

    test("verifies as peers say", async () => {
      await using file = await WimFile.open(path);
      const { ok, blobs, findings } = await verifyWim(file, { threads: 1 });
      const errors = findings.filter(({ severity }) => severity === "error").map(({ code }) => code);
      const refusedByWimlib = verdicts.get(name) !== 0;
      if (refusedByWimlib) expect(Object.keys(WRONG)).toContain(name);
      const wrong = WRONG[name];
      expect(ok).toBe(wrong === undefined);
      if (wrong) return expect(errors).toContain(wrong);
      expect(findings).toEqual([]);
      expect(blobs).toBe(new Set(file.entries.map(({ sha1 }) => sha1).filter((sha1) => !/^0+$/.test(sha1))).size);
    });
  });

  const peerImages = names.filter((name) => name.startsWith("peer_"));
  const tree = readFileSync(join(directory, "peer_tree.sha1"), "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => [line.slice(43), line.slice(0, 40)] as const)
    .sort();

  test.each(peerImages)("%s has the content of the tree that was captured", async (name) => {
    await using file = await WimFile.open(join(directory, name));
    await using volume = await openImage(file, 1);
    expect(await hashesOfVolume(volume)).toEqual(tree);

    const target = join(temporaryDirectory(), "tree");
    const findings = new Findings();
    const { files, hardLinks, symlinks } = await applyImage(file, 1, target, { findings, threads: 2 });
    expect(findings.list).toEqual([]);
    expect(hashesOfDirectory(target)).toEqual(tree);
    expect(files + hardLinks).toBe(tree.length);
    expect(symlinks).toBe(1);
    const [first, second] = await Promise.all(["a2ps.vim", "hardlink.bin"].map((each) => lstat(join(target, each))));
    expect(second?.ino).toBe(first?.ino);
    expect(await readlink(join(target, "sym"))).toBe("hardlink.bin");
  });

  test("an empty DACL, which lets nobody in, does not stop an extraction", async () => {
    await using file = await WimFile.open(join(directory, "empty_dacl.wim"));
    const target = temporaryDirectory();
    const findings = new Findings();
    const { notHeld } = await applyImage(file, 1, target, { findings, threads: 1 });
    expect(findings.list).toEqual([]);
    expect(notHeld.securityDescriptors).toBeGreaterThan(0);
    expect(readdirSync(target)).toEqual(["file"]);
  });

  test("paths longer than MAX_PATH are extracted", async () => {
    await using file = await WimFile.open(join(directory, "longpaths.wim"));
    const target = temporaryDirectory();
    const findings = new Findings();
    const { files, hardLinks, directories } = await applyImage(file, 1, target, { findings, threads: 1 });
    expect(findings.list).toEqual([]);
    const last = facts["longpaths.wim"]?.images[0]?.entries?.map((entry) => entry["Full Path"] ?? "") ?? [];
    expect(directories + files + hardLinks).toBe(last.length);
    const longest = last.reduce((a, b) => (b.length > a.length ? b : a));
    expect(longest.length).toBeGreaterThan(260);
    expect(existsSync(target + longest)).toBe(true);
  });

  test("nothing is written outside of the target", async () => {
    const above = temporaryDirectory();
    const target = join(above, "a/b/c");
    await using file = await WimFile.open(join(directory, "dotdot.wim"));
    const findings = new Findings();
    const { files } = await applyImage(file, 1, target, { findings, threads: 1 });
    expect(files).toBe(0);
    expect(file.findings.list.map(({ code, where }) => [code, where?.path])).toEqual([["WIM_UNSAFE_NAME", "/.."]]);
    expect(pathsBelow(above)).toEqual(["a", "a/b", "a/b/c"]);
  });

  test("what is damaged is left out, the rest is extracted", async () => {
    const target = temporaryDirectory();
    await using file = await WimFile.open(join(directory, "corrupted_file_1.wim"));
    const findings = new Findings();
    expect(await applyImage(file, 1, target, { findings, threads: 1 })).toMatchObject({ files: 0, directories: 1 });
    expect(findings.list).toMatchObject([{ severity: "error", code: "WIM_BLOB_CORRUPT" }]);
    expect(readdirSync(target)).toEqual([]);
  });

  test("a part of a split set has the data of its own files, and tells of the other part", async () => {
    await using file = await WimFile.open(join(directory, "pebakery_Split.swm"));
    const target = temporaryDirectory();
    const findings = new Findings();
    const { files } = await applyImage(file, 1, target, { findings, threads: 1 });
    expect(files).toBe(1);
    expect(findings.list).toMatchObject([{ code: "WIM_BLOB_MISSING" }]);
    const [entry] = readdirSync(target);
    const sha1 = facts["pebakery_Split.swm"]?.images[0]?.entries?.find((each) => each["Full Path"] === `/${entry}`);
    expect(hash(await readFile(join(target, entry ?? "")))).toBe(sha1?.streams[0]?.Hash);

    await using second = await WimFile.open(join(directory, "pebakery_Split2.swm"));
    await expect(openImage(second, 1)).rejects.toMatchObject({ code: "WIM_NO_SUCH_IMAGE" });
  });

  test("several files are inspected by one command", async () => {
    const [first = "", second = ""] = peerImages;
    const { exitCode, stdout } = await startAdk(["inspect", first, second, "peer_tree.sha1", "--json"], {
      cwd: directory,
    }).ended;
    expect(exitCode).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject([
      { file: first, format: "wim", images: [{ index: 1 }] },
      { file: second, format: "wim", images: [{ index: 1 }] },
      { file: "peer_tree.sha1", format: "unknown" },
    ]);
  });

  test("a damaged directory tree is refused", async () => {
    for (const [name, code] of [
      ["cyclic.wim", "WIM_CYCLIC_DIRECTORY"],
      ["pebakery_VerifyFail.wim", "COMPRESSION_BAD_DATA"],
    ] as const) {
      await using file = await WimFile.open(join(directory, name));
      await expect(openImage(file, 1)).rejects.toMatchObject({ name: "AdkError", code, kind: "input" });
    }
  });
});

/** By file: the exit status of `wimlib-imagex verify`. */
function readVerdicts(path: string): Map<string, number> {
  const [, ...lines] = readFileSync(path, "utf8").trimEnd().split("\n");
  return new Map(lines.map((line) => line.split("\t")).map(([name = "", status]) => [name, Number(status)]));
}

const COMPRESSION_NAMES = { none: "None", xpress: "XPRESS", lzx: "LZX", lzms: "LZMS" };

function headerFacts(file: WimFile): Facts {
  const { header } = file;
  const info = wimInfo(file);
  const attributes = [
    info.pipable && "Pipable",
    info.integrity && "Integrity info",
    header.flags & 0x80 && "Relative path junction",
  ];
  return {
    GUID: `0x${Buffer.from(header.guid).toString("hex")}`,
    Version: String(header.version),
    "Image Count": String(header.imageCount),
    Compression: COMPRESSION_NAMES[header.compression],
    "Chunk Size": `${header.chunkSize} bytes`,
    "Part Number": `${header.partNumber}/${header.totalParts}`,
    "Boot Index": String(header.bootIndex),
    Attributes: attributes.filter(Boolean).join(", "),
  };
}

function imageFacts(image: ReturnType<typeof wimInfo>["images"][number]): Facts {
  return {
    Index: String(image.index),
    Name: image.name,
    Description: image.description,
    "Directory Count": String(image.dirCount),
    "File Count": String(image.fileCount),
    "Total Bytes": String(image.totalBytes),
    "Hard Link Bytes": String(image.hardLinkBytes),
    "Creation Time": textOfIso(image.created),
    "Last Modification Time": textOfIso(image.modified),
    "WIMBoot compatible": "no",
  };
}

function textOfIso(iso = ""): string {
  const parts = /^(\w+), (\d+) (\w+) (\d+) ([\d:]+)/.exec(new Date(iso).toUTCString());
  return parts ? `${parts[1]} ${parts[3]} ${parts[2]} ${parts[5]} ${parts[4]} UTC` : "";
}

/** The size of data that lies in another part of a split set is not known. */
function sizesIn(file: WimFile, streams: readonly StreamFacts[]): StreamFacts[] {
  return streams.map((stream) => ({ ...stream, "Uncompressed size": file.blob(stream.Hash)?.size ?? 0 }));
}

/** What `listImage` must say of an entry. */
function toolFacts(entry: EntryFacts, file: WimFile): Partial<WimDirEntry> {
  const data = sizesIn(file, entry.streams).find(({ stream }) => stream === "Unnamed data stream");
  const security = entry["Security Descriptor"];
  return {
    attributes: Number(entry.Attributes),
    size: data?.["Uncompressed size"] ?? 0,
    ...(data?.["Uncompressed size"] ? { sha1: data.Hash } : {}),
    ...(entry["Short Name"] ? { shortName: entry["Short Name"] } : {}),
    ...(entry["Reparse Tag"] ? { reparseTag: Number(entry["Reparse Tag"]), type: "symlink" } : {}),
    ...(security ? { security: formatSddl(parseSecurityDescriptor(fromHex(security))) } : {}),
  };
}

async function hashesOfVolume(volume: Volume): Promise<(readonly [string, string])[]> {
  const hashes: [string, string][] = [];
  for await (const batch of walk(volume)) {
    for (const entry of batch) {
      if (isRealDirectory(entry) || entry.reparseTag !== 0) continue;
      const bytes = await volume.read(entry);
      expect(bytes.length).toBe(entry.size);
      hashes.push([entry.path, hash(bytes)]);
    }
  }
  return hashes.sort();
}

function hashesOfDirectory(directory: string): (readonly [string, string])[] {
  return pathsBelow(directory)
    .filter((path) => lstatSync(join(directory, path)).isFile())
    .map((path) => [`/${path}`, hash(readFileSync(join(directory, path)))] as const)
    .sort();
}

function hash(bytes: Uint8Array): string {
  return createHash("sha1").update(bytes).digest("hex");
}
