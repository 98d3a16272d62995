import { expect, test } from "vitest";
import { assessCompleteness } from "./completeness.ts";
import { cpuTable } from "./tables/cpu.ts";
import { diskTable } from "./tables/disk.ts";
import { processTable } from "./tables/process.ts";
import { SyntheticTrace } from "./testing/synthetic-trace.ts";

const TABLES = [cpuTable, diskTable, processTable];

async function assess(trace: SyntheticTrace) {
  return assessCompleteness(await trace.analyze(TABLES), TABLES);
}

test("a whole synthetic trace: tables without their events are absent, and say what records these", async () => {
  const { score, reasons, tables } = await assess(new SyntheticTrace().process(100, "app.exe").sample(1, 0, 104, [5]));
  expect([score, reasons]).toEqual([100, []]);
  expect(tables).toEqual([
    { table: "cpu", trust: "complete", reasons: [] },
    { table: "disk", trust: "absent", reasons: ["Not recorded: it takes the keyword DiskIO."] },
    { table: "process", trust: "complete", reasons: [] },
  ]);
});

test("lost events lower the score, and the trust in what there is", async () => {
  const trace = new SyntheticTrace({ header: { eventsLost: 3 } }).sample(1, 0, 104, [5]);
  const { score, reasons, tables } = await assess(trace);
  // The sample and the header.
  expect(score).toBeCloseTo((100 * 2) / 5, 9);
  expect(reasons).toEqual(["3 events were lost while recording."]);
  expect(tables[0]).toEqual({ table: "cpu", trust: "partial", reasons });
});

test("stacks whose frames nothing tells are a reason", async () => {
  const key = { EventTimeStamp: 0n, StackThread: 104, StackKey: 9 };
  const { reasons } = await assess(new SyntheticTrace().event("StackWalk/StackKeyUser", 1, key));
  expect(reasons).toEqual(["1 of 1 stacks have frames that the trace does not tell."]);
});
