import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { expect, test } from "vitest";
import { traceReportResult } from "../report/trace-report.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { groups } from "./index.ts";

test("a report is written as a page, and told as JSON", async () => {
  const cwd = await makeTree({});
  const trace = new SyntheticTrace().process(100, "app.exe").thread(104, 100);
  for (let at = 10; at < 20; at++) trace.sample(at, 0, 104, [0x1000]);
  await writeFile(join(cwd, "a.etl"), await trace.toBytes());
  const run = (...args: string[]) => runForTest(groups, ["trace", "report", "a.etl", "-o", "a.html", ...args], { cwd });
  const first = await run("--json");
  expect(first.exitCode).toBe(0);
  const { story } = traceReportResult.parse(JSON.parse(first.stdout));
  expect(story[0]).toMatchObject({ rule: "processor-load", numbers: { busyMs: 10 } });
  const page = await readFile(join(cwd, "a.html"), "utf8");
  expect(page).toContain("Trace report: a.etl");

  const again = await run();
  expect(again.exitCode).not.toBe(0);
  const told = await run("--force", "--range", "10-14.5");
  expect(told.stdout).toContain("app.exe (100) used 100 % of that");
  expect(told.stdout).toContain("The report is in a.html.");
  expect(await readFile(join(cwd, "a.html"), "utf8")).toContain("a part of the trace");
});
