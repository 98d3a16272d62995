import { runReadmeExample } from "@adk/testing";
import { expect, test } from "vitest";
import { sampleCabinet, sampleText } from "./sample-cabinet.ts";

test("the example of the README prints what it says", () => {
  const files = [
    { name: "driver\\readme.txt", data: sampleText(2000) },
    { name: "driver\\sample.inf", data: sampleText(9) },
  ];
  const { printed, promised } = runReadmeExample(new URL("../README.md", import.meta.url), {
    "sample.cab": sampleCabinet([{ compression: "mszip", files }]),
  });
  expect(printed).toBe(promised);
});
