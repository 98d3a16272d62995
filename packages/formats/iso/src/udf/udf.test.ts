import { extractVolume, linkTarget, MemoryAccess, parseReparseData, type SymlinkReparsePoint, walk } from "@adk/core";
import { orRefused, temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { openIso, openIsoVolume, verifyIso } from "../index.ts";
import { SAMPLE_TREE, type UdfSampleOptions, udfSample } from "../samples/udf-sample.ts";
import { findTags, repairTags } from "../testing/udf-tags.ts";
import { AllocationKind } from "./allocation.ts";
import { parseTag, TagId } from "./tag.ts";

const open = async (bytes: Uint8Array) => openIso(new MemoryAccess(bytes, "disc.udf"));
const codes = ({ list }: { list: readonly { code: string }[] }) => list.map(({ code }) => code);

async function contents(bytes: Uint8Array): Promise<Map<string, string>> {
  const volume = openIsoVolume(await open(bytes));
  const found = new Map<string, string>();
  for await (const batch of walk(volume)) {
    for (const entry of batch.filter(({ attributes }) => !(attributes & 0x10)))
      found.set(entry.path.slice(1), Buffer.from(await volume.read(entry)).toString("latin1"));
  }
  return found;
}

const EXPECTED = Object.entries(SAMPLE_TREE).map(([path, content]) => [path, Buffer.from(content).toString("latin1")]);

// The samples are synthetic, see samples/udf-sample.ts; real ones are in conformance/iso-udf.test.ts.
describe.each<UdfSampleOptions>([
  { revision: 0x0102 },
  { revision: 0x0102, allocation: AllocationKind.SHORT, continued: true },
  { revision: 0x0150, partition: "virtual" },
  { revision: 0x0200, partition: "virtual" },
  { revision: 0x0201, partition: "virtual", extended: false, continued: true },
  { revision: 0x0150, partition: "sparable" },
  { revision: 0x0201, partition: "sparable", continued: true },
  { revision: 0x0250, partition: "metadata" },
  { revision: 0x0260, partition: "metadata", continued: true },
  { revision: 0x0201, allocation: AllocationKind.EXTENDED, continued: true },
  { revision: 0x0201, allocation: AllocationKind.EXTENDED },
  { revision: 0x0201, chain: true },
  { revision: 0x0102, chain: true, partition: "virtual" },
])("a synthetic volume, %j", (options) => {
  test.each([512, 1024, 2048, 4096])("every file is read, blocks of %i bytes", async (blockSize) => {
    const { bytes } = udfSample({ ...options, blockSize });
    expect([...(await contents(bytes))].sort()).toEqual([...EXPECTED].sort());
    const image = await open(bytes);
    expect(image.udf).toMatchObject({ blockSize, revision: options.revision, volumeId: "SAMPLE" });
    expect(await verifyIso(image)).toMatchObject({ ok: true, findings: [] });
  });
});

describe("what is damaged", () => {
  const small = (options: UdfSampleOptions = {}) => udfSample({ blockSize: 512, ...options });
  const change = (bytes: Uint8Array, descriptor: number, edit: (view: DataView) => void) => {
    const tags = findTags(bytes);
    edit(new DataView(bytes.buffer, descriptor));
    repairTags(bytes, tags);
  };
  const listed = async (bytes: Uint8Array) => {
    const image = await open(bytes);
    const paths: string[] = [];
    for await (const batch of walk(openIsoVolume(image))) paths.push(...batch.map(({ path }) => path));
    return { paths, codes: codes(image.findings) };
  };
  const tagsOf = (bytes: Uint8Array, id: number) =>
    findTags(bytes).filter((at) => parseTag(bytes.subarray(at))?.id === id);

  test("the reserve sequence is used where the main one is damaged", async () => {
    const { bytes } = small();
    const [first] = tagsOf(bytes, TagId.LOGICAL_VOLUME) as [number];
    bytes.fill(0xff, first, first + 512);
    expect((await listed(bytes)).codes).toEqual(["UDF_RESERVE_USED"]);
    expect((await contents(bytes)).size).toBe(EXPECTED.length);
  });

  test("any one anchor is enough, also before what fills the image up", async () => {
    const { bytes } = small();
    const [first, last] = tagsOf(bytes, TagId.ANCHOR) as [number, number];
    const without = (at: number, size = bytes.length) => {
      const copy = new Uint8Array(size);
      copy.set(bytes);
      copy.fill(0, at, at + 512);
      return copy;
    };
    for (const each of [without(first), without(last), without(first, bytes.length + 300_000)]) {
      expect((await contents(each)).size).toBe(EXPECTED.length);
    }
  });

  test("a virtual allocation table is found behind what ends a session, and an older one where the last is damaged", async () => {
    const { bytes } = small({ partition: "virtual" });
    const longer = new Uint8Array(bytes.length + 150 * 512);
    longer.set(bytes);
    // The partition descriptors say that it ends where the disc did.
    expect((await contents(longer)).size).toBe(EXPECTED.length);
    bytes.fill(0, bytes.length - 512);
    await expect(open(bytes)).rejects.toMatchObject({ code: "ISO_BAD_MAGIC" });
  });

  test("the mirror of the metadata file is used, for all or for one block", async () => {
    const sample = small({ revision: 0x0250, partition: "metadata" });
    const all = sample.bytes.slice();
    all.fill(0, sample.partition, sample.partition + 512);
    expect((await listed(all)).codes).toEqual(["UDF_MIRROR_USED"]);
    const one = sample.bytes.slice();
    const entry = sample.entries.get("/readme.txt") as number;
    one.fill(0xaa, entry, entry + 512);
    expect((await contents(one)).get("readme.txt")).toBe("hello");
  });

  test("one sparing table is enough; without any it is told", async () => {
    const { bytes } = small({ partition: "sparable" });
    const [first, second] = tagsOf(bytes, 0) as [number, number];
    bytes.fill(0, first, first + 32);
    expect((await contents(bytes)).size).toBe(EXPECTED.length);
    bytes.fill(0, second, second + 32);
    const { code, message } = await open(bytes).then(
      ({ findings }) => findings.list[0]!,
      (error) => error,
    );
    expect(`${code} ${message}`).toMatch(/^UDF_NO_SPARING_TABLE|^ISO_BAD_MAGIC/);
  });

  test("an allocation, a chain of entries and a directory that lead to themselves have an end", async () => {
    const continued = small({ continued: true });
    for (const at of tagsOf(continued.bytes, TagId.ALLOCATION_EXTENT)) {
      // Each leads to itself.
      change(continued.bytes, at, (view) => {
        const last = 24 + view.getUint32(20, true) - 16;
        view.setUint32(last, ((3 << 30) | 512) >>> 0, true);
        view.setUint32(last + 4, view.getUint32(12, true), true);
      });
    }
    const { paths, codes: found } = await listed(continued.bytes);
    expect(paths).toContain("/readme.txt");
    expect(paths).not.toContain("/big.bin");
    expect(new Set(found)).toEqual(new Set(["UDF_BAD_ALLOCATION"]));

    const chain = small({ chain: true });
    for (const at of tagsOf(chain.bytes, TagId.INDIRECT_ENTRY))
      change(chain.bytes, at, (view) => view.setUint32(40, view.getUint32(12, true), true));
    await expect(open(chain.bytes)).rejects.toMatchObject({ code: "ISO_BAD_MAGIC" });

    const cyclic = small();
    const root = cyclic.entries.get("") as number;
    const rootBlock = (root - cyclic.partition) / 512;
    const [docs] = tagsOf(cyclic.bytes, TagId.FILE_IDENTIFIER).filter(
      (at) => new TextDecoder().decode(cyclic.bytes.subarray(at + 39, at + 43)) === "deep",
    ) as [number];
    change(cyclic.bytes, docs, (view) => view.setUint32(24, rootBlock, true));
    expect((await listed(cyclic.bytes)).codes).toEqual(["ISO_CYCLE"]);
  });

  test("sizes that no disc can have are not believed", async () => {
    for (const size of [2n ** 40n, 2n ** 53n, 2n ** 63n]) {
      for (const path of ["", "/docs", "/big.bin"]) {
        const sample = small({ allocation: AllocationKind.SHORT });
        change(sample.bytes, sample.entries.get(path) as number, (view) => view.setBigUint64(56, size, true));
        const image = await open(sample.bytes).catch((error) => error);
        if (path === "") expect(image).toMatchObject({ code: "ISO_BAD_MAGIC" });
        else expect((await verifyIso(image)).ok).toBe(false);
      }
    }
  });

  test("a hole of a petabyte is not read into memory", async () => {
    const sample = small({ tree: { "hole.bin": new Uint8Array(2000) } });
    change(sample.bytes, sample.entries.get("/hole.bin") as number, (view) => {
      const head = 216;
      for (let i = 0; i < 4; i++) view.setUint32(head + 16 * i, ((2 << 30) | 0x3fff_fe00) >>> 0, true);
      view.setBigUint64(56, 4n * 0x3fff_fe00n, true);
    });
    const image = await open(sample.bytes);
    const volume = openIsoVolume(image);
    const entry = (await volume.lookup("hole.bin"))!;
    expect(entry.size).toBe(4 * 0x3fff_fe00);
    await expect(volume.read(entry)).rejects.toMatchObject({ code: "LIMIT_EXCEEDED" });
    expect(await (await volume.open(entry)).read(2 ** 31, 4)).toEqual(new Uint8Array(4));
    expect(await verifyIso(image)).toMatchObject({ ok: true });
  });

  test("entries behind a damaged one are still listed", async () => {
    const { bytes } = small();
    const [nothing] = tagsOf(bytes, TagId.FILE_IDENTIFIER).filter(
      (at) => new TextDecoder().decode(bytes.subarray(at + 39, at + 46)) === "nothing",
    ) as [number];
    const root = findTags(bytes)
      .filter((at) => at < nothing)
      .at(-1) as number;
    change(bytes, root, () => bytes.fill(0, nothing, nothing + 2));
    const { paths, codes: found } = await listed(bytes);
    expect(found).toEqual(["UDF_BAD_DIRECTORY"]);
    expect(paths).toContain("/big.bin");
    expect(paths).not.toContain("/nothing.txt");
  });

  test("links lead where they say and are not extracted; devices and streams are told of", async () => {
    const sample = small({ tree: { "a.txt": "a", "b.txt": "b", "dir/rel": "->../a.txt", "dir/abs": "->/dir/b.txt" } });
    const volume = openIsoVolume(await open(sample.bytes));
    const target = async (path: string) => {
      const entry = (await volume.lookup(path))!;
      const point = parseReparseData(entry.reparseTag, (await volume.reparsePoint(entry))!.data);
      return linkTarget(point as SymlinkReparsePoint);
    };
    expect(await target("dir/rel")).toBe("..\\a.txt");
    expect(await target("dir/abs")).toBe("\\dir\\b.txt");
    const directory = temporaryDirectory();
    const { files, findings } = await extractVolume(volume, directory);
    expect(files).toBe(2);
    expect(findings.map(({ code }) => code)).toEqual(["ISO_IS_A_LINK", "ISO_IS_A_LINK"]);

    change(sample.bytes, sample.entries.get("/a.txt") as number, (view) => view.setUint8(27, 6));
    change(sample.bytes, sample.entries.get("/b.txt") as number, (view) => view.setUint32(152, 512, true));
    expect((await listed(sample.bytes)).codes.sort()).toEqual(["UDF_SPECIAL_FILE", "UDF_STREAMS_SKIPPED"]);
  });

  test("names that lead elsewhere are left out, and nothing is written outside", async () => {
    const { bytes } = small({ tree: { XX: "1", "X/Z": "2", "CON.txt": "3", "ok.txt": "4" } });
    for (const at of tagsOf(bytes, TagId.FILE_IDENTIFIER)) {
      change(bytes, at, (view) => {
        const name = String.fromCharCode(...bytes.subarray(at + 39, at + 38 + view.getUint8(19)));
        if (name === "XX") bytes.set([0x2e, 0x2e], at + 39);
        if (name === "Z") bytes.set([0x2f], at + 39);
      });
    }
    const image = await open(bytes);
    const directory = temporaryDirectory();
    const { findings } = await extractVolume(openIsoVolume(image), directory);
    expect(codes(image.findings)).toEqual(["ISO_BAD_NAME", "ISO_BAD_NAME"]);
    expect(findings.every(({ code }) => code === "UNSAFE_NAME")).toBe(true);
    expect((await verifyIso(image)).findings.map(({ code }) => code)).toContain("ISO_NAME_NOT_FOR_WINDOWS");
  });
});

test("an image that is cut off anywhere is refused, or read as far as it goes", { timeout: 60_000 }, async () => {
  for (const partition of ["physical", "virtual", "metadata", "sparable"] as const) {
    const { bytes } = udfSample({ revision: 0x0250, blockSize: 512, partition });
    for (let length = 0; length < bytes.length; length += 512) {
      const image = await orRefused(() => open(bytes.subarray(0, length - (length % 1024 ? 64 : 0))));
      if (image) await verifyIso(image);
    }
  }
});
