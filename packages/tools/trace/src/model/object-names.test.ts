import { expect, test } from "vitest";
import { ObjectNames } from "./object-names.ts";

test("an object has the last name that was told before a time, or the first one after it", () => {
  const names = new ObjectNames();
  names.add(-1, 10, "a");
  names.add(-1, 20, "b");
  names.add(-1, 25, "b");
  names.add(-1, 30, "c");
  expect([0, 10, 19, 20, 29, 30, 99].map((time) => names.at(-1, time))).toEqual(["a", "a", "a", "b", "b", "c", "c"]);
  expect(names.at(-2, 10)).toBe("");
});
