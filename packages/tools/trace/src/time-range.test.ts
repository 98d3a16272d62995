import { adkError } from "@adk/testing";
import { expect, test } from "vitest";
import { parseTimeRange } from "./time-range.ts";

test.each([
  ["1500-2000", 1500, 2000],
  ["1.5s-2s", 1500, 2000],
  ["500us-1ms", 0.5, 1],
  ["100 ns - 2 µs", 0.0001, 0.002],
  ["3s-", 3000, Infinity],
  ["-40", 0, 40],
  ["-", 0, Infinity],
  ["5-5", 5, 5],
])("%s", (text, from, to) => {
  const range = parseTimeRange(text);
  expect(range.from).toBeCloseTo(from, 9);
  expect(range.to).toBeCloseTo(to, 9);
});

test.each(["", "5", "9-3", "a-b", "1-2-3", "1e3-2e3", "1min-2min", "-1--2", "0x10-20"])("%s is none", (text) => {
  expect(() => parseTimeRange(text)).toThrow(adkError("TRACE_BAD_RANGE", { kind: "usage" }));
});
