import { MemoryAccess } from "@adk/core";
import { expect, test } from "vitest";
import { openEtl } from "./index.ts";
import { eventsOf, ORIGIN, START, samples, writeLog } from "./testing/samples.ts";

async function times(header: object): Promise<{ filetimes: bigint[]; milliseconds: number[]; codes: string[] }> {
  const trace = await openEtl(new MemoryAccess(await writeLog(samples(3, 1, 1001n), { header })));
  const events = (await eventsOf(trace)).slice(1);
  return {
    filetimes: events.map(({ filetime }) => filetime),
    milliseconds: events.map(({ milliseconds }) => milliseconds),
    codes: trace.findings.list.map(({ code }) => code),
  };
}

test("the performance counter, to 100 ns, cut", async () => {
  const { filetimes, milliseconds } = await times({ clockType: "qpc", perfFrequency: 3_579_545n });
  // 1001 ticks are 279.643... microseconds.
  expect(filetimes).toEqual([START, START + 2796n, START + 5592n]);
  expect(milliseconds[1]).toBeCloseTo(0.279644, 6);
});

test("FILETIMEs tell the time by themselves", async () => {
  const { filetimes, milliseconds } = await times({ clockType: "system", perfFrequency: 3n });
  expect(filetimes).toEqual([ORIGIN, ORIGIN + 1001n, ORIGIN + 2002n]);
  expect(milliseconds[2]).toBeCloseTo(0.2002, 9);
});

test("cycles of the processor", async () => {
  const { filetimes } = await times({ clockType: "cpu", cpuSpeedMhz: 1001 });
  expect(filetimes).toEqual([START, START + 10n, START + 20n]);
});

test("a header that does not tell its clock is reported", async () => {
  expect((await times({ perfFrequency: 0n })).codes).toEqual(["ETL_CLOCK_UNKNOWN"]);
  expect((await times({ clockType: "cpu", cpuSpeedMhz: 0 })).codes).toEqual(["ETL_CLOCK_UNKNOWN"]);
  expect((await times({ clockType: "unknown" })).codes).toEqual(["ETL_CLOCK_UNKNOWN"]);
});

test("times and ticks are turned into each other", async () => {
  const { clock } = await openEtl(new MemoryAccess(await writeLog(samples(1, 1))));
  expect(clock.fromFiletime(clock.toFiletime(123_456_789))).toBe(123_456_789);
  expect(clock.fromMilliseconds(clock.toMilliseconds(1e10))).toBe(1e10);
  expect([clock.toFiletime(-1), clock.toFiletime(2 ** 52)]).toEqual([START - 1n, START + 2n ** 52n]);
});
