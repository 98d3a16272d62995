import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, expect, test } from "vitest";

const folder = mkdtempSync(join(tmpdir(), "adk-unattend-readme-"));
afterAll(() => rmSync(folder, { recursive: true }));

test("the example of the README runs", () => {
  const readme = readFileSync(new URL("../README.md", import.meta.url), "utf8");
  writeFileSync(join(folder, "example.ts"), /```ts\n([\s\S]*?)```/.exec(readme)?.[1] ?? "");
  writeFileSync(join(folder, "package.json"), '{ "type": "module" }');
  const modules = fileURLToPath(new URL("../../../../node_modules", import.meta.url));
  symlinkSync(modules, join(folder, "node_modules"), "junction");
  const node = ["--conditions=@adk/source", "example.ts"];
  const output = execFileSync(process.execPath, node, { cwd: folder, encoding: "utf8" });
  expect(output).toBe(`4:21 error computer-name
5:17 warning time-zone-case
[ 'Write UTC' ] 0
[ 'ComputerName = WEB-01', 'TimeZone = UTC' ]
0 0
`);
});
