import { Findings, MemoryAccess } from "@adk/core";
import { isAdkError } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { PdbFile } from "./pdb-file.ts";
import { makeSamplePdb, type SamplePdb } from "./testing/sample-pdb.ts";

const SAMPLE: SamplePdb = {
  publics: [
    [1, 0x40, "?public@ns@@YAXXZ"],
    [1, 0x10, "_start"],
    [2, 0x20, "?data@@3HA"],
    [3, 0x20, "absolute"],
  ],
  functions: [
    [1, 0x10, 0x20, "start"],
    [1, 0x80, 0x10, "std::vector<int>::push_back"],
  ],
  lines: [
    [0, 7],
    [8, 9],
    [0x10, 0xf00f00],
  ],
};

function open(sample: SamplePdb = SAMPLE) {
  return PdbFile.open(new MemoryAccess(makeSamplePdb(sample), "sample.pdb"));
}

test("tells which database it is", async () => {
  const pdb = await open({ ...SAMPLE, age: 26 });
  expect(pdb.id).toBe("123456789ABCDEF0123456789ABCDEF01A");
  expect(pdb.dbi).toMatchObject({ machine: 0x8664, modules: [{ name: "main.obj", objectFile: "main.obj" }] });
});

test.each([512, 4096])("streams in blocks of %i bytes", async (blockSize) => {
  const publics = Array.from({ length: 200 }, (_, i) => [1, i * 16, `name${i}`] as const);
  const symbols = await (await open({ publics, blockSize })).readSymbols();
  expect(symbols.count).toBe(200);
  expect(symbols.find(16 * 16 + 0x1000 + 5)).toMatchObject({ name: "name16", address: 0x1100 });
});

describe("symbols", () => {
  test("are the code, by address; what has a size comes before what has none", async () => {
    const symbols = await (await open()).readSymbols();
    expect([...symbols].map(({ address, size, name }) => [address, size, name])).toEqual([
      [0x1010, 0x20, "start"],
      [0x1010, 0, "_start"],
      [0x1040, 0, "ns::public"],
      [0x1080, 0x10, "std::vector<int>::push_back"],
    ]);
  });

  test("are found by any address of theirs", async () => {
    const symbols = await (await open()).readSymbols();
    const nameAt = (address: number) => symbols.find(address)?.name;
    expect(nameAt(0x100f)).toBeUndefined();
    expect(nameAt(0x1010)).toBe("start");
    expect(nameAt(0x102f)).toBe("start");
    // Behind the end of a function nothing is known.
    expect(nameAt(0x1030)).toBeUndefined();
    expect(nameAt(0x107f)).toBe("ns::public");
    expect(nameAt(0x1090)).toBeUndefined();
  });

  test("of code that was moved after linking", async () => {
    const omap = [
      [0x1000, 0x5000],
      [0x1040, 0],
      [0x1080, 0x4000],
    ] as const;
    const symbols = await (await open({ ...SAMPLE, omap })).readSymbols();
    expect([...symbols].map(({ address, name }) => [address, name])).toEqual([
      [0x4000, "std::vector<int>::push_back"],
      [0x5010, "start"],
      [0x5010, "_start"],
    ]);
  });
});

test("lines of source files end with the code", async () => {
  const lines = await (await open()).readLines();
  expect(lines.files).toEqual([{ name: "C:\\src\\main.cpp", checksumKind: "MD5", checksum: "AB".repeat(16) }]);
  const lineAt = (address: number) => lines.find(address)?.line;
  expect([0x100f, 0x1010, 0x1017, 0x1018, 0x1020, 0x1030].map(lineAt)).toEqual([
    undefined,
    7,
    7,
    9,
    undefined,
    undefined,
  ]);
});

test("a damaged module is told of, the rest is read", async () => {
  const bytes = makeSamplePdb({ ...SAMPLE, blockSize: 512 });
  // The block of the module's stream, in the list at the end of the directory, is made one that the file does not have.
  const directory = bytes.length - 512;
  const view = new DataView(bytes.buffer, bytes.byteOffset + directory);
  const count = view.getUint32(0, true);
  view.setUint32(4 + count * 4 + 3 * 4, 0x00ff_ffff, true);
  const findings = new Findings();
  const pdb = await PdbFile.open(new MemoryAccess(bytes, "sample.pdb"), { findings });
  expect([...(await pdb.readSymbols())].map(({ name }) => name)).toEqual(["_start", "ns::public"]);
  expect(findings.list).toMatchObject([{ code: "UNEXPECTED_END" }]);
});

test("other files are refused", async () => {
  for (const bytes of [new Uint8Array(0), new Uint8Array(4096), Buffer.from("BSJB")]) {
    await expect(PdbFile.open(new MemoryAccess(bytes))).rejects.toMatchObject({ code: "PDB_BAD_MSF" });
  }
});

test("every beginning of a file is refused", async () => {
  const bytes = makeSamplePdb(SAMPLE);
  // The last block holds the stream directory, and zeros behind it.
  for (let length = 0; length < bytes.length - 512; length += 7) {
    await expect(PdbFile.open(new MemoryAccess(bytes.subarray(0, length)))).rejects.toSatisfy(isAdkError);
  }
});

test("annotations are texts; one whose texts do not end inside it is none", async () => {
  const annotations = [["TMF:", "guid driver", "#typev é 12", "{", "}"], ["TMC:"], []];
  const pdb = await open({ ...SAMPLE, annotations });
  expect(await pdb.readAnnotations()).toEqual(annotations);
  const bytes = makeSamplePdb({ annotations: [["one", "two"]], blockSize: 4096 });
  const record = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf("one\0two") - 2;
  for (const count of [3, 0xffff]) {
    new DataView(bytes.buffer, bytes.byteOffset).setUint16(record, count, true);
    const damaged = await PdbFile.open(new MemoryAccess(bytes, "damaged"));
    expect(await damaged.readAnnotations()).toEqual([]);
  }
});
