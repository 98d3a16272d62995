import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runForTest } from "@adk/cli-kit/testing";
import { temporaryDirectory } from "@adk/testing";
import { beforeAll, describe, expect, test } from "vitest";
import { groups } from "../cli/index.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";

const APP = 0x7ff6_0000_0000;
const DRIVER = -0x7f_f000_0000;
const [PID, TID, OTHER] = [100, 104, 108];

/** A synthetic trace: its events are ours, not those of a recording. */
function scenario(): SyntheticTrace {
  const trace = new SyntheticTrace({ header: { processors: 2 } })
    .process(PID, "app.exe", { start: 1, commandLine: "app.exe /go" })
    .process(200, "child.exe", { start: 2, end: 90, parent: PID })
    .thread(TID, PID, { start: 1.5, startAddress: APP + 0x10 })
    .thread(OTHER, PID, { start: 1.5 })
    .image(PID, APP, 0x10000, "C:\\app.exe", 1.2)
    .image(4, DRIVER, 0x10000, "\\SystemRoot\\disk.sys")
    .file(77, "C:\\data")
    .file(78, "C:\\log")
    .event("PerfInfo/Mark", 10, { Message: "one" })
    .event("PerfInfo/Mark", 20, { Message: "two" })
    .event("PerfInfo/Mark", 40, { Message: "three" })
    .contextSwitch(12, 0, 0, TID)
    .contextSwitch(16, 0, TID, 0, { OldThreadWaitReason: 6 })
    .contextSwitch(17, 1, 0, OTHER)
    .ready(18, 1, TID)
    .stack(18, 1, OTHER, [DRIVER + 0x30, APP + 0x40])
    .contextSwitch(30, 0, 0, TID)
    .contextSwitch(35, 0, TID, 0)
    .diskTransfer(10, 11, { thread: TID, file: 77, size: 512 })
    .diskTransfer(2010, 2020, { thread: TID, file: 78, size: 1024, operation: "Write", irp: 2 })
    .diskTransfer(2510, 2520, { thread: OTHER, file: 77, size: 512, irp: 3 })
    .interrupt("DPC", 50, 50.003, 0, DRIVER + 0x10)
    .interrupt("DPC", 51, 51.1, 0, DRIVER + 0x10)
    .interrupt("ISR", 1500, 1503, 1, 0x10);
  for (const [time, thread, stack] of [
    [13, TID, [APP + 0x10, APP + 0x20]],
    [14, TID, [DRIVER + 0x10, APP + 0x20]],
    [15, TID, [APP + 0x10, APP + 0x20]],
    [17.5, OTHER, [APP + 0x10]],
  ] as const) {
    trace.sample(time, 0, thread, stack);
  }
  const from = { cpu: 0, pid: PID, tid: TID };
  const heap = { HeapHandle: 0x5000 };
  trace
    .event("Heap/Alloc", 60, { ...heap, AllocSize: 2048, AllocAddress: 0x6000 }, from)
    .stack(60, 0, TID, [APP + 0x10, APP + 0x20])
    .event("Heap/Alloc", 61, { ...heap, AllocSize: 1024, AllocAddress: 0x7000 }, from)
    .event("Heap/Free", 65, { ...heap, FreeAddress: 0x7000 }, from);
  trace
    .event("Registry/KCBCreate", 70, { KeyHandle: -0x1000, KeyName: "\\REGISTRY\\MACHINE" }, from)
    .event(
      "Registry/Open",
      71,
      { InitialTime: trace.timeStamp(70.9), KeyHandle: -0x1000, KeyName: "SOFTWARE\\Go" },
      from,
    )
    .event("Registry/Open", 71.5, { InitialTime: trace.timeStamp(71.4), KeyHandle: -0x2000, KeyName: "Gone" }, from);
  const lock = { SpinLockAddress: -0x3000, CallerAddress: DRIVER + 0x44, ThreadId: TID };
  trace
    .event("Thread/SpinLock", 80, { ...lock, WaitTimeInCycles: 500, SpinCount: 20 }, from)
    .event("Thread/SpinLock", 81, { ...lock, WaitTimeInCycles: 100, SpinCount: 5 }, from);
  const fault = { FileObject: 77, ByteCount: 4096, TThreadId: TID };
  return trace
    .event("Memory/HardFault", 82, { InitialTime: trace.timeStamp(81.5), ...fault }, from)
    .event(
      "Memory/HardFault",
      83,
      { InitialTime: trace.timeStamp(82.5), ...fault, FileObject: 78, ByteCount: 100 },
      from,
    )
    .event(
      "Memory/HardFault",
      84,
      { InitialTime: trace.timeStamp(83.5), ...fault, FileObject: 78, ByteCount: 100 },
      from,
    );
}

let cwd = "";
beforeAll(async () => {
  cwd = temporaryDirectory();
  await writeFile(join(cwd, "t.etl"), await scenario().toBytes());
});

async function xperf(...argv: string[]): Promise<string[]> {
  const { exitCode, stdout, stderr } = await runForTest(groups, ["xperf", "-i", "t.etl", ...argv], { cwd });
  expect([exitCode, stderr]).toEqual([0, ""]);
  return stdout.trimEnd().split("\n");
}
const machine = (...argv: string[]) => xperf("-target", "machine", "-a", ...argv);

test("cpudisk is by marks, by those that are named, by times, and of processes", async () => {
  const byMarks = await machine("cpudisk");
  expect(byMarks.filter((line) => line.startsWith("Interval"))).toEqual([
    "Interval: 10000 us to 20000 us: one - two",
    "Interval: 20000 us to 40000 us: two - three",
  ]);
  expect(byMarks.filter((line) => line.startsWith("app.exe"))).toEqual([
    "app.exe (100),7000,1000,512",
    "app.exe (100),25000,0,0",
  ]);
  expect((await machine("cpudisk", "-marks", "one", "three"))[0]).toBe("Interval: 10000 us to 40000 us: one - three");
  expect((await machine("cpudisk", "-marks"))[0]).toBe("Interval: 0 us to 2520000 us");
  const byTimes = await machine("cpudisk", "-times", "12ms", "14ms", "-thread", "-exes", "APP.EXE");
  expect(byTimes.slice(0, 3)).toEqual([
    "Interval: 12000 us to 14000 us: 12000 - 14000",
    "Process Name ( PID),ThreadID,CPU Usage (us),Disk Service Time (us),Bytes",
    "app.exe (100),104,2000,0,0",
  ]);
  expect(await machine("cpudisk", "-times", "12ms", "14ms", "-pids", "8")).toHaveLength(2);
});

test("diskidlehistogram: classes of idle times, spindowns, files", async () => {
  const lines = await machine("diskidlehistogram", "-buckets", "0.6", "1", "-idletimeout", "0.5", "1.5");
  expect(lines).toEqual([
    "Disk 0",
    "I/O Type,Count,Size,Service Time,Elapsed Time",
    "Read,2,1024,11000,11000",
    "Write,1,1024,10000,10000",
    "Flush,0,0,0,0",
    "",
    "Interval,Idle Time,% of Total Idle Time,Idle Count,% of Total Idle Count",
    "0 - 0.6 s,490000,19.69,1,50.00",
    "0.6 - 1 s,0,0.00,0,0.00",
    ">= 1 s,1999000,80.31,1,50.00",
    "Total,2489000,100.00,2,100.00",
    "",
    "Idle Timeout (s),Spindown Opportunity Time,Spindown Opportunity Count",
    "0.5,1499000,1",
    "1.5,499000,1",
    "",
    "I/O Count,AvgIOInterval,MaxIOInterval,>= 0 s,>= 0.6 s,>= 1 s,FileName",
    "2,2499000,2499000,0,0,1,C:\\data",
    "1,0,0,0,0,0,C:\\log",
  ]);
  const without = await machine("diskidlehistogram", "-exc_filestr", "LOG", "-disknum", "0");
  expect(without).toContain("Total,2499000,100.00,1,100.00");
  await writeFile(join(cwd, "excluded.txt"), "C:\\Data\r\n");
  expect(await machine("diskidlehistogram", "-exc_file", "excluded.txt")).toContain("Total,0,0.00,0,0.00");
});

test("dpcisr has the layout of xperf's reports", async () => {
  const lines = await xperf("-a", "dpcisr", "-summary");
  const rule = "--------------------------";
  expect(lines[0]).toContain(rule);
  expect(lines).toContain("DPC Info");
  expect(lines).toContain("Interrupt Info");
  expect(lines).toContain("CPU Usage Summing By Module For the Whole Trace");
  expect(lines).toContain("CPU Usage from 0 us to 2520000 us:");
  expect(lines).toContain("     CPU 0 Usage,      CPU 1 Usage,");
  expect(lines).toContain("     usec      %,      usec      %, Module");
  expect(lines).toContain("      103   0.00,         0   0.00, disk.sys");
  expect(lines).toContain('        0   0.00,      3000   0.12, "Unknown"');
  expect(lines).toContain("Total = 2 for module disk.sys");
  expect(lines).toContain("Elapsed Time, >        2 usecs AND <=        4 usecs,      1, or  50.00%");
  expect(lines).toContain("Elapsed Time, >       64 usecs AND <=      128 usecs,      1, or  50.00%");
  expect(lines).toContain("Elapsed Time, >     2048 usecs,      1, or 100.00%");
  expect(lines).toContain("All Module = 2,  Total = 2,   EQUAL");
  const isr = await xperf("-a", "dpcisr", "-isr", "-interval");
  expect(isr).not.toContain("DPC Info");
  expect(isr).toContain("Usage From 0 ms to 2520 ms, Summing In 1 second intervals. Intervals=3");
  expect(isr.find((line) => line.startsWith("      1000-2000"))).toMatch(/:, +0 +0\.00, +3000 +0\.30$/);
  const buckets = await xperf("-a", "dpcisr", "-bucket", "1");
  expect(buckets).toContain("Distribution of number of 1000 ms intervals w.r.t. DPC/ISR usage:");
  expect(buckets.find((line) => line.startsWith(">=   0 AND <=   1,"))).toMatch(/( +3){3}, ( +3){3}$/);
  expect(buckets.at(-1)).toMatch(/^Total:( +3){3}, ( +3){3}$/);
});

test("readythread: counts, list, stacks", async () => {
  expect((await machine("readythread"))[1]).toMatch(/^app\.exe,100,No?,app\.exe,100,1,|^app\.exe,100,,app\.exe,100,1,/);
  const list = await xperf("-a", "readythread", "-list");
  expect(list.map((line) => line.trim().split(",")[0])).toEqual(["ReadyThread", "ReadyThread"]);
  const stacks = await xperf("-a", "readythread", "-stacks");
  expect(stacks.map((line) => line.trim().split(",")[0]).slice(-3)).toEqual(["ReadyThread", "Stack", "Stack"]);
});

test("heap: by heap and by stack, of sizes, lifetimes, processes", async () => {
  expect(await machine("heap", "-totals")).toEqual([
    "Alloc number,Alloc size KB,Out number,Out size KB,Realloc number,Heap handle,Process Name ( PID)",
    "2,3.00,1,2.00,0,0x5000,app.exe (100)",
    "Total: 2, 3.00, 1, 2.00, 0",
  ]);
  expect((await machine("heap", "-size", "0", "1500"))[1]).toBe("1,1.00,0,0.00,0,0x5000,app.exe (100)");
  expect((await machine("heap", "-lifetime", "3ms", "5ms"))[1]).toBe("1,1.00,0,0.00,0,0x5000,app.exe (100)");
  expect(await machine("heap", "-pid", "8")).toHaveLength(1);
  const byStack = await machine("heap", "-stacks", "AllocSize");
  expect(byStack.slice(1)).toEqual([
    "1,2.00,1,2.00,0,app.exe (100),app.exe!?/app.exe!?",
    "1,1.00,0,0.00,0,app.exe (100),",
  ]);
  const short = await machine("heap", "-stacks", "-frames", "1", "-requireframes", "^app", "-top", "1");
  expect(short.slice(1)).toEqual(["1,2.00,1,2.00,0,app.exe (100),app.exe!?"]);
  expect((await machine("heap", "-stacks", "-cullframes", "app"))[1]).toBe("2,3.00,1,2.00,0,app.exe (100),");
});

test("process: lines, threads, images, a tree", async () => {
  const [titles, ...lines] = await xperf("-a", "process", "-withcmdline", "-thread", "-image");
  expect(titles).toContain("Start,        End, Process, UniqueKey, Process Name ( PID), ParentPID, SessionID, Dir");
  expect(lines[0]).toMatch(
    /^ {6}1000, {8}MAX, Process, 0X0{16}, {10}app\.exe \( 100\), {10}4, {10}1, 0x0{8}, app\.exe \/go$/,
  );
  expect(lines.map((line) => line.split(",")[2]?.trim()).slice(0, 4)).toEqual(["Process", "Thread", "Thread", "Image"]);
  expect(lines[1]).toContain("app.exe!0x00007ff600000010");
  const tree = await xperf("-a", "process", "-tree");
  expect(tree).toContain("      2000,      90000,   child.exe ( 200)");
});

describe("stack", () => {
  test("functions by hits, of some processes, threads, symbols, events", async () => {
    const all = await machine("stack");
    expect(all).toEqual([
      "Exclusive,Exclusive %,Inclusive,Inclusive %,Module!Function",
      "3,75.00,4,100.00,app.exe!***unknown***",
      "1,25.00,1,25.00,disk.sys!***unknown***",
    ]);
    expect((await machine("stack", "-tid", String(OTHER)))[1]).toBe("1,100.00,1,100.00,app.exe!***unknown***");
    expect(await machine("stack", "-process", "^no")).toHaveLength(1);
    expect((await machine("stack", "-symbol", "^disk"))[1]).toMatch(/^1,100\.00,1,100\.00,disk/);
    expect((await machine("stack", "-event", "^ReadyThread$"))[1]).toMatch(/^1,100\.00,1,100\.00,disk/);
  });

  test("butterflies are a page, or text", async () => {
    const page = (await xperf("-a", "stack", "-butterfly", "1")).join("\n");
    expect(page).toMatch(/^<!DOCTYPE html>/);
    for (const id of ["TblPF", "TblME", "TblMI", "TblSI", "TblSN", "TblSE"]) {
      expect(page).toContain(`<a href="#${id}">`);
      expect(page).toContain(`<h2 id='${id}'>`);
    }
    expect(page).toContain("<tr class='pp'><td class='n'>app.exe</td><td>100</td><td>4</td><td>100.00%</td></tr>");
    expect(page).toContain("<td class='n'>&lt;-- app.exe!***unknown***</td><td>1</td><td>25.00%</td><td>100.00%</td>");
    expect(page).toContain("<td class='n'>***itself***</td><td>1</td><td>25.00%</td><td>100.00%</td>");
    const text = await machine("stack", "-butterfly", "1", "-export", "text");
    expect(text).toContain("-->,1,16.67,disk.sys!***unknown***");
  });
});

test("hardfault, registry, spinlock, marks", async () => {
  expect((await machine("hardfault")).slice(1)).toEqual([
    "app.exe (100),C:\\log,2,200",
    "app.exe (100),C:\\data,1,4096",
  ]);
  expect((await machine("hardfault", "-file", "-bytes"))[1]).toBe("C:\\data,app.exe (100),1,4096");
  expect((await machine("registry", "-counts", "1")).slice(1)).toEqual(["71000,72000,2"]);
  expect(await machine("registry", "-tree")).toContain("1,100,      Go");
  expect(await machine("registry", "-unknown")).toHaveLength(2);
  expect((await machine("spinlock"))[1]).toBe(`2,1,25,600,disk.sys!0xffffff8010000044`);
  expect((await machine("spinlock", "-counts", "10"))[1]).toBe("80000,90000,2");
  expect((await machine("marks", "-summary"))[1]).toBe("1,10000,0.40,one");
});

test("symcache lists what symbol servers know the images by", async () => {
  const common = {
    header: "full",
    provider: "b3e675d7-2554-4f18-830b-2762732560de",
    version: 2,
    processId: PID,
    threadId: TID,
  } as const;
  const place = (fields: number) => {
    const head = Buffer.alloc(12 + fields);
    head.writeBigUInt64LE(BigInt(APP));
    return head;
  };
  const image = place(12);
  image.writeUInt32LE(0x2000, 8);
  image.writeUInt32LE(PID, 16);
  image.writeUInt32LE(0x6500_0000, 20);
  const symbols = place(20);
  symbols.writeUInt32LE(PID, 8);
  Buffer.from("33221100554477668899aabbccddeeff", "hex").copy(symbols, 12);
  symbols.writeUInt32LE(3, 28);
  const names = [Buffer.from("app.exe\0", "utf16le"), Buffer.from("app.pdb\0")] as const;
  const trace = new SyntheticTrace();
  trace
    .record({ ...common, opcode: 0, timeStamp: trace.timeStamp(1), payload: Buffer.concat([image, names[0]]) })
    .record({ ...common, opcode: 36, timeStamp: trace.timeStamp(2), payload: Buffer.concat([symbols, names[1]]) });
  await writeFile(join(cwd, "id.etl"), await trace.toBytes());
  const { stdout } = await runForTest(groups, ["xperf", "-i", "id.etl", "-target", "machine", "-a", "symcache"], {
    cwd,
  });
  expect(stdout.split("\n")[1]).toBe(
    '0x65000000,0x00002000,"app.exe","[RSDS] PdbSig: {00112233-4455-6677-8899-aabbccddeeff}; Age: 3; Pdb: app.pdb"',
  );
});
