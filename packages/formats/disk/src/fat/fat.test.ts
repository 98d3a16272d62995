import { FileAttribute, MemoryAccess, walk } from "@adk/core";
import { adkError, noise, type Tree } from "@adk/testing";
import fc from "fast-check";
import { afterEach, expect, test } from "vitest";
import { collect, sampleFat, sampleVolume, TREE } from "../testing/sample-disk.ts";
import { clusterCount, parseBootSector, writeBootSector } from "./boot-sector.ts";
import { checkFat } from "./check.ts";
import { openFatVolume } from "./fat-volume.ts";
import { openFat } from "./file-system.ts";
import { layoutOf } from "./geometry.ts";
import { fatPieces, planFat } from "./write.ts";

const MIB = 2 ** 20;
const open = (bytes: Uint8Array) => openFat(new MemoryAccess(bytes, "fat"));

/** Files by path, directories as `undefined`. */
async function contents(bytes: Uint8Array): Promise<Map<string, Uint8Array | undefined>> {
  const volume = openFatVolume(await open(bytes));
  const found = new Map<string, Uint8Array | undefined>();
  for await (const batch of walk(volume)) {
    for (const entry of batch) {
      const isDirectory = (entry.attributes & FileAttribute.DIRECTORY) !== 0;
      found.set(entry.path, isDirectory ? undefined : await volume.read(entry));
    }
  }
  return found;
}

afterEach(() => {
  delete process.env.SOURCE_DATE_EPOCH;
});

test.each([12, 16, 32] as const)("FAT%i is read as it was written", async (kind) => {
  const bytes = await sampleFat({ kind, label: "sample", free: MIB });
  const fat = await open(bytes);
  expect(fat).toMatchObject({ boot: { kind }, label: "SAMPLE" });
  expect(await checkFat(fat)).toMatchObject({ files: 7, directories: 8 });
  expect(fat.findings.list).toEqual([]);
  const found = await contents(bytes);
  for (const [path, content] of Object.entries(TREE)) {
    const expected = path.endsWith("/") ? undefined : Buffer.from(content);
    const read = found.get(`/${path.replace(/\/$/, "")}`);
    expect(read && Buffer.from(read), path).toEqual(expected);
  }
  const free = fat.fsInfo?.free;
  if (kind === 32) expect(free).toBe(clusterCount(fat.boot) - (await checkFat(await open(bytes))).usedClusters);
});

test("names are found whatever their case, by the 8.3 name too", async () => {
  const volume = openFatVolume(await open(await sampleFat()));
  expect((await volume.lookup("/DOCS/mixed.txt"))?.path).toBe("/docs/Mixed.Txt");
  expect((await volume.lookup("/docs/ALONGN~2.TXT"))?.path).toBe("/docs/a long name with unicode.TXT");
  expect(await volume.lookup("/docs/Mixed.Txt/x")).toBeUndefined();
});

test("the same content gives the same bytes where the time is fixed", async () => {
  process.env.SOURCE_DATE_EPOCH = "1700000000";
  const [first, second] = [await sampleFat(), await sampleFat()];
  expect(Buffer.compare(first, second)).toBe(0);
  const other = await sampleFat({}, { ...TREE, more: "x" });
  expect(parseBootSector(other).volumeId).not.toBe(parseBootSector(first).volumeId);
});

test("a thousand files in one directory, files in many clusters", async () => {
  const tree: Record<string, string | Uint8Array> = { "large.bin": noise(3 * MIB + 17, 5) };
  for (let i = 0; i < 1000; i++) tree[`many/file number ${i}`] = `${i}`;
  const found = await contents(await sampleFat({ kind: 16 }, tree));
  expect(found.size).toBe(1003);
  expect(Buffer.from(found.get("/many/file number 999") as Uint8Array).toString()).toBe("999");
  expect(Buffer.compare(found.get("/large.bin") as Uint8Array, tree["large.bin"] as Uint8Array)).toBe(0);
});

test("what FAT cannot hold is refused", async () => {
  const plan = async (tree: Tree, options = {}) => planFat(await sampleVolume(tree), options);
  await expect(plan({ a: "", A: "" })).rejects.toThrow(adkError("FAT_NAME_COLLISION"));
  await expect(plan({ "aux.txt": "" })).rejects.toThrow(adkError("FAT_BAD_NAME"));
  await expect(plan({ "a.": "" })).rejects.toThrow(adkError("FAT_BAD_NAME"));
  await expect(plan({ a: "" }, { label: "twelve chars" })).rejects.toThrow(adkError("FAT_BAD_LABEL"));
  await expect(plan({ a: "" }, { kind: 32, size: MIB })).rejects.toThrow(adkError("FAT_BAD_SIZE"));
  await expect(plan({ a: noise(2 * MIB, 1) }, { size: MIB })).rejects.toThrow(adkError("FAT_FULL"));
  const volume = await sampleVolume({ a: "x" });
  const [file] = await volume.list(volume.root);
  const list = async () => [{ ...file, size: 2 ** 32 }] as Awaited<ReturnType<typeof volume.list>>;
  const large = Object.assign(Object.create(volume), { name: "large", root: volume.root, list });
  await expect(planFat(large)).rejects.toThrow(adkError("FAT_FILE_TOO_LARGE"));
});

test("a file that changed meanwhile is refused", async () => {
  const volume = await sampleVolume({ a: "x" });
  const plan = await planFat(volume);
  const open = async () => new MemoryAccess(new Uint8Array(2), "a");
  const changed = { ...plan, volume: Object.assign(Object.create(volume), { open }) };
  await expect(collect(plan.size, fatPieces(changed))).rejects.toThrow(adkError("FAT_FILE_CHANGED"));
});

test("clusters are of the sizes that Windows takes", () => {
  const sectors = [100 * MIB, 2 ** 30, 10 * 2 ** 30, 30 * 2 ** 30, 60 * 2 ** 30].map(
    (bytes) => layoutOf(bytes, 32).sectorsPerCluster,
  );
  expect(sectors).toEqual([1, 8, 16, 32, 64]);
  for (const kind of [12, 16, 32] as const) {
    const layout = layoutOf(64 * MIB, kind);
    const boot = { ...layout, hiddenSectors: 63, volumeId: 0xfedcba98, label: "LABEL" };
    expect(parseBootSector(writeBootSector(boot))).toEqual(boot);
  }
});

test("whatever the size, a volume is of the kind that was asked for, and its tables are large enough", () => {
  const sizes = fc.integer({ min: 8 * 512, max: 600 * MIB }).map((bytes) => bytes - (bytes % 512));
  // Where one kind ends for some size of clusters, too.
  const near = fc.tuple(
    fc.constantFrom(4085, 65_525),
    fc.constantFrom(1, 2, 4, 8),
    fc.integer({ min: -100, max: 700 }),
  );
  const atEdges = near.map(([clusters, sectors, more]) => (clusters * sectors + more) * 512);
  fc.assert(
    fc.property(fc.oneof(sizes, atEdges), fc.constantFrom(12, 16, 32), (bytes, kind) => {
      const layout = orNothing(() => layoutOf(bytes, kind));
      if (!layout) return;
      const clusters = clusterCount(layout);
      const [least, below] = { 12: [1, 4085], 16: [4085, 65_525], 32: [65_525, 2 ** 28] }[kind] as [number, number];
      expect(clusters).toBeGreaterThanOrEqual(least);
      expect(clusters).toBeLessThan(below);
      expect((layout.sectorsPerFat * 512 * 8) / kind).toBeGreaterThanOrEqual(clusters + 2);
      expect(layout.totalSectors).toBe(bytes / 512);
      const sector = writeBootSector({ ...layout, hiddenSectors: 0, volumeId: 1, label: "" });
      expect(parseBootSector(sector).kind).toBe(kind);
    }),
    { numRuns: 500 },
  );
});

function orNothing<T>(make: () => T): T | undefined {
  try {
    return make();
  } catch (error) {
    expect(error).toMatchObject({ code: "FAT_BAD_SIZE" });
    return undefined;
  }
}

/** Offset of the entry with an 8.3 name. */
const entryAt = (bytes: Uint8Array, name: string) => Buffer.from(bytes).indexOf(name.padEnd(11), 0, "latin1");

test("directories in a circle, clusters that are shared, chains that lead nowhere are findings", async () => {
  const bytes = await sampleFat(
    { kind: 16 },
    { "one/two/file": "x", "aa.bin": noise(2000, 1), "bb.bin": noise(2000, 2) },
  );
  const view = new DataView(bytes.buffer);
  const cycle = bytes.slice();
  const one = view.getUint16(entryAt(bytes, "ONE") + 26, true);
  new DataView(cycle.buffer).setUint16(entryAt(bytes, "TWO") + 26, one, true);
  const cyclic = await open(cycle);
  await checkFat(cyclic);
  expect(cyclic.findings.list.map(({ code }) => code)).toContain("FAT_CROSS_LINK");
  const volume = openFatVolume(await open(cycle));
  expect(await volume.lookup("/one/two/two/two/file")).toBeUndefined();

  const [a, b] = ["AA      BIN", "BB      BIN"].map((name) => entryAt(bytes, name) + 26) as [number, number];
  const shared = bytes.slice();
  new DataView(shared.buffer).setUint16(b, view.getUint16(a, true), true);
  const crossed = await open(shared);
  await checkFat(crossed);
  expect(crossed.findings.list.map(({ code }) => code)).toEqual(["FAT_CROSS_LINK"]);

  const outside = bytes.slice();
  new DataView(outside.buffer).setUint16(b, 0xfff0, true);
  const fat = await open(outside);
  await checkFat(fat);
  expect(fat.findings.list.map(({ code }) => code)).toEqual(["FAT_BAD_CHAIN"]);
  const damaged = openFatVolume(fat);
  const entry = await damaged.lookup("/bb.bin");
  await expect(damaged.open(entry!)).rejects.toThrow(adkError("FAT_BAD_CHAIN"));

  const lies = bytes.slice();
  new DataView(lies.buffer).setUint32(b + 2, 0x7fff_ffff, true);
  const lying = openFatVolume(await open(lies));
  await expect(lying.open((await lying.lookup("/bb.bin"))!)).rejects.toThrow(adkError("FAT_BAD_CHAIN"));
});

test("names that lead elsewhere are left out", async () => {
  const bytes = await sampleFat({ kind: 12 }, { "good.txt": "x", "bad.txt": "y" });
  bytes.set(new TextEncoder().encode("A/B     TXT"), entryAt(bytes, "BAD     TXT"));
  const fat = await open(bytes);
  const volume = openFatVolume(fat);
  expect((await volume.list(volume.root)).map(({ name }) => name)).toEqual(["good.txt"]);
  expect(fat.findings.list).toMatchObject([{ code: "FAT_BAD_NAME" }]);
});

test("every truncation is refused or found", async () => {
  const bytes = await sampleFat({ kind: 12, size: MIB });
  for (const size of [0, 100, 511, 512, 1000, 20_000]) {
    const cut = bytes.slice(0, size);
    const opened = open(cut).then(({ findings }) => findings.list[0]?.code);
    await expect(
      opened.catch(({ code }) => code),
      `${size}`,
    ).resolves.toMatch(/^(FAT_|UNEXPECTED_END)/);
  }
});
