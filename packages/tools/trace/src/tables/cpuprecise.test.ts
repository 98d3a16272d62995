import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { cpuPreciseTable } from "./cpuprecise.ts";
import { powerTable } from "./power.ts";

/** Processor 0: idle up to 10, thread 104 to 30, 108 to 35, idle to 45, 204 to 50, idle to 60, 204 again. */
const scenario = () =>
  new SyntheticTrace({ header: { processors: 1 } })
    .process(100, "a.exe", { start: 0 })
    .process(200, "b.exe", { start: 0 })
    .thread(104, 100, { start: 0 })
    .thread(108, 100, { start: 0 })
    .thread(204, 200, { start: 0 })
    .contextSwitch(5, 0, 204, 0)
    .contextSwitch(10, 0, 0, 104, { PreviousCState: 1 })
    .interrupt("DPC", 12, 13, 0, -0x1000)
    .contextSwitch(30, 0, 104, 108)
    .contextSwitch(35, 0, 108, 0)
    .ready(44, 0, 204)
    .contextSwitch(45, 0, 0, 204, { PreviousCState: 2 })
    .contextSwitch(50, 0, 204, 0)
    .contextSwitch(60, 0, 0, 204, { PreviousCState: 2 })
    .contextSwitch(80, 0, 204, 0);

test("use of the processor by process, in a synthetic trace", async () => {
  const rows = await scenario().rows(cpuPreciseTable);
  expect(rows).toEqual([
    expect.objectContaining({
      process: "a.exe",
      pid: 100,
      cpuUsage: 25,
      switches: 2,
      threads: 2,
      interrupted: 1,
      waits: 0,
    }),
    // It waited from 5 to 44, was ready to 45, and waited from 50 to 60.
    expect.objectContaining({
      process: "b.exe",
      cpuUsage: 25,
      switches: 2,
      threads: 1,
      ready: 1,
      longestReady: 1,
      waits: 49,
    }),
  ]);
  expect(rows[0]?.["percent"]).toBeCloseTo((100 * 25) / 80);
});

test("idle states of a processor, in a synthetic trace", async () => {
  expect(await scenario().rows(powerTable)).toEqual([
    { cpu: 0, state: 1, duration: 5, percent: expect.closeTo(6.25), count: 1, average: 5, longest: 5 },
    { cpu: 0, state: 2, duration: 20, percent: expect.closeTo(25), count: 2, average: 10, longest: 10 },
  ]);
});
