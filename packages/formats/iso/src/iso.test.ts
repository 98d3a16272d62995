import { extractVolume, MemoryAccess, openDirectory, walk } from "@adk/core";
import { makeTree, temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { openIso, openIsoVolume, planIso, verifyIso } from "./index.ts";
import { sampleDisc, TIME, TREE } from "./testing/sample-disc.ts";

const open = async (bytes: Uint8Array) => openIso(new MemoryAccess(bytes, "disc.iso"));

const FORMS = [
  { form: "udf", embed: false },
  { form: "udf", embed: true },
  { form: "bridge", embed: true },
  { form: "joliet", embed: false },
] as const;

describe.each(FORMS)("%j", (options) => {
  test("every file is read as it was", async () => {
    const image = await open(await sampleDisc({ ...options, dedup: true }));
    const volume = openIsoVolume(image);
    for (const [path, content] of Object.entries(TREE).filter(([path]) => !path.endsWith("/"))) {
      const entry = await volume.lookup(path.toUpperCase());
      expect(entry?.path).toBe(`/${path}`);
      expect(Buffer.from(await volume.read(entry!)).equals(Buffer.from(content as string))).toBe(true);
    }
    expect(await verifyIso(image)).toMatchObject({ ok: true, findings: [] });
    expect(image.boot).toMatchObject([{ platform: 0, bootable: true, sectorCount: 4 }]);
  });

  test("equal files are stored once", async () => {
    const [once, twice] = [await sampleDisc({ ...options, dedup: true }), await sampleDisc(options)];
    expect(twice.length - once.length).toBe(3 * 2048);
  });
});

test("times are kept to 100 ns by UDF, or are those of the disc", async () => {
  const time = async (bytes: Uint8Array) =>
    (await openIsoVolume(await open(bytes)).lookup("boot/boot.txt"))?.lastWriteTime;
  expect(await time(await sampleDisc())).toBe(133_589_952_000_000_000n);
  expect(await time(await sampleDisc({ fixedTimes: true, time: TIME + 1_234_560n }))).toBe(TIME + 1_234_560n);
});

test("names of ISO 9660 by level; two that become one get numbers", async () => {
  const tree = { "a long name.text": "", "a long name.tex": "", "dir.ext/x": "", "ok.txt": "" };
  const names = async (level: 1 | 3 | 4) => {
    const volume = openIsoVolume(await open(await sampleDisc({ form: "iso9660", level }, tree)));
    return (await volume.list(volume.root)).map(({ name }) => name);
  };
  expect(await names(1)).toEqual(["A_LONG_1.TEX", "A_LONG_N.TEX", "DIR_EXT", "OK.TXT"]);
  expect(await names(3)).toEqual(["A_LONG_NAME.TEX", "A_LONG_NAME.TEXT", "DIR_EXT", "OK.TXT"]);
  expect(await names(4)).toEqual(["a long name.tex", "a long name.text", "dir.ext", "ok.txt"]);
});

test("the order of data is that of the list", async () => {
  await using volume = await openDirectory(await makeTree({ "a.bin": "a", "b.bin": "b", "c.bin": "c" }));
  const plan = await planIso(volume, { form: "udf", label: "X", time: TIME, order: ["\\c.bin", "B.BIN"] });
  const pieces: Uint8Array[] = [];
  for await (const piece of plan.write()) pieces.push(piece.slice());
  const text = Buffer.concat(pieces).toString("latin1");
  const [a, b, c] = ["a\0\0\0\0", "b\0\0\0\0", "c\0\0\0\0"].map((data) => text.lastIndexOf(data));
  expect(c).toBeLessThan(b!);
  expect(b).toBeLessThan(a!);
});

test("a file that changes while the disc is made is told", async () => {
  const root = await makeTree({ "a.bin": "before" });
  await using volume = await openDirectory(root);
  const plan = await planIso(volume, { form: "udf", label: "X", time: TIME });
  const { writeFile } = await import("node:fs/promises");
  await writeFile(`${root}/a.bin`, "longer than before");
  const written = (async () => {
    for await (const _ of plan.write());
  })();
  await expect(written).rejects.toMatchObject({ code: "SOURCE_CHANGED" });
});

test("a directory that lies in itself has an end", async () => {
  const bytes = await sampleDisc({ form: "iso9660" });
  const image = await open(bytes);
  const volume = openIsoVolume(image);
  const docs = (await volume.lookup("DOCS"))! as unknown as { entry: { place: number } };
  // The record of DEEP, in DOCS, then leads back to DOCS.
  const record = Buffer.from(bytes).indexOf(Buffer.from("\x04DEEP", "latin1"), docs.entry.place) - 32;
  const view = new DataView(bytes.buffer, bytes.byteOffset);
  view.setUint32(record + 2, docs.entry.place / 2048, true);
  view.setUint32(record + 6, docs.entry.place / 2048);
  const cyclic = await open(bytes);
  let entries = 0;
  for await (const batch of walk(openIsoVolume(cyclic))) entries += batch.length;
  expect(entries).toBeLessThan(30);
  expect(cyclic.findings.list.map(({ code }) => code)).toEqual(["ISO_CYCLE"]);
});

test("what is no disc, and one that is cut off", async () => {
  await expect(open(new Uint8Array(100_000))).rejects.toMatchObject({ code: "ISO_BAD_MAGIC" });
  const bytes = await sampleDisc({ form: "bridge" });
  const cut = await open(bytes.subarray(0, bytes.length - 20_480));
  expect((await verifyIso(cut)).ok).toBe(false);
});

test("a selection is extracted", async () => {
  const target = temporaryDirectory();
  const volume = openIsoVolume(await open(await sampleDisc()));
  expect(await extractVolume(volume, target, { paths: ["docs"] })).toMatchObject({ files: 3, findings: [] });
  await expect(extractVolume(volume, target, { paths: ["docs"] })).rejects.toMatchObject({ code: "ALREADY_EXISTS" });
});
