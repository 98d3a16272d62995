import { describe, expect, test } from "vitest";
import { SyntheticTrace } from "../testing/synthetic-trace.ts";
import { dpcHistogramTable, dpcModuleTable, dpcTable } from "./dpc.ts";

const [DISK, NET] = [-0x7f_f000_0000, -0x7f_e000_0000];

/** On processor 0 an ISR of 30 µs and a DPC of 50 µs inside a DPC of 500 µs; on processor 1 a short timer. */
const scenario = () =>
  new SyntheticTrace({ header: { processors: 2 } })
    .image(4, DISK, 0x10000, "\\SystemRoot\\system32\\drivers\\disk.sys")
    .image(4, NET, 0x10000, "\\SystemRoot\\system32\\drivers\\net.sys")
    .interrupt("ISR", 10.1, 10.13, 0, NET + 0x10)
    .interrupt("DPC", 10.2, 10.25, 0, NET + 0x20)
    .interrupt("DPC", 10, 10.5, 0, DISK + 0x30)
    .interrupt("TimerDPC", 10.1, 10.1005, 1, DISK + 0x40)
    .interrupt("DPC", 20, 20.004, 0, DISK + 0x30);

describe("DPCs and ISRs of a synthetic trace", () => {
  test("have their drivers, and durations with and without what interrupted them", async () => {
    const rows = await scenario().rows(dpcTable);
    expect(rows.map(({ type, module, cpu }) => [type, module, cpu])).toEqual([
      ["Timer DPC", "disk.sys", 1],
      ["ISR", "net.sys", 0],
      ["DPC", "net.sys", 0],
      ["DPC", "disk.sys", 0],
      ["DPC", "disk.sys", 0],
    ]);
    expect(rows[3]?.["inclusive"]).toBeCloseTo(500);
    expect(rows[3]?.["exclusive"]).toBeCloseTo(420);
    expect(rows[4]?.["exclusive"]).toBeCloseTo(4);
    expect(rows[3]).toMatchObject({ enter: 10, exit: 10.5, vector: null });
  });

  test("are summed by driver; the ISR of 30 µs and the DPC of 500 µs are above the guideline", async () => {
    const rows = await scenario().rows(dpcModuleTable);
    expect(rows.map(({ type, module, count, tooLong }) => [type, module, count, tooLong])).toEqual([
      ["DPC", "disk.sys", 2, 1],
      ["DPC", "net.sys", 1, 0],
      ["ISR", "net.sys", 1, 1],
      ["Timer DPC", "disk.sys", 1, 0],
    ]);
    expect(rows[0]?.["exclusive"]).toBeCloseTo(0.424);
    expect(rows[0]).toMatchObject({ longestAt: 10 });
    // Of two processors for 20.004 ms.
    expect(rows[0]?.["percent"]).toBeCloseTo((100 * 0.424) / (2 * 20.004), 3);
  });

  test("are counted by classes of durations", async () => {
    const rows = await scenario().rows(dpcHistogramTable);
    expect(rows.map(({ type, module, above, to, count }) => [type, module, above, to, count])).toEqual([
      ["Timer DPC", "disk.sys", 0, 1, 1],
      ["ISR", "net.sys", 16, 32, 1],
      ["DPC", "net.sys", 32, 64, 1],
      ["DPC", "disk.sys", 2, 4, 1],
      ["DPC", "disk.sys", 256, 512, 1],
    ]);
  });

  test("of a range are those that ended in it", async () => {
    expect(await scenario().rows(dpcTable, { range: { from: 15, to: 30 } })).toHaveLength(1);
  });
});
