import { expect, test } from "vitest";
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
    form: "udf",
    label: "WIN11",
    dedup: true,
    maxSize: undefined,
    source: "C:\\media",
    target: "out.iso",
    boot: [
      { platform: 0, emulated: false, file: "C:\\m\\etfsboot.com", loadSegment: 0 },
      { platform: 0xef, emulated: false, file: "C:\\m\\efisys.bin", loadSegment: 0 },
    ],
  });
});

test.each([
  ['-bootdata:1#pEF,e,b"C:\\with space\\efisys.bin"', "C:\\with space\\efisys.bin", 0],
  ["-bootdata:1#p0,t7C0,bC:\\with, comma.bin", "C:\\with, comma.bin", 0x7c0],
])("boot data of a path that is not plain: %s", (option, file, loadSegment) => {
  expect(parseOscdimg([option, "a", "b"]).boot).toMatchObject([{ file, loadSegment }]);
});

test.each([
  [["-j1", "a", "b"], { form: "joliet" }],
  [["-u1", "a", "b"], { form: "bridge", maxSize: undefined }],
  [["-n", "a", "b"], { form: "iso9660", level: 4, maxSize: 333_000 * 2048 }],
  [["-maxsize:700", "/media/x", "b"], { maxSize: 700 * 2 ** 20, source: "/media/x" }],
  [
    ["-bboot.bin", "-e", "-pEF", "a", "b"],
    { boot: [{ file: "boot.bin", emulated: false, platform: 0xef, loadSegment: 0 }] },
  ],
  [["-t12/31/2025,23:59:58", "a", "b"], { time: new Date("2025-12-31T23:59:58Z") }],
  [["-q", "a"], { scanOnly: true, target: undefined }],
])("%j", (argv, expected) => {
  expect(parseOscdimg(argv)).toMatchObject(expected);
});

test.each([
  [["-zz", "a", "b"]],
  [["-bootdata:2#p0,bx", "a", "b"]],
  [["-bootdata:1#e,bx", "a", "b"]],
  [["-t13/31/2025", "a", "b"]],
  [["-bx", "-bootdata:1#p0,bx", "a", "b"]],
  [["a"]],
  [["a", "b", "c"]],
])("%j is wrong", (argv) => {
  expect(() => parseOscdimg(argv)).toThrow(expect.objectContaining({ kind: "usage" }));
});
