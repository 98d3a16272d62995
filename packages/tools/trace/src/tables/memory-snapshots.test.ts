import { ByteWriter } from "@adk/core";
import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { memoryListsTable } from "./memlists.ts";
import { memoryTable } from "./memory.ts";
import { workingSetTable } from "./workingset.ts";

const KERNEL_MEMORY = "d1d93ef7-e1f2-4f45-9943-03d245fe6c00";
const PAGE = 4096;

/** Working sets of two processes, at 1 and 2 ms. */
function snapshots(): SyntheticTrace {
  const trace = new SyntheticTrace().process(100, "app.exe").process(200, "other.exe");
  const set = (ProcessID: number, WorkingSetPageCount: number, CommitPageCount: number) => {
    return { ProcessID, WorkingSetPageCount, CommitPageCount, SharedCommitInPages: 1, VirtualSizeInPages: 1000 };
  };
  const snapshot = (time: number, ...sets: ReturnType<typeof set>[]) =>
    trace.event("Memory/ProcessMemInfo", time, { Count: sets.length, WSCommitInfo: sets });
  snapshot(1, set(100, 50, 20), set(200, 10, 5));
  return snapshot(2, set(100, 40, 30), set(200, 100, 5));
}

test("working sets of a synthetic trace: the last ones and the largest", async () => {
  const trace = snapshots();
  expect(await trace.rows(workingSetTable)).toMatchObject([
    { process: "other.exe", snapshots: 2, workingSet: 100 * PAGE, largestWorkingSet: 100 * PAGE, commitGrowth: 0 },
    {
      process: "app.exe",
      pid: 100,
      workingSet: 40 * PAGE,
      largestWorkingSet: 50 * PAGE,
      commit: 30 * PAGE,
      mostCommit: 30 * PAGE,
      commitGrowth: 10 * PAGE,
      sharedCommit: PAGE,
      virtualSize: 1000 * PAGE,
      last: 2,
    },
  ]);
  expect(await trace.rows(workingSetTable, { range: { from: 0, to: 1.5 } })).toMatchObject([
    { process: "app.exe", snapshots: 1, workingSet: 50 * PAGE, commitGrowth: 0 },
    { process: "other.exe", workingSet: 10 * PAGE },
  ]);
});

test("the table of memory has working sets where counters were not recorded", async () => {
  const rows = await snapshots()
    .event("Process/PerfCtrRundown", 9, { ProcessId: 200, WorkingSetSize: 7 })
    .rows(memoryTable);
  expect(rows).toMatchObject([
    { process: "app.exe", workingSet: 40 * PAGE, peakWorkingSet: 50 * PAGE, privateBytes: 29 * PAGE, handles: null },
    { process: "other.exe", workingSet: 7 },
  ]);
});

test("pages have the size that the system tells", async () => {
  const rows = await snapshots().event("SystemConfig/CPU", 0, { PageSize: 16384 }).rows(workingSetTable);
  expect(rows[1]).toMatchObject({ workingSet: 40 * 16384 });
});

test("lists of physical memory of a synthetic trace, as the kernel and as the provider write them", async () => {
  const trace = new SyntheticTrace();
  const lists = { ZeroPageCount: 1, FreePageCount: 2, ModifiedPageCount: 3, StandbyPageCounts: [0, 0, 0, 0, 10, 20] };
  trace.event("Memory/SystemMemInfo", 1, { ...lists, RepurposedPageCounts: [5] });
  // PriorityLevels, five lists, standby and repurposed by priority, page file, pools, MDLs, commit.
  const payload = new ByteWriter().u8(8);
  for (let page = 1; page <= 5 + 8 + 8 + 5; page++) payload.u64(BigInt(page));
  const common = { header: "event", provider: KERNEL_MEMORY, id: 1, version: 1, processId: 4, threadId: 8 } as const;
  trace.record({ ...common, timeStamp: trace.timeStamp(2), payload: payload.finish(), pointerSize: 8 });
  expect(await trace.rows(memoryListsTable)).toMatchObject([
    { time: 1, zero: PAGE, free: 2 * PAGE, standby: 30 * PAGE, available: 33 * PAGE, standbyLow: 10 * PAGE },
    {
      time: 2,
      modified: 3 * PAGE,
      bad: 5 * PAGE,
      standby: (6 + 7 + 8 + 9 + 10 + 11 + 12 + 13) * PAGE,
      standbyNormal: (11 + 12 + 13) * PAGE,
      repurposed: (14 + 15 + 16 + 17 + 18 + 19 + 20 + 21 - 5) * PAGE,
      pagedPool: 23 * PAGE,
      commit: 26 * PAGE,
    },
  ]);
});
