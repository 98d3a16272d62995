import fc from "fast-check";
import { expect, test } from "vitest";
import { globToMatcher } from "./path-glob.ts";

function matches(pattern: string, ...paths: string[]): boolean[] {
  return paths.map(globToMatcher(pattern));
}

test("counts from the root, whichever slashes are used", () => {
  expect(matches("/Windows/*.exe", "/WINDOWS/Explorer.EXE", "/Windows/System32/cmd.exe", "/explorer.exe")).toEqual([
    true,
    false,
    false,
  ]);
  expect(matches("\\Windows\\*", "/Windows/x", "\\windows\\y")).toEqual([true, true]);
  expect(matches("*.dll", "/a.dll", "/x/a.dll")).toEqual([true, false]);
});

test("** is any number of directories", () => {
  expect(matches("**/*.dll", "/a.dll", "/x/a.dll", "/x/y/z/a.dll", "/a.dll/x")).toEqual([true, true, true, false]);
  expect(matches("/Windows/**", "/Windows", "/Windows/a/b", "/Users")).toEqual([true, true, false]);
  expect(matches("/a/**/b/**/c", "/a/b/c", "/a/x/b/y/y/c", "/a/c", "/a/b/x")).toEqual([true, true, false, false]);
  expect(matches("**", "/", "/a/b")).toEqual([true, true]);
});

test("sets, ranges and single characters", () => {
  expect(matches("/[a-c]?[!0-9]", "/Bxy", "/dxy", "/ax5", "/ax")).toEqual([true, false, false, false]);
  expect(matches("/[]]", "/]")).toEqual([true]);
  expect(matches("/a[b", "/a[b", "/ab")).toEqual([true, false]);
  expect(matches("/[*]", "/*", "/x")).toEqual([true, false]);
  expect(matches("/[a-]", "/-", "/a", "/b")).toEqual([true, true, false]);
  expect(matches("/a[]b", "/a[]b")).toEqual([true]);
});

test("does not backtrack without bound", () => {
  const pattern = `/${"*a".repeat(2000)}b`;
  const start = performance.now();
  expect(matches(pattern, `/${"a".repeat(10_000)}`)).toEqual([false]);
  expect(matches(`${"/**/a".repeat(500)}/b`, "/a".repeat(5000))).toEqual([false]);
  // Exponential backtracking would take longer than the universe.
  expect(performance.now() - start).toBeLessThan(30_000);
});

const SOURCES = new Map([
  ["*", "[^/]*"],
  ["?", "[^/]"],
  [".", "\\."],
]);
test("agrees with a regular expression", () => {
  const character = fc.constantFrom("a", "b", "A", ".");
  const pattern = fc.array(fc.constantFrom("a", "b", "*", "?", "."), { minLength: 1, maxLength: 8 });
  const name = fc.array(character, { minLength: 1, maxLength: 10 });
  fc.assert(
    fc.property(pattern, name, (pieces, letters) => {
      const source = pieces.map((piece) => SOURCES.get(piece) ?? piece).join("");
      // A name of only stars may be `**`.
      fc.pre(pieces.join("") !== "**");
      const text = `/${letters.join("")}`;
      return globToMatcher(`/${pieces.join("")}`)(text) === new RegExp(`^/${source}$`, "i").test(text);
    }),
    { seed: 1, numRuns: 2000 },
  );
});
