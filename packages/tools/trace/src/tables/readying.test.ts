import { expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { readyingTable } from "./readying.ts";

/** Thread 104 of a.exe wakes 204 of b.exe twice; a deferred procedure call wakes 104; 104 loses its processor once. */
const scenario = () =>
  new SyntheticTrace({ header: { processors: 2 } })
    .process(100, "a.exe")
    .process(200, "b.exe")
    .thread(104, 100)
    .thread(204, 200)
    .contextSwitch(1, 0, 0, 104)
    .contextSwitch(2, 1, 204, 0)
    .ready(5, 0, 204)
    .contextSwitch(5.5, 1, 0, 204)
    .contextSwitch(6, 1, 204, 0)
    .ready(8, 0, 204)
    .contextSwitch(10, 1, 0, 204)
    .contextSwitch(11, 0, 104, 0)
    .ready(12, 1, 104, { inDpc: true })
    .contextSwitch(12.25, 0, 0, 104)
    .contextSwitch(13, 0, 104, 0, { OldThreadState: 1 })
    .contextSwitch(20, 0, 0, 104);

test("who readied whom in a synthetic trace", async () => {
  expect(await scenario().rows(readyingTable)).toEqual([
    {
      readyingProcess: "a.exe",
      readyingPid: 100,
      inDpc: "",
      newProcess: "b.exe",
      newPid: 200,
      count: 2,
      ready: expect.closeTo(2.5),
      longestReady: expect.closeTo(2),
      waits: expect.closeTo(5),
    },
    // Thread 204, on whose processor the call ran, did not do it.
    {
      readyingProcess: "",
      readyingPid: null,
      inDpc: "yes",
      newProcess: "a.exe",
      newPid: 100,
      count: 1,
      ready: expect.closeTo(0.25),
      longestReady: expect.closeTo(0.25),
      waits: expect.closeTo(1),
    },
  ]);
  expect(await scenario().rows(readyingTable, { range: { from: 12, to: 30 } })).toHaveLength(1);
});
