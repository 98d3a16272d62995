import type { EventKind } from "@adk/etl";
import {
  type EventLayout,
  KernelEvents,
  knownProviderName,
  MANIFEST_EVENT_ID,
  runtimeEventName,
} from "@adk/event-schema";

export interface EventName {
  /** Name of the provider, else its GUID. */
  readonly provider: string;
  /** `DiskIO/Read` */
  readonly event: string;
}

/** Events of the kernel that PerfView has no name of its own for: it calls them as Windows does. */
const AS_WINDOWS: ReadonlySet<string> = new Set(["Image/KernelBase", "SystemConfig/Platform"]);

/** Provider and event as PerfView names them; numbers where nothing tells what an event means. */
export function eventNameOf(
  kind: EventKind,
  layout: EventLayout | undefined,
  providerName: (guid: string) => string | undefined = knownProviderName,
): EventName {
  const nameOfProvider = (guid: string) => layout?.provider.name ?? providerName(guid) ?? guid;
  if (kind.form === "event") {
    const provider = nameOfProvider(kind.provider);
    if (kind.id === MANIFEST_EVENT_ID) return { provider, event: "ManifestData" };
    const runtime = runtimeEventName(kind.provider, kind.id);
    if (runtime !== undefined) return { provider, event: runtime };
    return { provider, event: layout ? withoutProvider(layout) : `EventID(${kind.id})` };
  }
  if (layout) {
    const event = withoutProvider(layout);
    return { provider: AS_WINDOWS.has(event) ? "MSNT_SystemTrace" : layout.provider.name, event };
  }
  switch (kind.form) {
    case "kernel":
      return {
        provider: "Windows Kernel",
        event: `Group(0x${(kind.hook >>> 8).toString(16)})/Opcode(${kind.hook & 0xff})`,
      };
    case "classic": {
      const known = KernelEvents.load().classNames(kind.provider);
      if (known) return { provider: known.provider, event: `${known.task}/Opcode(${kind.opcode})` };
      return { provider: nameOfProvider(kind.provider), event: `Opcode(${kind.opcode})` };
    }
    case "wpp":
      return { provider: kind.message, event: `Message(${kind.number})` };
    case "opaque":
      return { provider: "Unknown", event: `Header(${kind.headerType})` };
  }
}

function withoutProvider({ name, provider }: EventLayout): string {
  return name.startsWith(`${provider.name}/`) ? name.slice(provider.name.length + 1) : name;
}
