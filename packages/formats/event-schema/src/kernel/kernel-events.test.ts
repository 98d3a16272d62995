import { sidToBytes } from "@adk/core";
import { describe, expect, test } from "vitest";
import { decodeFields } from "../decode-fields.ts";
import { formatValue } from "../format-value.ts";
import { PayloadWriter } from "../testing/payload.ts";
import { valueName } from "../value-map.ts";
import { IRP_FLAGS } from "./enumerations.ts";
import { KernelEvents } from "./kernel-events.ts";

const events = KernelEvents.load();
const PROCESS = "3d6fa8d0-fe05-11d0-9dda-00c04fd7ba7c";

function shown(group: number, type: number, version: number, payload: Uint8Array, pointerSize: 4 | 8) {
  const layout = events.byHook(group, type, version)!;
  const { values } = decodeFields(layout, payload, pointerSize);
  return Object.fromEntries(layout.fields.map((field) => [field.name, formatValue(field, values[field.name] ?? null)]));
}

test("the same layout by hook id and by class", () => {
  expect(events.byHook(3, 1, 4)).toBe(events.byClass(PROCESS, 1, 4));
  expect(events.byHook(3, 1, 4)).toMatchObject({ name: "Windows Kernel/Process/Start", recordName: "P-Start" });
  // Images are loaded in the group of processes.
  expect(events.byHook(3, 10, 3)).toMatchObject({ name: "Windows Kernel/Image/Load", recordName: "I-Start" });
  expect(events.byHook(3, 10, 3)).toBe(events.byClass("2cb15d1d-5fc1-11d2-abe1-00a0c911f518", 10, 3));
});

test("flags of IRPs are those of wdm.h", () => {
  // xperf names 0x60a00 of a file's write: write_operation | defer_io_completion | 17 | 18.
  expect(valueName(IRP_FLAGS, 0xa00)).toBe("Write, DeferIoCompletion");
  expect(valueName(IRP_FLAGS, 0x100 | 0x43)).toBe("Nocache, PagingIo, InputOperation, Read");
});

test("a version that is not known has the layout of the last one before it", () => {
  expect(events.byHook(5, 0x24, 9)?.version).toBe(4);
  expect(events.byHook(5, 0x24, 0)).toBeUndefined();
});

test("one opcode has had two meanings", () => {
  expect(events.byHook(5, 48, 2)?.opcode).toBe("ReserveCreate");
  expect(events.byHook(5, 48, 3)?.opcode).toBe("SetPriority");
});

test("a hook id without a known payload has a name", () => {
  expect(events.byHook(0x02, 0x23, 2)).toMatchObject({ task: "Memory", opcode: "PAGEINMEMORY", fields: [] });
  expect(events.byHook(0xee, 1, 2)).toBeUndefined();
});

describe.each([4, 8] as const)("pointers of %i bytes", (size) => {
  const key = size === 8 ? 0xffff_8d00_1234_5678n : 0x8765_4321n;

  test("a process with its user, and without one", () => {
    const write = (withUser: boolean, token = key) => {
      const payload = new PayloadWriter()
        .pointer(key, size)
        .u32(42)
        .u32(4)
        .u32(0xffff_ffff)
        .u32(259)
        .pointer(0x1000n, size);
      payload.u32(2);
      if (withUser) payload.pointer(token, size).pointer(0n, size).bytes(sidToBytes("S-1-5-21-1-2-3-1000"));
      else payload.u32(0);
      return payload.narrow("notepad.exe").wide("notepad  x").wide("").wide("").finish();
    };
    expect(shown(3, 3, 4, write(true), size)).toMatchObject({
      UniqueProcessKey: `0x${key.toString(16)}`,
      ProcessId: "42",
      Flags: "Wow64",
      SessionId: "-1",
      UserSID: "S-1-5-21-1-2-3-1000",
      ImageFileName: "notepad.exe",
      CommandLine: "notepad  x",
    });
    // Events that were made up have zeros in the place of pointers.
    expect(shown(3, 3, 4, write(true, 0n), size)).toEqual(shown(3, 3, 4, write(true), size));
    expect(shown(3, 3, 4, write(false), size)).toMatchObject({ UserSID: "", ImageFileName: "notepad.exe" });
  });

  test("the fields of a stack fill the event", () => {
    const payload = new PayloadWriter().u64(99n).u32(4).u32(8).pointer(1n, size).pointer(2n, size).finish();
    expect(shown(0x18, 0x20, 2, payload, size)).toMatchObject({ EventTimeStamp: "99", Stack: "[0x1, 0x2]" });
  });
});

test("addresses and ports are in network order, enumerations have names", () => {
  const udp = new PayloadWriter()
    .u32(7)
    .u32(100)
    .bytes(new Uint8Array([10, 0, 0, 1]))
    .bytes(new Uint8Array([10, 0, 0, 2]));
  udp
    .bytes(new Uint8Array([0, 53]))
    .bytes(new Uint8Array([1, 0]))
    .u32(0)
    .u32(0);
  expect(shown(8, 10, 2, udp.finish(), 4)).toMatchObject({ daddr: "10.0.0.1", dport: "53", sport: "256" });
  const swap = new PayloadWriter()
    .u32(1)
    .u32(2)
    .u32(0x0000_0809)
    .bytes(new Uint8Array([31, 0, 5, 3]))
    .u32(0)
    .u32(0)
    .finish();
  expect(shown(5, 0x24, 4, swap, 8)).toMatchObject({
    NewThreadPriority: "9",
    OldThreadWaitReason: "WrDispatchInt",
    OldThreadState: "Waiting",
  });
});

test("of layouts of one version the payload's length tells", () => {
  const heap = "222962ab-6180-4b88-a825-346b75f2a24a";
  expect(events.byClass(heap, 32, 0, { length: 12, pointerSize: 8 })?.fields).toHaveLength(2);
  expect(events.byClass(heap, 32, 0, { length: 36, pointerSize: 8 })?.fields).toHaveLength(5);
});

test("every layout of the tables decodes nothing, noise and zeros", () => {
  const noise = Uint8Array.from({ length: 4096 }, (_, index) => (index * 2654435761) >>> 13);
  let layouts = 0;
  for (let hookId = 0; hookId < 0x2000; hookId++) {
    for (let version = 0; version < 6; version++) {
      const layout = events.byHook(hookId >> 8, hookId & 0xff, version);
      if (layout === undefined) continue;
      layouts++;
      for (const size of [4, 8] as const) {
        expect(decodeFields(layout, new Uint8Array(), size).values).toEqual({});
        decodeFields(layout, noise, size);
        expect(decodeFields(layout, new Uint8Array(6000), size).truncated).toBeUndefined();
      }
    }
  }
  expect(layouts).toBeGreaterThan(1500);
});
