import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import * as compression from "./index.ts";

test("the example of the README prints what it says", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, imports, code, output] =
    /```ts\nimport (\{.*?\}) from "@adk\/compression";\n(.*?)```.*?```text\n(.*?)```/s.exec(readme)!;
  const lines: string[] = [];
  const print = { log: (...values: unknown[]) => lines.push(`${values.join(" ")}\n`) };
  new Function("compression", "console", `const ${imports} = compression;\n${code}`)(compression, print);
  expect(lines.join("")).toBe(output);
});
