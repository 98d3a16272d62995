import { AdkError, FileAttribute, formatFiletime, MemoryAccess } from "@adk/core";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CabinetSet, cabInfo, findCabinets, readCabFile, readFiles, verifyCabinets } from "./index.ts";
import { type SampleFolder, sampleCabinet, sampleSet, sampleText } from "./sample-cabinet.ts";

function adkError(code: string, more: object = {}): unknown {
  return expect.objectContaining({ name: "AdkError", code, ...more });
}

function open(bytes: Uint8Array, start?: number): Promise<CabinetSet> {
  return CabinetSet.open(new MemoryAccess(bytes, "test.cab"), { start });
}

/** Opens a set from one of its parts; the others are found by their names. */
function openSet(parts: readonly { name: string; bytes: Uint8Array }[], from = 0): Promise<CabinetSet> {
  const [first] = parts.slice(from);
  return CabinetSet.open(new MemoryAccess(first!.bytes, first!.name), {
    openNeighbour: async (name) => {
      const part = parts.find((each) => each.name === name);
      return part && new MemoryAccess(part.bytes, part.name);
    },
  });
}

const FOLDERS: readonly SampleFolder[] = (["none", "mszip", "lzx"] as const).map((compression) => ({
  compression,
  files: [
    { name: `${compression}\\empty`, data: new Uint8Array(0) },
    { name: `${compression}\\large.txt`, data: sampleText(100_000) },
    { name: `${compression}\\small.txt`, data: sampleText(10, 5) },
  ],
}));

describe("a cabinet", () => {
  test("of all compressions is read and verified", async () => {
    for (const options of [{}, { noChecksums: true }, { reserve: { header: 30, folder: 5, data: 7 } }]) {
      const set = await open(sampleCabinet(FOLDERS, options));
      expect(set.findings).toEqual([]);
      for (const { name, data } of FOLDERS.flatMap(({ files }) => files)) {
        const file = set.files.find((each) => each.name === name)!;
        expect(Buffer.compare(await readCabFile(file), data)).toBe(0);
      }
      expect(await verifyCabinets(set)).toEqual({ ok: true, files: 9, bytes: 300_030, findings: [] });
    }
  });

  test("tells what it is", async () => {
    const info = await cabInfo(await open(sampleCabinet(FOLDERS, { reserve: { header: 4, folder: 0, data: 1 } })));
    expect(info).toMatchObject({
      kind: "cabinet",
      fileCount: 9,
      size: 300_030,
      cabinets: [{ number: 0, start: 0, reserve: { header: 4, folder: 0, data: 1 } }],
      folders: [
        { compression: "none", blocks: 4, files: 3, complete: true },
        { compression: "MSZIP", blocks: 4 },
        { compression: "LZX, window of 64 KiB", blocks: 4 },
      ],
    });
  });

  test("has attributes, times and names in UTF-8", async () => {
    const files = [
      { name: "r.txt", data: sampleText(3), attributes: 0x47, date: (46 << 9) | (2 << 5) | 28, time: (23 << 11) | 29 },
      { name: "no time", data: sampleText(3), date: (46 << 9) | (2 << 5) | 30 },
      { name: "größe\\日本.txt", data: sampleText(3) },
    ];
    const { files: found } = await open(sampleCabinet([{ compression: "none", files }]));
    const [first, second, third] = found;
    expect(first).toMatchObject({
      attributes: FileAttribute.READONLY | FileAttribute.HIDDEN | FileAttribute.SYSTEM,
      executeAfterExtraction: true,
      utf8Name: false,
    });
    expect(formatFiletime(first!.lastWriteTime)).toMatch(/^2026-02-28T23:00:58/);
    expect(second!.lastWriteTime).toBe(0n);
    expect(third).toMatchObject({ utf8Name: true, path: ["größe", "日本.txt"] });
  });

  test("inside of another file is found", async () => {
    const inner = sampleCabinet([{ compression: "none", files: [{ name: "a", data: sampleText(9) }] }]);
    // Stored as a file of another one, it is a file and no second cabinet.
    const cabinet = sampleCabinet([{ compression: "none", files: [{ name: "inner.cab", data: inner }] }]);
    const program = new Uint8Array([...sampleText(1 << 20), ...new TextEncoder().encode("MSCF"), ...cabinet, ...inner]);
    const starts: number[] = [];
    for await (const start of findCabinets(new MemoryAccess(program))) starts.push(start);
    const first = (1 << 20) + 4;
    expect(starts).toEqual([first, first + cabinet.length]);
    const set = await open(program, first);
    expect(Buffer.compare(await readCabFile(set.files[0]!), inner)).toBe(0);
  });

  test("names the place of its signature", async () => {
    const bytes = sampleCabinet([{ compression: "none", files: [] }], { reserve: { header: 20, folder: 0, data: 0 } });
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    view.setUint32(40, 0x00100000, true);
    view.setUint32(44, bytes.length, true);
    view.setUint32(48, 1234, true);
    const [cabinet] = (await open(bytes)).cabinets;
    expect(cabinet!.header.signature).toEqual({ offset: bytes.length, size: 1234 });
  });
});

describe("a set", () => {
  const folder: SampleFolder = {
    compression: "mszip",
    files: [
      { name: "first", data: sampleText(50_000) },
      { name: "long", data: sampleText(200_000, 7) },
      { name: "last", data: sampleText(5000, 9) },
    ],
  };

  test.each(["none", "mszip", "lzx"] as const)("of %s is read from any of its parts", async (compression) => {
    for (const [from, listAll] of [0, 1, 2, 3, 0, 2].map((each, i) => [each, i > 3] as const)) {
      const set = await openSet(sampleSet({ ...folder, compression }, [2, 3, 1], { listAll }), from);
      expect(set.findings).toEqual([]);
      expect(set.files.map(({ name }) => name)).toEqual(["first", "long", "last"]);
      for (const [i, file] of set.files.entries()) {
        expect(Buffer.compare(await readCabFile(file), folder.files[i]!.data)).toBe(0);
      }
      expect(await verifyCabinets(set)).toMatchObject({ ok: true, bytes: 255_000 });
    }
  });

  test("without its start or end is told", async () => {
    const parts = sampleSet(folder, [2, 3, 1]);
    const start = await openSet(parts.slice(0, 2));
    expect(start.findings).toEqual([expect.objectContaining({ severity: "warning", code: "CAB_MISSING" })]);
    expect(await readCabFile(start.files[0]!)).toHaveLength(50_000);
    await expect(readCabFile(start.files[1]!)).rejects.toThrow(adkError("CAB_MISSING"));
    const end = await openSet(parts.slice(2));
    await expect(readCabFile(end.files.at(-1)!)).rejects.toThrow(adkError("CAB_MISSING"));
    expect(await verifyCabinets(end)).toMatchObject({ ok: false });
  });

  test("of parts that do not belong together is not joined", async () => {
    const [first, ...rest] = sampleSet(folder, [2, 3]);
    const other = sampleSet(folder, [2, 3], { setId: 5 });
    const set = await openSet([first!, ...other.slice(1), ...rest]);
    expect(set.findings).toEqual([expect.objectContaining({ code: "CAB_NOT_OF_SET" })]);
    const round = await openSet([{ name: "part2.cab", bytes: first!.bytes }]);
    expect(round.findings).toEqual([expect.objectContaining({ code: "CAB_NOT_OF_SET" })]);
  });
});

describe("what is wrong", () => {
  const cabinet = sampleCabinet([{ compression: "mszip", files: [{ name: "a.txt", data: sampleText(40_000) }] }]);

  test("every truncation is refused or found", async () => {
    for (let length = 0; length < cabinet.length; length++) {
      try {
        const set = await open(cabinet.subarray(0, length));
        expect((await verifyCabinets(set)).ok).toBe(false);
      } catch (error) {
        expect(error).toBeInstanceOf(AdkError);
      }
    }
  });

  test("damaged data has another checksum", async () => {
    const damaged = cabinet.slice();
    damaged[damaged.length - 5]! ^= 1;
    const set = await open(damaged);
    const { ok, findings } = await verifyCabinets(set);
    expect(ok).toBe(false);
    expect(findings[0]).toMatchObject({ code: "CAB_BAD_CHECKSUM", where: { path: "a.txt", file: "test.cab" } });
    await expect(readCabFile(set.files[0]!)).rejects.toThrow(adkError("CAB_BAD_CHECKSUM"));
  });

  test("Quantum and unknown compressions are named", async () => {
    const files = [{ name: "q", data: sampleText(10) }];
    const set = await open(sampleCabinet([{ compression: "quantum", files }]));
    await expect(readCabFile(set.files[0]!)).rejects.toThrow(adkError("CAB_QUANTUM", { kind: "unsupported" }));
    await expect(verifyCabinets(set)).rejects.toThrow(adkError("CAB_QUANTUM"));
    const unknown = cabinet.slice();
    unknown[36 + 6] = 9;
    const [file] = (await open(unknown)).files;
    await expect(readCabFile(file!)).rejects.toThrow(adkError("CAB_UNKNOWN_COMPRESSION", { kind: "unsupported" }));
  });

  test.each([
    ["no cabinet", (bytes: Uint8Array) => bytes.fill(0, 0, 1), "CAB_BAD_MAGIC"],
    ["a WIM file", (bytes: Uint8Array) => bytes.set(new TextEncoder().encode("MSWIM\0\0\0")), "CAB_IS_WIM"],
    ["another version", (bytes: Uint8Array) => bytes.fill(2, 25, 26), "CAB_VERSION"],
    ["entries inside the header", (bytes: Uint8Array) => bytes.fill(8, 16, 17), "CAB_BAD_HEADER"],
  ])("%s", async (_, change, code) => {
    const bytes = cabinet.slice();
    change(bytes);
    await expect(open(bytes)).rejects.toThrow(adkError(code));
  });

  test("files in no folder, or behind the end of theirs", async () => {
    const view = (bytes: Uint8Array) => new DataView(bytes.buffer, bytes.byteOffset);
    const nowhere = cabinet.slice();
    view(nowhere).setUint16(44 + 8, 7, true);
    expect(await open(nowhere)).toMatchObject({ files: [], findings: [{ code: "CAB_NO_SUCH_FOLDER" }] });
    const long = cabinet.slice();
    view(long).setUint32(44, 0x7fffffff, true);
    const set = await open(long);
    await expect(readCabFile(set.files[0]!)).rejects.toThrow(adkError("CAB_FILE_OUTSIDE"));
    expect((await verifyCabinets(set)).findings).toMatchObject([{ code: "CAB_FILE_OUTSIDE" }]);
  });

  test("many files that share their data", async () => {
    const files = Array.from({ length: 100 }, (_, i) => ({ name: `${i}`, data: sampleText(700) }));
    const bytes = sampleCabinet([{ compression: "none", files }]);
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    for (let at = 44; view.getUint16(at + 14, true) === 0x20; at += 17 + (bytes[at + 17] === 0 ? 1 : 2)) {
      view.setUint32(at, 60_000, true);
      view.setUint32(at + 4, 0, true);
    }
    const set = await open(bytes);
    const readAll = async () => {
      for await (const { bytes } of readFiles(set.folders[0]!, set.files)) expect(bytes.length).toBeLessThan(70_000);
    };
    await expect(readAll()).rejects.toThrow(adkError("CAB_FILES_OVERLAP"));
  });
});

test("any cabinet comes back", async () => {
  const file = fc.record({
    name: fc.string({ minLength: 1, maxLength: 20 }).filter((name) => !name.includes("\0") && name.isWellFormed()),
    data: fc.integer({ min: 0, max: 70_000 }).map((size) => sampleText(size, size + 1)),
  });
  const folder = fc.record({
    compression: fc.constantFrom("none" as const, "mszip" as const, "lzx" as const),
    files: fc.array(file, { maxLength: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(folder, { maxLength: 3 }), async (folders) => {
      const set = await open(sampleCabinet(folders));
      const expected = folders.flatMap(({ files }) => files);
      expect(set.files.map(({ name }) => name)).toEqual(expected.map(({ name }) => name));
      for (const [i, found] of set.files.entries()) {
        expect(Buffer.compare(await readCabFile(found), expected[i]!.data)).toBe(0);
      }
    }),
    { numRuns: 25 },
  );
});
