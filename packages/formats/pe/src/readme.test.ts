import { execFileSync } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { temporaryDirectory } from "./testing/temporary.ts";

test("the example of the README prints what it says", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, code, output] = /```ts\n(.*?)```.*?```text\n(.*?)```/s.exec(readme)!;
  const directory = temporaryDirectory();
  const script = join(directory, "example.ts");
  const resolved = code!.replace(/"(@adk\/\w+)"/g, (_, name) => JSON.stringify(import.meta.resolve(name)));
  writeFileSync(script, resolved);
  const printed = execFileSync(process.execPath, ["--conditions=@adk/source", script], {
    cwd: directory,
    encoding: "utf8",
  });
  expect(printed).toBe(output);
});
