import { runReadmeExample } from "@adk/testing";
import { expect, test } from "vitest";

test("the example of the README runs", () => {
  const { printed } = runReadmeExample(new URL("../README.md", import.meta.url));
  expect(printed).toBe("built 1 workstation.wim install.swm\nunchanged\n");
});
