import { adkError } from "@adk/testing";
import { expect, test } from "vitest";
import { CaptureConfig } from "./capture-config.ts";

function excluded(config: string, ...paths: string[]): boolean[] {
  const parsed = CaptureConfig.parse(config);
  return paths.map((path) => parsed.isExcluded(path));
}

test("by default what DISM leaves out is left out", () => {
  const { DEFAULT } = CaptureConfig;
  expect(
    ["/pagefile.sys", "/HIBERFIL.SYS", "/System Volume Information/x", "/$Recycle.Bin", "/windows/csc"].map((path) =>
      DEFAULT.isExcluded(path),
    ),
  ).toEqual(Array(5).fill(true));
  expect(["/Users/pagefile.sys", "/Windows", "/RECYCLERS", "/"].map((path) => DEFAULT.isExcluded(path))).toEqual(
    Array(4).fill(false),
  );
});

test("a backslash counts from the root and covers what lies below", () => {
  expect(
    excluded("[ExclusionList]\n\\Temp\n\\A\\B", "/Temp", "/TEMP/x/y", "/x/Temp", "/Temporary", "/a/b/c", "/A"),
  ).toEqual([true, true, false, false, true, false]);
});

test("a name without one is looked for everywhere", () => {
  expect(
    excluded(
      "[ExclusionList]\nThumbs.db\nfoo\\bar",
      "/Thumbs.db",
      "/a/b/THUMBS.DB",
      "/x/foo/bar",
      "/x/foo/baz",
      "/foo",
    ),
  ).toEqual([true, true, true, false, false]);
});

test("wildcards stay within a name; brackets mean themselves", () => {
  expect(
    excluded(
      "[ExclusionList]\n*.tm?\n\\Users\\*\\AppData",
      "/a/b.tmp",
      "/b.tm",
      "/Users/x/AppData/y",
      "/Users/x/y/AppData",
    ),
  ).toEqual([true, false, true, false]);
  expect(excluded("[ExclusionList]\n\\a**b\nx[1].txt", "/a-b", "/a/b", "/x[1].txt", "/x1.txt")).toEqual([
    true,
    false,
    true,
    false,
  ]);
});

test("an exception rescues what is excluded", () => {
  const config = "[ExclusionList]\n*.log\n[ExclusionException]\n\\keep.log\n[exclusionlist]\n*.bak";
  expect(excluded(config, "/keep.log", "/x/keep.log", "/a.bak")).toEqual([false, true, true]);
});

test("quotes, comments, blank lines, drives, slashes and a byte order mark are taken", () => {
  const config =
    '\uFEFF# why\r\n; also\r\n\r\n [ExclusionList] \r\n"\\With Space"\r\nC:\\Drive\r\n/unix/style\r\n\\\r\n[CompressionExclusionList]\r\n*.zip\r\n';
  expect(excluded(config, "/with space", "/drive/x", "/unix/style", "/a.zip", "/")).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
});

test("a line before any section is told", () => {
  expect(() => CaptureConfig.parse("\n*.tmp\n", "w.ini")).toThrow(
    adkError("CAPTURE_CONFIG_BAD_LINE", { file: "w.ini", found: "*.tmp", message: expect.stringContaining("Line 2") }),
  );
});
