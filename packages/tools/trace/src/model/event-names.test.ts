import { KernelEvents } from "@adk/event-schema";
import { expect, test } from "vitest";
import { eventNameOf } from "./event-names.ts";

const GUID = "11111111-2222-3333-4444-555555555555";
const RUNTIME = "e13c0d23-ccbc-4e12-931b-d9cc2eee27e4";

test("kernel events by their group and type, or by these numbers", () => {
  const layout = KernelEvents.load().byHook(1, 10, 3, { length: 0xffff, pointerSize: 8 });
  expect(eventNameOf({ form: "kernel", hook: 0x10a, version: 3 }, layout)).toEqual({
    provider: "Windows Kernel",
    event: "DiskIO/Read",
  });
  expect(eventNameOf({ form: "kernel", hook: 0xfe07, version: 0 }, undefined)).toEqual({
    provider: "Windows Kernel",
    event: "Group(0xfe)/Opcode(7)",
  });
});

test("events of providers: what a layout, the manifest's name, or only numbers tell", () => {
  const kind = { form: "event", provider: GUID, id: 7, version: 0, opcode: 0 } as const;
  const layout = {
    provider: { guid: GUID, name: "Shop" },
    name: "Shop/Order/Start",
    task: "Order",
    opcode: "Start",
    version: 0,
    fields: [],
  };
  expect(eventNameOf(kind, layout)).toEqual({ provider: "Shop", event: "Order/Start" });
  expect(eventNameOf(kind, undefined, () => "Shop")).toEqual({ provider: "Shop", event: "EventID(7)" });
  expect(eventNameOf(kind, undefined)).toEqual({ provider: GUID, event: "EventID(7)" });
  expect(eventNameOf({ ...kind, id: 65534 }, layout).event).toBe("ManifestData");
  // PerfView's words for the events of the runtime, with a layout or without.
  expect(eventNameOf({ ...kind, provider: RUNTIME, id: 1 }, undefined)).toEqual({
    provider: "Microsoft-Windows-DotNETRuntime",
    event: "GC/Start",
  });
});

test("classic events, messages and records of other headers", () => {
  expect(eventNameOf({ form: "classic", provider: GUID, opcode: 9, version: 0 }, undefined)).toEqual({
    provider: GUID,
    event: "Opcode(9)",
  });
  const message = { form: "wpp", message: GUID, componentId: 0, number: 12 } as const;
  expect(eventNameOf(message, undefined)).toEqual({ provider: GUID, event: "Message(12)" });
  expect(eventNameOf({ form: "opaque", headerType: 3 }, undefined)).toEqual({
    provider: "Unknown",
    event: "Header(3)",
  });
});
