import { describe, expect, test } from "vitest";
import { assignNames, type Naming, recordedName } from "./iso-names.ts";
import type { SourceNode } from "./source-tree.ts";

function named(names: readonly string[], naming: Naming): string[] {
  const nodes = names.map((name) => ({ kind: "file", name, path: `/${name}` }) as SourceNode);
  return [...assignNames(nodes, naming).values()];
}

describe("two names that become one", () => {
  test.each([
    [1, ["component-1.dll", "component-2.dll", "component-3.dll"], ["COMPONEN.DLL", "COMPON_1.DLL", "COMPON_2.DLL"]],
    [1, ["a", "A"], ["A", "A_1"]],
    [3, ["a.b", "A.B", "a_1.b"], ["A.B", "A_1.B", "A_1_1.B"]],
    [3, ["ü", "ö", "ä"], ["_", "__1", "__2"]],
    [4, ["x;y", "x_y"], ["x_y", "x_y_1"]],
    ["joliet", ["Name.txt", "NAME.txt"], ["Name.txt", "NAME_1.txt"]],
  ] as const)("rule %s: %j", (rule, names, expected) => {
    expect(named(names, { rule })).toEqual(expected);
  });

  test.each([1, 2, 3, 4, "joliet"] as const)("20,000 of them under rule %s, in no time and none too long", (rule) => {
    const long = rule === "joliet" ? "n".repeat(95) : "n".repeat(250);
    const names = named(
      Array.from({ length: 20_000 }, (_, i) => (rule === "joliet" ? flipCase(long, i) : `${long}${i}.extension`)),
      { rule },
    );
    expect(new Set(names.map((name) => name.toUpperCase())).size).toBe(20_000);
    const most = { 1: 12, 2: 31, 3: 31, 4: 207, joliet: 103 }[rule];
    expect(Math.max(...names.map(({ length }) => length))).toBeLessThanOrEqual(most);
  });

  test("an extension that leaves no room for the number", () => {
    const name = `a.${"e".repeat(40)}`;
    const names = named([name, `${name}f`], { rule: 3 });
    expect(names).toEqual([`A.${"E".repeat(29)}`, `_1.${"E".repeat(28)}`]);
  });
});

/** Names that differ in case alone. */
function flipCase(name: string, number: number): string {
  return [...name].map((letter, bit) => ((number >> bit) & 1 && bit < 15 ? letter.toUpperCase() : letter)).join("");
}

test("Joliet's names have the length of the specification, or what Windows reads", () => {
  expect(named(["n".repeat(103)], { rule: "joliet" })).toEqual(["n".repeat(103)]);
  expect(() => named(["n".repeat(104)], { rule: "joliet" })).toThrow("Joliet cannot hold");
  expect(named(["n".repeat(64)], { rule: "joliet", jolietLength: 64 })).toEqual(["n".repeat(64)]);
  expect(() => named(["n".repeat(65)], { rule: "joliet", jolietLength: 64 })).toThrow("Joliet cannot hold");
  expect(() => named(["a*b"], { rule: "joliet" })).toThrow("Joliet cannot hold");
});

test("versions stand behind a dot, and behind files alone", () => {
  expect(recordedName("A.TXT", true, { rule: 1, versions: true })).toBe("A.TXT;1");
  expect(recordedName("A", true, { rule: 1, versions: true })).toBe("A.;1");
  expect(recordedName("a", true, { rule: "joliet", versions: true })).toBe("a;1");
  expect(recordedName("A", false, { rule: 1, versions: true })).toBe("A");
  expect(recordedName("a", true, { rule: 4, versions: true })).toBe("a");
  expect(recordedName("A", true, { rule: 1 })).toBe("A");
});
