import { expect, test } from "vitest";
import { SyntheticTrace } from "./testing/synthetic-trace.ts";

const PROVIDER = "11111111-2222-3333-4444-555555555555";

test("events of a synthetic trace by PerfView's names, idle samples apart, and numbers where nothing tells a name", async () => {
  const trace = new SyntheticTrace()
    .process(100, "app.exe")
    .sample(1, 0, 104, [5])
    .sample(2, 0, 0, [5])
    .sample(3, 0, 0, [5])
    // The idle thread with a deferred procedure call on it is no idle processor.
    .event("PerfInfo/Sample", 4, { ThreadId: 0, Reserved: 1, Count: 1 });
  const common = { timeStamp: trace.timeStamp(5), processId: 1, threadId: 2, payload: new Uint8Array(0) };
  trace.record({ header: "event", provider: PROVIDER, id: 7, version: 1, ...common });
  trace.record({ header: "event", provider: PROVIDER, id: 65534, version: 1, ...common });
  trace.record({ header: "full", provider: PROVIDER, opcode: 9, ...common });
  trace.record({ header: "wpp", message: PROVIDER, number: 12, ...common });
  const { counts } = await trace.analyze([]);
  expect(counts.of("Windows Kernel/Process/DCStart")).toBe(1);
  expect(counts.of("Windows Kernel/PerfInfo/Sample")).toBe(2);
  expect(counts.of("Windows Kernel/PerfInfo/Sample/Idle")).toBe(2);
  expect(counts.of("Windows Kernel/DiskIO/Read")).toBe(0);
  const own = counts.list.filter(({ provider }) => provider === PROVIDER);
  expect(own.map(({ event, count }) => [event, count])).toEqual([
    ["EventID(7)", 1],
    ["ManifestData", 1],
    ["Message(12)", 1],
    ["Opcode(9)", 1],
  ]);
  expect(counts.total).toBe(counts.list.reduce((sum, { count }) => sum + count, 0));
});
