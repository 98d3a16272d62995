import { Findings, MemoryAccess } from "@adk/core";
import { openEtl } from "@adk/etl";
import { random } from "@adk/testing";
import { afterAll, describe, expect, test } from "vitest";
import { Analysis } from "./analysis.ts";
import { PROFILE_FORMATS } from "./exports/export-formats.ts";
import { exportSource } from "./exports/export-source.ts";
import { sampleTable } from "./exports/sample-table.ts";
import { TABLE_FORMATS } from "./exports/table-formats.ts";
import { traceReportPage } from "./report/report-page.ts";
import { makeTraceReport } from "./report/trace-report.ts";
import { TABLES } from "./tables/tables.ts";
import { SyntheticTrace } from "./testing/synthetic-trace.ts";

const KERNEL = -0x7f_f000_0000;
const USER = 0x7ff6_0000_0000;
const PROCESSES = 5;
/** Bytes: chunks have 32 rows then, and a few fit. */
const SMALL = 4096;

/** A synthetic trace with some hundreds of most kinds of events, whose ends and stacks come long after them. */
function busyTrace(): SyntheticTrace {
  const next = random(11);
  const trace = new SyntheticTrace({ header: { processors: 4 } });
  for (let i = 0; i < PROCESSES; i++) {
    trace.process(100 + i * 4, `app${i}.exe`).thread(1000 + i * 4, 100 + i * 4);
    trace.image(100 + i * 4, USER + i * 0x1000, 0x1000, `\\Device\\HarddiskVolume3\\app${i}.exe`);
  }
  trace
    .image(4, KERNEL, 0x1000, "\\SystemRoot\\system32\\drivers\\disk.sys")
    .file(7, "\\Device\\HarddiskVolume3\\data");
  const running = [0, 0, 0, 0];
  for (let i = 0; i < 1500; i++) {
    const [time, cpu, who] = [1 + i / 20, next() % 4, next() % PROCESSES];
    const [tid, pid] = [1000 + who * 4, 100 + who * 4];
    const stack = [
      KERNEL + (next() % 64),
      KERNEL + (next() % 8),
      USER + who * 0x1000 + (next() % 64),
      USER + who * 0x1000,
    ];
    const from = { cpu, pid, tid };
    trace.ready(time, next() % 4, tid, { inDpc: next() % 3 === 0 });
    const to = next() % 4 === 0 ? 0 : tid;
    trace.contextSwitch(time + 0.001, cpu, running[cpu] as number, to, { OldThreadWaitReason: next() % 30 });
    running[cpu] = to;
    trace.interrupt(next() % 2 ? "DPC" : "ISR", time + 0.002, time + 0.003 + (next() % 10) / 1000, 3, KERNEL + 0x10);
    trace.event(
      "PerfInfo/Sample",
      time + 0.01,
      { InstructionPointer: stack[0] as number, ThreadId: tid, Count: 1 },
      { cpu },
    );
    // Some stacks come late, some are told by a key.
    const at = { EventTimeStamp: trace.timeStamp(time + 0.01), StackThread: tid };
    const late = time + 0.02 + (next() % 5 === 0 ? next() % 40 : 0);
    if (i % 3 === 0) trace.event("StackWalk/StackKeyUser", late, { ...at, StackKey: who }, { cpu });
    else trace.event("StackWalk/Stack", late, { ...at, Stack: stack.slice(2) }, { cpu });
    trace.event("StackWalk/Stack", time + 0.011, { ...at, Stack: stack.slice(0, 2) }, { cpu });
    const size = 512 * (1 + (next() % 8));
    const operation = next() % 2 ? "Read" : "Write";
    trace.diskTransfer(time, time + (next() % 200) / 10, {
      operation,
      thread: tid,
      disk: next() % 2,
      size,
      file: 7,
      irp: i,
    });
    const file = { FileObject: 7, IrpPtr: 10_000 + i, IoSize: size };
    trace.fileOperation("Read", time, time + (next() % 300) / 10, file, { thread: tid, pid, information: size });
    const fault = { VirtualAddress: stack[2] as number, ProgramCounter: stack[2] as number };
    trace.event("Memory/DemandZeroFault", time + 0.03, fault, from);
    const read = { InitialTime: trace.timeStamp(time - 0.5), FileObject: 7, TThreadId: tid, ByteCount: size };
    trace.event("Memory/HardFault", time + 0.031, read, { cpu });
    trace.event("PerfInfo/SysClEnter", time + 0.032, { SysCallAddress: KERNEL + 1 }, from);
    trace.event("PerfInfo/SysClExit", time + 0.033, { SysCallNtStatus: 0 }, from);
    trace.event("ALPC/SendMessage", time, { MessageID: i }, from);
    trace.event("ALPC/ReceiveMessage", time + (next() % 500) / 10, { MessageID: i }, from);
    const key = { InitialTime: trace.timeStamp(time), KeyHandle: -1, KeyName: `key ${next() % 9}` };
    trace.event("Registry/Open", time + 0.04, key, from);
    trace.event("TcpIp/Send", time + 0.041, { PID: pid, size }, { cpu });
  }
  for (let i = 0; i < PROCESSES; i++) {
    trace.event("StackWalk/KeyCreate", 130, { StackKey: i, Stack: [USER + i * 0x1000 + 5, USER + i * 0x1000] });
  }
  return trace;
}

describe("rows that go to files", async () => {
  const bytes = await busyTrace().toBytes();
  const open = async (memory?: number) => Analysis.of(await openEtl(new MemoryAccess(bytes)), TABLES, { memory });
  const [small, large] = [await open(SMALL), await open()];
  afterAll(() => small[Symbol.dispose]());

  test("stacks that nobody wants are counted, not kept", async () => {
    const { model } = await Analysis.of(await openEtl(new MemoryAccess(bytes)), [], { stacks: false });
    expect(model.stacks.counts).toEqual(large.model.stacks.counts);
    expect(model.stacks.trie.size).toBe(1);
    expect(() => model.stacks.at(0, 0)).toThrow(TypeError);
  });

  test("are many", () => {
    expect(small.model.memory.spilledChunks).toBeGreaterThan(500);
    expect(large.model.memory.spilledChunks).toBe(0);
  });

  test.each(TABLES.map((table) => [table.name, table] as const))("the table %s is the same", (_, table) => {
    expect([...table.rows(small)]).toEqual([...table.rows(large)]);
  });

  test("every kind of events is in a table", () => {
    const counts = TABLES.filter((table) => [...table.rows(large)].length > 0).map(({ name }) => name);
    expect(counts).toEqual(
      expect.arrayContaining(["cpu", "cswitch", "waits", "disk", "fileio", "dpc", "pagefault", "hardfault"]),
    );
    expect(counts).toEqual(expect.arrayContaining(["syscalls", "alpc", "registry", "network", "power"]));
  });

  test("the report is the same", async () => {
    const page = async (analysis: Analysis) =>
      traceReportPage(await makeTraceReport(analysis, ["busy.etl"], new Findings()));
    expect(await page(small)).toBe(await page(large));
  });

  test("exports are the same", async () => {
    const [spilled, kept] = [await exportSource(small, "busy"), await exportSource(large, "busy")];
    expect(kept.profile.samples.length).toBe(1500);
    const bytesOf = (pieces: Iterable<string | Uint8Array>) =>
      Buffer.concat(Array.from(pieces, (each) => Buffer.from(each)));
    for (const { pieces } of PROFILE_FORMATS) expect(bytesOf(pieces(spilled))).toEqual(bytesOf(pieces(kept)));
    for (const { pieces } of TABLE_FORMATS) {
      expect(bytesOf(pieces(sampleTable(spilled)))).toEqual(bytesOf(pieces(sampleTable(kept))));
    }
  });
});
