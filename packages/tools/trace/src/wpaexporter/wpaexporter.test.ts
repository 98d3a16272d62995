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

/** A profile of the second form, for the disk's table. */
const profile = (columns: string, preset = "") => `<?xml version="1.0" encoding="utf-8"?>
<WpaProfileContainer Version="2" xmlns="http://tempuri.org/SerializableElement.xsd"><Content><Views>
<View Guid="0dd0f892-c905-4b5a-a5a3-96459e89171d" IsVisible="true"><Graphs>
<Graph Guid="00000000-0000-0000-0000-00000000d15c"><Preset Name="My / Preset" ${preset}><Columns>${columns}</Columns></Preset></Graph>
</Graphs></View></Views></Content></WpaProfileContainer>`;
const column = (name: string, more = "") => `<Column Name="${name}" IsVisible="true" ${more}/>`;
const DISK = ["Disk", "Process", "IO Type"].map((name) => column(name)).join("");

async function exported(xml: string, ...options: string[]) {
  const cwd = temporaryDirectory();
  const trace = new SyntheticTrace()
    .process(100, "app.exe")
    .thread(104, 100)
    .file(1, 'C:\\a "quoted", name')
    .diskTransfer(1, 2.25, { thread: 104, file: 1, size: 65_536 })
    .diskTransfer(3, 3.5, { thread: 104, file: 1, size: 512, operation: "Write" })
    .diskTransfer(4, 4.5, { thread: 104, file: 1, size: 1024 })
    .event("PerfInfo/Mark", 2.5, { Message: "begin" })
    .event("PerfInfo/Mark", 3.75, { Message: "end" });
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
    'KeyColumnCount="1"',
  );
  expect((await exported(grouped)).lines.slice(1)).toEqual([
    'Read,app.exe (100),"66,560","1,250.000"',
    "Write,app.exe (100),512,500.000",
  ]);
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
  [["-i", "t.etl", "-profile", "p", "-range", "1", "x"], "This is no time."],
  [["-profil", "p"], "Did you mean -profile?"],
  [["-i", "t.etl", "-region", "r"], "not supported"],
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
    parseFilter(text, (name) => findColumn(diskTable.columns, name))({
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
  ])("%s", (text, expected) => expect(matches(text, {})).toBe(expected));

  test.each(["Size:=", "(Size:=1", "Size", "Size:=1)", "(".repeat(500)])("%s is refused", (text) => {
    expect(() => matches(text, {})).toThrow(adkError("WPA_BAD_FILTER"));
  });
});
