import { ByteWriter } from "@adk/core";
import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { alpcTable } from "./alpc.ts";
import { driversTable } from "./drivers.ts";
import { frequencyTable } from "./frequency.ts";
import { handlesTable } from "./handles.ts";
import { pmcTable } from "./pmc.ts";
import { powerTable } from "./power.ts";
import { syscallsTable } from "./syscalls.ts";

const KERNEL = -0x7f_f000_0000;
const PROCESSOR_POWER = "0f67e49f-fe51-4e9f-b490-6f2948cc6027";

test("idle states of a synthetic trace are those that the power manager tells, where it does", async () => {
  const trace = new SyntheticTrace({ header: { processors: 1 } })
    .contextSwitch(0, 0, 8, 0)
    .event("Power/IdleStateEnter", 1, { State: 2 })
    .event("Power/IdleStateExit", 5, { State: 1 })
    .contextSwitch(6, 0, 0, 8, { PreviousCState: 3 })
    .event("Power/IdleStateEnter", 7, { State: 0 })
    .event("Power/IdleStateExit", 8, { State: 0 });
  expect(await trace.rows(powerTable)).toMatchObject([
    { cpu: 0, state: 0, duration: 1, count: 1 },
    { cpu: 0, state: 1, duration: 4, count: 1, longest: 4 },
  ]);
});

test("frequencies of processors in a trace without the schema of the events, which is synthetic", async () => {
  const trace = new SyntheticTrace().process(100, "app.exe", { start: 0, end: 20 });
  const change = (time: number, number: number, megahertz: number, group = 0) => {
    const payload = new ByteWriter().u32(1).u32(megahertz).u16(group).u8(number).finish();
    const common = { header: "event", provider: PROCESSOR_POWER, id: 10, version: 0 } as const;
    trace.record({ ...common, timeStamp: trace.timeStamp(time), payload, processId: 4, threadId: 8 });
  };
  change(4, 0, 800);
  change(10, 0, 3200);
  change(12, 3, 800, 1);
  change(14, 0, 800);
  expect(await trace.rows(frequencyTable)).toEqual([
    { cpu: 0, megahertz: 3200, duration: 4, percent: 20, count: 1 },
    { cpu: 0, megahertz: 800, duration: 12, percent: 60, count: 2 },
    { cpu: 67, megahertz: 800, duration: 8, percent: 40, count: 1 },
  ]);
  expect(await trace.rows(frequencyTable, { range: { from: 8, to: 11 } })).toMatchObject([
    { cpu: 0, megahertz: 3200, duration: 1 },
    { cpu: 0, megahertz: 800, duration: 2 },
  ]);
});

test("system calls of a synthetic trace: a thread goes on with its call on another processor", async () => {
  const trace = new SyntheticTrace()
    .process(100, "app.exe")
    .thread(104, 100)
    .image(4, KERNEL, 0x10000, "\\SystemRoot\\system32\\ntoskrnl.exe")
    .contextSwitch(0, 0, 0, 104)
    .event("PerfInfo/SysClEnter", 1, { SysCallAddress: KERNEL + 0x10 })
    .contextSwitch(2, 0, 104, 0)
    .contextSwitch(3, 1, 0, 104)
    .event("PerfInfo/SysClExit", 4, { SysCallNtStatus: 0xc000_0022 }, { cpu: 1 })
    .event("PerfInfo/SysClEnter", 5, { SysCallAddress: KERNEL + 0x10 }, { cpu: 1 })
    .event("PerfInfo/SysClExit", 6, { SysCallNtStatus: 0x103 }, { cpu: 1 })
    // Nobody knows which thread this is.
    .event("PerfInfo/SysClEnter", 7, { SysCallAddress: KERNEL + 0x20 }, { cpu: 2 })
    .event("PerfInfo/SysClExit", 8, {}, { cpu: 2 });
  expect(await trace.rows(syscallsTable)).toMatchObject([
    { process: "app.exe", module: "ntoskrnl.exe", count: 2, failures: 1, duration: 4, average: 2000, longest: 3000 },
    { process: "", pid: null, count: 1, failures: null, duration: null },
  ]);
});

test("handles of a synthetic trace: who does not close them", async () => {
  const app = { pid: 100, tid: 104 };
  const trace = new SyntheticTrace()
    .process(100, "app.exe")
    .process(200, "other.exe")
    .event("Object/HandleDCStart", 0, { ProcessId: 100, Handle: 4, ObjectType: 16 })
    .event("Object/CreateHandle", 1, { Handle: 8, ObjectType: 16 }, app)
    .event("Object/CreateHandle", 2, { Handle: 12, ObjectType: 16 }, app)
    .event("Object/CloseHandle", 3, { Handle: 4, ObjectType: 16 }, app)
    .event(
      "Object/DuplicateHandle",
      4,
      { SourceHandle: 8, TargetHandle: 40, TargetProcessId: 200, ObjectType: 16 },
      app,
    )
    .event("Object/CreateHandle", 5, { Handle: 0x8000_0010, ObjectType: 7 }, app)
    // It was open before, which nothing told.
    .event("Object/CloseHandle", 6, { Handle: 44, ObjectType: 7 }, { pid: 200, tid: 204 })
    .event("Object/TypeDCEnd", 9, { ObjectType: 16, TypeName: "Event" });
  expect(await trace.rows(handlesTable)).toEqual([
    expect.objectContaining({
      process: "app.exe",
      type: "Event",
      before: 1,
      created: 2,
      closed: 1,
      outstanding: 2,
      most: 3,
    }),
    expect.objectContaining({ process: "other.exe", type: "Event", created: 1, closed: 0, outstanding: 1 }),
    expect.objectContaining({ process: "System", pid: 4, type: "Type 7", created: 1, growth: 1 }),
    expect.objectContaining({ process: "other.exe", type: "Type 7", closed: 1, growth: -1, outstanding: 0 }),
  ]);
});

test("messages of a synthetic trace: who sends to whom, and how long they take", async () => {
  const trace = new SyntheticTrace()
    .process(100, "app.exe")
    .process(200, "lsass.exe")
    .thread(104, 100)
    .thread(204, 200);
  const send = (time: number, MessageID: number) =>
    trace.event("ALPC/SendMessage", time, { MessageID }, { pid: 100, tid: 104 });
  const receive = (time: number, MessageID: number) =>
    trace.event("ALPC/ReceiveMessage", time, { MessageID }, { pid: 200, tid: 204 });
  send(1, 7);
  receive(2, 7);
  send(3, 7);
  receive(6, 7);
  send(8, 9);
  receive(9, 1);
  expect(await trace.rows(alpcTable)).toEqual([
    {
      sender: "app.exe",
      senderPid: 100,
      receiver: "lsass.exe",
      receiverPid: 200,
      count: 2,
      delay: 4,
      average: 2,
      longest: 3,
      longestAt: 3,
    },
    expect.objectContaining({ sender: "app.exe", receiver: "", receiverPid: null, count: 1, delay: null }),
  ]);
});

test("calls of drivers in a synthetic trace, with and without those that they call", async () => {
  const trace = new SyntheticTrace()
    .image(4, KERNEL, 0x10000, "\\SystemRoot\\system32\\drivers\\Ntfs.sys")
    .image(4, KERNEL + 0x20000, 0x10000, "\\SystemRoot\\system32\\drivers\\disk.sys")
    .contextSwitch(0, 0, 0, 104)
    .event("DiskIO/DrvMjFnCall", 1, { UniqMatchId: 1, MajorFunction: 3, RoutineAddr: KERNEL + 0x10 })
    .event("DiskIO/DrvMjFnCall", 2, { UniqMatchId: 2, MajorFunction: 3, RoutineAddr: KERNEL + 0x20010 })
    // Its return was lost.
    .event("DiskIO/DrvMjFnCall", 2.5, { UniqMatchId: 3, MajorFunction: 3, RoutineAddr: KERNEL + 0x20020 })
    .event("DiskIO/DrvMjFnRet", 5, { UniqMatchId: 2 })
    .event("DiskIO/DrvMjFnRet", 6, { UniqMatchId: 1 })
    .event("DiskIO/DrvMjFnCall", 7, { UniqMatchId: 1, MajorFunction: 14, RoutineAddr: KERNEL + 0x10 })
    .event("DiskIO/DrvMjFnRet", 8, { UniqMatchId: 1 })
    .event("DiskIO/DrvMjFnRet", 9, { UniqMatchId: 9 });
  expect(await trace.rows(driversTable)).toEqual([
    expect.objectContaining({ module: "disk.sys", majorFunction: "Read", count: 1, duration: 3, exclusive: 3 }),
    expect.objectContaining({ module: "Ntfs.sys", majorFunction: "Read", duration: 5, exclusive: 2, longestAt: 1 }),
    expect.objectContaining({ module: "Ntfs.sys", majorFunction: "DeviceControl", duration: 1, average: 1000 }),
  ]);
});

test("samples of counters in a synthetic trace, with the events that they stand for", async () => {
  const trace = new SyntheticTrace()
    .process(100, "app.exe")
    .thread(104, 100)
    .image(100, 0x7ff6_0000_0000, 0x10000, "C:\\app.exe")
    .event(
      "PerfInfo/CollectionStart",
      0,
      { Source: 10, NewInterval: 65_536, SourceName: "CacheMisses" },
      { version: 3 },
    );
  const sample = (time: number, address: number, source: number, thread = 104) =>
    trace.event("PerfInfo/PMCSample", time, { InstructionPointer: address, ThreadId: thread, ProfileSource: source });
  sample(1, 0x7ff6_0000_0010, 10);
  sample(2, 0x7ff6_0000_0020, 10);
  sample(3, 0x1234, 10);
  sample(4, 0x7ff6_0000_0010, 11);
  sample(5, KERNEL, 10, 999);
  expect(await trace.rows(pmcTable, { range: { from: 0, to: 4 } })).toEqual([
    {
      counter: "CacheMisses",
      process: "app.exe",
      pid: 100,
      module: "app.exe",
      samples: 2,
      percent: 200 / 3,
      interval: 65_536,
      events: 131_072,
    },
    expect.objectContaining({ counter: "CacheMisses", process: "app.exe", module: "", samples: 1 }),
    expect.objectContaining({ counter: "Counter 11", samples: 1, percent: 100, interval: null, events: null }),
  ]);
});
