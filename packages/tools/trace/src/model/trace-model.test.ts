import { expect, test } from "vitest";
import { cpuTable } from "../tables/cpu.ts";
import { cswitchTable } from "../tables/cswitch.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { ContextSwitches, NO_THREAD } from "./context-switches.ts";
import { SampledProfile } from "./sampled-profile.ts";
import { EMPTY_STACK } from "./stack-trie.ts";

// All of these are synthetic traces: what Windows writes may differ from what they take for granted.

const MS = 10_000;
const [APP, WORKER] = [100, 104];
const BASE = 0x7ff6_0000_0000;
const KERNEL = -0x7f_f000_0000;

async function modelOf(trace: SyntheticTrace) {
  return (await trace.analyze([])).model;
}

test("processes: identifiers that are used again, rundowns, and such that nothing tells of", async () => {
  const { processes } = await modelOf(
    new SyntheticTrace()
      .process(APP, "old.exe", { end: 4, exitCode: 7 })
      .process(APP, "new.exe", { start: 6, parent: 8, session: 0xffff_ffff })
      .event("Process/DCStop", 9, {
        ProcessId: APP,
        ParentId: 8,
        SessionId: 0xffff_ffff,
        ImageFileName: "new.exe",
        CommandLine: "new.exe /late",
      }),
  );
  expect(processes.all).toHaveLength(2);
  const [old, young] = [processes.at(APP, 1 * MS), processes.at(APP, 7 * MS)];
  expect(old).toMatchObject({ name: "old.exe", start: -Infinity, end: 4 * MS, exitCode: 7, parentId: 4, sessionId: 1 });
  expect(young).toMatchObject({
    name: "new.exe",
    start: 6 * MS,
    end: Infinity,
    commandLine: "new.exe /late",
    parentId: 8,
  });
  expect([young.exitCode, young.sessionId]).toEqual([undefined, undefined]);
  // Between them the one before: last events come late.
  expect(processes.at(APP, 5 * MS).name).toBe("old.exe");
  expect([processes.at(0, 0).name, processes.at(4, 0).name, processes.at(4711, 0).name]).toEqual([
    "Idle",
    "System",
    "",
  ]);
  expect(processes.at(4711, 0)).toBe(processes.at(4711, 5));
});

test("threads: their process over time, names, and idle threads", async () => {
  const { threads } = await modelOf(
    new SyntheticTrace()
      .process(APP, "app.exe")
      .process(200, "other.exe")
      .thread(WORKER, APP, { start: 1, end: 3, name: "first", startAddress: 0x1000, subProcessTag: 5 })
      .thread(WORKER, 200, { start: 5 })
      .event("Thread/SetName", 6, { ThreadId: WORKER, ThreadName: "second" }),
  );
  expect(threads.at(WORKER, 2 * MS)).toMatchObject({
    name: "first",
    processId: APP,
    startAddress: 0x1000,
    subProcessTag: 5,
    end: 3 * MS,
  });
  expect(threads.at(WORKER, 7 * MS)).toMatchObject({ name: "second", processId: 200 });
  expect([1, 4, 5].map((time) => threads.processOf(WORKER, time * MS)?.name)).toEqual([
    "app.exe",
    "app.exe",
    "other.exe",
  ]);
  expect([threads.at(0, 0), threads.processOf(0, 0)?.name, threads.processOf(999, 0)]).toEqual([
    undefined,
    "Idle",
    undefined,
  ]);
});

test("images: by process, address and time; those of the kernel are everyone's", async () => {
  const guid = "11223344-5566-7788-99aa-bbccddeeff00";
  const trace = new SyntheticTrace()
    .image(APP, BASE, 0x1000, "C:\\one.dll")
    .event("Image/Unload", 3, { ImageBase: BASE, ImageSize: 0x1000, ProcessId: APP, FileName: "C:\\one.dll" })
    .image(APP, BASE, 0x2000, "C:\\two.dll", 5)
    .image(200, BASE, 0x1000, "C:\\other.dll")
    .image(4, KERNEL, 0x1000, "\\SystemRoot\\disk.sys");
  const symbols = new Uint8Array(64);
  const view = new DataView(symbols.buffer);
  view.setBigUint64(0, BigInt(BASE), true);
  view.setUint32(8, APP, true);
  symbols.set(Buffer.from("443322116655887799aabbccddeeff00", "hex"), 12);
  view.setUint32(28, 2, true);
  symbols.set(Buffer.from("two.pdb\0"), 32);
  const provider = "b3e675d7-2554-4f18-830b-2762732560de";
  const common = {
    header: "full",
    provider,
    version: 2,
    timeStamp: trace.timeStamp(9),
    processId: 0,
    threadId: 0,
  } as const;
  trace.record({ ...common, opcode: 36, payload: symbols });
  // Symbols of .NET for the same image come second.
  const managed = symbols.slice();
  managed[28] = 9;
  trace.record({ ...common, opcode: 37, timeStamp: trace.timeStamp(9.5), payload: managed });
  const { images } = await modelOf(trace);
  const nameAt = (process: number, address: number, time: number) => images.at(process, address, time * MS)?.name;
  expect([nameAt(APP, BASE, 1), nameAt(APP, BASE + 0xfff, 6), nameAt(APP, BASE + 0x1fff, 6)]).toEqual([
    "one.dll",
    "two.dll",
    "two.dll",
  ]);
  expect([nameAt(APP, BASE - 1, 1), nameAt(APP, BASE + 0x2000, 6), nameAt(300, BASE, 1)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect([nameAt(200, BASE, 1), nameAt(APP, KERNEL, 1), nameAt(300, KERNEL + 5, 1)]).toEqual([
    "other.dll",
    "disk.sys",
    "disk.sys",
  ]);
  const two = images.at(APP, BASE, 6 * MS);
  expect(two && images.pdbOf(two)).toEqual({
    name: "two.pdb",
    id: `${guid.replaceAll("-", "").toUpperCase()}2`,
    managed: false,
  });
  const other = images.at(200, BASE, 0);
  expect(other && images.pdbOf(other)).toBeUndefined();
});

test("files: the name of an object at a time, the next one where there is none before", async () => {
  const { files } = await modelOf(
    new SyntheticTrace()
      .event("FileIO/Name", 2, { FileObject: 7, FileName: "\\first" })
      .event("FileIO/FileDelete", 4, { FileObject: 7, FileName: "\\first" })
      .event("FileIO/FileCreate", 6, { FileObject: 7, FileName: "\\second" })
      .event("FileIO/FileRundown", 9, { FileObject: 7, FileName: "" }),
  );
  expect([0, 2, 5, 6, 9].map((time) => files.nameOf(7, time * MS))).toEqual([
    "\\first",
    "\\first",
    "\\first",
    "\\second",
    "\\second",
  ]);
  expect(files.nameOf(8, 0)).toBe("");
});

test("stacks: two parts of one event, keys that are told later, and none of another thread", async () => {
  const trace = new SyntheticTrace()
    .stack(1, 0, WORKER, [KERNEL + 1, KERNEL + 2])
    .stack(1, 0, WORKER, [BASE + 1, BASE + 2])
    .stack(2, 0, WORKER, [KERNEL + 3, BASE + 3]);
  const key = { StackThread: WORKER, StackKey: 9 };
  trace
    .event("StackWalk/StackKeyUser", 3, { EventTimeStamp: trace.timeStamp(3), ...key })
    .event("StackWalk/KeyCreate", 4, { StackKey: 9, Stack: [BASE + 4] })
    .event("StackWalk/StackKeyUser", 5, { EventTimeStamp: trace.timeStamp(5), ...key })
    .event("StackWalk/KeyDelete", 6, { StackKey: 9, Stack: [BASE + 5] })
    .event("StackWalk/StackKeyKernel", 7, { EventTimeStamp: trace.timeStamp(7), StackThread: WORKER, StackKey: 10 });
  const { stacks } = await modelOf(trace);
  const at = (time: number, thread = WORKER) => [...stacks.trie.addresses(stacks.at(time * MS, thread))];
  expect(at(1)).toEqual([KERNEL + 1, KERNEL + 2, BASE + 1, BASE + 2]);
  expect(at(2)).toEqual([KERNEL + 3, BASE + 3]);
  expect([at(3), at(5)]).toEqual([[BASE + 4], [BASE + 5]]);
  expect([at(7), at(1, 8), at(1.5)]).toEqual([[], [], []]);
  expect(stacks.at(7 * MS, WORKER)).toBe(EMPTY_STACK);
  expect(stacks.counts.unresolved).toBe(1);
});

test("samples: their interval, and which of them are of an idle processor", async () => {
  const trace = new SyntheticTrace()
    .event("PerfInfo/SetInterval", 0, { Source: 0, NewInterval: 1221 })
    .event("PerfInfo/SetInterval", 0.1, { Source: 5, NewInterval: 65_536 })
    .sample(1, 3, WORKER, [KERNEL + 8])
    .sample(2, 0, 0, [KERNEL])
    .event("PerfInfo/Sample", 3, { ThreadId: 0, Reserved: 1, Count: 0 }, { cpu: 1 });
  const profile = (await trace.analyze([cpuTable])).get(SampledProfile);
  const { tail: columns, length } = profile.samples;
  expect([length, profile.interval]).toEqual([3, 0.1221]);
  expect([columns.time[0], columns.address[0], columns.thread[0], columns.processor[0]]).toEqual([
    MS,
    KERNEL + 8,
    WORKER,
    3,
  ]);
  expect([0, 1, 2].map((row) => profile.isIdle(columns, row))).toEqual([false, true, false]);
  expect([0, 1, 2].map((row) => profile.isInterrupt(columns, row))).toEqual([false, false, true]);
  expect(columns.count[2]).toBe(1);
});

test("context switches: a wait, a preemption, and a processor that was interrupted", async () => {
  const trace = new SyntheticTrace()
    .contextSwitch(1, 0, 0, WORKER)
    .interrupt("DPC", 1.5, 1.8, 0, KERNEL)
    .contextSwitch(2, 0, WORKER, 8, { OldThreadState: 1, OldThreadWaitReason: 30 })
    .contextSwitch(3, 0, 8, WORKER, { OldThreadWaitReason: 6 })
    .ready(4, 0, 8, { inDpc: true })
    .contextSwitch(5, 1, 0, 8);
  const { tail: columns, length } = (await trace.analyze([cswitchTable])).get(ContextSwitches).switches;
  expect(length).toBe(4);
  const row = (i: number) => [columns.newThread[i], columns.lastOut[i], columns.ready[i], columns.end[i]];
  expect(row(0)).toEqual([WORKER, Number.NaN, Number.NaN, 2 * MS]);
  expect(columns.interrupted[0]).toBeCloseTo(0.3 * MS);
  // Preempted: ready from when the processor was taken from it.
  expect(row(2)).toEqual([WORKER, 2 * MS, 2 * MS, Number.NaN]);
  expect([columns.newPreviousState[2], columns.newPreviousWaitReason[2]]).toEqual([1, 30]);
  expect(row(3)).toEqual([8, 3 * MS, 4 * MS, Number.NaN]);
  expect([columns.readyingThread[3], columns.readiedInDpc[3], columns.newPreviousWaitReason[3]]).toEqual([
    WORKER,
    1,
    6,
  ]);
  expect(columns.readyingThread[0]).toBe(NO_THREAD);
});
