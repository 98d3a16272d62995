import { runReadmeExample } from "@adk/testing";
import { expect, test } from "vitest";

test("the example of the README runs", () => {
  const { printed } = runReadmeExample(new URL("../README.md", import.meta.url));
  expect(printed).toMatch(/^<!doctype html>/);
  expect(printed).toContain("<p>All <em>2</em> files.</p>");
  expect(printed).toContain('data-value="5427200">5.18 MiB</td>');
  expect(printed).toContain("No findings");
});
