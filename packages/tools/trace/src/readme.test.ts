import { runReadmeExample } from "@adk/testing";
import { expect, test } from "vitest";

test("the example of the README prints what it says", () => {
  const { printed, promised } = runReadmeExample(new URL("../README.md", import.meta.url));
  expect(printed).toBe(promised);
});
