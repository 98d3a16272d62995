import { expect, test } from "vitest";
import {
  baseName,
  checkName,
  extension,
  isPlainName,
  isReservedDeviceName,
  isWithin,
  joinPath,
  normalizePath,
  parentPath,
  splitPath,
  toWindowsPath,
} from "./windows-path.ts";

test("reserved device names, with extensions, superscripts and spaces", () => {
  for (const name of [
    "con",
    "PRN",
    "aux.h",
    "NUL:",
    "com1",
    "COM¹",
    "lpt9.txt.bak",
    "CONIN$",
    "conout$",
    "nul .txt",
    "aux  ",
  ]) {
    expect(isReservedDeviceName(name), name).toBe(true);
  }
  for (const name of ["com", "com0", "com10", "lpt", "console", "auxiliary", "nul1", "xcon", "", "com⁴"]) {
    expect(isReservedDeviceName(name), name).toBe(false);
  }
});

test("names that Win32 cannot have", () => {
  const problems = [
    "",
    ".",
    "..",
    "a/b",
    "a\\b",
    "a:b",
    "a*",
    "a\u0001",
    "a.",
    "a ",
    "nul",
    "x".repeat(256),
    "good name.txt",
  ];
  expect(problems.map(checkName)).toEqual([
    "empty",
    "dots",
    "dots",
    "illegal-character",
    "illegal-character",
    "illegal-character",
    "illegal-character",
    "illegal-character",
    "trailing-dot-or-space",
    "trailing-dot-or-space",
    "reserved-device",
    "too-long",
    undefined,
  ]);
});

test("paths written either way become the kit's", () => {
  for (const path of [
    "C:\\Windows\\System32",
    "\\Windows/System32\\",
    "/Windows//System32",
    "Windows\\System32",
    "\\\\?\\C:\\Windows\\System32",
    "\\??\\C:\\Windows\\System32",
    "/x/../Windows/./System32",
    "/../Windows/System32",
  ]) {
    expect(normalizePath(path), path).toBe("/Windows/System32");
  }
  expect(["", "/", "\\", "C:", "C:\\"].map(normalizePath)).toEqual(["/", "/", "/", "/", "/"]);
  expect(splitPath("/a/../b")).toEqual(["a", "..", "b"]);
  expect(joinPath("a", "b")).toBe("/a/b");
  expect(toWindowsPath("/Windows/System32", "C:")).toBe("C:\\Windows\\System32");
  expect(toWindowsPath("/")).toBe("\\");
});

test("parts of paths", () => {
  expect([parentPath("/a/b"), parentPath("/a"), parentPath("/")]).toEqual(["/a", "/", "/"]);
  expect([baseName("/a/b.txt"), baseName("/")]).toEqual(["b.txt", ""]);
  expect([extension("a.tar.gz"), extension(".profile"), extension("README")]).toEqual([".gz", "", ""]);
});

test("what lies within, without regard to case and only by whole names", () => {
  expect(isWithin("/windows/SYSTEM32/x.dll", "/Windows/System32")).toBe(true);
  expect(isWithin("/Windows", "/Windows")).toBe(true);
  expect(isWithin("/Windows", "/")).toBe(true);
  expect(isWithin("/Windows.old", "/Windows")).toBe(false);
  expect(isWithin("/", "/Windows")).toBe(false);
});

test("plain names stay in their directory", () => {
  expect(["a", "a.b", "..a", "con", "a:b"].every(isPlainName)).toBe(true);
  expect(["", ".", "..", "a/b", "a\\b", "a\0"].some(isPlainName)).toBe(false);
});
