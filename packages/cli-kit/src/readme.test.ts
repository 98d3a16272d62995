import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

// The code of the README, written to the files that its first lines name, beside the modules of the repository.
let folder = "";
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-kit-readme-"));
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  for (const [, name, code] of readme.matchAll(/```ts\n\/\/ (\S+)\n(.*?)```/gs)) {
    await mkdir(dirname(join(folder, name!)), { recursive: true });
    await writeFile(join(folder, name!), code!);
  }
  await writeFile(join(folder, "package.json"), '{ "type": "module", "version": "1.2.3" }');
  await writeFile(join(folder, "a.wim"), "MSWIM\0\0\0 and so on");
  await symlink(
    fileURLToPath(new URL("../../../node_modules", import.meta.url)),
    join(folder, "node_modules"),
    "junction",
  );
});
afterAll(() => rm(folder, { recursive: true }));

function run(file: string, ...args: string[]): Promise<{ exitCode: number | string; stdout: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--conditions=@adk/source", file, ...args], { cwd: folder }, (error, stdout) =>
      resolve({ exitCode: error?.code ?? 0, stdout }),
    );
  });
}

test("the group", async () => {
  expect(await run("src/main.ts", "wim", "check", "a.wim", "--bytes")).toEqual({
    exitCode: 0,
    stdout: "File   Size  WIM\na.wim    18  yes\n",
  });
  const { exitCode, stdout } = await run("src/main.ts", "wim", "check", "package.json", "--json");
  expect(exitCode).toBe(1);
  expect(JSON.parse(stdout)).toEqual({ file: "package.json", size: 40, wim: false });
});

test("the drop-in", async () => {
  expect(await run("src/main.ts", "dism", "/Get-ImageInfo")).toMatchObject({ exitCode: 0 });
  expect(await run("src/main.ts", "dism", "--help")).toMatchObject({ exitCode: 87 });
});

test("the program", async () => {
  expect(await run("src/main.ts", "--version")).toEqual({ exitCode: 0, stdout: "adk-image 1.2.3\n" });
});

test("the test", async () => {
  expect(await run("src/cli/wim.test.ts")).toEqual({ exitCode: 0, stdout: "" });
});
