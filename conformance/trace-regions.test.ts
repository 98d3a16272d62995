import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { groups } from "@adk/trace/cli";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { describeWithPeer } from "./support/peers.ts";

// Regions of interest of real traces, beside what a plain search of their events finds.

const RUNTIME = "e13c0d23-ccbc-4e12-931b-d9cc2eee27e4";
const PROCESS = "3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c";

let directory = "";
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "adk-regions-"));
});
afterAll(() => rm(directory, { recursive: true, force: true }));

interface ListedEvent {
  readonly time: number;
  readonly event: string;
  readonly pid: number;
  readonly tid: number;
  readonly fields: Readonly<Record<string, unknown>>;
}

interface ListedRegion {
  readonly name: string;
  readonly instance: string;
  readonly depth: number;
  readonly start: number;
  readonly stop: number;
}

async function run(...argv: readonly string[]) {
  const done = await runForTest(groups, ["trace", ...argv]);
  if (done.exitCode !== 0) throw new Error(done.stderr);
  return done.stdout;
}

async function eventsOf(trace: string, ...names: readonly string[]): Promise<ListedEvent[]> {
  const lines = await run("events", trace, "--format", "jsonl", "--filter", ...names);
  return lines
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as ListedEvent);
}

/** Writes a file of regions. @param regions name, and what is in it */
async function fileOf(regions: Readonly<Record<string, string>>): Promise<string> {
  const guid = (number: number) => `{00000000-0000-0000-0000-${String(number).padStart(12, "0")}}`;
  const each = Object.entries(regions).map(
    ([name, inner], index) => `<Region Guid="${guid(index + 1)}" Name="${name}">${inner}</Region>`,
  );
  const path = join(directory, `${Object.keys(regions)[0]}.xml`);
  const root = `<RegionRoot Guid="${guid(0)}" Name="root">${each.join("\n")}</RegionRoot>`;
  await writeFile(
    path,
    `<InstrumentationManifest><Instrumentation><Regions>${root}</Regions></Instrumentation></InstrumentationManifest>`,
  );
  return path;
}

async function regionsOf(trace: string, file: string): Promise<ListedRegion[]> {
  const { rows } = JSON.parse(await run("regions", trace, "--regions", file, "--json")) as { rows: ListedRegion[] };
  return rows.filter(({ name }) => name !== "root");
}

const times = (regions: readonly ListedRegion[], name?: string) =>
  regions.filter((each) => !name || each.name === name).map(({ start, stop }) => [start, stop]);

/** Each stop, with the last start of its key that has none yet, by the time of the start. */
function paired(events: readonly ListedEvent[], start: string, stop: string, key: (event: ListedEvent) => string) {
  const open = new Map<string, number[]>();
  const found: [number, number][] = [];
  for (const each of events) {
    if (each.event === start) open.set(key(each), [...(open.get(key(each)) ?? []), each.time]);
    const begun = each.event === stop ? open.get(key(each))?.pop() : undefined;
    if (begun !== undefined) found.push([begun, each.time]);
  }
  return found.sort(([a], [b]) => a - b);
}

const event = (provider: string, more: string) => `<Event Provider="{${provider}}" ${more}/>`;
const ends = (provider: string, start: string, stop: string) =>
  `<Start>${event(provider, start)}</Start><Stop>${event(provider, stop)}</Stop>`;
const JIT = `${ends(RUNTIME, 'Id="145"', 'Id="143"')}<Match><Event TID="true"><Payload FieldName="MethodID"/></Event></Match>
<Naming><PayloadBased NameField="MethodName"/></Naming>`;
const LIVES = `${ends(PROCESS, 'Opcode="1"', 'Opcode="2"')}<Match><Event><Payload FieldName="ProcessId"/></Event></Match>
<Naming><PayloadBased NameField="ImageFileName"/></Naming>`;

describeWithData("trace", (data) => {
  const merged = join(data, "diaghub-dotnetcore3.1-win-x64-diagsession.zip");
  const net = join(data, "net.4.5.2.x64.etl.zip");

  test.each([
    ["net.4.5.2.x64", net, 290],
    ["four logs of Visual Studio", merged, 5409],
  ])("compilation of methods of .NET: %s", { timeout: 60_000 }, async (_, trace, least) => {
    const found = await regionsOf(trace, await fileOf({ JIT }));
    const events = await eventsOf(trace, "*/Method/JittingStarted", "*/Method/LoadVerbose");
    const expected = paired(
      events,
      "Method/JittingStarted",
      "Method/LoadVerbose",
      ({ tid, fields }) => `${tid} ${fields["MethodID"]}`,
    );
    expect(expected.length).toBeGreaterThanOrEqual(least);
    expect(times(found)).toEqual(expected);
  });

  test("events of the kernel by the class of the documents: lives of processes", async () => {
    for (const trace of [net, merged]) {
      const found = await regionsOf(trace, await fileOf({ LIVES }));
      const events = await eventsOf(trace, "*/Process/Start", "*/Process/Stop");
      const expected = paired(events, "Process/Start", "Process/Stop", ({ fields }) => `${fields["ProcessId"]}`);
      expect(expected.length).toBeGreaterThan(0);
      expect(times(found)).toEqual(expected);
    }
  });

  test("collections of memory, and how long threads stood still for them", async () => {
    const GC = `${ends(RUNTIME, 'Id="1"', 'Id="2"')}<Match><Event PID="true"><Payload FieldName="Count"/></Event></Match>
<Naming><PayloadBased NameField="Count"/></Naming>`;
    const still = `${ends(RUNTIME, 'Id="9"', 'Id="3"')}<Match><Event TID="true"/></Match>`;
    const trace = join(data, "gcevents.etl.zip");
    const found = await regionsOf(trace, await fileOf({ GC, still }));
    const events = await eventsOf(trace, "*/GC/*");
    expect(times(found, "GC")).toEqual(paired(events, "GC/Start", "GC/Stop", ({ fields }) => `${fields["Count"]}`));
    const stops = paired(events, "GC/SuspendEEStart", "GC/RestartEEStop", ({ tid }) => `${tid}`);
    expect(times(found, "still")).toEqual(stops);
    expect(found.map(({ name, instance }) => `${name} ${instance}`)).toEqual(["still ", "GC 1", "still ", "GC 2"]);
  });

  test("events of a manifest in the trace by their names", async () => {
    const PerfView = "a8a71ac1-040f-54a2-07ca-00a89b5ab761";
    const regions = await fileOf({
      Tracing: ends(PerfView, 'Name="Tracing/Start"', 'Name="Tracing/Stop"'),
      Rundown: ends(PerfView, 'Name="Rundown" Opcode="1"', 'Name="Rundown" Opcode="2"'),
      Tick: `<Start>${event(PerfView, 'Name="Tick"')}</Start><Naming><PayloadBased NameField="message"/></Naming>`,
    });
    const found = await regionsOf(join(data, "JL_PerfViewData.etl.zip"), regions);
    const rounded = found.map(({ name, start, stop }) => [name, Math.round(start), Math.round(stop)]);
    expect(rounded).toEqual([
      ["Tracing", 215, 34862],
      ["Tick", 10271, 10271],
      ["Tick", 20385, 20385],
      ["Tick", 30429, 30429],
      ["Rundown", 35017, 37067],
    ]);
    expect(found[1]?.instance).toBe("Collecting   10 sec: Size=  0.1 MB.");
  });

  test("self-describing events, by what a field has", async () => {
    const medic = event("30d25124-a468-505c-de82-8411646eb8b5", 'Name="Info"');
    const says = (text: string) =>
      `${medic}<PayloadIdentifier FieldName="m" FieldValue="${text}" FieldValueRelationship="Contains"/>`;
    const stage = `<Start>${says("stage")}</Start><Naming><PayloadBased NameField="m"/></Naming>`;
    const regions = await fileOf({
      service: `<Start>${says("Service starting")}</Start><Stop>${says("Service stopping")}</Stop>`,
      stage,
    });
    const trace = join(data, "waasmedic.20251005_113019_195.etl");
    const found = await regionsOf(trace, regions);
    const events = await eventsOf(trace, "*WaaSMedic*");
    const [first, last] = [events.at(0), events.findLast(({ fields }) => /stopping/.test(`${fields["m"]}`))];
    expect(times(found, "service")).toEqual([[first?.time, last?.time]]);
    const stages = events.filter(({ fields }) => /stage/.test(`${fields["m"]}`));
    expect(found.filter(({ name }) => name === "stage").map(({ instance }) => instance)).toEqual(
      stages.map(({ fields }) => fields["m"]),
    );
    expect(stages.length).toBe(5);
  });

  test("events of an EventSource that other libraries write by, told apart by a field", async () => {
    const source = "adb401e1-5296-51f8-c125-5fda75826144";
    const named = (id: number, name: string) =>
      `${event(source, `Id="${id}"`)}<PayloadIdentifier FieldName="EventName" FieldValue="Microsoft.EntityFrameworkCore.Database.Command.${name}"/>`;
    const query = `<Start>${named(24, "CommandExecuting")}</Start><Stop>${named(25, "DataReaderDisposing")}</Stop><Match><Event TID="true"/></Match>`;
    const found = await regionsOf(merged, await fileOf({ query }));
    const short = (await eventsOf(merged, "*/Activity2*")).map((each) => ({
      ...each,
      event: `${each.fields["EventName"]}`.split(".").at(-1) ?? "",
    }));
    const expected = paired(short, "CommandExecuting", "DataReaderDisposing", ({ tid }) => `${tid}`);
    expect(expected.length).toBeGreaterThan(10);
    expect(times(found)).toEqual(expected);
  });

  describeWithPeer(["7zz"], (sevenZip) => {
    test("self-describing events of an EventSource by their names", async () => {
      await sevenZip.run(["e", "-y", `-o${directory}`, join(data, "TraceLoggingTester.7z"), "TraceLoggingTester.etl"]);
      const round = ends("a214eced-be64-5e23-fac1-1d7b9052efa4", 'Name="MarkString"', 'Name="WriteGuid" Version="0"');
      const trace = join(directory, "TraceLoggingTester.etl");
      const found = await regionsOf(trace, await fileOf({ round }));
      const events = await eventsOf(trace, "CSharpTraceLoggingEventSource/*");
      expect(times(found)).toEqual(paired(events, "MarkString", "WriteGuid", () => ""));
      expect(found.length).toBe(10);
    });
  });

  describe("a region as the part of a trace", () => {
    test("tables, slices and wpaexporter take it", { timeout: 60_000 }, async () => {
      const regions = await fileOf({ LIVES, JIT });
      const [life] = (await regionsOf(net, regions)).filter(({ name }) => name === "LIVES");
      const range = `${life?.start}-${life?.stop}`;
      const part = ["--regions", regions, "--region", "lives"];
      const counted = await run("cpu", net, "--csv", ...part);
      expect(counted).toBe(await run("cpu", net, "--csv", "--range", range));
      expect(counted).not.toBe(await run("cpu", net, "--csv"));

      const slice = join(directory, "slice.etl");
      await run("slice", net, "-o", slice, ...part);
      const { counts } = JSON.parse(await run("counts", slice, "--json")) as {
        counts: { event: string; count: number }[];
      };
      // Those of an idle processor are counted by another name.
      const samples = counts.find((each) => each.event === "PerfInfo/Sample")?.count;
      expect(samples).toBeGreaterThan(1000);

      const argv = [net, "-profile", join(data, "CPUWeight.wpaProfile"), "-outputfolder", directory];
      const { exitCode } = await runForTest(groups, [
        "wpaexporter",
        ...argv,
        "-regionsxml",
        regions,
        "-region",
        "LIVES",
      ]);
      expect(exitCode).toBe(0);
      const table = await readFile(join(directory, "CPU_Usage_(Sampled)_Utilization_By_CPU.csv"), "utf8");
      expect(table.trim().split("\n").length - 1).toBe(samples);
    });
  });
});
