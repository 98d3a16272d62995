import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, it } from "vitest";

it("the example of the README runs", () => {
  const root = fileURLToPath(new URL("..", import.meta.url));
  const code = /```ts\n([\s\S]*?)```/.exec(readFileSync(`${root}README.md`, "utf8"))?.[1] ?? "";
  const node = ["--conditions=@adk/source", "--input-type=module-typescript", "--eval", code];
  const output = execFileSync(process.execPath, node, { cwd: root, encoding: "utf8" });
  expect(output).toBe("built 1 workstation.wim install.swm\nunchanged\n");
});
