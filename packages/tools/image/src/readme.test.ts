import { runReadmeExample } from "@adk/testing";
import { expect, test } from "vitest";

test("the example of the README runs", () => {
  const { printed } = runReadmeExample(new URL("../README.md", import.meta.url));
  expect(printed).toBe("./install.wim:2 has 2 files, 11 new bytes\n2 0 added later\n");
});
