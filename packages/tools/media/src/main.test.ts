import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

function adkMedia(...args: string[]): Promise<{ exitCode: number | string; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--conditions=@adk/source", `${root}src/main.ts`, ...args], (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test("the bin is the built program", () => {
  const { bin, version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  expect(readFileSync(`${root}${bin["adk-media"]}`, "utf8")).toBe('#!/usr/bin/env node\nimport "../dist/main.js";\n');
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test("it has the groups of the package, a version and a help", async () => {
  const help = await adkMedia("--help");
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  expect(help.stdout).toMatch(/^Usage: adk-media /);
  expect(help.stdout).toMatch(/^ {2}iso +Make/m);
  expect((await adkMedia("--version")).stdout).toMatch(/^adk-media \d+\.\d+\.\d+\n$/);
  expect((await adkMedia("dsik", "info")).stderr).toContain("Did you mean disk?");
});

test("it runs a command in the working directory, and ends with its exit code", async () => {
  expect(await adkMedia("iso", "info", "absent.iso")).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining("error[FILE_NOT_FOUND]"),
  });
});
