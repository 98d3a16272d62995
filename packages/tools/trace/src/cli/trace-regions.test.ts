import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { beforeAll, expect, test } from "vitest";
import { traceCompareResult, traceTableResult } from "../results.ts";
import { NUMBERED_PROVIDER, traceOf } from "../testing/numbered-events.ts";
import { groups } from "./index.ts";

let cwd = "";
const run = (...argv: string[]) => runForTest(groups, ["trace", ...argv], { cwd });
const REGIONS = ["--regions", "r.xml"];

beforeAll(async () => {
  const event = (id: number) => `<Event Provider="{${NUMBERED_PROVIDER}}" Id="${id}"/>`;
  const region = (number: number, name: string, stop: number) =>
    `<Region Guid="{00000000-0000-0000-0000-00000000000${number}}" Name="${name}"><Start>${event(1)}</Start><Stop>${event(stop)}</Stop></Region>`;
  cwd = await makeTree({
    "r.xml": `<InstrumentationManifest><Instrumentation><Regions><RegionRoot Guid="{00000000-0000-0000-0000-000000000001}" Name="All">
${region(2, "Load", 2)}${region(3, "Never", 9)}</RegionRoot></Regions></Instrumentation></InstrumentationManifest>`,
    "bad.xml":
      "<InstrumentationManifest><Instrumentation><Regions><RegionRoot>\n<Regio/></RegionRoot></Regions></Instrumentation></InstrumentationManifest>",
  });
  for (const [name, stop] of [
    ["a.etl", 20],
    ["b.etl", 30],
  ] as const) {
    const trace = traceOf([10, { id: 1 }], [stop, { id: 2 }], [40, { id: 1 }], [50, { id: 2 }]);
    for (let at = 0; at < 60; at++) trace.sample(at + 0.5, 0, 104, [0x1000]);
    await writeFile(join(cwd, name), await trace.toBytes());
  }
});

test("regions are listed as a table, JSON and comma-separated values", async () => {
  const shown = await run("regions", "a.etl", ...REGIONS);
  expect(shown.stdout).toContain("1 of 3 regions are not in the trace: Never");
  const { rows } = traceTableResult.parse(JSON.parse((await run("regions", "a.etl", ...REGIONS, "--json")).stdout));
  expect(rows.map(({ name, depth, start, duration }) => [name, depth, start, duration])).toEqual([
    ["All", 0, 10, 40],
    ["Load", 1, 10, 10],
    ["Load", 1, 40, 10],
  ]);
  const lines = (await run("regions", "a.etl", ...REGIONS, "--csv", "--range", "30-")).stdout.trim().split("\n");
  expect(lines[0]).toMatch(/^Region Friendly Name,Instance Name,Depth,Parent Region,Start Time \(ms\),/);
  expect(lines.length).toBe(3);
});

test("the first region of a name is the part that other commands take", async () => {
  const part = [...REGIONS, "--region", "load"];
  const cpu = await run("cpu", "a.etl", ...part, "--csv");
  expect(cpu.stdout).toBe((await run("cpu", "a.etl", "--range", "10-20", "--csv")).stdout);
  expect(cpu.stdout.trim().split("\n").length).toBe(2);
  const told = (await run("cpu", "a.etl", ...part)).stdout;
  expect(told).toContain("2 regions are called load: the first is taken, from 10.000 ms to 20.000 ms.");

  const events = await run("events", "a.etl", ...part, "--filter", "Test-Provider/*", "--format", "jsonl");
  expect(
    events.stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).event),
  ).toEqual(["Load/Start", "Load/Stop"]);

  expect((await run("slice", "a.etl", "-o", "s.etl", ...part)).exitCode).toBe(0);
  const sliced = traceTableResult.parse(JSON.parse((await run("regions", "s.etl", ...REGIONS, "--json")).stdout));
  expect(sliced.rows.map(({ name }) => name)).toEqual(["All", "Load"]);

  const page = await run("report", "a.etl", ...REGIONS, "-o", "a.html");
  expect(page.exitCode).toBe(0);
  expect(await readFile(join(cwd, "a.html"), "utf8")).toContain("Regions: All");
});

test("of each run its own instance is compared", async () => {
  const { stdout } = await run("compare", "a.etl", "b.etl", ...REGIONS, "--region", "Load", "--json");
  const { differences } = traceCompareResult.parse(JSON.parse(stdout));
  const cpu = differences.find(({ a, b }) => a === 10 && b === 20);
  expect(cpu).toBeDefined();
});

test.each([
  [["regions", "a.etl"], 2, "TRACE_NO_REGIONS"],
  [["cpu", "a.etl", "--region", "x"], 2, "TRACE_NO_REGIONS"],
  [["cpu", "a.etl", ...REGIONS, "--region", "Load", "--range", "1-2"], 2, "TRACE_TWO_RANGES"],
  [["slice", "a.etl", "-o", "x.etl"], 2, "TRACE_NO_RANGE"],
  [["cpu", "a.etl", ...REGIONS, "--region", "Loa"], 3, "Did you mean Load?"],
  [["regions", "a.etl", "--regions", "bad.xml", "--csv"], 1, "line 2, column 1"],
  [["regions", "a.etl", "--regions", "none.xml"], 3, "none.xml"],
] as const)("%j is refused", async (argv, code, message) => {
  const { exitCode, stderr } = await run(...argv);
  expect(stderr).toContain(message);
  expect(exitCode).toBe(code);
});
