import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { adkError, temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { explainProfiles } from "./explain.ts";
import { lintProfile } from "./lint.ts";
import { type NewProfileOptions, newProfile } from "./new-profile.ts";
import { RecordingProfiles } from "./recording-profile.ts";

const parse = (xml: string) => RecordingProfiles.parse(new TextEncoder().encode(xml));
const file = (inside: string) =>
  `<?xml version="1.0"?>\n<WindowsPerformanceRecorder Version="1.0">\n<Profiles>\n${inside}\n</Profiles>\n</WindowsPerformanceRecorder>`;

const COLLECTOR =
  '<SystemCollector Id="C" Name="NT Kernel Logger"><BufferSize Value="1024"/><Buffers Value="64"/></SystemCollector>';
const PROVIDER =
  '<SystemProvider Id="P"><Keywords><Keyword Value="Loader"/><Keyword Value="CSwitch"/></Keywords></SystemProvider>';
const profile = (
  mode: string,
  inside = '<SystemCollectorId Value="C"><SystemProviderId Value="P"/></SystemCollectorId>',
) =>
  `<Profile Id="T.Verbose.${mode}" Name="T" Description="" LoggingMode="${mode}" DetailLevel="Verbose"><Collectors>${inside}</Collectors></Profile>`;
const BOTH = `${profile("File")}\n${profile("Memory")}`;

/** Lines and codes of what is found. */
const found = (inside: string) => lintProfile(parse(file(inside))).map(({ line, code }) => `${line} ${code}`);

describe("lint", () => {
  test("a sound profile has no findings", () => {
    expect(found(`${COLLECTOR}\n${PROVIDER}\n${BOTH}`)).toEqual([]);
  });

  test.each([
    ["order of elements", `${PROVIDER}\n${COLLECTOR}\n${BOTH}`, ["5 WPRP_ORDER"]],
    [
      "order of settings",
      `${COLLECTOR.replace('<BufferSize Value="1024"/><Buffers Value="64"/>', '<Buffers Value="64"/>\n<BufferSize Value="1024"/>')}${PROVIDER}${BOTH}`,
      ["5 WPRP_ORDER"],
    ],
    ["an identifier twice", `${COLLECTOR}\n${COLLECTOR}\n${PROVIDER}\n${BOTH}`, ["5 WPRP_DUPLICATE_ID"]],
    [
      "a reference to nothing",
      `${COLLECTOR}\n${PROVIDER}\n${BOTH.replaceAll('Value="P"', 'Value="PX"')}`,
      ["5 WPRP_UNUSED", "6 WPRP_UNKNOWN_ID", "7 WPRP_UNKNOWN_ID"],
    ],
    [
      "a reference to another kind",
      `${COLLECTOR}\n${PROVIDER}\n${BOTH.replaceAll('<SystemProviderId Value="P"/>', '<SystemProviderId Value="C"/>')}`,
      ["5 WPRP_UNUSED", "6 WPRP_WRONG_KIND", "7 WPRP_WRONG_KIND"],
    ],
    [
      "a mistyped keyword",
      `${COLLECTOR}\n${PROVIDER.replace("CSwitch", "CSwich")}\n${BOTH}`,
      ["5 WPRP_UNKNOWN_KEYWORD"],
    ],
    [
      "a mistyped element",
      `${COLLECTOR.replaceAll("BufferSize", "BuferSize")}\n${PROVIDER}\n${BOTH}`,
      ["4 WPRP_UNKNOWN_ELEMENT"],
    ],
    [
      "buffers of a wrong size",
      `${COLLECTOR.replace("1024", "65536")}\n${PROVIDER}\n${BOTH}`,
      ["6 WPRP_BUFFER_SIZE", "7 WPRP_BUFFER_SIZE"],
    ],
    ["too few buffers", `${COLLECTOR.replace("64", "1")}\n${PROVIDER}\n${BOTH}`, ["6 WPRP_BUFFERS", "7 WPRP_BUFFERS"]],
    [
      "much memory",
      `${COLLECTOR.replace("64", "8000")}\n${PROVIDER}\n${BOTH}`,
      ["6 WPRP_MUCH_MEMORY", "7 WPRP_MUCH_MEMORY"],
    ],
    [
      "a stack without its event",
      `${COLLECTOR}\n${PROVIDER.replace("</Keywords>", '</Keywords><Stacks>\n<Stack Value="FileCreate"/></Stacks>')}\n${BOTH}`,
      ["6 WPRP_STACK_WITHOUT_EVENT"],
    ],
    [
      "stacks without images",
      `${COLLECTOR}\n${PROVIDER.replace('<Keyword Value="Loader"/>', "").replace("</Keywords>", '</Keywords><Stacks><Stack Value="CSwitch"/></Stacks>')}\n${BOTH}`,
      ["5 WPRP_STACKS_WITHOUT_IMAGES"],
    ],
    [
      "another name of the kernel's session",
      `${COLLECTOR.replace("NT Kernel Logger", "Mine")}\n${PROVIDER}\n${BOTH}`,
      ["4 WPRP_SYSTEM_SESSION"],
    ],
    [
      "an Id that is not the profile's name",
      `${COLLECTOR}\n${PROVIDER}\n${BOTH.replace('Id="T.Verbose.File"', 'Id="T.File"')}`,
      ["6 WPRP_PROFILE_ID"],
    ],
    ["no profile for memory", `${COLLECTOR}\n${PROVIDER}\n${profile("File")}`, ["6 WPRP_NO_PAIR"]],
    ["no profile", `${COLLECTOR}${PROVIDER}`, ["2 WPRP_NO_PROFILE", "4 WPRP_UNUSED", "4 WPRP_UNUSED"]],
    [
      "a wrong mode",
      `${COLLECTOR}\n${PROVIDER}\n${BOTH.replaceAll('"File"', '"Disk"')}`,
      ["6 WPRP_PROFILE_ID", "6 WPRP_BAD_VALUE"].sort(),
    ],
    [
      "a size of the file of a session in memory",
      `${COLLECTOR.replace("</SystemCollector>", '<MaximumFileSize Value="100"/></SystemCollector>')}\n${PROVIDER}\n${BOTH}`,
      ["7 WPRP_FILE_SIZE_IN_MEMORY"],
    ],
    [
      "a base that is not there",
      `${COLLECTOR}\n${PROVIDER.replace('Id="P"', 'Id="P" Base="WPR"')}\n${BOTH}`,
      ["5 WPRP_UNKNOWN_BASE"],
    ],
    ["a base of itself", `${COLLECTOR}\n${PROVIDER.replace('Id="P"', 'Id="P" Base="P"')}\n${BOTH}`, ["5 WPRP_CIRCLE"]],
  ])("finds %s", (_, inside, codes) => {
    expect(found(inside).sort()).toEqual([...codes].sort());
  });

  test.each([
    ['Name="9a280ac0-c8e0-11d1-84e2-00c04fb998a2"', []],
    ['Name="Microsoft-Windows-Kernel-Power"', []],
    ['Name="*MyEventSource" Level="5" Stack="true"', []],
    ['Name="206f6dea-d3c5-4d10-bc72-989f03c8b84b111111"', ["WPRP_BAD_VALUE"]],
    ['Name="*"', ["WPRP_BAD_VALUE"]],
    ['Name="X" Level="300"', ["WPRP_BAD_VALUE"]],
    ['Name="X" Stack="yes"', ["WPRP_BAD_VALUE"]],
    ["", ["WPRP_MISSING_ATTRIBUTE"]],
  ])("an event provider with %s", (attributes, codes) => {
    const events = `<EventCollector Id="E" Name="e"/>`;
    const provider = `<EventProvider Id="V" ${attributes}/>`;
    const use =
      '<EventCollectorId Value="E"><EventProviders><EventProviderId Value="V"/></EventProviders></EventCollectorId>';
    const inside = `${events}${provider}${profile("File", use)}${profile("Memory", use)}`;
    expect(lintProfile(parse(file(inside))).map(({ code }) => code)).toEqual(codes);
  });

  test("what is no profile is refused", () => {
    expect(() => parse("<Profiles/>")).toThrow(adkError("WPRP_NOT_A_PROFILE"));
    expect(() => parse(file("<Profile>"))).toThrow(adkError("TRACE_BAD_XML"));
  });
});

test("a profile has what it derives from, with its changes", () => {
  const derived = `<Profile Id="T.Verbose.Memory" Name="T" Base="T.Verbose.File" LoggingMode="Memory" DetailLevel="Verbose">
    <Collectors Operation="Remove"><SystemCollectorId Value="C"/></Collectors>
    <Collectors Operation="Add"><SystemCollectorId Value="C"><Buffers Value="5" PercentageOfTotalMemory="true"/><SystemProviderId Value="Q"/></SystemCollectorId></Collectors>
  </Profile>`;
  const more =
    '<SystemProvider Id="Q" Base="P"><Keywords Operation="Add"><Keyword Value="DPC"/></Keywords></SystemProvider>';
  const profiles = parse(file(`${COLLECTOR}${PROVIDER}${more}${profile("File")}${derived}`));
  expect(lintProfile(profiles)).toEqual([]);
  const [plain, memory] = explainProfiles(profiles, "t.wprp").profiles;
  expect(plain?.collectors[0]).toMatchObject({ memoryMegabytes: 64, memory: "64 MB: 64 buffers of 1024 kB" });
  expect(memory?.command).toBe("wpr -start t.wprp!T.Verbose");
  expect(memory?.collectors).toHaveLength(1);
  expect(memory?.collectors[0]).toMatchObject({
    memory: "5 % of the machine's memory in buffers of 1024 kB",
    memoryMegabytes: null,
  });
  expect(memory?.collectors[0]?.keywords.map(({ keyword, mask }) => `${keyword} ${mask}`)).toEqual([
    "Loader 0x00000004",
    "CSwitch 0x20000004",
    "DPC 0x20000080",
  ]);
});

describe("new", () => {
  const all: NewProfileOptions = {
    name: "All",
    cpu: true,
    disk: true,
    fileIo: true,
    registry: true,
    network: true,
    stacks: true,
    providers: ["*My-Source", "{9a280ac0-c8e0-11d1-84e2-00c04fb998a2}:0x10:5", "A & B"],
    mode: "both",
  };

  test.each<NewProfileOptions>([
    all,
    { name: "Bare", mode: "both" },
    { ...all, boot: true, mode: "file" },
    ...(["cpu", "disk", "fileIo", "registry", "network"] as const).map(
      (topic): NewProfileOptions => ({
        name: "One",
        [topic]: true,
        stacks: true,
        mode: "both",
      }),
    ),
  ])("what it writes has no findings: %j", (options) => {
    const profiles = parse(newProfile(options));
    expect(lintProfile(profiles).filter(({ severity }) => severity !== "info")).toEqual([]);
    expect(profiles.profiles.length).toBe(options.mode === "both" ? 2 : 1);
  });

  test("providers are recorded with what was asked for", () => {
    const [{ collectors } = { collectors: [] }] = explainProfiles(parse(newProfile(all)), "x").profiles;
    expect(collectors[1]?.providers.map(({ name, records }) => `${name}: ${records}`)).toEqual([
      "*My-Source: all keywords, with stacks",
      expect.stringMatching(/: keywords 0x10, level 5 \(everything\), with stacks$/),
      "A & B: all keywords, with stacks",
    ]);
  });

  test.each([
    [{ name: "a b", mode: "file" }, "WPRP_BAD_NAME"],
    [{ name: "a", mode: "memory", boot: true }, "WPRP_BOOT_MODE"],
    [{ name: "a", mode: "file", providers: ["x:y"] }, "WPRP_BAD_PROVIDER"],
    [{ name: "a", mode: "file", providers: ["206f6dea-d3c5-4d10"] }, "WPRP_BAD_PROVIDER"],
  ] as const)("refuses %j", (options, code) => {
    expect(() => newProfile(options)).toThrow(adkError(code));
  });
});

test("the commands", async () => {
  const directory = await temporaryDirectory();
  const path = join(directory, "t.wprp");
  const made = await runForTest(groups, ["trace", "wprp", "new", "-o", path, "--cpu", "--stacks"]);
  expect(made.exitCode).toBe(0);
  expect((await runForTest(groups, ["trace", "wprp", "new", "-o", path])).exitCode).toBe(4);
  const clean = await runForTest(groups, ["trace", "wprp", "lint", path, "--json"]);
  expect([clean.exitCode, JSON.parse(clean.stdout).errors]).toEqual([0, 0]);
  const broken = (await readFile(path, "utf8")).replace("CSwitch", "CSwich");
  const result = await runForTest(groups, ["trace", "wprp", "lint", "-"], { stdin: broken });
  expect(result.exitCode).toBe(1);
  expect(result.stdout).toMatch(/^-:\d+:\d+: error\[WPRP_UNKNOWN_KEYWORD\] .*CSwitch is meant/m);
});
