import { expect, test } from "vitest";
import { parseBootData } from "./boot-data.ts";
import { parseOscdimg } from "./parse.ts";

test("the line that everyone uses", () => {
  const line = [
    "-m",
    "-o",
    "-u2",
    "-udfver102",
    "-lWIN11",
    "-bootdata:2#p0,e,bC:\\m\\etfsboot.com#pEF,e,bC:\\m\\efisys.bin",
  ];
  expect(parseOscdimg([...line, "C:\\media", "out.iso"])).toMatchObject({
    disc: { form: "udf", isoTree: "readme" },
    label: "WIN11",
    dedup: true,
    maxSize: undefined,
    source: { path: "C:\\media", hidden: false },
    target: "out.iso",
    warnings: [],
    boot: [
      { platform: 0, emulated: false, file: "C:\\m\\etfsboot.com", loadSegment: 0 },
      { platform: 0xef, emulated: false, file: "C:\\m\\efisys.bin", loadSegment: 0 },
    ],
  });
});

const BOTH = ["C:\\my files\\etfsboot.com", "C:\\my files\\efisys.bin"];

test.each([
  ['2#p0,e,b"C:\\my files\\etfsboot.com"#pEF,e,b"C:\\my files\\efisys.bin"', BOTH],
  ["2#p0,e,bC:\\my files\\etfsboot.com#pEF,e,bC:\\my files\\efisys.bin", BOTH],
  ['"2#p0,e,bC:\\my files\\etfsboot.com#pEF,e,bC:\\my files\\efisys.bin"', BOTH],
  ['2#"p0,e,bC:\\my files\\etfsboot.com"#"pEF,e,bC:\\my files\\efisys.bin"', BOTH],
  ['2#p0,e,"bC:\\my files\\etfsboot.com"#pEF,e,b"C:\\my files"\\efisys.bin', BOTH],
  ['2#bC:\\my files\\etfsboot.com,e,p0#b"C:\\my files\\efisys.bin",pEF,e', BOTH],
  ["1#p0,e,bC:\\with, comma.bin", ["C:\\with, comma.bin"]],
  ['1#p0,e,b"C:\\a,e,pEF.bin"', ["C:\\a,e,pEF.bin"]],
  ["2#p0,e,b/a#1/x.bin#pEF,e,b/b", ["/a#1/x.bin", "/b"]],
  ['1#p0,e,b"/a#pEF,e,b/b"', ["/a#pEF,e,b/b"]],
])("boot data: %s", (text, files) => {
  expect(parseBootData(text)?.map(({ file }) => file)).toEqual(files);
  expect(parseBootData(text)?.every(({ emulated }) => !emulated)).toBe(true);
});

test("a load segment and an emulated floppy disk", () => {
  expect(parseBootData("2#p0,t7C0,ba.img#p1,bb.img")).toEqual([
    { platform: 0, file: "a.img", emulated: true, loadSegment: 0x7c0 },
    { platform: 1, file: "b.img", emulated: true, loadSegment: 0 },
  ]);
});

test.each(["", "2#p0,bx", "1#e,bx", "1#p0,e", "0#", "1#p0,q,bx", "x#p0,bx", "1#p0,b"])("no boot data: %s", (text) => {
  expect(parseBootData(text)).toBeUndefined();
});

test.each([
  [["-j1", "a", "b"], { disc: { form: "joliet", level: 1, isoTree: "all" } }],
  [["-j2", "-jsr.txt", "a", "b"], { disc: { form: "joliet", isoTree: "readme" }, readme: "r.txt" }],
  [["-u1", "-j1", "a", "b"], { disc: { form: "bridge", joliet: true, level: 1 }, maxSize: undefined }],
  [["-u2", "-urr.txt", "-ue", "a", "b"], { disc: { form: "udf", embed: "files" }, readme: "r.txt" }],
  [["-u2", "-ue", "-uf", "-us", "-yl", "a", "b"], { disc: { embed: true, sparse: true, longAllocation: true } }],
  [["-n", "-d", "a", "b"], { disc: { form: "iso9660", level: 2, keepCase: true }, maxSize: 333_000 * 2048 }],
  [
    ["-uv", "-ut", "a", "b"],
    { disc: { form: "bridge", first: "dvd-video", isoTree: expect.arrayContaining(["VIDEO_TS"]) } },
  ],
  [["-y5", "-oi", "-yd", "a", "b"], { disc: { first: "i386" }, dedup: "ignore-cabinet-times", warnAlike: false }],
  [["-maxsize:700", "/media/x", "b"], { maxSize: 700 * 2 ** 20, source: { path: "/media/x" } }],
  [["-h", "-k", "-r", "a", "b"], { source: { hidden: true, skipUnreadable: true, followLinks: true } }],
  [["/u2", "/lLABEL", "/h", "a", "b"], { disc: { form: "udf" }, label: "LABEL", source: { hidden: true } }],
  [['-l"MY LABEL"', '"a b"', "b"], { label: "MY LABEL", source: { path: "a b" } }],
  [['C:\\media"', "b"], { source: { path: "C:\\media" } }],
  [["-u2", "-udfver150", "a", "b"], { warnings: [expect.stringContaining("1.50")] }],
  [["-jp", "-x", "a", "b"], { warnings: [expect.any(String), expect.any(String)] }],
  [
    ["-bboot.bin", "-e", "-pEF", "a", "b"],
    { boot: [{ file: "boot.bin", emulated: false, platform: 0xef, loadSegment: 0 }] },
  ],
  [["-t12/31/2025,23:59:58", "a", "b"], { time: new Date("2025-12-31T23:59:58Z") }],
  [["-t12-31-2025 23.59.58", "a", "b"], { time: new Date("2025-12-31T23:59:58Z") }],
  [["-q", "a"], { scanOnly: true, target: undefined }],
])("%j", (argv, expected) => {
  expect(parseOscdimg(argv)).toMatchObject(expected);
});

test("a word with a slash is a path where one is there", () => {
  expect(parseOscdimg(["/tmp", "/lab.iso"], () => true)).toMatchObject({
    source: { path: "/tmp" },
    target: "/lab.iso",
  });
});

test.each([
  ["-d", "-j1"],
  ["-n", "-u1"],
  ["-d", "-nt"],
  ["-j1", "-j2"],
  ["-u1", "-u2"],
  ["-j2", "-u2"],
  ["-uv", "-j1"],
  ["-uv", "-n"],
  ["-m", "-maxsize:1"],
  ["-bx", "-bootdata:1#p0,bx"],
])("%s and %s exclude each other", (...options) => {
  expect(() => parseOscdimg([...options, "a", "b"])).toThrow(
    expect.objectContaining({ kind: "usage", message: expect.stringContaining("cannot be used together") }),
  );
});

test.each(["-ue", "-us", "-yl", "-urx", "-jsx", "-ut", "-e", "-pEF", "-os"])("%s is nothing by itself", (option) => {
  expect(() => parseOscdimg([option, "a", "b"])).toThrow(
    expect.objectContaining({ message: expect.stringContaining("only") }),
  );
});

test.each([
  [["-zz", "a", "b"]],
  [["-bootdata:2#p0,bx", "a", "b"]],
  [["-t13/31/2025", "a", "b"]],
  [["-t12/31/2025,24:00:00", "a", "b"]],
  [["-maxsize:x", "a", "b"]],
  [["a"]],
  [["a", "b", "c"]],
])("%j is wrong", (argv) => {
  expect(() => parseOscdimg(argv)).toThrow(expect.objectContaining({ kind: "usage" }));
});
