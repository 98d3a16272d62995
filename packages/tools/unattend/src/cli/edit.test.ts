import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { COMPLETE } from "../testing/answer-files.ts";
import { groups } from "./index.ts";

let cwd: string;
beforeEach(async () => {
  cwd = await mkdtemp(join(tmpdir(), "adk-unattend-"));
  await writeFile(join(cwd, "a.xml"), COMPLETE);
});
afterEach(() => rm(cwd, { recursive: true, force: true }));

const run = (args: readonly string[], options: { stdin?: string } = {}) =>
  runForTest(groups, ["unattend", ...args], { cwd, ...options });
const read = (name: string) => readFile(join(cwd, name), "utf8");
const ZONE = "specialize/Microsoft-Windows-Shell-Setup/TimeZone";

describe("validate", () => {
  test("nothing to tell", async () => {
    const { exitCode, stdout } = await run(["validate", "a.xml"]);
    expect([exitCode, stdout]).toEqual([0, "a.xml: nothing to tell\n"]);
  });

  test("errors: lines for people, the contract's document for programs, exit code 1", async () => {
    await writeFile(join(cwd, "b.xml"), COMPLETE.replace("UTC", "Berlin"));
    const text = await run(["validate", "a.xml", "b.xml", "--target", "win11-24h2"]);
    expect([text.exitCode, text.stdout]).toEqual([
      1,
      `a.xml: nothing to tell\nb.xml:66:17: error: There is no time zone "Berlin". [time-zone]\nb.xml: 1 error, 0 warnings, 0 info\n`,
    ]);
    const json = await run(["validate", "b.xml", "--json"]);
    expect(json.exitCode).toBe(1);
    expect(JSON.parse(json.stdout)).toEqual({
      files: [
        {
          file: "b.xml",
          findings: [
            {
              rule: "time-zone",
              severity: "error",
              line: 66,
              column: 17,
              endLine: 66,
              endColumn: 23,
              message: 'There is no time zone "Berlin".',
              path: ZONE,
            },
          ],
          suppressed: 0,
        },
      ],
    });
  });

  test("--fix keeps a copy; --dry-run changes nothing", async () => {
    const broken = COMPLETE.replace("UTC", "utc");
    await writeFile(join(cwd, "a.xml"), broken);
    expect((await run(["validate", "a.xml", "--fix", "--dry-run"])).exitCode).toBe(0);
    expect([await read("a.xml"), await readdir(cwd)]).toEqual([broken, ["a.xml"]]);
    const { stderr } = await run(["validate", "a.xml", "--fix"]);
    expect(stderr).toContain("1 finding repaired");
    expect([await read("a.xml"), await read("a.xml.bak")]).toEqual([COMPLETE, broken]);
  });

  test("SARIF, rules, wrong usage", async () => {
    expect((await run(["validate", "a.xml", "--sarif", "out.sarif"])).exitCode).toBe(0);
    expect(JSON.parse(await read("out.sarif")).version).toBe("2.1.0");
    expect((await run(["validate", "a.xml", "--sarif", "out.sarif"])).exitCode).toBe(4);
    expect((await run(["rules", "time-zone"])).stdout).toContain("tzutil");
    expect((await run(["validate", "a.xml", "--target", "win11-24h3"])).stderr).toContain("Did you mean win11-24h2?");
    expect((await run(["validate", "absent.xml"])).exitCode).toBe(3);
  });
});

describe("edits", () => {
  test("get and set", async () => {
    expect((await run(["get", "a.xml", ZONE])).stdout).toBe("UTC\n");
    expect((await run(["get", "a.xml", "specialize/Microsoft-Windows-Shell-Setup/OEMName"])).exitCode).toBe(1);
    const { stdout } = await run(["set", "a.xml", ZONE, "GMT Standard Time"]);
    expect(stdout).toBe(
      `~ specialize/Microsoft-Windows-Shell-Setup/TimeZone = UTC -> GMT Standard Time\nWritten: a.xml (as it was: a.xml.bak)\n`,
    );
    expect([await read("a.xml"), await read("a.xml.bak")]).toEqual([
      COMPLETE.replace("UTC", "GMT Standard Time"),
      COMPLETE,
    ]);
  });

  test("a secret from standard input is not shown", async () => {
    const path = "oobeSystem/Microsoft-Windows-Shell-Setup/AutoLogon/Password/Value";
    const { stdout } = await run(["set", "a.xml", path, "-"], { stdin: "secret\n" });
    expect(stdout).not.toContain("secret");
    expect(await read("a.xml")).toContain("<Value>secret</Value>");
  });

  test("standard input to standard output", async () => {
    const { stdout } = await run(["set", "-", ZONE, "GMT Standard Time"], { stdin: COMPLETE });
    expect(stdout).toBe(COMPLETE.replace("UTC", "GMT Standard Time"));
  });

  test("--output does not overwrite without --force, --dry-run writes nothing", async () => {
    expect((await run(["rm", "a.xml", ZONE, "-o", "a.xml"])).exitCode).toBe(4);
    expect((await run(["rm", "a.xml", ZONE, "--dry-run"])).stdout).toContain("Nothing was written.");
    expect(await read("a.xml")).toBe(COMPLETE);
    expect((await run(["rm", "a.xml", ZONE, "-o", "b.xml"])).exitCode).toBe(0);
    expect(await read("b.xml")).not.toContain("UTC");
  });

  test("add, fmt, diff, merge, convert", async () => {
    const list = "oobeSystem/Microsoft-Windows-Shell-Setup/FirstLogonCommands/SynchronousCommand";
    expect((await run(["add", "a.xml", list, "CommandLine=a=b", "-o", "b.xml"])).exitCode).toBe(0);
    expect(await read("b.xml")).toContain("<CommandLine>a=b</CommandLine>");
    expect((await run(["add", "a.xml", list, "CommandLine"])).exitCode).toBe(2);
    expect((await run(["diff", "a.xml", "b.xml"])).stdout).toContain("+ oobeSystem/");
    expect((await run(["diff", "a.xml", "a.xml"])).exitCode).toBe(0);
    expect((await run(["merge", "a.xml", "b.xml", "-o", "c.xml"])).exitCode).toBe(0);
    expect((await run(["diff", "b.xml", "c.xml"])).exitCode).toBe(0);
    expect((await run(["fmt", "a.xml", "--indent", "4"])).stdout).toContain("Written: a.xml");
    expect((await run(["convert", "a.xml"])).exitCode).toBe(2);
    expect((await run(["convert", "a.xml", "--arch", "arm64", "-o", "d.xml"])).stdout).toContain(
      "for arm64 in place of amd64",
    );
    expect(await read("d.xml")).not.toContain("amd64");
  });
});

describe("files of another kind", () => {
  const told = async (...args: readonly string[]) => {
    const { exitCode, stderr } = await run(args);
    return [exitCode, /error\[(\w+)\]/.exec(stderr)?.[1]];
  };

  test("are no answer files without anything to tell", async () => {
    await writeFile(join(cwd, "empty.xml"), "");
    await writeFile(join(cwd, "other.xml"), "<settings/>");
    for (const command of ["timeline", "simulate-disk", "secrets", "hide", "reveal", "fmt"]) {
      expect(await told(command, "empty.xml")).toEqual([3, "UNATTEND_NO_ROOT"]);
    }
    expect(await told("diff", "a.xml", "other.xml")).toEqual([3, "UNATTEND_NO_ROOT"]);
    expect((await run(["validate", "empty.xml"])).exitCode).toBe(1);
  });

  test("are no logs of Setup, but an empty one is", async () => {
    await writeFile(join(cwd, "a.log"), "\0\u0001x");
    await writeFile(join(cwd, "setuperr.log"), "");
    expect(await told("logs", "a.log")).toEqual([3, "SETUP_LOG_NO_ENTRY"]);
    expect(await told("logs", "setuperr.log")).toEqual([0, undefined]);
  });
});
