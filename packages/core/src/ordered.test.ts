import { expect, test } from "vitest";
import { lastAtMost } from "./ordered.ts";

test("the last number that is not greater", () => {
  const numbers = [0, 10, 10, 20];
  for (const value of [-1, 0, 5, 10, 19, 20, 99]) {
    expect(lastAtMost(numbers, value)).toBe(numbers.findLastIndex((number) => number <= value));
  }
  expect(lastAtMost([], 0)).toBe(-1);
});
