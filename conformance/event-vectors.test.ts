import { decodeFields, type EventLayout, KernelEvents, knownProviderEvent } from "@adk/event-schema";
import { expect, test } from "vitest";
import { describeWithData } from "./support/data.ts";
import { type EventVector, expectedValue, readEventVectors } from "./support/event-vectors.ts";

const DIAG_HUB = "9e5f9046-43c6-4f62-ba13-7b19896253ff";
const SNAIL = "460b83b6-fc11-481b-b7aa-4038ca4c4c48";
const IMAGE_ID = "b3e675d7-2554-4f18-830b-2762732560de";
const SYSTEM_CONFIG_EX = "9b79ee91-b5fd-41c0-a243-4248e266e9d0";

/** Which event the bytes of a vector are of: group, type and version, or class, opcode and version. */
const KERNEL: Record<string, [number | string, number, number]> = {
  EventTraceV2Header: [0, 0, 2],
  EventTraceV2HeaderPartitionInfoExtensionTypeGroup: [0, 0x50, 2],
  EventTraceV2HeaderExtensionTypeGroup: [0, 5, 2],
  PerfinfoV2SampledProfile: [15, 0x2e, 2],
  PerfinfoV2PmcCounterProfile: [15, 0x2f, 2],
  PerfinfoV2PmcCounterConfig: [15, 0x30, 2],
  PerfinfoV2SampledProfileInterval: [15, 0x49, 3],
  StackwalkV2Stack: [24, 0x20, 2],
  StackwalkV2Key: [24, 0x25, 2],
  StackwalkV2TypeGroup1: [24, 0x23, 2],
  ImageV2Load: [3, 10, 3],
  ProcessV4TypeGroup1: [3, 1, 4],
  ProcessV2TypeGroup2: [3, 0x20, 2],
  ThreadV3TypeGroup1: [5, 1, 3],
  ThreadV4TypeGroup1: [5, 1, 4],
  ThreadV4ContextSwitch: [5, 0x24, 4],
  ThreadV2SetName: [5, 0x48, 2],
  SystemConfigV3Cpu: [11, 10, 3],
  SystemConfigV2PhysicalDisk: [11, 11, 2],
  SystemConfigV2LogicalDisk: [11, 12, 2],
  SystemConfigV5Pnp: [11, 22, 5],
  ImageIdV2Info: [IMAGE_ID, 0, 2],
  ImageIdV2DbgIdPdbInfo: [IMAGE_ID, 36, 2],
  SysConfigExV0BuildInfo: [SYSTEM_CONFIG_EX, 32, 0],
  SysConfigExV0SysPaths: [SYSTEM_CONFIG_EX, 33, 0],
  SysConfigExV0VolumeMapping: [SYSTEM_CONFIG_EX, 35, 0],
};

const PROVIDERS: Record<string, [string, number, number]> = {
  TargetProfilingStartedV2: [DIAG_HUB, 1, 2],
  TargetProfilingStoppedV1: [DIAG_HUB, 2, 1],
  MachineInfoV0: [DIAG_HUB, 5, 0],
  CounterInfoV0: [DIAG_HUB, 6, 0],
  SnailProfiler_ProfileTarget: [SNAIL, 1, 0],
};

/** Names that the other program has for fields. */
const ALIASES: Record<string, readonly string[]> = {
  guid: ["guidsig"],
  flags: ["threadflags"],
  processid: ["stackprocess"],
  threadid: ["tthreadid", "stackthread"],
  stackaddress: ["stack"],
  partitionidguid: ["partitionid"],
  parentidguid: ["parentid"],
  volumeextent: ["volumeext"],
  driveletter: ["driveletterstring"],
  sessionname: ["sessionnamestring"],
  filename: ["logfilenamestring"],
};

const ENUMERATORS: Record<string, string> = {
  partition: "1",
  app_package_launch: "0",
  amd64: "1",
  CPU: "2",
};

function layoutOf(name: string): EventLayout | undefined {
  const short = name.replace(/^(Kernel|Xperf|VsDiagHub)_/, "").replace(/EventView$/, "");
  const provider = PROVIDERS[short] ?? PROVIDERS[name];
  if (provider !== undefined) return knownProviderEvent(...provider);
  const kernel = KERNEL[short];
  if (kernel === undefined) return undefined;
  const [place, type, version] = kernel;
  const events = KernelEvents.load();
  return typeof place === "number" ? events.byHook(place, type, version) : events.byClass(place, type, version);
}

/** Fields of the other program that are no fields of the event, or parts of one. */
const DERIVED = /^(dynamic_size|stack_size|os_version_|sp_version_|log_file_mode|time_zone_information|user_sid)/;

function compare({ name, expected, bytes }: EventVector, layout: EventLayout): number {
  const { values, truncated, trailing } = decodeFields(layout, bytes, 8);
  // The same bytes stand for two versions: the earlier one has no name behind the rest.
  const behind = name === "Kernel_ThreadV3TypeGroup1EventView" ? 24 : undefined;
  expect({ name, truncated, trailing: trailing?.length }).toEqual({ name, truncated: undefined, trailing: behind });
  const plain = new Map(Object.entries(values).map(([key, value]) => [key.toLowerCase(), value]));
  let compared = 0;
  for (const [field, text] of expected) {
    if (DERIVED.test(field)) continue;
    const [, path = "", index] = /^(\w+?)(?:\(\)\.instantiate|\((\d+))?$/.exec(field) ?? [];
    const key = path.replaceAll("_", "");
    const value = [key, ...(ALIASES[key] ?? [])].map((each) => plain.get(each)).find((each) => each !== undefined);
    const actual = index === undefined ? value : (value as readonly unknown[] | undefined)?.[Number(index)];
    const wanted = expectedValue(text);
    expect({ name, field, value: String(actual) }).toEqual({ name, field, value: ENUMERATORS[wanted] ?? wanted });
    compared++;
  }
  return compared;
}

describeWithData("trace/facts", (directory) => {
  const vectors = readEventVectors(directory);
  const payloads = vectors.filter(({ name }) => layoutOf(name) !== undefined);

  test.each(payloads)("$name", (vector) => {
    expect(compare(vector, layoutOf(vector.name)!)).toBeGreaterThan(0);
  });

  test("all vectors but those of headers are compared", () => {
    // Headers of buffers and records are not this package's; of the counter corruption the hook id is not known.
    const others = vectors.filter((vector) => !payloads.includes(vector)).map(({ name }) => name);
    expect(others.filter((name) => !/Header/.test(name))).toEqual(["Kernel_PerfinfoV2PmcCounterCorruptionEventView"]);
    expect(payloads.length).toBe(31);
  });

  test("the parts of a process and of the header of a trace", () => {
    const bytesOf = (name: string) => vectors.find((vector) => vector.name === name)!.bytes;
    const process = decodeFields(layoutOf("ProcessV4TypeGroup1")!, bytesOf("Kernel_ProcessV4TypeGroup1EventView"), 8);
    expect(process.values["UserSID"]).toBe("S-1-5-18");
    const header = decodeFields(layoutOf("EventTraceV2Header")!, bytesOf("Kernel_EventTraceV2HeaderEventView"), 8);
    expect(header.values["TimeZoneInformation"]).toMatchObject({
      Bias: -60,
      StandardName: "@tzres.dll,-322",
      StandardDate: { Year: 0, Month: 10, DayOfWeek: 0, Day: 5, Hour: 3, Minute: 0 },
      DaylightName: "@tzres.dll,-321",
      DaylightDate: { Month: 3, Day: 5, Hour: 2 },
      DaylightBias: -60,
    });
  });
});
