import type { Guid } from "@adk/core";
import { type EventLayout, eventName } from "./event-layout.ts";
import { parseLayoutText } from "./kernel/layout-text.ts";
import { type ProviderEventRow, SYSTEM_PROVIDER_EVENTS } from "./kernel/system-provider-events.ts";
import { runtimeEvent } from "./runtime/runtime-events.ts";

/** Providers that traces of Windows often have, for events whose manifest is not at hand. */
const NAMES: Readonly<Record<Guid, string>> = {
  "0063715b-eeda-4007-9429-ad526f62696e": "Microsoft-Windows-Services",
  "030f2f57-abd0-4427-bcf1-3a3587d7dc7d": "Microsoft-Windows-Diagnostics-PerfTrack",
  "0f67e49f-fe51-4e9f-b490-6f2948cc6027": "Microsoft-Windows-Kernel-Processor-Power",
  "15ca44ff-4d7a-4baa-bba5-0998955e531e": "Microsoft-Windows-Kernel-Boot",
  "1c95126e-7eea-49a9-a3fe-a378b03ddb4d": "Microsoft-Windows-DNS-Client",
  "206f6dea-d3c5-4d10-bc72-989f03c8b84b": "Microsoft-Windows-Wininit",
  "22fb2cd6-0e7b-422b-a0c7-2fad1fd0e716": "Microsoft-Windows-Kernel-Process",
  "2e5dba47-a3d2-4d16-8ee0-6671ffdcd7b5": "System.Threading.Tasks.TplEventSource",
  "2ed6006e-4729-4609-b423-3ee7bcd678ef": "Microsoft-Windows-NDIS-PacketCapture",
  "2f07e2ee-15db-40f1-90ef-9d7ba282188a": "Microsoft-Windows-TCPIP",
  "30336ed4-e327-447c-9de0-51b652c86108": "Microsoft-Windows-Shell-Core",
  "315a8872-923e-4ea2-9889-33cd4754bf64": "Microsoft-Windows-Immersive-Shell",
  "331c3b3a-2005-44c2-ac5e-77220c37d6b4": "Microsoft-Windows-Kernel-Power",
  "43e63da5-41d1-4fbf-aded-1bbed98fdd1d": "Microsoft-Windows-Subsys-SMSS",
  "4d4f80d9-c8bd-4d73-bb5b-19c90402c5ac": "Microsoft-Windows-PktMon",
  "70eb4f03-c1de-4f73-a051-33d13d5413bd": "Microsoft-Windows-Kernel-Registry",
  "763fd754-7086-4dfe-95eb-c01a46faf4ca": "Microsoft-Windows-DotNETRuntimePrivate",
  "7dd42a49-5329-4832-8dfd-43d979153a88": "Microsoft-Windows-Kernel-Network",
  "802ec45a-1e99-4b83-9920-87c98277ba9d": "Microsoft-Windows-DxgKrnl",
  "89b1e9f0-5aff-44a6-9b44-0a07a7ce5845": "Microsoft-Windows-User Profiles Service",
  "8c416c79-d49b-4f01-a467-e56d3aa8234c": "Microsoft-Windows-Win32k",
  "8e9f5090-2d75-4d03-8a81-e5afbf85daf1": "System.Diagnostics.Eventing.FrameworkEventSource",
  "945a8954-c147-4acd-923f-40c45405a658": "Microsoft-Windows-WindowsUpdateClient",
  "9c205a39-1250-487d-abd7-e831c6290539": "Microsoft-Windows-Kernel-PnP",
  "9d55b53d-449b-4824-a637-24f9d69aa02f": "Microsoft-Windows-Winsrv",
  "9e5f9046-43c6-4f62-ba13-7b19896253ff": "Microsoft-VisualStudio-DiagnosticsHub",
  "a669021c-c450-4609-a035-5af59af4df18": "Microsoft-Windows-DotNETRuntimeRundown",
  "a68ca8b7-004f-d7b6-a698-07e2de0f1f5d": "Microsoft-Windows-Kernel-General",
  "aea1b4fa-97d1-45f2-a64c-4d69fffd92c9": "Microsoft-Windows-GroupPolicy",
  "b675ec37-bdb6-4648-bc92-f3fdc74d3ca2": "Microsoft-Windows-Kernel-EventTracing",
  "c7bde69a-e1e0-4177-b6ef-283ad1525271": "Microsoft-Windows-Kernel-Disk",
  "ca11c036-0102-4a2d-a6ad-f03cfed5d3c9": "Microsoft-Windows-DXGI",
  "cc2bcbba-16b6-4cf3-8990-d74c2e8af500": "Microsoft-Windows-DotNETRuntimeStress",
  "d1d93ef7-e1f2-4f45-9943-03d245fe6c00": "Microsoft-Windows-Kernel-Memory",
  "dbe9b383-7cf3-4331-91cc-a3cb16a3b538": "Microsoft-Windows-Winlogon",
  "e13c0d23-ccbc-4e12-931b-d9cc2eee27e4": "Microsoft-Windows-DotNETRuntime",
  "edd08927-9cc4-4e65-b970-c2560fb5c289": "Microsoft-Windows-Kernel-File",
};

/** The name of a provider that is often met. */
export function knownProviderName(guid: Guid): string | undefined {
  return NAMES[guid];
}

/** Those of the system, and events of profilers about what they profile: traces of Visual Studio, and of the sampler snail. */
const EVENTS: Readonly<Record<Guid, readonly ProviderEventRow[]>> = {
  ...SYSTEM_PROVIDER_EVENTS,
  "9e5f9046-43c6-4f62-ba13-7b19896253ff": [
    [1, 2, "TargetProfilingStarted", "ProcessId:u32 StartReason:u32 Timestamp:u64"],
    [2, 1, "TargetProfilingStopped", "ProcessId:u32 Timestamp:u64"],
    [5, 0, "MachineInfo", "Name:wstrz OsDescription:wstrz Architecture:u32"],
    [6, 0, "CounterInfo", "Counter:u32 Timestamp:u64 Value:f64"],
    [7, 0, "MarkInfo", "Message:wstrz"],
  ],
  "460b83b6-fc11-481b-b7aa-4038ca4c4c48": [[1, 0, "ProfileTarget", "ProcessId:u32"]],
};

/** The layout of such an event, or of one of the .NET runtime. A version that is not known has that of the last one before it. */
export function knownProviderEvent(guid: Guid, id: number, version: number): EventLayout | undefined {
  const row = EVENTS[guid]?.findLast((each) => each[0] === id && each[1] <= version);
  if (row === undefined) return runtimeEvent(guid, id, version);
  const [, , names, layout] = row;
  const [task = "", opcode = ""] = names.split("/");
  const provider = { guid, name: NAMES[guid] ?? guid };
  return {
    provider,
    name: eventName(provider.name, task, opcode),
    task,
    opcode,
    id,
    version,
    fields: parseLayoutText(layout),
  };
}
