import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { program } from "./program.ts";

const main = fileURLToPath(new URL("./main.ts", import.meta.url));

function adk(...args: string[]): Promise<{ exitCode: number | string; stdout: string; stderr: string }> {
  return new Promise((resolve) => {
    execFile(process.execPath, ["--conditions=@adk/source", main, ...args], (error, stdout, stderr) =>
      resolve({ exitCode: error?.code ?? 0, stdout, stderr }),
    );
  });
}

test("names and aliases of groups are unique", () => {
  const names = program.groups.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  expect(new Set([...names, "help"]).size).toBe(names.length + 1);
});

test("every group can be loaded and has commands", async () => {
  for (const { name, load, ...entry } of program.groups) {
    expect(Object.keys(await load()), name).toContain("replaces" in entry ? "dropIn" : "commands");
    expect(await adk("help", name), name).toMatchObject({ exitCode: 0, stderr: "" });
  }
});

test("the help lists the groups in their order, examples, exit codes and the documentation", async () => {
  const { exitCode, stdout } = await adk("--help");
  expect(exitCode).toBe(0);
  expect(stdout).toMatch(
    /Commands:\n {2}inspect [\s\S]*\n {2}wim [\s\S]*\n {2}build [\s\S]*Examples:\n {2}adk inspect/,
  );
  expect(stdout).toMatch(/Exit codes:\n[\s\S]*\nDocumentation: /);
});

test("the help loads no group and no commander", async () => {
  const tellLoads =
    "import{registerHooks}from'node:module';registerHooks({load(url,context,next){process._rawDebug(url);return next(url,context)}})";
  const loaded = await new Promise<string>((resolve) => {
    const args = ["--conditions=@adk/source", `--import=data:text/javascript,${tellLoads}`, main, "--help"];
    execFile(process.execPath, args, (_error, _stdout, stderr) => resolve(stderr));
  });
  expect(loaded).toContain("cli-kit/src/main.ts");
  expect(loaded).not.toMatch(/commander|zod|packages\/core|dispatch\.ts|inspect\.ts/);
});

test("a file of another kind: how to see what it is", async () => {
  const { exitCode, stderr } = await adk("wim", "info", main);
  expect(exitCode).toBe(3);
  expect(stderr).toContain(`hint:     To see what it is: adk inspect ${main}\n`);
});

test("inspect says what is wrong with a file that is absent", async () => {
  const { exitCode, stdout } = await adk("inspect", "absent.wim", "--json");
  expect(exitCode).toBe(3);
  expect(JSON.parse(stdout).error.code).toBe("FILE_NOT_FOUND");
});
