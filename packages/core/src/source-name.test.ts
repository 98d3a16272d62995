import { describe, expect, test } from "vitest";
import { containerOf, formatSourceName, parseSourceName } from "./source-name.ts";

describe("parseSourceName", () => {
  test.each([
    ["dir/tree", { path: "dir/tree", inner: [], selector: undefined }],
    ["install.wim:6", { path: "install.wim", inner: [], selector: { kind: "index", index: 6 } }],
    ["install.wim:all", { path: "install.wim", inner: [], selector: { kind: "all" } }],
    [
      'install.wim:"Windows 11 Pro"',
      { path: "install.wim", inner: [], selector: { kind: "name", name: "Windows 11 Pro" } },
    ],
    [
      "install.wim:Windows 11 Pro",
      { path: "install.wim", inner: [], selector: { kind: "name", name: "Windows 11 Pro" } },
    ],
    ['a.wim:"1"', { path: "a.wim", inner: [], selector: { kind: "name", name: "1" } }],
    ["C:\\images\\a.wim", { path: "C:\\images\\a.wim", inner: [], selector: undefined }],
    ["C:\\images\\a.wim:2", { path: "C:\\images\\a.wim", inner: [], selector: { kind: "index", index: 2 } }],
    [
      "setup.iso!/sources/install.wim:6",
      { path: "setup.iso", inner: ["/sources/install.wim"], selector: { kind: "index", index: 6 } },
    ],
    [
      'a.wim:2!/b/c.wim:"x y"!/d:all',
      {
        path: "a.wim",
        inner: ["/b/c.wim", "/d"],
        selector: { kind: "all" },
        containers: [
          { kind: "index", index: 2 },
          { kind: "name", name: "x y" },
        ],
      },
    ],
    ["disk.vhdx:2", { path: "disk.vhdx", inner: [], selector: { kind: "index", index: 2 } }],
    ["odd!name.wim", { path: "odd!name.wim", inner: [], selector: undefined }],
  ])("%s", (text, expected) => {
    expect(parseSourceName(text)).toEqual(expected);
  });

  test.each(["", ":1", "!/sources/install.wim", "setup.iso!/", ":1!/x", "a.wim!/:1!/x"])("refuses %j", (text) => {
    expect(() => parseSourceName(text)).toThrow(expect.objectContaining({ code: "SOURCE_BAD_NAME", kind: "usage" }));
  });

  test("what is formatted is read back", () => {
    for (const text of ["a.wim", "a.wim:3", 'a.wim:"x y"', "m.iso!/a/b.wim:all", 'm.iso!/a.wim:2!/b.wim:"x y"!/c']) {
      expect(formatSourceName(parseSourceName(text))).toBe(text);
    }
  });
});

test("what an inner path lies in", () => {
  const outer = (text: string) => {
    const container = containerOf(parseSourceName(text));
    return container && formatSourceName(container);
  };
  expect(outer("a.wim:2")).toBeUndefined();
  expect(outer("dir!/a.wim:2")).toBe("dir");
  expect(outer("a.wim:2!/b.wim:3!/c:4")).toBe("a.wim:2!/b.wim:3");
  expect(outer("a.wim:2!/b.wim:3")).toBe("a.wim:2");
});
