import { Findings } from "@adk/core";
import { describe, expect, test } from "vitest";
import type { Analysis } from "../analysis.ts";
import { parseRegions } from "../regions/parse-regions.ts";
import { WantedRegions } from "../regions/wanted-regions.ts";
import { regionsTable } from "../tables/regions.ts";
import { TABLES } from "../tables/tables.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { traceReportPage } from "./report-page.ts";
import { type MadeReport, makeTraceReport, traceReportResult } from "./trace-report.ts";

const APP = 0x7ff6_0000_0000;
const KERNEL = -0x7f_f000_0000;
const HOSTILE = "</script><img src=x onerror=alert(1)>.exe";

/** A synthetic trace in which the answers are known: nothing of it was ever recorded. */
function scenario(): SyntheticTrace {
  const trace = new SyntheticTrace({ header: { processors: 2 } })
    .process(100, "app.exe", { start: 1, end: 900, exitCode: 3 })
    .process(200, HOSTILE)
    .thread(104, 100, { start: 1.5 })
    .thread(204, 200)
    .image(100, APP, 0x10000, "C:\\app.exe", 1.2)
    .image(4, KERNEL, 0x10000, "\\SystemRoot\\system32\\drivers\\slow.sys")
    .file(77, "C:\\data.bin");
  // 90 samples of one, 10 of the other.
  for (let at = 0; at < 100; at++) {
    if (at % 10 === 0) trace.sample(100 + at, 0, 204, [0x1000]);
    else trace.sample(100 + at, 0, 104, [KERNEL + at, APP + 0x10, APP + 0x20 + at]);
  }
  return trace
    .contextSwitch(200, 1, 0, 104)
    .contextSwitch(210, 1, 104, 0)
    .contextSwitch(300, 0, 0, 204)
    .ready(500, 0, 104)
    .contextSwitch(520, 1, 0, 104)
    .contextSwitch(530, 1, 104, 0)
    .diskTransfer(600, 700, { thread: 104, file: 77, size: 8192 })
    .interrupt("DPC", 750, 752, 0, KERNEL + 0x100)
    .event("PerfInfo/Mark", 1000, {}, {});
}

async function reportOf(trace: SyntheticTrace, range?: { from: number; to: number }): Promise<MadeReport> {
  const analysis: Analysis = await trace.analyze(TABLES, range ? { range } : {});
  return makeTraceReport(analysis, ["synthetic.etl"], new Findings());
}

const told = ({ report }: MadeReport, rule: string) => report.story.filter((each) => each.rule === rule);

describe("the story of a synthetic trace", () => {
  test("says how busy processors were, and with what", async () => {
    const [sentence] = told(await reportOf(scenario()), "processor-load");
    expect(sentence?.text).toMatch(
      /^In these 1\.00 s the 2 processors were 5 % busy; app\.exe \(100\) used 90 % of that/,
    );
    expect(sentence?.numbers).toMatchObject({ busyMs: 100, firstProcessId: 100, firstMs: 90, processors: 2 });
    expect(sentence?.evidence[0]).toEqual({ label: "CPU Usage (Sampled)", table: "cpu", filter: "app.exe" });
    expect(sentence?.unsafe).toEqual([]);
  });

  test("says who waited, who ended it, and who was ready without a processor", async () => {
    const made = await reportOf(scenario());
    const [wait] = told(made, "long-waits");
    expect(wait?.text).toMatch(
      /^Thread 104 of app\.exe \(100\) waited 290 ms in one piece .* until .*img src.* ended it/,
    );
    expect(wait?.numbers).toEqual({ processId: 100, threadId: 104, waitMs: 290 });
    const [ready] = told(made, "ready-threads");
    expect(ready?.numbers).toMatchObject({ processId: 100, readyMs: 20, longestReadyMs: 20 });
    expect(ready?.evidence[1]).toMatchObject({ from: 500, to: 520 });
  });

  test("says what disks, drivers and processes did", async () => {
    const made = await reportOf(scenario());
    expect(told(made, "disk-load")[0]?.text).toBe(
      "Disk 0 was 10 % busy: 1 transfers, 8.00 KiB, 100 ms, the largest part for app.exe (100 %); the file with the largest part is C:\\data.bin (100 %).",
    );
    expect(told(made, "slow-transfer")[0]?.numbers).toEqual({ elapsedMs: 100, fromMs: 600, toMs: 700 });
    expect(told(made, "slow-interrupts")[0]?.numbers).toMatchObject({ longestMs: 2, tooLong: 1 });
    expect(told(made, "process-starts")[0]?.numbers).toEqual({ started: 1, longestMs: 899 });
    expect(told(made, "failed-processes")[0]?.text).toContain("app.exe");
  });

  test("tells of a range only", async () => {
    const made = await reportOf(scenario(), { from: 100, to: 149.9 });
    expect(told(made, "processor-load")[0]?.numbers).toMatchObject({ busyMs: 50, firstMs: 45 });
    expect(told(made, "disk-load")).toEqual([]);
  });

  test("says that it is not safe where events were lost", async () => {
    const trace = new SyntheticTrace({ header: { processors: 2, eventsLost: 7 } });
    const made = await reportOf(trace.process(100, "app.exe").thread(104, 100).sample(10, 0, 104, [APP]));
    expect(made.report.story[0]?.rule).toBe("losses");
    expect(told(made, "processor-load")[0]?.unsafe).toEqual(["7 events were lost while recording."]);
    expect(traceReportPage(made)).toContain("Not safe: 7 events were lost");
  });

  test("is of its schema, and the same each time", async () => {
    const [first, second] = [await reportOf(scenario()), await reportOf(scenario())];
    expect(traceReportResult.parse(first.report)).toEqual(first.report);
    expect(traceReportPage(second)).toBe(traceReportPage(first));
  });

  test("of nothing says what was not recorded", async () => {
    const made = await reportOf(new SyntheticTrace().process(100, "app.exe"));
    expect(made.report.story.map(({ rule }) => rule)).toEqual(["not-recorded"]);
    expect(traceReportPage(made)).toContain("</html>");
  });
});

describe("the page of a synthetic trace", () => {
  test("lets no name become markup", async () => {
    const page = traceReportPage(await reportOf(scenario()));
    expect(page).not.toContain("<img");
    expect(page).toContain("&lt;img src=x");
  });

  test("has a section of each table that has rows, and sums that are those of all rows", async () => {
    const trace = new SyntheticTrace().process(100, "app.exe").thread(104, 100);
    for (let i = 0; i < 700; i++) trace.diskTransfer(10 + i, 10.5 + i, { thread: 104, size: 1024, irp: i + 1 });
    const page = traceReportPage(await reportOf(trace));
    expect(page).toContain("The first 300 of 700 rows by Disk Service Time (µs).");
    expect(page).toContain("Size (B): 700 KiB");
    expect(page).toContain('id="table-disk"');
    expect(page).not.toContain('id="table-hardfault"');
  });

  test("has calls whose sums are right, and frames without names behind each other as one", async () => {
    const page = traceReportPage(await reportOf(scenario()));
    const [, data] =
      /<figure class="card flame-graph"[\s\S]*?<script type="application\/json">(.*?)<\/script>/.exec(page) ?? [];
    const { tree } = JSON.parse(data ?? "{}") as { tree: { names: string[]; name: number[]; size: number[] } };
    const shown = tree.name.map((name, node) => [tree.names[name], tree.size[node]]);
    expect(shown).toContainEqual(["All processes", 100]);
    expect(shown.filter(([name]) => name === "app.exe!?")).toEqual([["app.exe!?", 90]]);
    expect(shown).toContainEqual(["slow.sys!?", 90]);
  });

  test("has lanes of marks and of regions of interest, and a table of these", async () => {
    const process = "{3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c}";
    const id = (number: number) => `{00000000-0000-0000-0000-00000000000${number}}`;
    const definition = (number: number, name: string, inner: string) =>
      `<Region Guid="${id(number)}" Name="${name}"><Start><Event Provider="${process}" Opcode="1"/></Start>${inner}</Region>`;
    const stop = `<Stop><Event Provider="${process}" Opcode="2"/></Stop><Naming><PayloadBased NameField="ImageFileName"/></Naming>`;
    const text = `<InstrumentationManifest><Instrumentation><Regions><RegionRoot Guid="${id(1)}" Name="R" FriendlyName="Lives">
${definition(2, "Life", stop)}${definition(3, "Birth", "")}</RegionRoot></Regions></Instrumentation></InstrumentationManifest>`;
    const regions = new WantedRegions(parseRegions([{ bytes: new TextEncoder().encode(text) }], new Findings()));
    const trace = scenario().event("PerfInfo/Mark", 950, { Message: "half" });
    const analysis = await trace.analyze([...TABLES, regionsTable(regions)], { range: { from: 0, to: 800 } });
    const page = traceReportPage(await makeTraceReport(analysis, ["synthetic.etl"], new Findings(), { regions }));
    const [, data] =
      /<figure class="card timeline"[\s\S]*?<script type="application\/json">(.*?)<\/script>/.exec(page) ?? [];
    const { lanes } = JSON.parse(data ?? "{}") as { lanes: Record<string, unknown>[] };
    expect(lanes).toContainEqual({
      kind: "spans",
      name: "Regions: Lives",
      spans: [{ name: "Life: app.exe", from: 1, to: 800 }],
    });
    expect(lanes).toContainEqual({ kind: "marks", name: "Moments: Lives", marks: [{ name: "Birth", at: 1 }] });
    expect(page).toContain('id="table-regions"');
    // The marks lie behind the range.
    expect(lanes.map(({ name }) => name)).not.toContain("Marks");
    const whole = await reportOf(trace);
    expect(traceReportPage(whole)).toContain(
      '"name":"Marks","marks":[{"name":"half","at":950},{"name":"a mark","at":1000}]',
    );
  });
});
