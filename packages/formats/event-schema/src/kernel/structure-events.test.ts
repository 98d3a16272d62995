import { describe, expect, test } from "vitest";
import { compileLayout } from "../compiled-layout.ts";
import { decodeFields } from "../decode-fields.ts";
import { formatValue } from "../format-value.ts";
import { PayloadWriter } from "../testing/payload.ts";
import { KernelEvents } from "./kernel-events.ts";
import { STRUCTURE_EVENTS } from "./structure-events.ts";

const events = KernelEvents.load();

function decode(hook: number, payload: Uint8Array, pointerSize: 4 | 8 = 8) {
  const layout = events.byHook(hook >> 8, hook & 0xff, 2, { length: payload.length, pointerSize })!;
  return { layout, ...decodeFields(layout, payload, pointerSize) };
}

/** Bytes that the structures have on 64-bit Windows. */
const SIZES: readonly (readonly [name: string, size: number])[] = [
  ["Windows Kernel/Power/PerfStateChange", 24],
  ["Windows Kernel/Power/ThrottleStateChange", 24],
  ["Windows Kernel/Power/ProcessorIdleStateChange", 16],
  ["Windows Kernel/Power/ThermalConstraint", 16],
  ["Windows Kernel/Power/IdleStateEnter", 16],
  ["Windows Kernel/Power/IdleStateExit", 8],
  ["Windows Kernel/Power/BatteryLifeInfo", 8],
  ["Windows Kernel/Memory/ContMemGenerate", 16],
  ["Windows Kernel/CC/FlushCache", 40],
  ["Windows Kernel/CC/ScheduleReadAhead", 72],
  ["Windows Kernel/CC/LazyWriteScan", 88],
  ["Windows Kernel/SystemConfig/Boot", 16],
];

test.each(SIZES)("%s has %i bytes", (name, size) => {
  const [, task, opcode] = name.split("/") as [string, string, string];
  const table = STRUCTURE_EVENTS.find((each) => each.task.replace("PageFault", "Memory") === task)!;
  const [type] = table.rows.find((row) => row[1] === opcode)!;
  const layout = events.byHook(table.group!, type, 2)!;
  expect(layout.name).toBe(name);
  expect(compileLayout(layout, 8).fixedSize).toBe(size);
});

test("no event of the table has one in the collected tables", () => {
  for (const { group, rows } of STRUCTURE_EVENTS) {
    for (const [type, name] of rows) {
      const layout = events.byHook(group!, type, 9)!;
      expect([layout.version, layout.opcode]).toEqual([0, name]);
    }
  }
});

describe.each([4, 8] as const)("pointers of %i bytes", (size) => {
  test("working sets of processes", () => {
    const payload = new PayloadWriter().u32(2);
    for (const pid of [4, 100]) {
      payload.u32(pid);
      for (let member = 1; member <= 8; member++) payload.pointer(BigInt(pid * 1000 + member), size);
    }
    const { layout, values, trailing } = decode(0x27d, payload.finish(), size);
    expect(trailing).toBeUndefined();
    expect(layout.name).toBe("Windows Kernel/Memory/ProcessMemInfo");
    expect(values["WSCommitInfo"]).toMatchObject([
      { ProcessID: 4, WorkingSetPageCount: 4001n, VirtualSizeInPages: 4003n, SharedCommitInPages: 4008n },
      { ProcessID: 100, CommitPageCount: 100_002n, PrivateWorkingSetPageCount: 100_004n },
    ]);
    expect(formatValue(layout.fields[1]!, values["WSCommitInfo"]!)).toContain("WorkingSetPageCount=4001,");
  });

  test("a pointer behind 4 bytes lies at a multiple of its size", () => {
    const payload = new PayloadWriter()
      .u32(104)
      .zeros(size - 4)
      .pointer(0x1234n, size)
      .u8(5)
      .zeros(size - 1);
    expect(decode(0x52d, payload.finish(), size).values).toMatchObject({
      ThreadId: 104,
      Object: 0x1234n,
      ObjectType: 5,
    });
    const stream = new PayloadWriter().pointer(1n, size).u32(2).u32(3).pointer(4n, size).pointer(5n, size);
    stream.zeros(-stream.position & 7).u64(6n);
    expect(decode(0x160d, stream.finish(), size).values).toMatchObject({ PagesToWrite: 3, LargestLsnForLWS: 6n });
  });

  test("lists of physical pages, as long as they are", () => {
    for (const members of [21, 22, 26]) {
      const payload = new PayloadWriter();
      for (let member = 1; member <= members; member++) payload.pointer(BigInt(member), size);
      const { values, trailing, truncated } = decode(0x270, payload.finish(), size);
      expect([trailing, truncated]).toEqual([undefined, undefined]);
      expect(values).toMatchObject({ ZeroPageCount: 1n, BadPageCount: 5n });
      expect(values["StandbyPageCounts"]).toEqual([6n, 7n, 8n, 9n, 10n, 11n, 12n, 13n]);
      expect(values["ModifiedPageCountPageFile"]).toBe(members > 21 ? 22n : undefined);
      expect(values["CommitPageCount"]).toBe(members > 22 ? 26n : undefined);
    }
  });
});

test("a connection has 4 or 8 bytes, by the length of the event", () => {
  const common = () =>
    new PayloadWriter()
      .u32(4)
      .u32(84)
      .zeros(32)
      .bytes(new Uint8Array([1, 0xbd, 0xfa, 0x19]))
      .u32(0);
  expect(decode(0x61b, common().u32(7).finish()).values["connid"]).toBe(7);
  expect(decode(0x61b, common().u64(7n).finish()).values["connid"]).toBe(7n);
});

test("what a debugger is told is text up to the end", () => {
  const print = new PayloadWriter().u32(101).u32(3).bytes(Buffer.from("no zero"));
  expect(decode(0xa20, print.finish())).toMatchObject({
    layout: { name: "Windows Kernel/DebugPrint/Print" },
    values: { Message: "no zero" },
  });
});
