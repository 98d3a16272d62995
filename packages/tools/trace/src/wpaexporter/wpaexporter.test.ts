import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { adkError, temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { diskTable } from "../tables/disk.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { parseFilter } from "./row-filter.ts";
import { findColumn } from "./wpa-columns.ts";
import { parseWpaProfile } from "./wpa-profile.ts";
import { wpaTableFor } from "./wpa-tables.ts";

/** A profile of the second form, for the disk's table. */
const profile = (columns: string, preset = "") => `<?xml version="1.0" encoding="utf-8"?>
<WpaProfileContainer Version="2" xmlns="http://tempuri.org/SerializableElement.xsd"><Content><Views>
<View Guid="0dd0f892-c905-4b5a-a5a3-96459e89171d" IsVisible="true"><Graphs>
<Graph Guid="00000000-0000-0000-0000-00000000d15c"><Preset Name="My / Preset" ${preset}><Columns>${columns}</Columns></Preset></Graph>
</Graphs></View></Views></Content></WpaProfileContainer>`;
const column = (name: string, more = "") => `<Column Name="${name}" IsVisible="true" ${more}/>`;
/** Some of these columns stand left of the line. */
const keys = (count: number) => `KeyColumnCount="${count}" LeftFrozenColumnCount="${count + 1}"`;
const DISK = ["Disk", "Process", "IO Type"].map((name) => column(name)).join("");

const exported = (xml: string, ...options: string[]) => exportedWith({}, xml, ...options);

/** @param files that stand beside the profile */
async function exportedWith(files: Readonly<Record<string, string>>, xml: string, ...options: string[]) {
  const cwd = temporaryDirectory();
  for (const [name, text] of Object.entries(files)) await writeFile(join(cwd, name), text);
  const trace = new SyntheticTrace()
    .process(100, "app.exe")
    .image(100, 0x10000, 0x1000, "C:\\app.exe", 0.75)
    .thread(104, 100, { start: 0.5, startAddress: 0x10100 })
    .contextSwitch(0.9, 0, 0, 104)
    .stack(0.9, 0, 104, [0x10104, 0x10200], 100)
    .file(1, 'C:\\a "quoted", name')
    .diskTransfer(1, 2.25, { thread: 104, file: 1, size: 65_536 })
    .diskTransfer(3, 3.5, { thread: 104, file: 1, size: 512, operation: "Write" })
    .diskTransfer(4, 4.5, { thread: 104, file: 1, size: 1024 })
    .event("PerfInfo/Mark", 2.5, { Message: "begin" })
    .event("PerfInfo/Mark", 3.75, { Message: "end" });
  const common = { header: "event", provider: `${"9".repeat(8)}-0000-0000-0000-000000000000` } as const;
  const from = { processId: 100, threadId: 104, payload: new Uint8Array(0) };
  trace.record({ ...common, ...from, id: 7, timeStamp: trace.timeStamp(1.5) });
  trace.record({ ...common, ...from, id: 8, timeStamp: trace.timeStamp(4) });
  await writeFile(join(cwd, "t.etl"), await trace.toBytes());
  await writeFile(join(cwd, "p.wpaProfile"), xml);
  const argv = ["wpaexporter", "-i", "t.etl", "-profile", "p.wpaProfile", "-outputfolder", "out", ...options];
  const result = await runForTest(groups, argv, { cwd });
  const names = result.exitCode === 0 ? await readdir(join(cwd, "out")) : [];
  const texts = await Promise.all(names.map((name) => readFile(join(cwd, "out", name), "utf8")));
  return { ...result, names, lines: (texts[0] ?? "").split("\n").slice(0, -1) };
}

test("columns are those of the profile, in their order, with WPA's units and digits", async () => {
  const names = ["Complete Time", "Process", "Path Name", "IO Time", "Size"];
  const { names: files, lines } = await exported(profile(DISK + names.map((name) => column(name)).join("")));
  expect(files).toEqual(["Disk_Usage_My___Preset.csv"]);
  expect(lines[0]).toBe("Disk,Process,IO Type,Complete Time (s),Process,Path Name,IO Time (µs),Size (B)");
  expect(lines[1]).toBe('0,app.exe (100),Read,0.002250000,app.exe (100),"C:\\a ""quoted"", name","1,250.000","65,536"');
});

test("delimiter, prefix, range, marks", async () => {
  const other = await exported(profile(DISK), "-delimiter", ";", "-prefix", "x_");
  expect(other.names).toEqual(["x_Disk_Usage_My___Preset.csv"]);
  expect(other.lines[1]).toBe("0;app.exe (100);Read");
  expect((await exported(profile(DISK), "-range", "3ms", "4000000")).lines.slice(1)).toEqual(["0,app.exe (100),Write"]);
  expect((await exported(profile(DISK), "-marks", "begin", "end")).lines.slice(1)).toEqual(["0,app.exe (100),Write"]);
});

test("rows are sorted, filtered and grouped as the profile says", async () => {
  const sorted = profile(DISK + column("Size", 'SortOrder="Descending" SortPriority="1"'));
  expect((await exported(sorted)).lines.slice(1)).toEqual([
    '0,app.exe (100),Read,"65,536"',
    '0,app.exe (100),Read,"1,024"',
    "0,app.exe (100),Write,512",
  ]);
  const filter = 'InitialFilterQuery="[IO Type]:=&quot;Read&quot; AND Size:&gt;2000" InitialFilterShouldKeep="false"';
  expect((await exported(profile(DISK, filter))).lines.slice(1)).toEqual([
    "0,app.exe (100),Write",
    "0,app.exe (100),Read",
  ]);
  const grouped = profile(
    column("IO Type") +
      column("Process") +
      column("Size", 'AggregationMode="Sum"') +
      column("IO Time", 'AggregationMode="Max"'),
    keys(1),
  );
  expect((await exported(grouped)).lines.slice(1)).toEqual([
    'Read,app.exe (100),"66,560","1,250.000"',
    "Write,app.exe (100),512,500.000",
  ]);
});

test("the line lies behind the edge of frozen columns where that counts: as profiles of others have it", () => {
  const keysOf = (attributes: string) => {
    const bytes = new TextEncoder().encode(profile(DISK + column("Size"), attributes));
    return parseWpaProfile(bytes)[0]?.columns.map(({ key }) => key);
  };
  expect(keysOf(keys(2))).toEqual([true, true, false, false]);
  // The edge is before the line, and one of the columns that are counted.
  expect(keysOf('KeyColumnCount="3" LeftFrozenColumnCount="0"')).toEqual([true, true, false, false]);
  expect(keysOf('KeyColumnCount="3"')).toEqual([true, true, false, false]);
  expect(keysOf("")).toEqual([false, false, false, false]);
});

test("groups are sorted by what was made of their rows, those in a group among themselves", async () => {
  const sum = 'AggregationMode="Sum"';
  const columns = [
    column("IO Type"),
    column("Size"),
    column("IO Time", `${sum} CellFormat="mN" SortOrder="Descending" SortPriority="0"`),
    column("Count", `${sum}`),
    column("Min Offset", 'AggregationMode="UniqueCount"'),
  ];
  expect((await exported(profile(columns.join(""), keys(2)))).lines).toEqual([
    "IO Type,Size (B),IO Time (ms),Count,Min Offset",
    'Read,"65,536",1.250000,1,1',
    'Read,"1,024",0.500000,1,1',
    "Write,512,0.500000,1,1",
  ]);
});

test("cells have the unit and the form that the profile names", async () => {
  const formats = [
    ["IO Time", "nN"],
    ["IO Time", "uN"],
    ["Size", "KB"],
    ["Size", "x"],
    ["Complete Time", "mN"],
    ["Thread ID", "x"],
    ["Thread ID", "N0"],
  ];
  const columns = formats.map(([name, format]) => column(name as string, `CellFormat="${format}"`)).join("");
  expect((await exported(profile(DISK + columns))).lines.slice(0, 2)).toEqual([
    "Disk,Process,IO Type,IO Time (ns),IO Time (µs),Size (KB),Size,Complete Time (ms),Thread ID,Thread ID",
    '0,app.exe (100),Read,"1,250,000","1,250.000",64.000,0x10000,2.250000,0x68,104',
  ]);
});

test("a process without its identifier is a column of its own; a stack as tags is none that we have", async () => {
  const name = '<Column Name="Process" IsVisible="true"><ProcessOptionsParameter Mode="NoPid"/></Column>';
  const tags = '<Column Name="Process" IsVisible="true"><StackOptionsParameter Mode="StackTag"/></Column>';
  const { lines, stderr } = await exported(profile(DISK + name + tags));
  expect(lines.slice(0, 2)).toEqual(["Disk,Process,IO Type,Process (Name)", "0,app.exe (100),Read,app.exe"]);
  expect(stderr).toContain("The column Process (Stack Tag) of My / Preset is left out");
});

test("a filter leaves out what it finds where the profile does not say that it keeps it, in the second form", async () => {
  const filter = 'InitialFilterQuery="[IO Type]:=&quot;Read&quot;"';
  expect((await exported(profile(DISK, filter))).lines.slice(1)).toEqual(["0,app.exe (100),Write"]);
});

describe("tables by their GUID", () => {
  const byGuid = (guid: string, ...names: string[]) =>
    profile(names.map((name) => column(name)).join("")).replace("00000000-0000-0000-0000-00000000d15c", guid);

  test.each([
    ["12c5387c-58ca-45d4-a5c6-450475c30e06", ["Path Name", "Count"], "Disk_Usage", '"C:\\a ""quoted"", name",1'],
    [
      "b186f02d-8d06-4bbb-9ad1-abf7985fb61a",
      ["Process Name", "Process ID", "Duration"],
      "Processes",
      "app.exe,100,0.004500000",
    ],
    [
      "a20f1ccd-d67f-4cdf-a186-0fd3f6535f18",
      ["Process", "Thread ID", "Thread Start Module", "Thread Start Function", "Start Time", "Count"],
      "Thread_Lifetimes",
      "app.exe (100),104,app.exe,app.exe!?,0.000500000,1",
    ],
    [
      "c58f5fea-0319-4046-932d-e695ebe20b47",
      ["New Process", "New Thread Stack", "Count"],
      "CPU_Usage_(Precise)",
      "app.exe (100),app.exe!?/app.exe!?,1",
    ],
    ["ec60ccb2-4409-444e-98fa-792c5b3c36da", ["Mark", "Time", "Count"], "Marks", "begin,0.002500000,1"],
    [
      "04f69f98-176e-4d1c-b44e-97f734996ab8",
      ["Provider Id", "Id", "Time", "Count"],
      "Generic_Events",
      `${"9".repeat(8)}-0000-0000-0000-000000000000,7,0.001500000,1`,
    ],
  ])("%s %j", async (guid, names, title, first) => {
    const { lines, names: files } = await exported(byGuid(guid, ...names));
    expect(files).toEqual([`${title}_My___Preset.csv`]);
    expect(lines[1]).toBe(first);
  });

  const id = (number: number) => `{00000000-0000-0000-0000-00000000000${number}}`;
  const provider = `{${"9".repeat(8)}-0000-0000-0000-000000000000}`;
  const REGION_FILE = `<InstrumentationManifest><Instrumentation><Regions><RegionRoot Guid="${id(1)}" Name="Root">
<Region Guid="${id(2)}" Name="Part"><Start><Event Provider="${provider}" Id="7"/></Start><Stop><Event Provider="${provider}" Id="8"/></Stop></Region>
</RegionRoot></Regions></Instrumentation></InstrumentationManifest>`;

  test("regions of interest: a table, and a part of the time", async () => {
    const files = { "r.xml": REGION_FILE };
    const table = byGuid("1ce7fd53-2344-4ea8-acd6-1a0722a51427", "Region", "Start Process", "Duration", "Start Time");
    const { names, lines } = await exportedWith(files, table, "-regionsxml", "r.xml");
    expect(names).toEqual(["Regions_of_Interest_My___Preset.csv"]);
    expect(lines).toEqual([
      "Region,Start Process,Duration (s),Start Time (s)",
      "Root,app.exe (100),0.002500000,0.001500000",
      "Part,app.exe (100),0.002500000,0.001500000",
    ]);
    const part = await exportedWith(files, profile(DISK), "-regionsxml", "r.xml", "-region", "part");
    expect(part.lines.slice(1)).toEqual(["0,app.exe (100),Read", "0,app.exe (100),Write"]);
    // All of them, where nothing else asks for them.
    const all = await exportedWith(files, profile(DISK), "-regionsxml", "r.xml");
    expect(all.names).toEqual(["Disk_Usage_My___Preset.csv", "Regions_of_Interest.csv"]);
    const none = await exportedWith({}, table);
    expect([none.exitCode, none.stderr]).toEqual([1, expect.stringContaining("-regionsxml")]);
    const nowhere = await exportedWith({}, profile(DISK), "-region", "part");
    expect([nowhere.exitCode, nowhere.stderr]).toEqual([1, expect.stringContaining("-region takes -regionsxml")]);
  });

  test("files of regions beside a profile that names them are read, no others", async () => {
    const reference = (name: string) =>
      `<FileReference FileName="${name}" ServiceMoniker="Regions.{51EF6868-EFEC-42A3-B284-1838673CC095}"/>`;
    const named = profile(DISK).replace(
      "<Views>",
      `<Sessions>${reference("r.xml")}${reference("..\\x.xml")}</Sessions><Views>`,
    );
    const { lines, stderr } = await exportedWith({ "r.xml": REGION_FILE }, named, "-region", "Part");
    expect(lines.length).toBe(3);
    expect(stderr).toContain("The file of regions ..\\x.xml, which the profile names, is not beside it.");
  });
});

test("what we do not have is told", async () => {
  const { stderr, lines } = await exported(profile(`${DISK}${column("Path Tree")}`));
  expect(stderr).toContain("The column Path Tree of My / Preset is left out");
  expect(lines[0]).toBe("Disk,Process,IO Type");
  const nothing = await exported(profile(column("Nothing")));
  expect([nothing.exitCode, nothing.stderr]).toEqual([1, expect.stringContaining("no table")]);
  const filter = 'InitialFilterQuery="[Path Tree]:=1"';
  expect((await exported(profile(DISK, filter))).stderr).toContain("is not applied");
});

test.each([
  [["-i", "t.etl"], "must be named"],
  [["-i", "t.etl", "-profile", "p", "-outputformat", "xml"], "CSV only"],
  [["-i", "t.etl", "-profile", "p", "-region", "r", "-range", "1s", "2s"], "exclude each other"],
  [["-i", "t.etl", "-profile", "p", "-range", "1", "x"], "This is no time."],
  [["-profil", "p"], "Did you mean -profile?"],
])("wrong command line %j", async (argv, message) => {
  const { exitCode, stderr } = await runForTest(groups, ["wpaexporter", ...argv]);
  expect(exitCode).toBe(1);
  expect(stderr).toContain(message);
});

test("a file that is no profile is refused", () => {
  expect(() => parseWpaProfile(new TextEncoder().encode("<Other/>"))).toThrow(adkError("WPA_NOT_A_PROFILE"));
});

describe("filters", () => {
  const matches = (text: string, row: Record<string, string | number>) =>
    parseFilter(text, (name) => findColumn(diskTable.columns, { name }, wpaTableFor("disk", "Disk Usage")))({
      process: "app.exe",
      pid: 4,
      size: 512,
      disk: 1,
      ...row,
    });

  test.each([
    ['[Process]:="APP.exe (4)"', true],
    ["Size:=512", true],
    ["Size:>512 OR Disk:=1", true],
    ["(Size:>512 OR Disk:=2) AND Disk:=1", false],
    ["NOT Size:>512", true],
    ['[Process]:~="app" Disk:=2', false],
    ['[Process]:~<"app"', true],
    ['[Process]:~!"app"', false],
    ['[Process]:*"^APP\\.|^other"', true],
    ['[Process]:*"^pp"', false],
  ])("%s", (text, expected) => expect(matches(text, {})).toBe(expected));

  test.each(["Size:=", "(Size:=1", "Size", "Size:=1)", "(".repeat(500), '[Process]:*"("'])("%s is refused", (text) => {
    expect(() => matches(text, {})).toThrow(adkError("WPA_BAD_FILTER"));
  });
});
