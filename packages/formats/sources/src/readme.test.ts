import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";

test("the example of the README prints what it says", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  const [, code, output] = /```ts\n(.*?)```.*?```text\n(.*?)```/s.exec(readme)!;
  const directory = mkdtempSync(join(tmpdir(), "adk-readme-"));
  try {
    const script = join(directory, "example.ts");
    const source = new URL("./index.ts", import.meta.url).href;
    const resolved = code!.replace(/"(@adk\/\w+)"/g, (_, name) => {
      return JSON.stringify(name === "@adk/sources" ? source : import.meta.resolve(name));
    });
    writeFileSync(script, resolved);
    const printed = execFileSync(process.execPath, ["--conditions=@adk/source", script], {
      cwd: directory,
      encoding: "utf8",
    });
    expect(printed).toBe(output);
  } finally {
    rmSync(directory, { recursive: true });
  }
});
