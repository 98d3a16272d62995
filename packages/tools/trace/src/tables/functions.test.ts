import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { makeTree } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { Analysis } from "../analysis.ts";
import { groups } from "../cli/index.ts";
import { Symbolizer } from "../symbols/symbolizer.ts";
import { sampleProgram } from "../testing/sample-program.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import type { Row } from "./table.ts";
import { TABLES } from "./tables.ts";

const [PID, TID, OTHER] = [100, 104, 108];
const APP = 0x7ff6_0000_0000;
const DRIVER = -0x7f_f000_0000;
/** Functions of both images by their offsets. */
const EXPORTS = { Open: 0x10100, Read: 0x10200, Loop: 0x10300 };
const [OPEN, READ, LOOP] = [0x10110, 0x10210, 0x10310];

/** A synthetic trace with code in every event that names some. */
function scenario(): SyntheticTrace {
  const image = { ImageSize: 0x30000, TimeDateStamp: 0x6500_0000 };
  const trace = new SyntheticTrace()
    .process(PID, "app.exe")
    .thread(TID, PID, { startAddress: APP + LOOP })
    .thread(OTHER, PID, { startAddress: APP + OPEN })
    .event("Image/DCStart", 0, { ...image, ImageBase: APP, ProcessId: PID, FileName: "C:\\app.dll" })
    .event("Image/DCStart", 0, { ...image, ImageBase: DRIVER, FileName: "\\SystemRoot\\disk.sys" })
    .sample(1, 0, TID, [APP + READ, APP + LOOP])
    .interrupt("DPC", 2, 2.5, 0, DRIVER + READ)
    .interrupt("DPC", 3, 3.001, 0, DRIVER + OPEN)
    .contextSwitch(4, 0, 0, TID)
    .contextSwitch(5, 0, TID, 0, { OldThreadWaitReason: 6 })
    .contextSwitch(5, 1, 0, OTHER)
    .ready(6, 1, TID)
    .stack(6, 1, OTHER, [DRIVER + OPEN, APP + OPEN])
    .contextSwitch(7, 0, 0, TID)
    .stack(7, 0, TID, [DRIVER + READ, APP + READ, APP + LOOP])
    .event("Memory/DemandZeroFault", 8, { VirtualAddress: 0x1000, ProgramCounter: APP + LOOP }, { cpu: 0 });
  const tag = Buffer.from("Fil1").readUInt32LE();
  for (const [time, entry, at] of [
    [9, -0x1000, READ],
    [10, -0x2000, READ],
    [11, -0x3000, OPEN],
  ] as const) {
    trace.event("Pool/PoolAllocation", time, { Type: 1, Tag: tag, NumberOfBytes: 64, Entry: entry }, { cpu: 0 });
    trace.stack(time, 0, TID, [DRIVER + at, APP + LOOP]);
  }
  trace.event("Pool/PoolFree", 12, { Type: 1, Tag: tag, NumberOfBytes: 64, Entry: -0x2000 }, { cpu: 0 });
  const from = { cpu: 0, pid: PID, tid: TID };
  trace.event("Heap/Alloc", 13, { HeapHandle: 0x5000, AllocSize: 100, AllocAddress: 0x6000 }, from);
  trace.stack(13, 0, TID, [APP + OPEN, APP + LOOP]);
  trace.event(
    "Heap/ReAlloc",
    14,
    {
      HeapHandle: 0x5000,
      NewAllocAddress: 0x7000,
      OldAllocAddress: 0x6000,
      NewAllocSize: 300,
      OldAllocSize: 100,
    },
    from,
  );
  return trace.stack(14, 0, TID, [APP + READ, APP + LOOP]);
}

let cwd = "";
beforeAll(async () => {
  const program = sampleProgram({ exports: EXPORTS });
  cwd = await makeTree({ "programs/app.dll": program, "programs/disk.sys": program });
  await writeFile(join(cwd, "t.etl"), await scenario().toBytes());
});

/** Rows of a table with functions: those of what images export. */
async function namedRows(name: string): Promise<Row[]> {
  const table = TABLES.find((each) => each.name === name)!;
  const { collectors = [], images } = table.functions!;
  const analysis = await Analysis.with(await scenario().open(), [...table.collectors, ...collectors]);
  const symbolizer = await Symbolizer.load(analysis.model, images(analysis), { images: join(cwd, "programs") });
  return [...table.rows(analysis, symbolizer)];
}

describe("functions in tables of a synthetic trace", () => {
  test("samples by function", async () => {
    expect(await namedRows("cpu")).toMatchObject([{ module: "app.dll", function: "app.dll!~Read", count: 1 }]);
  });

  test("routines of DPCs, each by itself, by function and by duration", async () => {
    expect((await namedRows("dpc")).map((row) => [row["module"], row["function"]])).toEqual([
      ["disk.sys", "disk.sys!~Read"],
      ["disk.sys", "disk.sys!~Open"],
    ]);
    expect(await namedRows("dpcmodule")).toMatchObject([
      { module: "disk.sys", function: "disk.sys!~Read", count: 1, tooLong: 1 },
      { module: "disk.sys", function: "disk.sys!~Open", count: 1, tooLong: 0 },
    ]);
    expect(await namedRows("dpchistogram")).toMatchObject([
      { function: "disk.sys!~Read", above: 256, to: 512 },
      { function: "disk.sys!~Open", above: 0, to: 1 },
    ]);
  });

  test("stacks of switches and of what made threads ready, the kernel innermost", async () => {
    const row = (await namedRows("cswitch")).find(({ switchIn }) => switchIn === 7);
    expect(row).toMatchObject({
      newStack: "app.dll!~Loop/app.dll!~Read/disk.sys!~Read",
      readyingStack: "app.dll!~Open/disk.sys!~Open",
    });
    expect(await namedRows("waits")).toMatchObject([
      {
        thread: TID,
        stack: "app.dll!~Loop/app.dll!~Read/disk.sys!~Read",
        readyingStack: "app.dll!~Open/disk.sys!~Open",
      },
      { thread: OTHER, endedBy: "(was running)", stack: "", readyingStack: "" },
    ]);
    expect(await namedRows("threads")).toMatchObject([
      { thread: TID, startFunction: "app.dll!~Loop" },
      { thread: OTHER, startFunction: "app.dll!~Open" },
    ]);
  });

  test("page faults by the function that touched the page", async () => {
    expect(await namedRows("pagefault")).toMatchObject([{ pid: PID, function: "app.dll!~Loop", count: 1 }]);
  });

  test("memory by the stacks that allocated it", async () => {
    expect(await namedRows("pool")).toEqual([
      expect.objectContaining({
        tag: "Fil1",
        stack: "app.dll!~Loop/disk.sys!~Read",
        allocations: 2,
        frees: 1,
        allocated: 128,
        outstanding: 64,
        outstandingCount: 1,
      }),
      expect.objectContaining({ stack: "app.dll!~Loop/disk.sys!~Open", allocations: 1, frees: 0, outstanding: 64 }),
    ]);
    expect(await namedRows("heap")).toMatchObject([
      { heap: "0x5000", stack: "app.dll!~Loop/app.dll!~Read", allocated: 300, outstanding: 300 },
      { heap: "0x5000", stack: "app.dll!~Loop/app.dll!~Open", allocated: 100, outstanding: 0, frees: 1 },
    ]);
  });

  test("every table that names functions has columns for all that its rows have", async () => {
    for (const { name, columns, functions } of TABLES) {
      if (!functions) continue;
      const keys = functions.columns.map(({ key }) => key);
      expect([name, keys.length > columns.length || name === "pool" || name === "heap"]).toEqual([name, true]);
      for (const row of await namedRows(name)) expect([name, Object.keys(row).sort()]).toEqual([name, keys.toSorted()]);
    }
  });
});

describe("adk trace, with and without symbols", () => {
  const run = (...argv: string[]) =>
    runForTest(groups, ["trace", ...argv], { cwd, env: { _NT_SYMBOL_PATH: "/nowhere" } });

  test("functions come only where they are asked for", async () => {
    const plain = JSON.parse((await run("dpc", "t.etl", "--json")).stdout);
    expect(plain.rows[0]).not.toHaveProperty("function");
    const named = JSON.parse((await run("dpc", "t.etl", "--images", join(cwd, "programs"), "--json")).stdout);
    expect(named.rows[0]).toMatchObject({ function: "disk.sys!~Read" });
    expect(named.columns.map(({ key }: { key: string }) => key).slice(0, 3)).toEqual(["type", "module", "function"]);
    expect(named.findings).toMatchObject([{ code: "TRACE_SYMBOLS" }]);
    const csv = await run("dpc", "t.etl", "--images", join(cwd, "programs"), "--csv", "--longer-than", "100");
    expect(
      csv.stdout
        .trim()
        .split("\r\n")
        .map((line) => line.split(",").slice(0, 3).join()),
    ).toEqual(["Type,Module,Function", "DPC,disk.sys,disk.sys!~Read"]);
  });

  test("a table that names no code refuses symbols, and says which do", async () => {
    const { exitCode, stderr } = await run("disk", "t.etl", "--symbols", "x");
    expect(exitCode).toBe(2);
    expect(stderr).toContain("TRACE_NO_CODE");
    expect(stderr).toContain("by the tables cpu, cswitch, threads, ");
  });
});
