import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AdkError } from "@adk/core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import * as z from "zod";
import type { Command } from "./command.ts";
import { commandModules } from "./command-modules.ts";
import { exitCodes } from "./exit-codes.ts";
import type { DefineCommands } from "./group.ts";
import { lazySchemas } from "./lazy-schemas.ts";
import { errorDocument, progressLine } from "./schemas.ts";
import { groups } from "./testing/groups.ts";
import { runForTest, type TestOptions } from "./testing.ts";

const run = (line: string, options?: TestOptions) => runForTest(groups, line.split(" ").filter(Boolean), options);

describe("help and version", () => {
  test("the help lists groups in order and loads none", async () => {
    const { exitCode, stdout, stderr } = await run("--help");
    expect(exitCode).toBe(0);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/Commands:\n {2}demo, d {2}Commands for tests\n {2}single {3}.*\n {2}broken/);
    expect(stdout).toMatch(/taken as they are:\n {2}original/);
    expect(stdout).toMatch(/Exit codes:\n {2}0 {4}done\n.*"no"/);
  });

  test("nothing at all is wrong usage", async () => {
    const { exitCode, stdout, stderr } = await run("");
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Usage: adk <command>/);
  });

  test.each(["help demo info", "--help demo info", "demo info --help", "demo info x -h"])("%s", async (line) => {
    const { exitCode, stdout } = await run(line);
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^Usage: adk demo info \[options\] <file>\n\nTell about a file, at length\./);
    expect(stdout).toMatch(/--threads <n>.*\n[\s\S]*Global Options:\n.*--json/);
  });

  test("of a group, with summaries", async () => {
    const { stdout } = await run("help d");
    expect(stdout).toMatch(/^Usage: adk demo/);
    expect(stdout).toMatch(/info \[options\] <file> +tell about a file\n/);
  });

  test("a group without a command prints its help as an error", async () => {
    const { exitCode, stdout, stderr } = await run("demo");
    expect([exitCode, stdout]).toEqual([2, ""]);
    expect(stderr).toMatch(/^Usage: adk demo[\s\S]*error\[USAGE_MISSING_COMMAND\]/);
  });

  test("of a drop-in", async () => {
    const { exitCode, stdout } = await run("help original");
    expect([exitCode, stdout]).toEqual([
      0,
      "Usage: adk original <command line of ORIGINAL.EXE>\n\nThe original's command line\n",
    ]);
  });

  test.each(["--version", "-V", "demo info --version"])("%s", async (line) => {
    expect(await run(line)).toMatchObject({ exitCode: 0, stdout: "adk 0.1.0\n" });
  });

  test("the version as JSON", async () => {
    expect(JSON.parse((await run("--version --json")).stdout)).toEqual({ name: "adk", version: "0.1.0" });
  });
});

describe("results", () => {
  test("rendered, with notes and warnings on stderr", async () => {
    const { exitCode, stdout, stderr } = await run("demo info a.wim --label x --threads 4 --force");
    expect(exitCode).toBe(0);
    expect(stdout).toBe(
      "File:      a.wim\nIdentity:  9223372036854775808\nLabel:     x\n" +
        "warning[DEMO_ODD] This is odd. (\\Windows, a.wim, offset 208 (0xd0))\n",
    );
    expect(stderr).toBe("threads 4, force true\nwarning: take care\n");
  });

  test.each(["--json demo info a.wim", "demo --json info a.wim", "demo info a.wim --json", "d info --json a.wim"])(
    "%s: one document with the schema's fields and no others",
    async (line) => {
      const { exitCode, stdout } = await run(line);
      expect(exitCode).toBe(0);
      expect(JSON.parse(stdout)).toEqual({ file: "a.wim", identity: "9223372036854775808", digest: "ab01" });
    },
  );

  test("--quiet silences notes, not warnings", async () => {
    expect((await run("demo info a.wim --quiet")).stderr).toBe("warning: take care\n");
  });

  test("the answer no", async () => {
    expect(await run("demo no")).toMatchObject({ exitCode: 1, stdout: "no\n", stderr: "" });
  });

  test("a group that is one command", async () => {
    expect(await run("single a -- --json")).toMatchObject({ exitCode: 0, stdout: "a+--json\n" });
  });

  test("a drop-in gets its arguments untouched and gives its own exit code", async () => {
    const { exitCode, stdout } = await run("--quiet original /Get:x --json -- --help");
    expect([exitCode, stdout]).toEqual([87, "[/Get:x|--json|--|--help]"]);
  });
});

describe("colours", () => {
  const bold = (text: string) => `\u001b[1m${text}\u001b[22m`;
  const colored = async (line: string, options: TestOptions) => (await run(line, options)).stdout.includes("\u001b[");
  test.each([
    ["on a terminal", "demo rows 1", { tty: 80 }, true],
    ["not in a pipe", "demo rows 1", {}, false],
    ["not with NO_COLOR", "demo rows 1", { tty: 80, env: { NO_COLOR: "1" } }, false],
    ["NO_COLOR must not be empty", "demo rows 1", { tty: 80, env: { NO_COLOR: "" } }, true],
    ["not with --no-color", "demo rows 1 --no-color", { tty: 80, env: { FORCE_COLOR: "1" } }, false],
    ["in a pipe with FORCE_COLOR", "demo rows 1", { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }, true],
    ["not with FORCE_COLOR=0", "demo rows 1", { tty: 80, env: { FORCE_COLOR: "0" } }, false],
    ["not on a dumb terminal", "demo rows 1", { tty: 80, env: { TERM: "dumb" } }, false],
    ["in the help", "--help", { tty: 80 }, true],
    ["in the help of a command", "demo info --help", { tty: 80 }, true],
    ["not in the help with --no-color", "demo info --help --no-color", { tty: 80 }, false],
  ] as const)("%s", async (_, line, options, expected) => {
    expect(await colored(line, options)).toBe(expected);
  });

  test("titles of tables are bold", async () => {
    expect((await run("demo rows 1", { tty: 80 })).stdout.split("\n")[0]).toBe(bold("Index  Path"));
  });
});

describe("errors", () => {
  test.each([
    ["usage", 2],
    ["input", 3],
    ["environment", 4],
    ["unsupported", 5],
    ["cancelled", 130],
  ] as const)("of kind %s end with %i", async (kind, code) => {
    const { exitCode, stdout } = await run(`demo fail ${kind} --json`);
    expect(exitCode).toBe(code);
    const { error } = errorDocument.parse(JSON.parse(stdout));
    expect(error).toMatchObject({ code: "DEMO_FAILED", kind, offset: 208, expected: "MSWIM", found: 7 });
  });

  test("say what, where and what to do, without control characters", async () => {
    const { stdout, stderr } = await run("demo fail input");
    expect(stdout).toBe("");
    expect(stderr).toBe(
      "adk: error[DEMO_FAILED] It failed.\n" +
        "  file:     a\\x1b[2Jb.wim\n" +
        "  offset:   208 (0xd0)\n" +
        "  expected: MSWIM\n" +
        "  found:    7\n" +
        "  hint:     Try another file.\n",
    );
  });

  test.each(["bug", "nothing --json", "shape --json"])("bugs are told as bugs: %s", async (line) => {
    const { exitCode, stderr } = await run(`demo fail ${line}`);
    expect(exitCode).toBe(4);
    expect(stderr).toMatch(/error\[INTERNAL\][\s\S]*This is a bug in adk\. Run it again with ADK_DEBUG=1/);
    expect(stderr).not.toMatch(/ at /);
  });

  test("a group that cannot be loaded", async () => {
    expect(await run("broken")).toMatchObject({ exitCode: 4, stdout: "" });
  });

  test("ADK_DEBUG shows the stack and the cause", async () => {
    const { stderr } = await run("demo fail bug", { env: { ADK_DEBUG: "1" } });
    expect(stderr).toMatch(/cause[\s\S]*TypeError: x is not a function\n +at .*demo\.ts/);
  });

  test.each([
    ["system", "ACCESS_DENIED"],
    ["network", "SYSTEM_ECONNREFUSED"],
  ])("of the system: %s", async (kind, code) => {
    const { exitCode, stderr } = await run(`demo fail ${kind}`);
    expect(exitCode).toBe(4);
    expect(stderr).toContain(`adk: error[${code}]`);
    expect(stderr).not.toContain("bug");
  });

  test("after the result do not add a second document", async () => {
    const { exitCode, stdout } = await run("demo fail late --json");
    expect(exitCode).toBe(3);
    expect(JSON.parse(stdout)).toEqual({ n: 1 });
  });
});

describe("wrong usage", () => {
  test.each([
    ["dmeo", "UNKNOWN_COMMAND", "Unknown command 'dmeo'.", "Did you mean demo? See: adk --help"],
    ["zzzzz", "UNKNOWN_COMMAND", "Unknown command 'zzzzz'.", "See: adk --help"],
    ["demo ifno", "UNKNOWN_COMMAND", "Unknown command 'ifno'.", "Did you mean info? See: adk demo --help"],
    ["--jsn", "UNKNOWN_OPTION", "Unknown option '--jsn'.", "Did you mean --json? See: adk --help"],
    [
      "demo info a --thread 3",
      "UNKNOWN_OPTION",
      "Unknown option '--thread'.",
      "Did you mean --threads? See: adk demo info --help",
    ],
    [
      "demo info a --jsno",
      "UNKNOWN_OPTION",
      "Unknown option '--jsno'.",
      "Did you mean --json? See: adk demo info --help",
    ],
    [
      "demo info a --mode fats",
      "INVALID_ARGUMENT",
      "Option '--mode <mode>' argument 'fats' is invalid. Allowed choices are fast, max, none.",
      "Did you mean fast? See: adk demo info --help",
    ],
    [
      "demo info a --threads 0",
      "INVALID_ARGUMENT",
      "Option '--threads <n>' argument '0' is invalid. Expected a whole number from 1 to 1024.",
      "See: adk demo info --help",
    ],
    [
      "demo info a --progress jsno",
      "INVALID_ARGUMENT",
      "Option '--progress <mode>' argument 'jsno' is invalid. Allowed choices are auto, json, none.",
      "Did you mean json? See: adk --help",
    ],
    [
      "demo info a --progress",
      "OPTION_MISSING_ARGUMENT",
      "Option '--progress <mode>' argument missing.",
      "See: adk --help",
    ],
    [
      "demo info a --label",
      "OPTION_MISSING_ARGUMENT",
      "Option '--label <text>' argument missing.",
      "See: adk demo info --help",
    ],
    ["demo info", "MISSING_ARGUMENT", "Missing required argument 'file'.", "See: adk demo info --help"],
    [
      "demo info a b",
      "EXCESS_ARGUMENTS",
      "Too many arguments for 'info'. Expected 1 argument but got 2: a, b.",
      "See: adk demo info --help",
    ],
  ])("%s", async (line, code, message, hint) => {
    const { exitCode, stdout, stderr } = await run(line);
    expect(exitCode).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toBe(`adk: error[USAGE_${code}] ${message}\n  hint:     ${hint}\n`);
    const { error } = errorDocument.parse(JSON.parse((await run(`--json ${line}`)).stdout));
    expect(error).toEqual({ code: `USAGE_${code}`, kind: "usage", message, hint });
  });
});

describe("standard streams", () => {
  const bytes = Uint8Array.from({ length: 300_000 }, (_, index) => index & 0xff);
  let folder = "";
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "cli-kit-"));
    await writeFile(join(folder, "bytes.bin"), bytes);
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("- is standard input, and bytes come through", async () => {
    expect((await run("demo echo -", { stdin: bytes })).stdoutBytes).toEqual(bytes);
  });

  test("files are found from the context's directory", async () => {
    expect((await run("demo echo bytes.bin", { cwd: folder })).stdoutBytes).toEqual(bytes);
    expect((await run("demo echo absent.bin", { cwd: folder })).stderr).toContain("error[FILE_NOT_FOUND]");
    expect((await run("demo echo byte.bin", { cwd: folder })).stderr).toMatch(/hint: +Did you mean .*bytes\.bin\?/);
  });

  test("a signal ends the reading", async () => {
    const controller = new AbortController();
    controller.abort();
    expect((await run("demo echo -", { stdin: "x", signal: controller.signal })).exitCode).toBe(130);
    expect((await run("demo echo bytes.bin", { cwd: folder, signal: controller.signal })).exitCode).toBe(130);
  });
});

describe("progress", () => {
  test("JSON lines on stderr", async () => {
    const { stdout, stderr } = await run("demo work 3 --progress json --json");
    const lines = stderr
      .trim()
      .split("\n")
      .map((line) => progressLine.parse(JSON.parse(line)).progress);
    expect(lines[0]).toEqual({ phase: "read", done: 0, total: 3, unit: "files" });
    expect(lines.at(-1)).toEqual({ phase: "read", done: 3, total: 3, unit: "files", item: "\\Windows\\2.dll" });
    expect(JSON.parse(stdout)).toEqual({ files: 3 });
  });

  test("a bar on a terminal, gone before the result", async () => {
    const { stdout, stderr } = await run("demo work 3", { tty: 80 });
    expect(stdout).toBe("worked\n");
    expect(stderr).toContain("\r\u001b[2Kread [--------------------] 0 % 0/3 files");
    expect(stderr.endsWith("\r\u001b[2K")).toBe(true);
  });

  test("nothing in a pipe", async () => {
    expect((await run("demo work 3")).stderr).toBe("");
  });
});

describe("commands in modules", () => {
  const loaded: string[] = [];
  const part = (...names: string[]) => {
    return async () => {
      loaded.push(...names);
      return (group: Command) => {
        for (const name of names) group.command(name).run(async (context) => context.stdout.line(`ran ${name}`));
      };
    };
  };
  const modules = commandModules({ "one two": part("one", "two"), "*": part("three"), four: part("four") });
  const group = [{ name: "parts", summary: "Of modules", load: async () => ({ commands: modules }) }];
  const runPart = async (...argv: string[]) => {
    loaded.length = 0;
    return { ...(await runForTest(group, ["parts", ...argv])), loaded: [...loaded] };
  };

  test("the one of the command that is called is loaded", async () => {
    expect(await runPart("two")).toMatchObject({ exitCode: 0, stdout: "ran two\n", loaded: ["one", "two"] });
    expect(await runPart("three")).toMatchObject({ exitCode: 0, stdout: "ran three\n", loaded: ["three"] });
    expect(await runPart("four", "--help")).toMatchObject({ exitCode: 0, loaded: ["four"] });
  });

  test("all are for the help, in its order, and for a name that none has", async () => {
    const { stdout, loaded } = await runPart("--help");
    expect(stdout).toMatch(/one[\s\S]*two[\s\S]*three[\s\S]*four/);
    expect(loaded).toEqual(["one", "two", "three", "four"]);
    const wrong = await runPart("fuor");
    expect([wrong.exitCode, wrong.stderr]).toEqual([2, expect.stringContaining("Did you mean four?")]);
  });
});

describe("schemas that are loaded", () => {
  let loads = 0;
  const schemas = lazySchemas(async () => {
    loads++;
    return { answer: z.object({ n: z.number() }) };
  });
  const commands: DefineCommands = (group) => {
    group.command("tell <n>").run(async (context, n: string) => {
      const result = { n: n === "text" ? (n as never) : Number(n) };
      context.output(result, { schema: schemas.answer, render: ({ n }, out) => out.line(`n ${n}`) });
      if (n === "7") throw new AdkError("SEVEN", "No.");
      return exitCodes.no;
    });
  };
  const group = [{ name: "lazy", summary: "Lazy", load: async () => ({ commands }) }];
  const tell = (...argv: string[]) => runForTest(group, ["lazy", "tell", ...argv]);

  test("are loaded for JSON only, and hold there", async () => {
    expect(await tell("1")).toMatchObject({ exitCode: 1, stdout: "n 1\n" });
    expect(loads).toBe(0);
    const { exitCode, stdout } = await tell("1", "--json");
    expect([exitCode, JSON.parse(stdout), loads]).toEqual([1, { n: 1 }, 1]);
    expect((await tell("text", "--json")).stderr).toContain("error[INTERNAL]");
  });

  test("the result comes before an error behind it", async () => {
    const { exitCode, stdout, stderr } = await tell("7", "--json");
    expect([exitCode, JSON.parse(stdout)]).toEqual([3, { n: 7 }]);
    expect(stderr).toContain("error[SEVEN]");
  });
});
