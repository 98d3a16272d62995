import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { AdkError, fromSystemError } from "./errors.ts";
import { Findings } from "./findings.ts";
import { DEFAULT_LIMITS, limitExceeded, withLimits } from "./limits.ts";
import { ProgressCounter } from "./progress.ts";

test("an error survives JSON, and is told where it happened once", () => {
  const error = new AdkError("WIM_BAD_HEADER", "This is no WIM file.", {
    offset: 8,
    expected: 208,
    found: "x",
    hint: "h",
  });
  const copy = AdkError.fromJSON(JSON.parse(JSON.stringify(error)));
  expect(copy.toJSON()).toEqual(error.toJSON());
  expect(copy.kind).toBe("input");
  const told = error.at({ file: "a.wim", offset: 99 }).at({ file: "b.wim" });
  expect([told.file, told.offset]).toEqual(["a.wim", 8]);
});

test("system errors get stable codes; others pass through", () => {
  const read = (path: string): unknown => {
    try {
      return readFileSync(path);
    } catch (error) {
      return fromSystemError(error);
    }
  };
  expect(read("/nowhere/at/all")).toMatchObject({ code: "FILE_NOT_FOUND", kind: "input", file: "/nowhere/at/all" });
  expect(read("/")).toMatchObject({ code: "IS_A_DIRECTORY" });
  const other = new TypeError("x");
  expect(fromSystemError(other)).toBe(other);
  const own = new AdkError("X", "x");
  expect(fromSystemError(own, "f")).toBe(own);
});

test("findings are bounded", () => {
  const findings = new Findings(2);
  findings.warning("A", "a");
  expect(findings.hasErrors).toBe(false);
  findings.error("B", "b", { path: "/x" });
  findings.error("C", "c");
  expect(findings.list.map(({ code }) => code)).toEqual(["A", "B"]);
  expect(findings.dropped).toBe(1);
  expect(findings.hasErrors).toBe(true);
});

test("limits", () => {
  const limits = withLimits({ depth: 3 });
  expect(limits).toEqual({ ...DEFAULT_LIMITS, depth: 3 });
  expect(limitExceeded("depth", 4, limits)).toMatchObject({ code: "LIMIT_EXCEEDED", expected: "at most 3", found: 4 });
});

test("progress counts up until it is cancelled", () => {
  const controller = new AbortController();
  const seen: number[] = [];
  const operation = { signal: controller.signal, onProgress: ({ done }: { done: number }) => seen.push(done) };
  const counter = new ProgressCounter(operation, "verify", "bytes", 10);
  counter.add(4);
  counter.add(6);
  expect(seen).toEqual([0, 4, 10]);
  controller.abort();
  expect(() => counter.add(1)).toThrow(expect.objectContaining({ code: "CANCELLED", kind: "cancelled" }));
});
