import { describe, expect, test } from "vitest";
import { bootTable } from "../tables/boot.ts";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { bootPhases } from "./boot-phases.ts";

const [SHELL, WORKER, INDEXER] = [404, 504, 604];
const QUIET = "explorer.exe takes at most 20 % of a processor for 500 ms";

/** A boot of one processor: the shell works from 5 to 7 s; another process is busy from 8 to 9 s; then all is idle. */
function boot(end: number): SyntheticTrace {
  const trace = new SyntheticTrace({ header: { processors: 1 } })
    .process(4, "System")
    .process(100, "smss.exe", { start: 1000 })
    .process(200, "winlogon.exe", { start: 3000, end: end - 1 })
    .process(400, "explorer.exe", { start: 5000 })
    .process(500, "updater.exe", { start: 7500 })
    .thread(SHELL, 400, { start: 5000 })
    .thread(WORKER, 500, { start: 7500 })
    .thread(INDEXER, 500, { start: 7500 })
    .contextSwitch(5000, 0, 0, SHELL, { NewThreadPriority: 9 })
    .contextSwitch(7000, 0, SHELL, 0)
    .contextSwitch(8000, 0, 0, WORKER, { NewThreadPriority: 8 })
    .contextSwitch(9000, 0, WORKER, 0)
    // Works in the background: that counts as idle.
    .contextSwitch(10_000, 0, 0, INDEXER, { NewThreadPriority: 4 })
    .contextSwitch(11_000, 0, INDEXER, 0)
    .process(700, "last.exe", { start: end });
  return trace;
}

describe("the boot of a synthetic trace", () => {
  test("has its phases; it is done after 10 s that are idle", async () => {
    const analysis = await boot(30_000).analyze([bootTable]);
    const phases = bootPhases(analysis);
    expect(phases?.phases).toEqual([
      { name: "PreSMSS", start: 0, end: 1000, source: "start of the trace" },
      { name: "SMSSInit", start: 1000, end: 3000, source: "start of smss.exe" },
      { name: "WinlogonInit", start: 3000, end: 5000, source: "start of winlogon.exe" },
      { name: "ExplorerInit", start: 5000, end: 7000, source: "start of explorer.exe" },
      { name: "PostExplorerPeriod", start: 7000, end: 18_000, source: QUIET },
    ]);
    expect(phases).toMatchObject({
      bootDoneViaExplorer: 7000,
      bootDoneViaPostBoot: 18_000,
      bootTime: 8000,
      postBootDisturbance: 1000,
      usageFrom: "switches",
    });
    expect(phases?.processes.map(({ name }) => name)).toEqual([
      "smss.exe",
      "winlogon.exe",
      "explorer.exe",
      "updater.exe",
      "last.exe",
    ]);
    expect([...bootTable.rows(analysis)].at(-1)).toEqual({
      ...{ phase: "Boot", start: 0, end: 8000, duration: 8000 },
      source: "10 s of idle, by switches",
    });
  });

  test("a disk that is busy delays it, unless its requests are of low priority", async () => {
    const low = 2 << 17;
    const busy = boot(30_000).diskTransfer(12_000, 13_000, { thread: WORKER });
    const quiet = boot(30_000).diskTransfer(12_000, 13_000, { thread: WORKER, flags: low });
    expect(bootPhases(await busy.analyze([bootTable]))?.bootDoneViaPostBoot).toBe(19_000);
    expect(bootPhases(await quiet.analyze([bootTable]))?.bootDoneViaPostBoot).toBe(18_000);
  });

  test("the trace ends before it is done", async () => {
    const phases = bootPhases(await boot(12_000).analyze([bootTable]));
    expect(phases?.phases.at(-1)).toMatchObject({ name: "PostExplorerPeriod", start: 7000, end: undefined });
    expect(phases?.bootTime).toBeUndefined();
  });

  test("another shell; none at all; no boot", async () => {
    const analysis = await boot(30_000).analyze([bootTable]);
    expect(bootPhases(analysis, { shell: "UPDATER.EXE" })?.phases[3]).toMatchObject({
      name: "ExplorerInit",
      start: 7500,
    });
    expect(bootPhases(analysis, { shell: "other.exe" })?.phases.at(-1)).toMatchObject({
      name: "WinlogonInit",
      start: 3000,
      end: undefined,
    });
    const running = new SyntheticTrace().process(100, "smss.exe").process(400, "explorer.exe", { start: 1 });
    expect(await running.rows(bootTable)).toEqual([]);
  });
});
