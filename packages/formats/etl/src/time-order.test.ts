import { MemoryAccess } from "@adk/core";
import { random } from "@adk/testing";
import { expect, test } from "vitest";
import { type EtlTrace, openEtl } from "./index.ts";
import { bytesOf, eventsOf, ORIGIN, type SampleRecord, samples, writeLog } from "./testing/samples.ts";

async function ticksInOrder(trace: EtlTrace): Promise<{ ticks: number[]; processors: number[] }> {
  const ticks: number[] = [];
  const processors: number[] = [];
  for await (const { columns, length } of trace.batches({ order: "time", kinds: [{ group: 15 }] })) {
    ticks.push(...columns.time.subarray(0, length));
    processors.push(...columns.processor.subarray(0, length));
  }
  return { ticks, processors };
}

/** Records of random times, in order on each processor. */
function randomRecords(count: number, processors: number): SampleRecord[] {
  const next = random(11);
  const clocks = new Map<number, bigint>();
  return Array.from({ length: count }, () => {
    const processor = next() % processors;
    const timeStamp = (clocks.get(processor) ?? ORIGIN) + BigInt(next() % 9);
    clocks.set(processor, timeStamp);
    return { processor, record: { header: "perfinfo", hook: 0x0f01, timeStamp, payload: bytesOf(next() % 100) } };
  });
}

test("many processors are put together by time, those of one time by number", async () => {
  const records = randomRecords(30_000, 17);
  const trace = await openEtl(new MemoryAccess(await writeLog(records, { header: { bufferSize: 2048 } })));
  const { ticks, processors } = await ticksInOrder(trace);
  const key = (each: SampleRecord) => Number((each.record as { timeStamp: bigint }).timeStamp - ORIGIN);
  const expected = records.toSorted((a, b) => key(a) - key(b) || a.processor - b.processor);
  expect(ticks).toEqual(expected.map(key));
  expect(processors).toEqual(expected.map(({ processor }) => processor));
  expect(trace.health.timeInversions).toBe(0);
});

test("times that run back on a processor are left so, and counted", async () => {
  const back = ([5, 6, 3, 4, 9, 1, 9] as const).map((tick): SampleRecord => {
    const timeStamp = ORIGIN + BigInt(tick);
    return { processor: 1, record: { header: "perfinfo", hook: 0x0f01, timeStamp, payload: bytesOf(500) } };
  });
  const trace = await openEtl(new MemoryAccess(await writeLog(back, { header: { bufferSize: 1024 } })));
  expect((await ticksInOrder(trace)).ticks).toEqual([5, 6, 3, 4, 9, 1, 9]);
  // One a buffer: they are counted from buffer to buffer.
  expect([trace.health.buffers, trace.health.timeInversions]).toEqual([8, 2]);
});

test("logs of one clock lie beside each other to the tick, others by the times of their headers", async () => {
  const first = await writeLog(samples(10, 1, 2n));
  const later = await writeLog(samples(10, 1, 2n), { header: { timeStamp: ORIGIN - 5n } });
  const trace = await openEtl([new MemoryAccess(first, "a"), new MemoryAccess(later, "b")]);
  const { ticks } = await ticksInOrder(trace);
  expect(ticks).toEqual(Array.from({ length: 20 }, (_, i) => 2 * Math.floor(i / 2)));
  expect(trace.health.alignedLogs).toBe(0);

  const header = { perfFrequency: 1_000_000n, startTime: 133_500_000_000_000_000n + 30n, bootTime: 5n };
  const other = await writeLog(samples(3, 1), { header });
  const both = await openEtl([new MemoryAccess(first), new MemoryAccess(other)]);
  expect((await ticksInOrder(both)).ticks.slice(-3)).toEqual([30, 40, 50]);
  expect(both.health.alignedLogs).toBe(1);
});

test("kinds and times are chosen before anything is copied", async () => {
  const trace = await openEtl(new MemoryAccess(await writeLog(samples(7000, 2, 10n))));
  const events = await eventsOf(trace, { kinds: [{ hook: 0x0f03 }], from: 1, to: 2, order: "time" });
  expect(events.every(({ kind }) => kind.form === "kernel" && kind.hook === 0x0f03)).toBe(true);
  const [first = 0, last = 0] = [events[0]?.milliseconds, events.at(-1)?.milliseconds];
  expect([events.length, first.toFixed(3), last.toFixed(3)]).toEqual([143, "1.004", "1.998"]);
  expect(await eventsOf(trace, { kinds: [] })).toEqual([]);
});
