import { expect, test } from "vitest";
import { PayloadWriter } from "../testing/payload.ts";
import { compactContextSwitches } from "./compact-context-switches.ts";

function batch(): Uint8Array {
  const writer = new PayloadWriter().u64(1000n);
  for (let index = 0; index < 16; index++) writer.u32(100 + index);
  for (let index = 0; index < 16; index++) writer.u8(8);
  writer.u16((5 << 2) | 0);
  writer.u32((70_000 << 2) | 1);
  writer.u32(((20 << 15) | (6 << 9) | (2 << 6) | (3 << 2) | 2) >>> 0);
  writer.u32((40_000 << 2) | 3).u32(((9 << 15) | (13 << 10) | (5 << 4) | 15) >>> 0);
  return writer.finish();
}

test("each form of a packed switch", () => {
  expect([...compactContextSwitches(batch())]).toEqual([
    { timestamp: 1005n, oldThreadId: 0 },
    { timestamp: 71_005n, oldThreadId: 0 },
    { timestamp: 71_025n, oldThreadId: 103, oldThreadPriority: 10, oldThreadStateOrWaitReason: 6 },
    {
      timestamp: 111_025n,
      oldThreadId: 115,
      oldThreadPriority: 13,
      oldThreadStateOrWaitReason: 5,
      newThreadWaitTime: 9,
    },
  ]);
});

test("a batch that ends early gives what it has", () => {
  const whole = batch();
  expect([...compactContextSwitches(whole.subarray(0, whole.length - 1))]).toHaveLength(3);
  expect([...compactContextSwitches(whole.subarray(0, 87))]).toEqual([]);
});
