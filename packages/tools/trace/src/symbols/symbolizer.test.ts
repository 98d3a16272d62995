import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { Findings } from "@adk/core";
import { parsePe } from "@adk/pe";
import { adkError, makeTree } from "@adk/testing";
import { expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { cpuTable } from "../tables/cpu.ts";
import { sampleProgram } from "../testing/sample-program.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { BreakpadLines } from "./breakpad-lines.ts";
import { BreakpadSymbols } from "./breakpad-symbols.ts";
import { readExportedNames } from "./exported-names.ts";
import { Symbolizer, type SymbolOptions } from "./symbolizer.ts";

const [PID, TID, BASE] = [100, 104, 0x7ff6_0000_0000];
const STAMP = 0x6500_0000;
const GUID = "11223344-5566-7788-99aa-bbccddeeff00";
const ID = "112233445566778899AABBCCDDEEFF002";
const BREAKPAD = `MODULE windows x86_64 ${ID} shop.pdb
FILE 0 shop.c
FUNC 10100 40 0 Shop::Sell(int)
10100 10 7 0
10110 8 9 1
10118 4 0 0
1011c 4 11 5
FILE 1 C:\\src\\price list.h\r
not a line
FUNC m 10200 20 8 Shop::Buy\r
PUBLIC 10200 0 ?Buy@@
PUBLIC 10400 0 Behind
STACK CFI INIT 10100 40
FUNC nonsense
`;

/** A synthetic trace whose one image has samples at some addresses of it. */
function traceWithImage(...offsets: number[]): SyntheticTrace {
  const trace = new SyntheticTrace().process(PID, "app.exe").thread(TID, PID);
  const image = { ImageBase: BASE, ImageSize: 0x30000, ProcessId: PID, FileName: "C:\\Program Files\\shop.dll" };
  trace.event("Image/DCStart", 0, { ...image, TimeDateStamp: STAMP }, { pid: PID, tid: 0 });
  for (const [i, offset] of offsets.entries()) trace.sample(1 + i, 0, TID, [BASE + offset]);
  return trace;
}

async function namesOf(offsets: readonly number[], options: SymbolOptions) {
  const { model } = await traceWithImage(...offsets).analyze([cpuTable]);
  const symbolizer = await Symbolizer.load(model, model.images.all, options);
  return offsets.map((offset) => symbolizer.place(PID, BASE + offset, 0).function);
}

test("exported functions name what comes behind them in the same section, not far away, and mark it as a guess", async () => {
  const pe = await parsePe(sampleProgram({ exports: { Alias: 0x10100, Open: 0x10100, Last: 0x17f00, Data: 0x500 } }));
  const names = await readExportedNames(pe);
  const nameAt = (address: number) => {
    const index = names?.indexOf(address) ?? -1;
    return index < 0 ? "" : names?.nameAt(index);
  };
  expect([0x100ff, 0x10100, 0x10fff, 0x110ff, 0x11100].map(nameAt)).toEqual(["", "~Alias", "~Alias", "~Alias", ""]);
  // Data is exported too; code of another section does not belong to the last function of this one.
  expect([0x500, 0x17fff, 0x18000, 0x20000].map(nameAt)).toEqual(["", "~Last", "", ""]);
  expect(await readExportedNames(await parsePe(sampleProgram()))).toBeUndefined();
});

test("a Breakpad file", () => {
  const symbols = new BreakpadSymbols(Buffer.from(BREAKPAD));
  expect([symbols.id, symbols.count]).toEqual([ID, 3]);
  const nameAt = (address: number) => {
    const index = symbols.indexOf(address);
    return index < 0 ? "" : symbols.nameAt(index);
  };
  expect([0x100ff, 0x10100, 0x1013f, 0x10140].map(nameAt)).toEqual(["", "Shop::Sell(int)", "Shop::Sell(int)", ""]);
  expect([0x10200, 0x1021f, 0x10220, 0x10400, 0x20000].map(nameAt)).toEqual([
    "Shop::Buy",
    "Shop::Buy",
    "",
    "Behind",
    "Behind",
  ]);
  expect(() => new BreakpadSymbols(Buffer.from("MODULE x"))).toThrow(adkError("SYMBOLS_BAD_BREAKPAD"));
  expect(() => new BreakpadSymbols(new Uint8Array(0))).toThrow(adkError("SYMBOLS_BAD_BREAKPAD"));
});

test("lines of a Breakpad file", async () => {
  const lines = new BreakpadLines(Buffer.from(BREAKPAD));
  const at = (address: number) => {
    const { file, line } = lines.find(address) ?? {};
    return line === undefined ? "" : `${file}:${line}`;
  };
  expect([0x100ff, 0x10100, 0x1010f, 0x10110, 0x10117].map(at)).toEqual([
    "",
    "shop.c:7",
    "shop.c:7",
    "C:\\src\\price list.h:9",
    "C:\\src\\price list.h:9",
  ]);
  // Line 0 is none, file 5 is not there, and behind the last piece of code nothing is known.
  expect([0x10118, 0x1011c, 0x10120].map(at)).toEqual(["", "", ""]);
  const symbolPath = await makeTree({ "shop.sym": BREAKPAD });
  const images = await makeTree({
    "shop.dll": sampleProgram({ codeView: { guid: GUID, age: 2, path: "shop.pdb" } }),
  });
  const { model } = await traceWithImage(0x10110).analyze([cpuTable]);
  const placeOf = async (options: SymbolOptions) =>
    (await Symbolizer.load(model, model.images.all, { images, symbolPath, ...options })).place(PID, BASE + 0x10110, 0);
  expect(await placeOf({ lines: true })).toMatchObject({ function: "Shop::Sell(int)", line: 9 });
  expect((await placeOf({})).line).toBeUndefined();
});

test("executables of a directory, of the same build only", async () => {
  const program = sampleProgram({ exports: { Open: 0x10100 } });
  const images = await makeTree({ "shop.dll": program });
  const findings = new Findings();
  expect(await namesOf([0x10110, 0x20000], { images, findings })).toEqual(["~Open", ""]);
  expect(findings.list).toMatchObject([
    { severity: "info", message: "0 of 1 images have symbols; 1 only names of what they export (~)." },
  ]);
  const other = await makeTree({ "shop.dll": sampleProgram({ exports: { Open: 0x10100 }, timeDateStamp: STAMP + 1 }) });
  expect(await namesOf([0x10110], { images: other })).toEqual([""]);
  const larger = await makeTree({ "shop.dll": sampleProgram({ exports: { Open: 0x10100 }, sizeOfImage: 0x40000 }) });
  expect(await namesOf([0x10110], { images: larger })).toEqual([""]);
});

test("executables by the path of an offline Windows, and of a symbol store", async () => {
  const program = sampleProgram({ exports: { Open: 0x10100 } });
  const windows = await makeTree({ "Program Files/SHOP.dll": program });
  expect(await namesOf([0x10110], { images: windows })).toEqual(["~Open"]);
  const store = await makeTree({ "shop.dll/6500000030000/shop.dll": program });
  expect(await namesOf([0x10110], { symbolPath: `srv*${store}` })).toEqual(["~Open"]);
});

test("the executable tells which symbols it needs where the trace does not; they come before its exports", async () => {
  const program = sampleProgram({
    exports: { Open: 0x10100 },
    codeView: { guid: GUID, age: 2, path: "c:\\b\\shop.pdb" },
  });
  const images = await makeTree({ "shop.dll": program });
  const symbols = await makeTree({ [`shop.pdb/${ID}/shop.sym`]: BREAKPAD });
  expect(await namesOf([0x10110, 0x10140], { images, symbolPath: symbols })).toEqual(["Shop::Sell(int)", ""]);
  // Symbols of another build do not count.
  const others = await makeTree({ "shop.sym": BREAKPAD.replace(ID, ID.replace("1122", "9922")) });
  expect(await namesOf([0x10110], { images, symbolPath: others })).toEqual(["~Open"]);
});

test("damaged executables and symbols are told, and passed over", async () => {
  const images = await makeTree({ "shop.dll": sampleProgram().slice(0, 200) });
  const findings = new Findings();
  expect(await namesOf([0x10110], { images, findings })).toEqual([""]);
  expect(findings.list.map(({ code }) => code)).toContain("PE_BAD_OPTIONAL_HEADER");
  expect(findings.list.at(-1)?.message).toBe("0 of 1 images have symbols; the heaviest without any: shop.dll.");
});

test("adk trace symbols: images by weight, with what they need and what there is", async () => {
  const codeView = { guid: GUID, age: 2, path: "shop.pdb" };
  const cwd = await makeTree({
    "trace.etl": await traceWithImage(0x10110, 0x10120)
      .image(PID, BASE + 0x100000, 0x1000, "C:\\idle.dll")
      .image(PID, BASE + 0x200000, 0x1000, "C:\\busy.dll")
      .sample(5, 0, TID, [BASE + 0x200000])
      .toBytes(),
    "programs/shop.dll": sampleProgram({ codeView }),
    "symbols/shop.sym": BREAKPAD,
  });
  const argv = ["trace", "symbols", "trace.etl", "--images", join(cwd, "programs"), "--symbols", join(cwd, "symbols")];
  const { images, summary } = JSON.parse((await runForTest(groups, [...argv, "--json"], { cwd })).stdout);
  expect(images).toEqual([
    {
      image: "shop.dll",
      path: "C:\\Program Files\\shop.dll",
      weight: 2,
      pdb: "shop.pdb",
      id: ID,
      symbols: "breakpad",
      file: join(cwd, "symbols/shop.sym"),
    },
    { image: "busy.dll", path: "C:\\busy.dll", weight: 1, pdb: "", id: "", symbols: "none", file: "" },
    { image: "idle.dll", path: "C:\\idle.dll", weight: 0, pdb: "", id: "", symbols: "none", file: "" },
  ]);
  expect(summary).toBe("1 of 3 images have symbols; the heaviest without any: busy.dll, idle.dll.");
  expect((await runForTest(groups, argv, { cwd })).stdout).toContain(summary);
});

test("adk trace stack --lines: lines of source files by themselves", async () => {
  const codeView = { guid: GUID, age: 2, path: "shop.pdb" };
  const cwd = await makeTree({
    "trace.etl": await traceWithImage(0x10100, 0x10101, 0x10110, 0x10200).toBytes(),
    "programs/shop.dll": sampleProgram({ codeView }),
    "symbols/shop.sym": BREAKPAD,
  });
  const argv = ["trace", "stack", "trace.etl", "--images", join(cwd, "programs"), "--symbols", join(cwd, "symbols")];
  const stack = async (...options: string[]) =>
    JSON.parse((await runForTest(groups, [...argv, ...options, "--json"], { cwd })).stdout).functions;
  expect(await stack()).toMatchObject([{ name: "shop.dll!Shop::Sell(int)", exclusive: 3 }, { exclusive: 1 }]);
  expect(await stack("--lines")).toMatchObject([
    { name: "shop.dll!Shop::Sell(int)", file: "shop.c", line: 7, exclusive: 2 },
    { name: "shop.dll!Shop::Sell(int)", file: "C:\\src\\price list.h", line: 9, exclusive: 1 },
    { name: "shop.dll!Shop::Buy", exclusive: 1 },
  ]);
  const { stdout } = await runForTest(groups, [...argv, "--lines"], { cwd });
  expect(stdout).toContain("shop.dll!Shop::Sell(int) (shop.c:7)");
});
