import { Findings } from "@adk/core";
import { adkError } from "@adk/testing";
import { expect, test } from "vitest";
import { sampleSource } from "../testing/sample-profile.ts";
import { functionReport } from "./function-report.ts";

const { profile } = sampleSource([
  { time: 1, weight: 4, stack: ["app.exe!main", "app.exe!work", "lib.dll!sort"] },
  { time: 2, weight: 1, stack: ["app.exe!main", "lib.dll!sort", "lib.dll!sort"] },
  { time: 3, weight: 5, stack: ["app.exe!main"] },
]);
const report = (name?: string, top = 10) => functionReport(profile, { name, top }, new Findings());

test("functions by own weight; a recursion counts once", () => {
  const { functions, total, samples, unit } = report();
  expect({ total, samples, unit }).toEqual({ total: 10, samples: 3, unit: "milliseconds" });
  expect(functions).toMatchObject([
    { name: "app.exe!main", exclusive: 5, exclusivePercent: 50, inclusive: 10, inclusivePercent: 100 },
    { name: "lib.dll!sort", exclusive: 5, inclusive: 5 },
    { name: "app.exe!work", exclusive: 0, inclusive: 4 },
  ]);
  expect(report(undefined, 1).functions).toHaveLength(1);
});

test("a function with its callers and callees, by its name in any case", () => {
  for (const name of ["lib.dll!sort", "SORT"]) {
    expect(report(name).functions).toMatchObject([
      {
        name: "lib.dll!sort",
        callers: [
          { name: "app.exe!work", weight: 4, percent: 40 },
          { name: "app.exe!main", weight: 1 },
        ],
        callees: [{ name: "lib.dll!sort", weight: 1 }],
      },
    ]);
  }
  expect(report("main").functions[0]?.callers).toMatchObject([{ name: "app.exe (100)", weight: 10 }]);
});

test("a function that is not there is told, with the nearest", () => {
  const hint = expect.stringContaining("lib.dll!sort");
  expect(() => report("lib.dll!sorts")).toThrow(adkError("TRACE_NO_FUNCTION", { hint }));
});
