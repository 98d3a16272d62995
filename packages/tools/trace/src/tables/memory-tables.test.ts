import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { heapTable } from "./heap.ts";
import { memoryTable } from "./memory.ts";
import { pageFaultTable } from "./pagefault.ts";
import { poolTable } from "./pool.ts";

const [COMMIT, RESERVE, DECOMMIT, RELEASE] = [0x1000, 0x2000, 0x4000, 0x8000];
const app = { ProcessId: 100 };

test("memory of processes of a synthetic trace: what is allocated and not freed, and the last counters", async () => {
  const counters = {
    ...app,
    WorkingSetSize: 4096,
    PeakWorkingSetSize: 8192,
    PrivatePageCount: 1000,
    HandleCount: 7,
    PageFaultCount: 9,
  };
  const rows = await new SyntheticTrace()
    .process(100, "app.exe", { start: 0 })
    .event("Memory/VirtualAlloc", 1, { ...app, BaseAddress: 0x10000, RegionSize: 0x10000, Flags: COMMIT | RESERVE })
    .event("Memory/VirtualAlloc", 2, { ...app, BaseAddress: 0x40000, RegionSize: 0x8000, Flags: RESERVE })
    // Memory that is committed already is not committed twice.
    .event("Memory/VirtualAlloc", 3, { ...app, BaseAddress: 0x18000, RegionSize: 0x1000, Flags: COMMIT })
    .event("Memory/VirtualFree", 4, { ...app, BaseAddress: 0x10000, RegionSize: 0x4000, Flags: DECOMMIT })
    .event("Memory/VirtualFree", 5, { ...app, BaseAddress: 0x40000, RegionSize: 0x8000, Flags: RELEASE })
    .event("Process/PerfCtrRundown", 9, counters)
    .rows(memoryTable);
  expect(rows).toEqual([
    expect.objectContaining({
      process: "app.exe",
      workingSet: 4096,
      peakWorkingSet: 8192,
      privateBytes: 1000,
      handles: 7,
      pageFaults: 9,
      allocations: 3,
      committed: 0x11000,
      outstanding: 0xc000,
      outstandingReserved: 0x10000,
    }),
  ]);
});

test("page faults of a synthetic trace by kind and module; the thread by its processor", async () => {
  const trace = new SyntheticTrace()
    .process(100, "app.exe", { start: 0 })
    .thread(104, 100, { start: 0 })
    .image(100, 0x7ff6_0000_0000, 0x10000, "C:\\app.exe", 0.5)
    .contextSwitch(1, 0, 0, 104);
  for (const time of [2, 3])
    trace.event("Memory/DemandZeroFault", time, { VirtualAddress: 0x1000, ProgramCounter: 0x7ff6_0000_0100 });
  trace.event("Memory/TransitionFault", 4, { VirtualAddress: 0x1000, ProgramCounter: 0x10 }, { cpu: 1 });
  expect(await trace.rows(pageFaultTable)).toEqual([
    { process: "app.exe", pid: 100, type: "DemandZeroFault", module: "app.exe", count: 2, first: 2, last: 3 },
    { process: "", pid: null, type: "TransitionFault", module: "", count: 1, first: 4, last: 4 },
  ]);
});

test("pools of a synthetic trace by tag", async () => {
  const tag = 0x6466_744e;
  const rows = await new SyntheticTrace()
    .event("Pool/PoolAllocation", 1, { Type: 1, Tag: tag, NumberOfBytes: 100, Entry: -0x1000 })
    .event("Pool/PoolAllocation", 2, { Type: 1, Tag: tag, NumberOfBytes: 50, Entry: -0x2000 })
    .event("Pool/PoolAllocation", 3, { Type: 512, Tag: tag, NumberOfBytes: 7, Entry: -0x3000 })
    .event("Pool/PoolFree", 4, { Type: 1, Tag: tag, Entry: -0x1000 })
    .event("Pool/PoolFree", 5, { Type: 1, Tag: tag, Entry: -0x9000 })
    .rows(poolTable);
  expect(rows).toEqual([
    {
      tag: "Ntfd",
      pool: "Paged",
      allocations: 2,
      frees: 2,
      allocated: 150,
      outstanding: 50,
      outstandingCount: 1,
      peak: 150,
    },
    expect.objectContaining({ tag: "Ntfd", pool: "Nonpaged", outstanding: 7 }),
  ]);
});

test("heaps of a synthetic trace by process: blocks that move, heaps that go", async () => {
  const [one, two] = [0x1000, 0x2000];
  const source = { pid: 100, tid: 104 };
  const rows = await new SyntheticTrace()
    .process(100, "app.exe", { start: 0 })
    .event("Heap/Alloc", 1, { HeapHandle: one, AllocSize: 10, AllocAddress: 0x5000 }, source)
    .event(
      "Heap/ReAlloc",
      2,
      { HeapHandle: one, NewAllocSize: 30, OldAllocAddress: 0x5000, NewAllocAddress: 0x6000 },
      source,
    )
    .event("Heap/Alloc", 3, { HeapHandle: one, AllocSize: 5, AllocAddress: 0x7000 }, source)
    .event("Heap/Free", 4, { HeapHandle: one, FreeAddress: 0x7000 }, source)
    .event("Heap/Alloc", 5, { HeapHandle: two, AllocSize: 99, AllocAddress: 0x8000 }, source)
    .event("Heap/Destroy", 6, { HeapHandle: two }, source)
    .rows(heapTable);
  expect(rows).toMatchObject([
    {
      process: "app.exe",
      heap: "0x1000",
      allocations: 3,
      frees: 1,
      allocated: 45,
      outstanding: 30,
      outstandingCount: 1,
      peak: 35,
    },
    { heap: "0x2000", outstanding: 0, outstandingCount: 0, peak: 99 },
  ]);
});
