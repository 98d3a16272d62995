import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

function adkImage(...args: string[]): Promise<{ exitCode: number | string; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--conditions=@adk/source", `${root}src/main.ts`, ...args], (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test("the bin is the built program", () => {
  const { bin, version } = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
  expect(readFileSync(`${root}${bin["adk-image"]}`, "utf8")).toBe('#!/usr/bin/env node\nimport "../dist/main.js";\n');
  expect(version).toMatch(/^\d+\.\d+\.\d+$/);
});

test("it has the groups of the package, a version and a help", async () => {
  const help = await adkImage("--help");
  expect(help).toMatchObject({ exitCode: 0, stderr: "" });
  expect(help.stdout).toMatch(/^Usage: adk-image /);
  expect(help.stdout).toMatch(/^ {2}wim +Examine/m);
  expect((await adkImage("--version")).stdout).toMatch(/^adk-image \d+\.\d+\.\d+\n$/);
  expect((await adkImage("wmi", "info")).stderr).toContain("Did you mean wim?");
});

test("it runs a command in the working directory, and ends with its exit code", async () => {
  expect(await adkImage("wim", "info", "absent.wim")).toMatchObject({
    exitCode: 3,
    stderr: expect.stringContaining("error[FILE_NOT_FOUND]"),
  });
});
