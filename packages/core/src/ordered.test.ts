import { expect, test } from "vitest";
import { countWhile, lastAtMost } from "./ordered.ts";

test("the last number that is not greater", () => {
  const numbers = [0, 10, 10, 20];
  for (const value of [-1, 0, 5, 10, 19, 20, 99]) {
    expect(lastAtMost(numbers, value)).toBe(numbers.findLastIndex((number) => number <= value));
  }
  expect(lastAtMost([], 0)).toBe(-1);
});

test("only so many numbers count", () => {
  expect(lastAtMost([0, 10, 20, 0, 0], 15, 3)).toBe(1);
  expect(lastAtMost([0, 10, 20, 0, 0], 99, 3)).toBe(2);
});

test("how far a condition holds", () => {
  for (let count = 0; count <= 9; count++) expect(countWhile(9, (index) => index < count)).toBe(count);
  expect(countWhile(0, () => true)).toBe(0);
});
