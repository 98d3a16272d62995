import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, rmSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import {
  FileAttribute,
  Findings,
  isRealDirectory,
  junctionTo,
  openDirectory,
  parseSddl,
  REPARSE_TAG_MOUNT_POINT,
  REPARSE_TAG_SYMLINK,
  reparseDataToBytes,
  securityDescriptorToBytes,
  symlinkTo,
  type Volume,
  walk,
} from "@adk/core";
import { temporaryDirectory } from "@adk/testing";
import {
  applyImage,
  type CaptureResult,
  captureVolume,
  exportImage,
  type FinishOptions,
  openImage,
  verifyWim,
  WimFile,
  WimWriter,
  type WriteOptions,
} from "@adk/wim";
import { beforeAll, describe, expect, test } from "vitest";
import { type MemoryFile, memoryVolume } from "./support/memory-volume.ts";
import { describeWithPeer, type Peer } from "./support/peers.ts";
import { filesOf, makeSampleTree, noise, readTree, text, toMicroseconds } from "./support/sample-tree.ts";
import { byPath, type ListedEntry, listVolume, parseDetailed } from "./support/wimlib-listing.ts";

let directory = "";
let tree = "";
let smallTree = "";
/** What was read of these two, which do not change. */
const known = new Map<string, ReturnType<typeof readTree>>();

beforeAll(async () => {
  directory = temporaryDirectory();
  tree = join(directory, "tree");
  smallTree = join(directory, "small tree");
  mkdirSync(tree);
  makeSampleTree(tree);
  mkdirSync(smallTree);
  makeSampleTree(smallTree, { largeBytes: 0 });
});

function sourceTree(source: string): ReturnType<typeof readTree> {
  const entries = known.get(source) ?? readTree(source);
  known.set(source, entries);
  return entries;
}

interface OurCapture extends WriteOptions, FinishOptions {
  readonly name?: string;
  /** Of the tree without large files. */
  readonly small?: boolean;
}

async function capture(source: string, path: string, options: OurCapture = {}): Promise<CaptureResult> {
  await using volume = await openDirectory(source);
  await using writer = await WimWriter.create(path, options);
  const result = await captureVolume(writer, volume, { name: options.name ?? "sample" });
  await writer.finish(options);
  return result;
}

async function append(source: string, path: string, name: string): Promise<void> {
  await using volume = await openDirectory(source);
  await using file = await WimFile.open(path);
  await using writer = await WimWriter.append(file);
  await captureVolume(writer, volume, { name });
  await writer.finish();
}

async function exportAll(path: string, out: string, options: WriteOptions = {}): Promise<void> {
  await using file = await WimFile.open(path);
  await using writer = await WimWriter.create(out, options);
  for (let index = 1; index <= file.imageCount; index++) await exportImage(file, index, writer);
  await writer.finish();
}

async function expectVerified(path: string): Promise<void> {
  await using file = await WimFile.open(path);
  const { ok, findings } = await verifyWim(file, { threads: 2 });
  expect(findings).toEqual([]);
  expect(ok).toBe(true);
}

/** Applies an image with our code and compares the result, to the microsecond. */
async function expectApplied(path: string, index: number, source: string, threads: number): Promise<void> {
  await using file = await WimFile.open(path);
  const target = join(temporaryDirectory(), "applied");
  const findings = new Findings();
  await applyImage(file, index, target, { findings, threads });
  expect(findings.list).toEqual([]);
  expect(toMicroseconds(readTree(target, source))).toEqual(toMicroseconds(sourceTree(source)));
  rmSync(target, { recursive: true });
}

async function ourListing(path: string, index: number): Promise<ListedEntry[]> {
  await using file = await WimFile.open(path);
  return byPath(await listVolume(await openImage(file, index)));
}

async function theirListing(wimlib: Peer, path: string, index: number): Promise<ListedEntry[]> {
  const { text } = await wimlib.run(["dir", path, String(index), "--detailed"]);
  return byPath(parseDetailed(text));
}

/** What both captures of one tree must say alike: wimlib stores when a file was read, we do not. */
function withoutAccess(entries: readonly ListedEntry[]): Omit<ListedEntry, "accessed">[] {
  return entries.map(({ accessed, ...entry }) => entry);
}

const LEVELS = ["fast", "default", "max"] as const;
const ours: OurCapture[] = [
  { compression: "none", threads: 1, integrity: true },
  ...LEVELS.map((level, i) => ({ compression: "xpress" as const, level, threads: 1 + (i % 2), integrity: i === 1 })),
  ...LEVELS.map((level, i) => ({ compression: "lzx" as const, level, threads: 2 - (i % 2), integrity: i === 2 })),
  { compression: "xpress", chunkSize: 4096, threads: 2, small: true },
  { compression: "lzx", chunkSize: 2 ** 21, threads: 2, small: true },
];

describeWithPeer(["wimlib-imagex", "7zz"], (wimlib, sevenZip) => {
  describe("our captures", () => {
    test.each(ours)("are whole to peers: %o", async (options) => {
      const path = join(temporaryDirectory(), "ours.wim");
      const from = options.small ? smallTree : tree;
      const { files, directories } = await capture(from, path, options);
      await wimlib.run(["verify", path]);
      await sevenZip.run(["t", path]);
      await expectVerified(path);

      const source = sourceTree(from);
      expect(files + directories).toBe(source.size + 1);
      const applied = join(temporaryDirectory(), "applied");
      await wimlib.run(["apply", path, "1", applied]);
      expect(readTree(applied, from)).toEqual(source);
      await expectApplied(path, 1, from, options.threads ?? 2);

      const unpacked = join(temporaryDirectory(), "unpacked");
      // Links are left to wimlib: 7-Zip refuses to make those that lead out of the target.
      await sevenZip.run(["x", "-y", `-o${unpacked}`, "-xr!links", path]);
      const extracted = filesOf(readTree(unpacked)).filter(([name]) => !/^links(\/|$)/.test(name));
      expect(extracted).toEqual(filesOf(source).filter(([name]) => !/^links(\/|$)/.test(name)));

      expect(await ourListing(path, 1)).toEqual(await theirListing(wimlib, path, 1));
      rmSync(applied, { recursive: true });
      rmSync(unpacked, { recursive: true });
    });

    test("hold what a capture by wimlib holds", async () => {
      const at = temporaryDirectory();
      await capture(tree, join(at, "ours.wim"), { compression: "lzx" });
      await wimlib.run(["capture", tree, join(at, "theirs.wim"), "--compress=LZX"]);
      // Of a link to the root of the image wimlib says "C:", which to Windows is no directory: we say "C:\".
      const comparable = (entries: readonly ListedEntry[]) =>
        withoutAccess(entries).filter(({ path }) => path !== "/links/to the root");
      const theirs = await ourListing(join(at, "theirs.wim"), 1);
      expect(comparable(await ourListing(join(at, "ours.wim"), 1))).toEqual(comparable(theirs));
    });

    test.each(["links", "large"])("count what a capture by wimlib counts: %s", async (name) => {
      const at = temporaryDirectory();
      await capture(join(tree, name), join(at, "ours.wim"), { compression: "xpress" });
      await wimlib.run(["capture", join(tree, name), join(at, "theirs.wim")]);
      const counts = async (file: string) => {
        const { text } = await wimlib.run(["info", join(at, file), "1"]);
        return text.match(/^(Directory Count|File Count|Total Bytes|Hard Link Bytes): .*$/gm);
      };
      expect(await counts("ours.wim")).toEqual(await counts("theirs.wim"));
      const ours = withoutAccess(await ourListing(join(at, "ours.wim"), 1));
      expect(ours).toEqual(withoutAccess(await ourListing(join(at, "theirs.wim"), 1)));
    });

    test("are the same bytes with any number of threads", async () => {
      const at = temporaryDirectory();
      const digests: string[] = [];
      for (const threads of [1, 2]) {
        const path = join(at, `${threads}.wim`);
        await using volume = await openDirectory(tree);
        await using writer = await WimWriter.create(path, { compression: "lzx", level: "fast", threads });
        await captureVolume(writer, volume, { name: "sample", time: 132_223_104_000_000_000n });
        await writer.finish({ integrity: true });
        digests.push(await fileDigest(path));
      }
      expect(digests[1]).toBe(digests[0]);
    });

    test("can be changed by wimlib", async () => {
      const path = join(temporaryDirectory(), "ours.wim");
      await capture(smallTree, path, { compression: "lzx", integrity: true });
      await wimlib.run(["append", join(smallTree, "many"), path, "theirs"]);
      await wimlib.run(["optimize", path, "--recompress"]);
      await wimlib.run(["update", path, "1", `--command=delete /many --recursive`]);
      const out = `${path}.exported`;
      await wimlib.run(["export", path, "all", out, "--compress=XPRESS"]);
      for (const each of [path, out]) {
        await expectVerified(each);
        await expectApplied(each, 2, join(smallTree, "many"), 1);
        expect(await ourListing(each, 1)).toEqual(await theirListing(wimlib, each, 1));
      }
    });
  });

  describe("captures by wimlib", () => {
    const theirs: [name: string, args: string[], options?: { small?: boolean; append?: boolean }][] = [
      ["none", ["--compress=none"], { append: true }],
      ["XPRESS", ["--compress=XPRESS", "--check"], { append: true }],
      ["XPRESS 4K", ["--compress=XPRESS", "--chunk-size=4K"], { append: true, small: true }],
      ["XPRESS 64K", ["--compress=XPRESS", "--chunk-size=64K"], { small: true }],
      ["LZX:20", ["--compress=LZX:20"], { append: true, small: true }],
      ["LZX:50", ["--compress=LZX:50"]],
      ["LZX:100", ["--compress=LZX:100"], { small: true }],
      ...["64K", "128K", "256K", "512K", "1M", "2M"].map((size): (typeof theirs)[number] => [
        `LZX ${size}`,
        ["--compress=LZX:20", `--chunk-size=${size}`],
        { small: true, append: size === "2M" },
      ]),
      ["LZMS", ["--compress=LZMS:20"]],
      ["LZMS 1M", ["--compress=LZMS:20", "--chunk-size=1M"], { small: true }],
      ["solid LZMS", ["--solid", "--compress=LZMS:20"]],
      ["solid LZMS 128K", ["--solid", "--solid-chunk-size=128K", "--compress=LZMS:20"]],
      ["solid LZX 64K", ["--solid", "--solid-compress=LZX:20", "--solid-chunk-size=64K"], { small: true }],
      ["solid XPRESS 32K", ["--solid", "--solid-compress=XPRESS", "--solid-chunk-size=32K"], { small: true }],
      ["pipable LZX", ["--pipable", "--compress=LZX:20"]],
      ["pipable none", ["--pipable", "--compress=none"], { small: true }],
      ["UNIX data", ["--unix-data"], { append: true, small: true }],
    ];

    test.each(theirs)("are read: %s", async (_name, args, options = {}) => {
      const at = temporaryDirectory();
      const source = options.small ? smallTree : tree;
      const path = join(at, "theirs.wim");
      await wimlib.run(["capture", source, path, "sample", ...args]);
      await expectVerified(path);
      await expectApplied(path, 1, source, 2);
      const listing = await theirListing(wimlib, path, 1);
      expect(await ourListing(path, 1)).toEqual(listing);

      const out = join(at, "exported.wim");
      await exportAll(path, out, { compression: "xpress", level: "fast" });
      await wimlib.run(["verify", out]);
      await sevenZip.run(["t", out]);
      expect(await theirListing(wimlib, out, 1)).toEqual(listing);
      rmSync(out);

      if (!options.append) return;
      await append(smallTree, path, "appended");
      await wimlib.run(["verify", path]);
      await sevenZip.run(["t", path]);
      expect(await theirListing(wimlib, path, 1)).toEqual(listing);
      expect(await theirListing(wimlib, path, 2)).toEqual(await ourListing(path, 2));
      const applied = join(at, "applied");
      await wimlib.run(["apply", path, "2", applied]);
      expect(readTree(applied, smallTree)).toEqual(sourceTree(smallTree));
    });

    test("are read one file at a time", async () => {
      const path = join(temporaryDirectory(), "theirs.esd");
      await wimlib.run(["capture", tree, path, "--solid", "--solid-chunk-size=256K", "--compress=LZMS:20"]);
      await using file = await WimFile.open(path);
      await using volume = await openImage(file, 1);
      expect(await contentOf(volume)).toEqual(filesOf(sourceTree(tree)).filter(([, what]) => what !== "directory"));
    });

    test("keep what only UNIX has when they are exported", async () => {
      const at = temporaryDirectory();
      const path = join(at, "theirs.wim");
      await wimlib.run(["capture", smallTree, path, "--unix-data"]);
      const out = join(at, "exported.wim");
      await exportAll(path, out, { compression: "lzx", level: "fast" });
      const items = async (name: string) => {
        await using file = await WimFile.open(name);
        const found: string[] = [];
        for await (const batch of walk(await openImage(file, 1))) {
          for (const { path, items } of batch) {
            for (const { tag, data } of items) found.push(`${path} ${tag} ${Buffer.from(data).toString("hex")}`);
          }
        }
        return found;
      };
      const before = await items(path);
      expect(before.length).toBeGreaterThan(100);
      expect(await items(out)).toEqual(before);
      const { text } = await wimlib.run(["dir", out, "1", "--detailed", "--path=/same/a.bin"]);
      expect(text).toMatch(/UNIX Data.*uid/s);
    });

    test("with several images and solid resources are read, and copied to one file", async () => {
      const at = temporaryDirectory();
      const path = join(at, "several.esd");
      const solid = ["--solid", "--solid-chunk-size=64K", "--compress=LZMS:20"];
      await wimlib.run(["capture", join(tree, "many"), path, "many", ...solid]);
      await wimlib.run(["append", join(tree, "sizes"), path, "sizes", "--solid", "--solid-chunk-size=32K"]);
      // This one is not solid: both kinds stand in one file.
      await wimlib.run(["append", join(tree, "names"), path, "names", "--boot"]);
      await expectVerified(path);
      const out = join(at, "out.wim");
      await exportAll(path, out, { compression: "lzx" });
      await wimlib.run(["verify", out]);
      await sevenZip.run(["t", out]);
      for (const [i, name] of ["many", "sizes", "names"].entries()) {
        await expectApplied(path, i + 1, join(tree, name), 2);
        await expectApplied(out, i + 1, join(tree, name), 1);
      }
    });

    test("are copied as they are stored where the form is the same", async () => {
      const at = temporaryDirectory();
      const path = join(at, "theirs.wim");
      await wimlib.run(["capture", tree, path, "sample", "--compress=LZX:20"]);
      await using file = await WimFile.open(path);
      const out = join(at, "out.wim");
      await using writer = await WimWriter.create(out, { compression: "lzx" });
      expect(await exportImage(file, 1, writer)).toMatchObject({ recompressed: 0, copied: file.table.blobs.size });
      await writer.finish();
      await wimlib.run(["verify", out]);
      await expectApplied(out, 1, tree, 2);
    });

    test("that refer to another file are said to lack data", async () => {
      const at = temporaryDirectory();
      await wimlib.run(["capture", join(smallTree, "many"), join(at, "base.wim")]);
      const delta = join(at, "delta.wim");
      await wimlib.run(["capture", smallTree, delta, `--delta-from=${join(at, "base.wim")}`]);
      await using file = await WimFile.open(delta);
      const { ok, findings } = await verifyWim(file, { threads: 1 });
      expect(ok).toBe(false);
      expect(new Set(findings.map(({ code }) => code))).toEqual(new Set(["WIM_BLOB_MISSING"]));
      expect(findings.length).toBe(60);
      const findingsOfApply = new Findings();
      const target = join(at, "applied");
      await applyImage(file, 1, target, { findings: findingsOfApply, threads: 1 });
      expect(findingsOfApply.list.length).toBe(60);
      expect(readTree(join(target, "sizes"))).toEqual(readTree(join(smallTree, "sizes")));
    });

    test("appended to by both, in turn", async () => {
      const path = join(temporaryDirectory(), "turns.wim");
      await wimlib.run(["capture", join(tree, "many"), path, "1", "--check"]);
      await append(join(tree, "sizes"), path, "2");
      await wimlib.run(["append", join(tree, "large"), path, "3"]);
      await append(join(tree, "names"), path, "4");
      copyFileSync(path, `${path}.optimized`);
      await wimlib.run(["optimize", `${path}.optimized`]);
      for (const each of [path, `${path}.optimized`]) {
        await wimlib.run(["verify", each]);
        await expectVerified(each);
        for (const [i, name] of ["many", "sizes", "large", "names"].entries()) {
          await expectApplied(each, i + 1, join(tree, name), 2);
        }
      }
    });
  });
});

describeWithPeer(["wimlib-imagex", "mkntfs"], (wimlib, mkntfs) => {
  /** Descriptors that NTFS keeps as they are: with owner, group and a DACL. */
  const security = (sddl: string) => securityDescriptorToBytes(parseSddl(sddl));
  const symlink = (target: string) => reparseDataToBytes(symlinkTo(target));
  /** NTFS gives every file a descriptor. */
  const inherited = security("O:BAG:BAD:(A;;FA;;;SY)");
  const files: MemoryFile[] = [
    { path: "/", security: security("O:BAG:SYD:PAI(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)") },
    { path: "/Program Files", shortName: "PROGRA~1", attributes: FileAttribute.READONLY },
    {
      path: "/Program Files/long name of a file.txt",
      shortName: "LONGNA~1.TXT",
      data: text(50_000, 1),
      attributes: FileAttribute.ARCHIVE | FileAttribute.HIDDEN,
      streams: {
        "Zone.Identifier": Buffer.from("[ZoneTransfer]\r\nZoneId=3\r\n"),
        große: noise(70_000, 2),
        empty: text(0, 0),
      },
      security: security("O:SYG:BAD:(A;;FA;;;SY)(D;;FW;;;WD)(A;;FR;;;WD)"),
    },
    { path: "/only a stream", data: text(0, 0), streams: { s: text(10, 1) }, security: security("O:BAG:BAD:") },
    { path: "/directory with a stream", streams: { "on a directory": text(300, 4) } },
    { path: "/system.bin", data: noise(100_001, 3), attributes: FileAttribute.SYSTEM, linkId: "one" },
    { path: "/system again.bin", data: noise(100_001, 3), attributes: FileAttribute.SYSTEM, linkId: "one" },
    {
      path: "/link",
      reparse: { tag: REPARSE_TAG_SYMLINK, data: symlink("..\\elsewhere"), reserved: 0, fixed: false },
      streams: { "of a link": text(20, 5) },
    },
    {
      path: "/junction",
      attributes: FileAttribute.DIRECTORY,
      reparse: {
        tag: REPARSE_TAG_MOUNT_POINT,
        data: reparseDataToBytes(junctionTo("C:\\Program Files")),
        reserved: 0,
        fixed: true,
      },
    },
    {
      path: "/of another program",
      reparse: { tag: 0x8000_001b, data: noise(200, 6), reserved: 0, fixed: false },
      security: security("O:BAG:BAD:(A;;FA;;;WD)S:(AU;SAFA;FA;;;WD)"),
    },
    { path: "/named", data: text(100, 9), items: [{ tag: 1, data: noise(16, 7) }] },
  ];

  test("what only NTFS can hold goes through our captures onto an NTFS volume and back", async () => {
    const at = temporaryDirectory();
    const [path, back, ntfs] = ["ours.wim", "back.wim", "ntfs.img"].map((name) => join(at, name)) as [
      string,
      string,
      string,
    ];
    await using writer = await WimWriter.create(path, { compression: "lzx" });
    await captureVolume(writer, memoryVolume(files.map((file) => ({ security: inherited, ...file }))), {
      name: "NTFS",
    });
    await writer.finish();
    await wimlib.run(["verify", path]);
    const captured = await ourListing(path, 1);
    expect(captured).toEqual(await theirListing(wimlib, path, 1));

    writeFileSync(ntfs, "");
    truncateSync(ntfs, 16 << 20);
    await mkntfs.run(["-F", "-q", ntfs]);
    await wimlib.run(["apply", path, "1", ntfs]);
    await wimlib.run(["capture", ntfs, back, "NTFS"]);
    await expectVerified(back);
    const returned = await ourListing(back, 1);
    expect(returned).toEqual(await theirListing(wimlib, back, 1));
    expect(returned).toEqual(captured);

    // And once more through an export, which keeps it all.
    const out = join(at, "out.wim");
    await exportAll(back, out, { compression: "xpress" });
    expect(await theirListing(wimlib, out, 1)).toEqual(returned);
  });
});

/** Each file of a volume, as `readTree` describes it, in its order. */
async function contentOf(volume: Volume): Promise<[string, string][]> {
  const found: [string, string][] = [];
  for await (const batch of walk(volume)) {
    for (const entry of batch) {
      if (isRealDirectory(entry) || entry.reparseTag !== 0) continue;
      const bytes = await volume.read(entry);
      found.push([entry.path.slice(1), `${bytes.length} ${createHash("sha1").update(bytes).digest("hex")}`]);
    }
  }
  const order = new Map([...sourceTree(tree).keys()].map((path, i) => [path, i]));
  return found.sort(([a], [b]) => (order.get(a) ?? -1) - (order.get(b) ?? -1));
}

async function fileDigest(path: string): Promise<string> {
  await using file = await WimFile.open(path);
  const { access } = file;
  return createHash("sha1")
    .update(await access.read(0, access.size))
    .digest("hex");
}
