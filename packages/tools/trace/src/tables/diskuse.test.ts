import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { diskPriorityTable, diskUseTable } from "./diskuse.ts";

const [HIGH, LOW] = [4 << 17, 2 << 17];

/** Disk 0 works from 10 to 14 at two reads, the second of which waits for the first, and from 20 to 22 at a write; the trace ends at 30. */
const scenario = () =>
  new SyntheticTrace()
    .process(100, "a.exe")
    .thread(104, 100)
    .diskTransfer(10, 12, { thread: 104, size: 512, irp: 1, flags: HIGH })
    .diskTransfer(11, 14, { thread: 104, size: 1024, irp: 2, flags: HIGH })
    .diskTransfer(20, 22, { thread: 104, size: 4096, irp: 3, operation: "Write", flags: LOW })
    .diskTransfer(25, 26, { thread: 104, size: 100, irp: 4, disk: 1 })
    .event("PerfInfo/Mark", 30, { Message: "end" });

test("how busy disks of a synthetic trace were, and how long idle", async () => {
  const [disk, other, ...rest] = await scenario().rows(diskUseTable);
  expect(rest).toEqual([]);
  expect(disk).toEqual({
    disk: 0,
    reads: 2,
    readBytes: 1536,
    writes: 1,
    writtenBytes: 4096,
    flushes: 0,
    busy: expect.closeTo(6),
    percent: expect.closeTo(20),
    // 2, 3 and 2 ms of 30.
    queueDepth: 0.233,
    deepest: 2,
    idle: expect.closeTo(24),
    idlePeriods: 3,
    longestIdle: expect.closeTo(10),
    longestIdleAt: 0,
  });
  expect(other).toMatchObject({ disk: 1, reads: 1, deepest: 1, idlePeriods: 2, longestIdle: expect.closeTo(25) });
});

test("of a range, what ended in it; a request that began before counts from its start", async () => {
  const [disk] = await scenario().rows(diskUseTable, { range: { from: 13, to: 21 } });
  expect(disk).toMatchObject({
    reads: 1,
    writes: 0,
    busy: expect.closeTo(1),
    percent: expect.closeTo(12.5),
    idlePeriods: 1,
  });
});

test("requests by priority, the highest first", async () => {
  const rows = await scenario().rows(diskPriorityTable);
  expect(rows.map(({ disk, priority, operation, count, size }) => [disk, priority, operation, count, size])).toEqual([
    [0, "High", "Read", 2, 1536],
    [0, "Low", "Write", 1, 4096],
    [1, "NotSet", "Read", 1, 100],
  ]);
  expect(rows[0]).toMatchObject({
    serviceTime: expect.closeTo(4),
    average: expect.closeTo(2500),
    longest: expect.closeTo(3000),
    queueDepth: 0.5,
  });
});
