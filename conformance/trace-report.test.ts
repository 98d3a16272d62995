import { readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { Findings } from "@adk/core";
import { Analysis, makeTraceReport, openTrace, TABLES, type TraceReport, traceReportPage } from "@adk/trace";
import { beforeAll, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";

/** What the report says of a real trace, beside what PerfView counts in it. */
describeWithData("trace", (directory) => {
  let report: TraceReport;
  let page = "";
  let baseline = "";

  beforeAll(async () => {
    baseline = gunzipSync(readFileSync(join(directory, "net.4.5.2.x64.baseline.txt.gz"))).toString("utf8");
    await using opened = await openTrace([join(directory, "net.4.5.2.x64.etl.zip")]);
    const analysis = await Analysis.of(opened.trace, TABLES);
    const made = await makeTraceReport(analysis, ["net.4.5.2.x64.etl"], new Findings());
    report = made.report;
    page = traceReportPage(made);
  }, 60_000);

  const counted = (event: string) =>
    Number(new RegExp(`^COUNT Windows Kernel/${event}:(\\d+)`, "m").exec(baseline)?.[1]);
  const told = (rule: string) => report.story.find((each) => each.rule === rule);

  test("the numbers of its sentences are those that PerfView counts", () => {
    // A sample a millisecond.
    expect(told("processor-load")?.numbers["busyMs"]).toBe(counted("PerfInfo/Sample"));
    const transfers = counted("DiskIO/Read") + counted("DiskIO/Write") + counted("DiskIO/FlushBuffers");
    expect(told("disk-load")?.numbers["transfers"]).toBe(transfers);
    expect(told("hard-faults")?.numbers["count"]).toBe(counted("Memory/HardFault"));
    expect(told("process-starts")?.numbers["started"]).toBe(counted("Process/Start"));
  });

  test("it says what the program did, and what the trace does not tell", () => {
    expect(told("processor-load")?.text).toMatch(
      /8 processors were 6\.3 % busy; Test\.x64\.exe \(3676\) used 81\.2 % of that/,
    );
    expect(told("busiest-functions")?.text).toContain(".NET!System.DateTime.GetDatePart (29.4 %)");
    expect(told("not-recorded")?.text).toContain("keywords CSwitch and ReadyThread");
    expect(report.story.flatMap(({ unsafe }) => unsafe)).toEqual([]);
  });

  test("the flame graph has the weight of all samples", () => {
    const [, data = "{}"] =
      /<figure class="card flame-graph"[\s\S]*?<script type="application\/json">(.*?)<\/script>/.exec(page) ?? [];
    const { tree } = JSON.parse(data) as { tree: { size: number[]; parent: number[] } };
    expect(tree.size[0]).toBe(counted("PerfInfo/Sample"));
    const called = tree.parent.map(() => 0);
    for (const [node, parent] of tree.parent.entries()) if (node > 0) called[parent]! += tree.size[node] as number;
    for (const [node, size] of tree.size.entries()) expect(called[node]).toBeLessThanOrEqual(size);
  });
});
