import { runReadmeExample } from "@adk/testing";
import { expect, test } from "vitest";
import { makeSamplePdb } from "./testing/sample-pdb.ts";

const SAMPLE = makeSamplePdb({
  publics: [[1, 0x40, "end"]],
  functions: [[1, 0x10, 0x20, "start"]],
  lines: [
    [0, 7],
    [8, 9],
  ],
});

test("the example of the README prints what it says", () => {
  const { printed, promised } = runReadmeExample(new URL("../README.md", import.meta.url), { "sample.pdb": SAMPLE });
  expect(printed).toBe(promised);
});
