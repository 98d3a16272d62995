import { expect, test } from "vitest";
import { sampleSource } from "../testing/sample-profile.ts";
import { collapsedFormat } from "./collapsed.ts";

test("collapsed stacks have a line each, whatever is in a name", () => {
  const source = sampleSource([
    { time: 1, stack: ["app.exe!main", "app.exe!work"] },
    { time: 2, stack: ["app.exe!main"] },
    { time: 3, weight: 0.5, stack: ["app.exe!main", "app.exe!work"] },
    { time: 4, stack: ["x.dll!std::map<a;b>\n12 34\r\u2028"], process: "evil;\n.exe" },
  ]);
  const lines = [...collapsedFormat.pieces(source)].join("").split("\n");
  expect(lines).toEqual([
    "app.exe (100);app.exe!main 1000000",
    "app.exe (100);app.exe!main;app.exe!work 1500000",
    "evil\\x3b\\x0a.exe (100);x.dll!std::map<a\\x3bb>\\x0a12 34\\x0d\\u2028 1000000",
    "",
  ]);
});
