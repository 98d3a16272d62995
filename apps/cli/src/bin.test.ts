import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";

// The bin stands alone in a folder; the program beside it is one that tells how it was started.
const PROGRAM = "console.log(process.version, process.argv.slice(2).join('|')); process.exitCode = 5;";
/** Makes this Node say that it is an old one. */
const OLD = "--import=data:text/javascript,Object.defineProperty(process,'versions',{value:{node:'20.19.0'}})";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "adk-bin-"));
  await mkdir(join(folder, "bin"));
  await mkdir(join(folder, "dist"));
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "dist/main.js"), PROGRAM);
  await copyFile(fileURLToPath(new URL("../bin/adk.js", import.meta.url)), join(folder, "bin/adk.js"));
});
afterEach(() => rm(folder, { recursive: true }));

function adk(nodeOptions: string[], ...args: string[]) {
  return new Promise<{ exitCode: number | string; stdout: string; stderr: string }>((resolve) => {
    execFile(process.execPath, [...nodeOptions, join(folder, "bin/adk.js"), ...args], (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test("runs the built program with its arguments", async () => {
  expect(await adk([], "wim", "a b", "--json")).toMatchObject({
    exitCode: 5,
    stdout: `${process.version} wim|a b|--json\n`,
  });
});

test("says how to build what is not built", async () => {
  await rm(join(folder, "dist"), { recursive: true });
  const { exitCode, stderr } = await adk([]);
  expect(exitCode).toBe(4);
  expect(stderr).toContain("npm start");
});

describe("an old Node", () => {
  test("is told to the user", async () => {
    const { exitCode, stderr } = await adk([OLD]);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/^adk: error\[CANNOT_START\] Node 24 or newer is needed/);
  });

  test.skipIf(process.platform === "win32")("starts the one of the npm package `node`", async () => {
    const installed = join(folder, "node_modules/node");
    await mkdir(join(installed, "bin"), { recursive: true });
    await writeFile(join(installed, "package.json"), "{}");
    await symlink(process.execPath, join(installed, "bin/node"));
    expect(await adk([OLD], "a", "b c")).toEqual({ exitCode: 5, stdout: `${process.version} a|b c\n`, stderr: "" });
  });

  test.skipIf(process.platform === "win32")("does not start itself over and over", async () => {
    const installed = join(folder, "node_modules/node");
    await mkdir(join(installed, "bin"), { recursive: true });
    await writeFile(join(installed, "package.json"), "{}");
    await writeFile(join(installed, "bin/node"), `#!/bin/sh\nexec "${process.execPath}" "${OLD}" "$@"\n`, {
      mode: 0o755,
    });
    expect((await adk([OLD])).exitCode).toBe(4);
  });
});
