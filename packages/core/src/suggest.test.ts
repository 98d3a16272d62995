import { expect, test } from "vitest";
import { suggest } from "./suggest.ts";

test.each([
  ["wmi", "wim"],
  ["INSPECT", "inspect"],
  ["regsitry", "registry"],
  ["unatend", "unattend"],
  ["zzz", undefined],
  ["", undefined],
])("%s -> %s", (word, expected) => {
  expect(suggest(word, ["inspect", "wim", "registry", "unattend"])).toBe(expected);
});
