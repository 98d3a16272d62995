import { expect, test } from "vitest";
import { wildcardMatcher } from "./wildcard.ts";

test.each([
  ["*", "", true],
  ["", "", true],
  ["", "a", false],
  ["NTDLL.dll", "ntdll.DLL", true],
  ["nt*", "ntdll.dll", true],
  ["nt*", "win32.dll", false],
  ["nt**", "ntdll", true],
  ["*.dll", "a.dll.mui", false],
  ["*.dll*", "a.dll.mui", true],
  ["*.Dll*", ".dLL", true],
  ["*.dll*", "dll", false],
  ["*.dll**", "a.dll.mui", true],
  ["*a*b*", "b", false],
  ["*a*b?c", "xxaxxaxbbc", true],
  ["*a*b?c", "xxaxxaxbc", false],
  ["a?c", "abc", true],
  ["a?c", "ac", false],
  // What is special elsewhere is not here.
  ["a.c", "abc", false],
  ["[a]", "a", false],
  ["[a]$", "[A]$", true],
])("%s and %s: %s", (pattern, text, matches) => {
  expect(wildcardMatcher(pattern)(text)).toBe(matches);
});

test("many stars take no time", () => {
  expect(wildcardMatcher(`${"*a".repeat(50)}b`)("a".repeat(20_000))).toBe(false);
});
