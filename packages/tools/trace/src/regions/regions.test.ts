import { Findings } from "@adk/core";
import { adkError } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { regionsTable } from "../tables/regions.ts";
import type { Row } from "../tables/table.ts";
import { NUMBERED_PROVIDER as PROVIDER, traceOf } from "../testing/numbered-events.ts";
import type { SyntheticTrace } from "../testing/synthetic-trace.ts";
import type { TimeRange } from "../time-range.ts";
import { parseRegions } from "./parse-regions.ts";
import { regionRange } from "./region-range.ts";
import { WantedRegions } from "./wanted-regions.ts";

let guids = 0;
const guid = (number: number) => `{00000000-0000-0000-0000-${String(number).padStart(12, "0")}}`;
const event = (id: number, more = "") => `<Event Provider="{${PROVIDER}}" Id="${id}" Version="0" ${more}/>`;
const START = `<Start>${event(1)}</Start>`;
const STOP = `<Stop>${event(2)}</Stop>`;
/** A region with a GUID of its own, or the one that is given. */
const region = (name: string, inner: string, number = 1000 + guids++) =>
  `<Region Guid="${guid(number)}" Name="${name}">${inner}</Region>`;
const file = (inner: string) =>
  `<?xml version="1.0"?><?Copyright (c) someone. All rights reserved.?><InstrumentationManifest><Instrumentation><Regions>
<RegionRoot Guid="${guid(1)}" Name="Root" FriendlyName="All">${inner}</RegionRoot></Regions></Instrumentation></InstrumentationManifest>`;

function wanted(inner: string): { regions: WantedRegions; findings: Findings } {
  const findings = new Findings();
  const bytes = new TextEncoder().encode(file(inner));
  return { regions: new WantedRegions(parseRegions([{ bytes, file: "r.xml" }], findings)), findings };
}

async function rowsOf(inner: string, trace: SyntheticTrace, range?: TimeRange): Promise<Row[]> {
  const { regions, findings } = wanted(inner);
  expect(findings.list.filter(({ severity }) => severity === "error")).toEqual([]);
  return trace.rows(regionsTable(regions), { range });
}

/** Name, start and stop of all but the root. */
const times = (rows: readonly Row[]) =>
  rows.filter(({ name }) => name !== "Root").map(({ name, start, stop }) => [name, start, stop]);

describe("regions in synthetic traces", () => {
  test("an instance has the processes and threads of its ends; the root lasts as long as all of them", async () => {
    const trace = traceOf([10, { id: 1, name: "x" }], [25, { id: 2, pid: 200, tid: 204 }], [30, { id: 1 }]);
    const naming = '<Naming><PayloadBased NameField="Name"/></Naming><Metadata><Why>slow &amp; long</Why></Metadata>';
    expect(await rowsOf(region("A", START + STOP + naming, 2), trace)).toEqual([
      expect.objectContaining({ region: "All", name: "Root", depth: 0, parent: "", start: 10, stop: 25 }),
      {
        region: "A",
        instance: "x",
        depth: 1,
        parent: "All",
        start: 10,
        stop: 25,
        duration: 15,
        startProcess: "app.exe",
        startPid: 100,
        startThread: 104,
        stopProcess: "other.exe",
        stopPid: 200,
        stopThread: 204,
        provider: "Test-Provider",
        event: "Load/Start",
        name: "A",
        guid: guid(2).slice(1, -1),
        metadata: "Why: slow & long",
        file: "r.xml",
      },
    ]);
    expect(times(await rowsOf(region("A", START + STOP), trace, { from: 26, to: 40 }))).toEqual([]);
  });

  test("the oldest start is taken, but the innermost where calls of a thread nest", async () => {
    const nested = [
      [0, { id: 1 }],
      [2, { id: 1 }],
      [4, { id: 2 }],
      [6, { id: 2 }],
    ] as const;
    expect(times(await rowsOf(region("A", START + STOP), traceOf(...nested)))).toEqual([
      ["A", 0, 4],
      ["A", 2, 6],
    ]);
    const byThread = `${START}${STOP}<Match><Event TID="true"/></Match>`;
    expect(times(await rowsOf(region("A", byThread), traceOf(...nested)))).toEqual([
      ["A", 0, 6],
      ["A", 2, 4],
    ]);
  });

  test("threads, processes, activities and fields must match where a rule says so", async () => {
    const activityId = "aaaaaaaa-0000-0000-0000-000000000001";
    const trace = traceOf(
      [1, { id: 1, tid: 104, number: 1, activityId }],
      [2, { id: 1, tid: 108, number: 2, pid: 200 }],
      [3, { id: 2, tid: 108, number: 2, pid: 200 }],
      [4, { id: 2, tid: 104, number: 1, activityId }],
    );
    const rules = ['<Event TID="true"/>', '<Event PID="true"/>', '<Event AID="true"/>'];
    for (const rule of [...rules, '<Event><Payload FieldName="Number"/></Event>']) {
      const found = times(await rowsOf(region("A", `${START}${STOP}<Match>${rule}</Match>`), trace));
      expect([rule, found]).toEqual([
        rule,
        [
          ["A", 1, 4],
          ["A", 2, 3],
        ],
      ]);
    }
    expect(times(await rowsOf(region("A", START + STOP), trace))).toEqual([
      ["A", 1, 3],
      ["A", 2, 4],
    ]);
  });

  test("a field of the start is compared with another of the stop, and parts of both", async () => {
    const path = String.raw`C:\Office\WORD.EXE`;
    const trace = traceOf(
      [1, { id: 1, name: "C:\\x.exe" }],
      [2, { id: 1, name: path }],
      [9, { id: 2, name: "WORD.EXE_16" }],
    );
    const payload = String.raw`<Payload FieldName="Name" FieldValueRegEx=".+\\(\w+\.EXE)$" TargetFieldName="Name" TargetFieldValueRegEx="^(\w+\.EXE).+"/>`;
    const rows = await rowsOf(region("A", `${START}${STOP}<Match><Event>${payload}</Event></Match>`), trace);
    expect(times(rows)).toEqual([["A", 2, 9]]);
  });

  test.each([
    ['FieldValue="7"', [3]],
    ['FieldValue="0x7"', [3]],
    ['FieldValue="7" FieldValueRelationship="DoesNotContain"', [1, 5]],
    ['FieldValue="7" FieldValueRelationship="Contains"', [3]],
    ['FieldValue="^(5|7)$" FieldValueRelationship="RegEx"', [1, 3]],
    ['FieldValue="" FieldValueRelationship="Equal"', []],
  ])("a field that must hold %s", async (condition, expected) => {
    const trace = traceOf([1, { id: 3, number: 5 }], [3, { id: 3, number: 7 }], [5, { id: 3, number: 9 }]);
    const inner = `<Start>${event(3)}<PayloadIdentifier FieldName="Number" ${condition}/></Start>`;
    // With a start only, instances are moments.
    expect(times(await rowsOf(region("A", inner), trace)).map(([, start]) => start)).toEqual(expected);
  });

  test.each([
    ['Name="Load" Opcode="1"', [1]],
    ['Name="Load"', [1, 2]],
    ['Name="Load/Stop"', [2]],
    ['Id="3"', [3]],
    ['Id="3" Version="1"', []],
    ['Name="load"', []],
  ])("events that are %s", async (selector, expected) => {
    const trace = traceOf([1, { id: 1 }], [2, { id: 2 }], [3, { id: 3 }]);
    const rows = await rowsOf(region("A", `<Start><Event Provider="{${PROVIDER}}" ${selector}/></Start>`), trace);
    expect(times(rows).map(([, start]) => start)).toEqual(expected);
  });

  test("several starts; events of the kernel by the class of the documents", async () => {
    const process = "{3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c}";
    const trace = traceOf([1, { id: 1 }], [2, { id: 2 }], [3, { id: 3 }], [4, { id: 2 }]);
    trace.process(300, "new.exe", { start: 5, end: 8 });
    const inner =
      region("A", `${START}<Start>${event(3)}</Start>${STOP}`) +
      region(
        "P",
        `<Start><Event Provider="${process}" Opcode="1"/></Start><Stop><Event Provider="${process}" Opcode="2"/></Stop>
<Match><Event><Payload FieldName="ProcessId"/></Event></Match><Naming><PayloadBased NameField="ProcessId" Type="PID"/></Naming>`,
      );
    const rows = await rowsOf(inner, trace);
    expect(times(rows)).toEqual([
      ["A", 1, 2],
      ["A", 3, 4],
      ["P", 5, 8],
    ]);
    expect(rows.at(-1)).toMatchObject({
      instance: "new.exe (300)",
      provider: "Windows Kernel",
      event: "Process/Start",
    });
  });

  test("one end by a duration in an event, of this end's or of another", async () => {
    const duration = `<Duration Provider="{${PROVIDER}}" Id="2" Duration="Number" Multiplier="1000000"/>`;
    const trace = traceOf([5, { id: 2, number: 3 }], [20, { id: 2, number: 10 }], [30, { id: 3 }]);
    expect(times(await rowsOf(region("A", `<Start>${duration}</Start>${STOP}`), trace))).toEqual([
      ["A", 2, 5],
      ["A", 10, 20],
    ]);
    expect(times(await rowsOf(region("A", `<Start>${event(2)}</Start><Stop>${duration}</Stop>`), trace))).toEqual([
      ["A", 5, 8],
      ["A", 20, 30],
    ]);
    const other = `<Start>${duration.replace('Id="2"', 'Id="3"')}</Start><Stop>${event(1)}</Stop>`;
    const later = traceOf([40, { id: 1 }], [45, { id: 3, number: 15 }]);
    expect(times(await rowsOf(region("A", other), later))).toEqual([["A", 25, 40]]);
  });

  test("regions between regions, and around them", async () => {
    const inner =
      region(
        "between",
        `<Start><Region RegionGuid="${guid(50)}"/></Start><Stop><Region RegionGuid="${guid(51)}"/></Stop>`,
      ) +
      region(
        "over",
        `<Start><Region RegionGuid="${guid(50)}" Endpoint="Start"/></Start><Stop><Region RegionGuid="${guid(51)}" Endpoint="Stop"/></Stop>`,
      ) +
      region("box", region("one", START + STOP, 50) + region("two", `<Start>${event(3)}</Start>${STOP}`, 51));
    const trace = traceOf([1, { id: 1 }], [4, { id: 2 }], [6, { id: 3 }], [9, { id: 2 }]);
    expect(times(await rowsOf(inner, trace))).toEqual([
      ["over", 1, 9],
      ["box", 1, 9],
      ["one", 1, 4],
      ["between", 4, 6],
      ["two", 6, 9],
    ]);
  });

  test("a child is in the earliest instance around it that matches; without one in the region around that", async () => {
    const inner = region(
      "outer",
      `${START}${STOP}<Match><Event TID="true"/></Match>${region("inner", `<Start>${event(3)}</Start><Match><Parent TID="true"/></Match>`)}`,
    );
    const trace = traceOf(
      [0, { id: 1, tid: 104 }],
      [1, { id: 3, tid: 108 }],
      [2, { id: 3, tid: 104 }],
      [3, { id: 2, tid: 104 }],
      [5, { id: 3, tid: 104 }],
    );
    const rows = await rowsOf(inner, trace);
    expect(rows.map(({ name, start, depth, parent }) => [name, start, depth, parent])).toEqual([
      ["Root", 0, 0, ""],
      ["outer", 0, 1, "All"],
      ["inner", 1, 1, "All"],
      ["inner", 2, 2, "outer"],
      ["inner", 5, 1, "All"],
    ]);
  });

  test("instances of one region nest in each other: the example of WPA's documents", async () => {
    const inner = region("B", `${START}${STOP}<Match><SelfNest/></Match>`);
    const trace = traceOf(
      ...[0, 2, 3].map((time) => [time, { id: 1 }] as const),
      ...[4, 5, 6].map((time) => [time, { id: 2 }] as const),
    );
    const rows = await rowsOf(inner, trace);
    expect(rows.slice(1).map(({ start, stop, depth, parent }) => [start, stop, depth, parent])).toEqual([
      [0, 6, 1, "All"],
      [2, 5, 2, "B"],
      [3, 4, 3, "B"],
    ]);
  });

  test.each([
    ["In", [2, 6]],
    ["Out", []],
    ["InPost", [6]],
    ["OutPost", [2]],
    ["InPrev", [2]],
    ["OutPrev", [6]],
  ])("a filter %s keeps what the event or the region in it lets pass", async (type, expected) => {
    const trace = traceOf([2, { id: 1 }], [4, { id: 3 }], [6, { id: 1 }]);
    const triggers = [
      `<Event ProviderId="{${PROVIDER}}" Id="3" Type="${type}"/>`,
      `<Region RegionGuid="${guid(60)}" Type="${type}"/>`,
    ];
    for (const trigger of triggers) {
      const inner = region("A", `<Filter>${trigger}</Filter>${START}`) + region("T", `<Start>${event(3)}</Start>`, 60);
      const rows = (await rowsOf(inner, trace)).filter(({ name }) => name === "A");
      expect(rows.map(({ start }) => start)).toEqual(expected);
    }
  });

  test("names by whether another region is in the trace", async () => {
    const naming = (number: number) =>
      `<Naming><RegionBased RegionGuid="${guid(number)}" Relation="IsPresent" IfRelationTrue="Warm" IfRelationFalse="Cold"/></Naming>`;
    const inner =
      region("A", START + naming(70)) +
      region("B", START + naming(71)) +
      region("there", START, 70) +
      region("not there", STOP, 71);
    const rows = await rowsOf(inner, traceOf([1, { id: 1 }]));
    expect(rows.slice(1, 3).map(({ instance }) => instance)).toEqual(["Warm", "Cold"]);
  });

  test("what is not there is told, and a region by name is a range of time", async () => {
    const { regions, findings } = wanted(region("A", START + STOP) + region("B", `<Start>${event(9)}</Start>`));
    const trace = traceOf([1, { id: 1 }], [4, { id: 2 }], [6, { id: 1 }], [7, { id: 2 }], [8, { id: 1 }]);
    const analysis = await trace.analyze([regionsTable(regions)]);
    regions.tell(analysis, findings);
    expect(findings.list.map(({ message }) => message)).toEqual([
      "1 of 3 regions are not in the trace: B",
      "1 starts of regions have no stop, 0 stops have no start: they are left out.",
    ]);
    expect(regionRange(regions, analysis, "a", findings)).toEqual({ from: 1, to: 4 });
    expect(findings.list.at(-1)?.code).toBe("TRACE_FIRST_REGION");
    expect(() => regionRange(regions, analysis, "Al", findings)).toThrow(adkError("TRACE_NO_REGION"));
  });
});

describe("files of regions", () => {
  test.each([
    ['<Region Name="x"/>', "<Region> has no Guid."],
    [`<Region Guid="{1}" Name="x"/>`, "Guid of <Region> is no GUID: {1}"],
    [region("x", START, 1), "Another region has the GUID of x too."],
    [region("x", `<Start><Event Id="1"/></Start>`), "<Event> has no Provider."],
    [region("x", "<Start/>"), "<Start> has no event, duration or region."],
    [region("x", "<Strat/>"), "<Strat> does not belong into <Region>: <Start> is meant?"],
    [region("x", `<Start>${event(1, 'Opcode="300"')}</Start>`), "Opcode of <Event> is no number from 0 to 255: 300"],
    [region("x", `<Start>${event(1, 'IgnoreRepetition="true"')}</Start>`), "IgnoreRepetition is not applied"],
    [region("x", `${START}<Match><Event TID="yes"/></Match>`), "TID of <Event> is neither true nor false: yes"],
    [
      region(
        "x",
        `<Start>${event(1)}<PayloadIdentifier FieldName="a" FieldValue="(" FieldValueRelationship="RegEx"/></Start>`,
      ),
      "FieldValue of <PayloadIdentifier> is no regular expression: (",
    ],
    [
      region("x", `<Start><Region RegionGuid="${guid(99)}"/></Start>`),
      "No region has the GUID {00000000-0000-0000-0000-000000000099} that x names.",
    ],
    [
      region("x", `<Start><Region RegionGuid="${guid(81)}"/></Start>`, 80) +
        region("y", `<Start><Region RegionGuid="${guid(80)}"/></Start>`, 81),
      "x is made of itself, over other regions.",
    ],
    [
      region("x", `<Start><Duration Provider="{${PROVIDER}}" Duration="d" Multiplier="-1"/></Start>${STOP}`),
      "Multiplier of <Duration> is no number above 0: -1",
    ],
  ])("what is wrong is told with its place: %s", (inner, message) => {
    const { findings } = wanted(inner);
    expect(findings.list.map((each) => each.message)).toContainEqual(expect.stringContaining(message));
    expect(findings.list[0]).toMatchObject({ where: { file: "r.xml" } });
    expect(findings.list[0]?.message).toMatch(/^line 2, column \d+: /);
  });

  test("another file is refused", () => {
    for (const [text, code] of [
      ["<Other/>", "REGIONS_NO_REGIONS"],
      ["<InstrumentationManifest/>", "REGIONS_NO_REGIONS"],
      ["<a", "TRACE_BAD_XML"],
    ] as const) {
      const bytes = new TextEncoder().encode(text);
      expect(() => parseRegions([{ bytes }], new Findings())).toThrow(adkError(code));
    }
  });
});
