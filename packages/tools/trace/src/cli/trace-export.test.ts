import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { groups } from "./index.ts";

let cwd: string;
const trace = (...argv: string[]) => runForTest(groups, ["trace", ...argv], { cwd });

beforeAll(async () => {
  cwd = temporaryDirectory();
  const log = await new SyntheticTrace()
    .process(100, "app.exe")
    .thread(104, 100)
    .image(100, 0x7ff6_0000_0000, 0x10000, "C:\\app.exe")
    .sample(2, 0, 104, [0x7ff6_0000_0010, 0x7ff6_0000_0020])
    .sample(3, 0, 104, [0x7ff6_0000_0010])
    .toBytes();
  writeFileSync(join(cwd, "synthetic.etl"), log);
  writeFileSync(join(cwd, "none.etl"), await new SyntheticTrace().process(100, "app.exe").toBytes());
});

describe("adk trace export", () => {
  const FORMATS = ["perfetto", "firefox", "speedscope", "chrome", "collapsed", "pprof", "parquet", "csv", "jsonl"];

  test.each(FORMATS)("%s: to a file and to standard output, the same bytes each time", async (format) => {
    const file = `out.${format}`;
    const { exitCode, stdout } = await trace("export", "synthetic.etl", "--format", format, "-o", file, "--json");
    expect(exitCode).toBe(0);
    const bytes = readFileSync(join(cwd, file));
    expect(JSON.parse(stdout)).toEqual({ file, format, bytes: bytes.length, findings: [] });
    const again = await trace("export", "synthetic.etl", "--format", format, "-o", "-");
    expect(again).toMatchObject({ exitCode: 0, stderr: "" });
    expect(bytes.equals(again.stdoutBytes)).toBe(true);
  });

  test("nothing is overwritten without --force, and nothing is left of what failed", async () => {
    writeFileSync(join(cwd, "mine.json"), "mine");
    const refused = await trace("export", "synthetic.etl", "--format", "chrome", "-o", "mine.json");
    expect(refused).toMatchObject({ exitCode: 4, stderr: expect.stringContaining("ALREADY_EXISTS") });
    expect(readFileSync(join(cwd, "mine.json"), "utf8")).toBe("mine");
    const absent = await trace("export", "absent.etl", "--format", "chrome", "-o", "absent.json");
    expect(absent.exitCode).toBe(3);
    expect(readdirSync(cwd).filter((name) => name.includes("absent") || name.endsWith(".tmp"))).toEqual([]);
    const forced = await trace("export", "synthetic.etl", "--format", "chrome", "-o", "mine.json", "--force");
    expect(forced.exitCode).toBe(0);
    expect(JSON.parse(readFileSync(join(cwd, "mine.json"), "utf8")).samples).toHaveLength(2);
  });

  test("any table as CSV, JSON lines or Parquet, and no profile of it", async () => {
    const { stdout } = await trace("export", "synthetic.etl", "--format", "jsonl", "--table", "cpu", "-o", "-");
    expect(JSON.parse(stdout)).toMatchObject({ process: "app.exe", module: "app.exe", weight: 2, count: 2 });
    const wrong = await trace("export", "synthetic.etl", "--format", "pprof", "--table", "cpu", "-o", "-");
    expect(wrong).toMatchObject({ exitCode: 2, stderr: expect.stringContaining("USAGE_TABLE_FORMAT") });
  });

  test("a part of the time, and one process", async () => {
    const lines = async (...more: string[]) =>
      (await trace("export", "synthetic.etl", "--format", "collapsed", "-o", "-", ...more)).stdout;
    expect(await lines("--range", "2.5-")).toBe("app.exe (100);app.exe!? 1000000\n");
    expect(await lines("--process", "100", "--range", "-2.5")).toBe("app.exe (100);app.exe!?;app.exe!? 1000000\n");
    expect(await lines("--process", "other.exe")).toBe("");
  });

  test("says of a trace without samples", async () => {
    const { exitCode, stderr } = await trace("export", "none.etl", "--format", "collapsed", "-o", "-");
    expect(exitCode).toBe(0);
    expect(stderr).toContain("TRACE_NO_SAMPLES");
  });
});

test("adk trace stack has functions, and one with its callers", async () => {
  const { stdout } = await trace("stack", "synthetic.etl", "--json");
  expect(JSON.parse(stdout)).toMatchObject({
    total: 2,
    samples: 2,
    unit: "milliseconds",
    functions: [{ name: "app.exe!?", exclusive: 2, inclusive: 2 }],
  });
  const shown = await trace("stack", "synthetic.etl", "--function", "app.exe!?");
  expect(shown.stdout).toContain("Callers of app.exe!?");
  const absent = await trace("stack", "synthetic.etl", "--function", "nothing");
  expect(absent).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("TRACE_NO_FUNCTION") });
});

test("adk trace pdb refuses what is no program database", async () => {
  const { exitCode, stderr } = await trace("pdb", "synthetic.etl");
  expect({ exitCode, stderr }).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("PDB_") });
});
