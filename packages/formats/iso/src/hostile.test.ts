import { MemoryAccess, walk } from "@adk/core";
import { orRefused } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { openIso, openIsoVolume, verifyIso } from "./index.ts";
import { sampleDisc } from "./testing/sample-disc.ts";

const SECTOR = 2048;
const open = (bytes: Uint8Array) => openIso(new MemoryAccess(bytes, "disc.iso"));

/** An image of ISO 9660 whose records can be changed. */
class Disc {
  readonly bytes: Uint8Array;
  readonly view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  }

  static async make(tree: Record<string, string | Uint8Array>): Promise<Disc> {
    return new Disc(await sampleDisc({ form: "iso9660", boot: [] }, tree));
  }

  /** Offset of the record of a name. */
  record(name: string): number {
    const at = Buffer.from(this.bytes).indexOf(String.fromCharCode(name.length) + name, 18 * SECTOR, "latin1") - 32;
    if (at < 0) throw new Error(`no record of ${name}`);
    return at;
  }

  setExtent(record: number, sector: number): void {
    this.view.setUint32(record + 2, sector, true);
    this.view.setUint32(record + 6, sector);
  }

  setSize(record: number, bytes: number): void {
    this.view.setUint32(record + 10, bytes, true);
    this.view.setUint32(record + 14, bytes);
  }

  extent(record: number): number {
    return this.view.getUint32(record + 2, true);
  }

  async verify() {
    const { ok, findings } = await verifyIso(await open(this.bytes));
    return { ok, codes: [...new Set(findings.map(({ code }) => code))].sort() };
  }

  async names(): Promise<string[]> {
    const volume = openIsoVolume(await open(this.bytes));
    return (await volume.list(volume.root)).map(({ name }) => name);
  }
}

describe("records of ISO 9660", () => {
  test("numbers that differ in their two forms are told; the first counts", async () => {
    const disc = await Disc.make({ "A.TXT": "a" });
    disc.view.setUint32(disc.record("A.TXT") + 14, 7);
    expect(await disc.verify()).toEqual({ ok: true, codes: ["ISO_BOTH_ENDIAN"] });
  });

  test("interleaved files are left out; associated ones are no files", async () => {
    const disc = await Disc.make({ "A.TXT": "a", "B.TXT": "b", "C.TXT": "c" });
    disc.bytes.set([1, 1], disc.record("A.TXT") + 26);
    disc.bytes[disc.record("B.TXT") + 25] = 4;
    expect(await disc.names()).toEqual(["C.TXT"]);
    expect((await disc.verify()).codes).toEqual(["ISO_INTERLEAVED"]);
  });

  test("a file of several extents, and one whose last is missing", async () => {
    const disc = await Disc.make({ "A.BIN": new Uint8Array(2048).fill(1), "B.BIN": new Uint8Array(9).fill(2) });
    disc.bytes[disc.record("A.BIN") + 25] = 0x80;
    const second = disc.record("B.BIN");
    expect((await disc.verify()).codes).toEqual(["ISO_MISSING_EXTENT"]);
    disc.bytes[second + 33] = 0x41;
    const volume = openIsoVolume(await open(disc.bytes));
    const entry = (await volume.lookup("A.BIN"))!;
    expect(entry.size).toBe(2057);
    expect((await volume.read(entry)).subarray(2046)).toEqual(Uint8Array.of(1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2));
  });

  test("data begins behind an extended attribute record", async () => {
    const disc = await Disc.make({ "A.TXT": "text" });
    const record = disc.record("A.TXT");
    disc.bytes[record + 1] = 1;
    disc.setExtent(record, disc.extent(record) - 1);
    const volume = openIsoVolume(await open(disc.bytes));
    expect(new TextDecoder().decode(await volume.read((await volume.lookup("a.txt"))!))).toBe("text");
  });

  test("versions and final dots are no part of a name; of two versions the first is taken", async () => {
    const disc = await Disc.make({ "AA.TXT_1": "new", "AA.TXT_2": "old", README__1: "r" });
    const rename = (from: string, to: string) => disc.bytes.set(Buffer.from(to, "latin1"), disc.record(from) + 33);
    rename("AA.TXT_1", "AA.TXT;2");
    rename("AA.TXT_2", "AA.TXT;1");
    rename("README__1", "README.;1");
    expect(await disc.names()).toEqual(["AA.TXT", "README"]);
    expect(await disc.verify()).toEqual({ ok: true, codes: ["ISO_DUPLICATE_NAME"] });
  });

  test("bytes that are not ASCII are UTF-8, or Latin-1", async () => {
    const disc = await Disc.make({ XXYYYY: "x", ZZZ: "z" });
    disc.bytes.set(Buffer.from("Äé", "utf8"), disc.record("XXYYYY") + 33);
    disc.bytes.set(Buffer.from("Öß", "latin1"), disc.record("ZZZ") + 33);
    expect(await disc.names()).toEqual(["ÄéYY", "ÖßZ"]);
  });
});

describe("what leads elsewhere", () => {
  test("path tables that lack a directory or have others", async () => {
    const disc = await Disc.make({ "D/A.TXT": "a", "E/B.TXT": "b" });
    const table = disc.view.getUint32(16 * SECTOR + 140, true) * SECTOR;
    disc.view.setUint32(table + 2 + 10, 0x99, true);
    expect(await disc.verify()).toEqual({ ok: true, codes: ["ISO_PATH_TABLE"] });
    disc.view.setUint32(16 * SECTOR + 132, 0xffff_ff00, true);
    expect((await disc.verify()).codes).toContain("LIMIT_EXCEEDED");
  });

  test("a directory that two others share, and one beyond the image", async () => {
    const disc = await Disc.make({ "DDD/A.TXT": "a", "EEE/B.TXT": "b" });
    disc.setExtent(disc.record("EEE"), disc.extent(disc.record("DDD")));
    expect((await disc.verify()).codes).toContain("ISO_SHARED_DIRECTORY");
    disc.setExtent(disc.record("EEE"), 0xffff_0000);
    expect(await disc.verify()).toMatchObject({ ok: false });
  });

  test("files that overlap, that lie in a directory, and that end beyond the image", async () => {
    const disc = await Disc.make({ "A.BIN": new Uint8Array(5000), "B.BIN": new Uint8Array(5000) });
    const [a, b] = [disc.record("A.BIN"), disc.record("B.BIN")];
    disc.setExtent(b, disc.extent(a) + 1);
    expect(await disc.verify()).toEqual({ ok: true, codes: ["ISO_OVERLAP"] });
    disc.setExtent(b, disc.view.getUint32(16 * SECTOR + 158, true) - 1);
    expect((await disc.verify()).codes).toEqual(["ISO_OVERLAP"]);
    disc.setSize(b, 0xffff_ffff);
    expect(await disc.verify()).toMatchObject({ ok: false, codes: ["ISO_OVERLAP", "UNEXPECTED_END"] });
  });

  test("directories that share their data cannot have more entries than there is room for", async () => {
    // Each directory begins a sector later than that before it, and all of them end where the last does.
    const tree = Object.fromEntries(Array.from({ length: 100 }, (_, i) => [`D${i}/F.TXT`, "f"]));
    const disc = await Disc.make(tree);
    for (let i = 0; i < 100; i++) disc.setSize(disc.record(`D${i}`), (disc.bytes.length >> 1) & ~2047);
    const image = await open(disc.bytes);
    const counted = await orRefused(async () => {
      let entries = 0;
      for await (const batch of walk(openIsoVolume(image))) entries += batch.length;
      return entries;
    });
    expect(counted ?? 0).toBeLessThan(disc.bytes.length / 34);
    expect((await disc.verify()).ok).toBe(false);
  });
});

describe("images of whole sectors", () => {
  const raw = (data: Uint8Array, mode: 1 | 2, sectorBytes: number) => {
    const bytes = new Uint8Array((data.length / SECTOR) * sectorBytes);
    for (let i = 0; i < data.length / SECTOR; i++) {
      const at = i * sectorBytes;
      bytes.fill(0xff, at + 1, at + 11);
      bytes[at + 15] = mode;
      bytes.set(data.subarray(i * SECTOR, (i + 1) * SECTOR), at + (mode === 1 ? 16 : 24));
    }
    return bytes;
  };

  test.each([
    [1, 2352],
    [2, 2352],
    [1, 2448],
  ] as const)("mode %i, %i bytes", async (mode, sectorBytes) => {
    const data = await sampleDisc({ form: "bridge" });
    const image = await open(raw(data, mode, sectorBytes));
    expect(image.rawSectors).toEqual({ sectorBytes, mode });
    expect(await verifyIso(image)).toMatchObject({ ok: true, findings: [] });
    expect(await image.access.read(33_000, 5000)).toEqual(data.subarray(33_000, 38_000));
  });

  test("sound and video are no data", async () => {
    const bytes = raw(await sampleDisc({ form: "iso9660" }), 2, 2352);
    bytes[20 * 2352 + 18] = 0x20;
    const image = await open(bytes);
    await expect(image.access.read(20 * SECTOR, 1)).rejects.toMatchObject({ code: "ISO_NO_DATA_SECTOR" });
  });
});

test("an image that is cut off anywhere is refused, or read as far as it goes", { timeout: 60_000 }, async () => {
  const tree = { "D/A.TXT": "a", "B.BIN": new Uint8Array(3000) };
  for (const form of ["iso9660", "joliet"] as const) {
    const bytes = await sampleDisc({ form }, tree);
    for (let length = 0; length < bytes.length; length += 64) {
      const image = await orRefused(() => open(bytes.subarray(0, length)));
      if (image) await verifyIso(image);
    }
  }
});

test("a boot image beyond the end of the image is told of", async () => {
  const disc = new Disc(await sampleDisc({ form: "iso9660" }));
  const catalog = disc.view.getUint32(17 * SECTOR + 0x47, true) * SECTOR;
  disc.view.setUint32(catalog + 32 + 8, 0xffff_ffff, true);
  expect((await disc.verify()).codes).toContain("ISO_BAD_BOOT_ENTRY");
});
