import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { describe, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";

const BASE = 0x7ff6_0000_0000;

/** A synthetic trace: its events are ours, not those of a recording. */
const trace = () =>
  new SyntheticTrace({ header: { processors: 2 } })
    .process(100, "app.exe", { start: 1, end: 9, commandLine: "app.exe /go\nnow", exitCode: 3 })
    .thread(104, 100, { start: 1.5 })
    .image(100, BASE, 0x10000, "C:\\app.exe", 1.2)
    .contextSwitch(2, 1, 0, 104, { NewThreadPriority: 9 })
    .sample(2.5, 1, 104, [BASE + 0x10, BASE + 0x20])
    .contextSwitch(3, 1, 104, 0, { OldThreadWaitReason: 6 })
    .ready(4, 0, 104)
    .contextSwitch(4.5, 1, 0, 104)
    .contextSwitch(6.5, 1, 104, 0)
    .file(77, "C:\\data")
    .diskTransfer(5, 6.5, { thread: 104, file: 77, size: 512, cpu: 1 })
    .interrupt("DPC", 7, 7.25, 0, BASE + 0x40)
    .event("PerfInfo/Mark", 8, { Message: "half way" });

async function setUp(): Promise<{
  readonly cwd: string;
  readonly run: (...argv: string[]) => ReturnType<typeof runForTest>;
}> {
  const cwd = temporaryDirectory();
  await writeFile(join(cwd, "t.etl"), await trace().toBytes());
  return { cwd, run: (...argv) => runForTest(groups, ["xperf", ...argv], { cwd }) };
}

/** The cells of the records of a name behind the head. */
function recordsOf(dump: string, name: string): string[][] {
  return (dump.split("EndHeader\n")[1] ?? "")
    .split("\n")
    .map((line) => line.split(",").map((cell) => cell.trim()))
    .filter(([first]) => first === name);
}

describe("the dump of a synthetic trace", () => {
  test("has a head, the columns of each kind, and a line an event", async () => {
    const { run } = await setUp();
    const { exitCode, stdout } = await run("-i", "t.etl");
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/^BeginHeader\n/);
    expect(stdout).toContain(
      "\n                CSwitch,  TimeStamp, New Process Name ( PID),    New TID, NPri, NQnt, TmSinceLast, WaitTime, Old Process Name ( PID),    Old TID, OPri, OQnt,        OldState,      Wait Reason, Swapable, InSwitchTime, CPU, IdealProc,  OldRemQnt, NewPriDecr, PrevCState\n",
    );
    expect(stdout).toContain(
      "\n         SampledProfile,  TimeStamp,     Process Name ( PID),   ThreadID,           PrgrmCtr, CPU, ThreadStartImage!Function,            Image!Function, Count, SampledProfile type\n",
    );
    expect(stdout).toContain(
      "\n                  Stack,  TimeStamp,   ThreadID, No.,            Address,            Image!Function\n",
    );
    expect(stdout).toMatch(
      /EndHeader\nOS Version: 10\.0\.26100, Trace Size: \d+KB, Events Lost: 0, Buffers lost: 0, Trace Start: 133500000000000000, /,
    );
    expect(stdout).toContain(
      "\n         SampledProfile,       2500,          app.exe ( 100),        104, 0x00007ff600000010,   1,         ",
    );
    expect(stdout).toContain(
      `\n                  Stack,       2500,        104,   2, 0x00007ff600000020,          app.exe!0x00007ff600000020\n`,
    );
  });

  test("tells of processes, switches, disks", async () => {
    const { run } = await setUp();
    const { stdout } = await run("-i", "t.etl");
    expect(recordsOf(stdout, "P-Start")[0]?.slice(1, 5)).toEqual(["1000", "app.exe ( 100)", "4", "1"]);
    // A line break of a command line must not break the line.
    expect(recordsOf(stdout, "P-Start")[0]).toContain("app.exe /go now");
    expect(recordsOf(stdout, "P-End")[0]?.[6]).toBe("0x00000003");
    const [first, second, third] = recordsOf(stdout, "CSwitch");
    expect(first?.slice(1, 5)).toEqual(["2000", "app.exe ( 100)", "104", "9"]);
    expect(second?.slice(8, 14)).toEqual(["app.exe ( 100)", "104", "0", "-1", "Waiting", "UserRequest"]);
    expect(second?.[15]).toBe("1000");
    // Switched out 1500 µs before, made ready 500 µs before.
    expect(third?.slice(6, 8)).toEqual(["1500", "500"]);
    expect(recordsOf(stdout, "DiskRead")[0]?.slice(7)).toEqual([
      "0x00000200",
      "1500",
      "0",
      "0x000000",
      "1500",
      "0",
      "Original",
      "0x000000000000004d",
      '"C:\\data"',
    ]);
    expect(recordsOf(stdout, "DPC")[0]?.slice(1, 4)).toEqual(["7250", "250", "0"]);
    expect(recordsOf(stdout, "Mark")[0]).toEqual(["Mark", "8000", "0", "half way"]);
  });

  test("can be of a range and of providers, with raw data", async () => {
    const { run } = await setUp();
    const part = await run("-i", "t.etl", "-a", "dumper", "-range", "2000", "3000");
    expect(recordsOf(part.stdout, "CSwitch").map(([, time]) => time)).toEqual(["2000", "3000"]);
    expect(recordsOf(part.stdout, "P-Start")).toEqual([]);
    const disk = await run(
      "-i",
      "t.etl",
      "-a",
      "dumper",
      "-provider",
      "{3d6fa8d4-fe05-11d0-9dda-00c04fd7ba7c}",
      "-add_rawdata",
    );
    const lines = (disk.stdout.split("EndHeader\n")[1] ?? "").trim().split("\n").slice(2);
    expect(lines.map((line) => line.trim().split(",")[0])).toEqual(["DiskReadInit", "DiskRead"]);
    expect(lines[1]).toMatch(/, 0x[0-9a-f]{40,}$/);
  });
});

describe("actions on a synthetic trace", () => {
  const machine = async (...argv: string[]) => {
    const { run } = await setUp();
    const { exitCode, stdout, stderr } = await run("-i", "t.etl", "-target", "machine", "-a", ...argv);
    expect([exitCode, stderr]).toEqual([0, ""]);
    return stdout.trim().split("\n");
  };

  test("cswitch: how long threads and processors ran", async () => {
    expect((await machine("cswitch", "-thread"))[1]).toMatch(/^app\.exe \(100\),104,3000,2,/);
    const [titles, row] = await machine("cswitch", "-range", "0", "4000");
    expect(titles).toBe("StartTime,EndTime,Cpu 0,Cpu 1");
    expect(row).toBe("0,4000,100.00,75.00");
    const parts = await machine("cswitch", "-util", "0.002", "-range", "0", "4ms");
    expect(parts.slice(1)).toEqual(["0,2000,0.00,0.00", "2000,4000,0.00,50.00"]);
    const { run } = await setUp();
    // As xperf has them.
    expect((await run("-i", "t.etl", "-a", "cswitch", "-range", "0", "4ms")).stdout).toBe(
      " StartTime,   EndTime,  Cpu 0,  Cpu 1\n         0,      4000, 100.00,  75.00\n",
    );
    const both = await machine("cswitch", "-process", "-avail", "-range", "0", "4ms");
    expect(both.slice(1)).toEqual(["app.exe (100),1000,1,12.50", "", titles, row]);
  });

  test("profile, diskio, cpudisk, filename, marks, tracestats", async () => {
    expect((await machine("profile", "-detail"))[1]).toMatch(/^app\.exe \( 100\),1000,100\.00,app\.exe!Unknown$/);
    expect((await machine("profile", "-range", "2ms", "4ms"))[1]).toBe("2000,4000,0.00,50.00");
    expect((await machine("profile", "-freq"))[0]).toBe("Sampling interval (us): 1000");
    expect((await machine("diskio", "-counts"))[1]).toBe("0,1,512,0,0,0,1500,1500,app.exe (100)");
    expect((await machine("diskio", "-summary"))[1]).toBe("0,1,512,0,0,0,1500,1500,C:\\data");
    expect((await machine("diskio", "-overlap"))[1]).toBe("0,0,1,100.00");
    expect((await machine("diskio", "-range", "5000", "8000"))[1]).toBe("5000,8000,50.00");
    expect((await machine("cpudisk"))[2]).toBe("app.exe (100),3000,1500,512");
    expect((await machine("filename"))[1]).toBe("0x4d,C:\\data");
    expect((await machine("marks"))[1]).toMatch(/^8000,1000,half way$/);
    expect(await machine("tracestats", "-detail")).toContain("Windows Kernel,Thread/CSwitch,4");
    expect(await machine("tracestats", "-timespan", "-timezone", "utc")).toContain(
      "Start Time           : 2024-01-17T21:20:00.000Z",
    );
  });

  test("every action ends, with what the trace lacks too", async () => {
    const cwd = temporaryDirectory();
    await writeFile(join(cwd, "empty.etl"), await new SyntheticTrace().process(8, "x").toBytes());
    const { stdout: help } = await runForTest(groups, ["xperf", "-help", "processing"]);
    const actions = [...help.matchAll(/^ {2}(\w+) /gm)].map(([, name = ""]) => name);
    expect(actions.length).toBeGreaterThan(14);
    // There is no boot, shutdown or sleep in it.
    const fail = ["boot", "shutdown", "suspend"];
    for (const action of actions) {
      const { exitCode, stderr } = await runForTest(groups, ["xperf", "-i", "empty.etl", "-a", action], { cwd });
      const fails = fail.includes(action);
      expect([action, exitCode]).toEqual([action, fails ? 1 : 0]);
      if (!fails) expect(stderr).toMatch(/^$|^xperf: warning: Nothing of \w+ was recorded: it takes the keyword .*\n$/);
    }
  });
});

test("-merge writes traces as one, compressed too", async () => {
  const { cwd, run } = await setUp();
  const other = new SyntheticTrace().process(200, "other.exe", { start: 3 });
  await writeFile(join(cwd, "u.etl"), await other.toBytes());
  for (const compress of [[], ["-compress"]]) {
    expect((await run("-merge", "t.etl", "u.etl", "m.etl", ...compress)).exitCode).toBe(0);
    const { stdout } = await run("-i", "m.etl", "-target", "machine", "-a", "process");
    expect(stdout).toContain("app.exe ( 100),");
    expect(stdout).toContain("other.exe ( 200),");
  }
});

test("the output goes to a file", async () => {
  const { cwd, run } = await setUp();
  const plain = await run("-i", "t.etl", "-a", "process");
  expect((await run("-i", "t.etl", "-o", "out.txt", "-a", "process")).stdout).toBe("");
  expect(await readFile(join(cwd, "out.txt"), "utf8")).toBe(plain.stdout);
});

test("actions have files of their own for output and warnings", async () => {
  const { cwd, run } = await setUp();
  const actions = ["-a", "process", "-ao", "p.txt", "-a", "heap", "-ao", "h.txt", "-ae", "e.txt", "-a", "marks"];
  const { exitCode, stdout, stderr } = await run("-i", "t.etl", "-target", "machine", ...actions);
  expect([exitCode, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^TimeStamp,.*\n8000,.*\n$/);
  expect(await readFile(join(cwd, "p.txt"), "utf8")).toContain("app.exe ( 100)");
  expect(await readFile(join(cwd, "h.txt"), "utf8")).toMatch(/^Alloc number,/);
  expect(await readFile(join(cwd, "e.txt"), "utf8")).toContain("Nothing of heap was recorded");
});

describe("wrong command lines", () => {
  test.each([
    [["-i", "t.etl", "-a", "diskoi"], "There is no such action. (diskoi)\nDid you mean -a diskio?"],
    [
      ["-i", "t.etl", "-a", "profile", "-detial"],
      "Unrecognized action option. (-detial of profile)\nDid you mean -detail?",
    ],
    [["-i", "t.etl", "-a", "dumper", "-range", "9", "3"], "The range is two times in microseconds."],
    [["-i", "t.etl", "-symbls"], "Unrecognized option. (-symbls)\nDid you mean -symbols?"],
    [["-i", "t.etl", "-a", "screenshots"], "This is not supported. (screenshots)\nThe layout of the events"],
    [["-i", "t.etl", "-a", "dumper", "-add_inline"], "This is not supported. (-add_inline of dumper)"],
    [["-i", "t.etl", "-a", "profile", "-util", "often"], "The option takes a number. (-util often)"],
    [["-i", "t.etl", "-a", "stack", "-process", "("], "The option takes a regular expression. (-process ()"],
    [["-i", "t.etl", "-a", "stack", "-export", "hmtl"], "Did you mean html?"],
    [["-on", "PROC_THREAD"], "Traces are recorded on Windows only."],
    [["-i", "t.etl", "-target", "robot"], "The target is human or machine."],
    [["-merge", "t.etl"], "-merge takes traces"],
    [["-a", "process"], "No trace was named."],
    [["-i", "absent.etl"], "absent.etl"],
    [["-i"], "The option takes a value."],
  ])("%j", async (argv, message) => {
    const { run } = await setUp();
    const { exitCode, stderr, stdout } = await run(...argv);
    expect([exitCode, stdout]).toEqual([1, ""]);
    expect(stderr).toContain(message);
  });
});
