import { describe, expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { waitsTable } from "./waits.ts";

const [A, B, C] = [104, 204, 304];
const DRIVER = -0x7f_f000_0000;
const USER_REQUEST = { OldThreadWaitReason: 6 };
const EXECUTIVE = { OldThreadWaitReason: 0 };

const processes = () =>
  new SyntheticTrace()
    .process(100, "a.exe", { start: 0 })
    .process(200, "b.exe", { start: 0 })
    .thread(A, 100, { start: 0 })
    .thread(B, 200, { start: 0 })
    .thread(C, 200, { start: 0 })
    .image(4, DRIVER, 0x10000, "\\SystemRoot\\system32\\drivers\\timer.sys");

/** A waits for B from 10 to 20; B waits for its disk from 12 to 19, which is done at 18.9. */
const diskScenario = () =>
  processes()
    .file(7, "C:\\data")
    .contextSwitch(5, 0, 0, A)
    .contextSwitch(6, 1, 0, B)
    .contextSwitch(10, 0, A, 0, USER_REQUEST)
    .contextSwitch(12, 1, B, 0, EXECUTIVE)
    .diskTransfer(11.9, 18.9, { thread: B, file: 7, cpu: 1 })
    .ready(19, 1, B, { inDpc: true })
    .contextSwitch(19.25, 1, 0, B)
    .ready(20, 1, A)
    .contextSwitch(20.5, 0, 0, A);

const linksOf = (rows: readonly Record<string, unknown>[], wait: number) => rows.filter((row) => row["wait"] === wait);

describe("wait chains of a synthetic trace", () => {
  test("A waited for B, which waited for its disk", async () => {
    const rows = await diskScenario().rows(waitsTable);
    expect(linksOf(rows, 1)).toEqual([
      {
        wait: 1,
        depth: 0,
        process: "a.exe",
        pid: 100,
        thread: A,
        start: 10,
        duration: 10,
        reason: "UserRequest",
        ready: expect.closeTo(500),
        running: null,
        endedBy: "Thread",
        cause: "b.exe (200), thread 204",
      },
      expect.objectContaining({
        depth: 1,
        process: "b.exe",
        thread: B,
        start: 12,
        duration: 7,
        reason: "Executive",
        ready: expect.closeTo(250),
        running: expect.closeTo(750),
        endedBy: "Disk",
        cause: "read of disk 0 C:\\data",
      }),
    ]);
    // The wait of B by itself comes after it.
    expect(linksOf(rows, 2)).toMatchObject([{ thread: B, endedBy: "Disk" }]);
  });

  test("A waited for B, which was running all the time; being preempted is no wait", async () => {
    const rows = await processes()
      .contextSwitch(5, 0, 0, A)
      .contextSwitch(6, 1, 0, B)
      .contextSwitch(10, 0, A, 0, USER_REQUEST)
      .contextSwitch(12, 1, B, C, { OldThreadState: 1, OldThreadWaitReason: 32 })
      .contextSwitch(13, 1, C, B)
      .ready(20, 1, A)
      .contextSwitch(20.5, 0, 0, A)
      .rows(waitsTable);
    expect(rows).toMatchObject([
      { depth: 0, thread: A, endedBy: "Thread" },
      { depth: 1, thread: B, duration: null, endedBy: "(was running)" },
    ]);
  });

  test("a timer ended the wait; a wait on an idle processor; two threads that wake each other in turn", async () => {
    const trace = processes()
      .contextSwitch(1, 0, 0, A)
      .contextSwitch(2, 0, A, 0)
      .interrupt("TimerDPC", 6.9, 7.1, 0, DRIVER);
    trace.ready(7, 0, A, { inDpc: true }).contextSwitch(7.2, 0, 0, A).contextSwitch(8, 0, A, 0);
    trace.ready(9, 0, A).contextSwitch(9.1, 0, 0, A);
    expect(await trace.rows(waitsTable)).toMatchObject([
      { wait: 1, duration: 5, endedBy: "DPC", cause: "Timer DPC timer.sys" },
      { wait: 2, duration: 1, endedBy: "Idle processor", cause: "" },
    ]);
    const turns = processes().contextSwitch(1, 0, 0, A).contextSwitch(1, 1, 0, B);
    for (let i = 0; i < 100; i++) {
      turns
        .contextSwitch(2 + i, 0, A, 0)
        .ready(2.2 + i, 1, A)
        .contextSwitch(2.3 + i, 0, 0, A);
      turns
        .contextSwitch(2.4 + i, 1, B, 0)
        .ready(2.6 + i, 0, B)
        .contextSwitch(2.7 + i, 1, 0, B);
    }
    const rows = await turns.rows(waitsTable);
    expect(Math.max(...rows.map(({ depth }) => Number(depth)))).toBe(1);
  });
});
