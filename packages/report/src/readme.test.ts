import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("the example of the README runs", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${root}README.md`, "utf8"))?.[1] ?? "";
  const node = ["--conditions=@adk/source", "--input-type=module-typescript", "--eval", code];
  const output = execFileSync(process.execPath, node, { cwd: root, encoding: "utf8" });
  expect(output).toMatch(/^<!doctype html>/);
  expect(output).toContain("<p>All <em>2</em> files.</p>");
  expect(output).toContain('data-value="5427200">5.18 MiB</td>');
  expect(output).toContain("No findings");
});
