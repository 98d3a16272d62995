import type { EventKind } from "@adk/etl";
import type { EventLayout } from "@adk/event-schema";
import { knownProviderName } from "@adk/event-schema";
import type { Collector, EventHandler } from "./model/event-pass.ts";

export interface EventCount {
  /** Name of the provider, else its GUID. */
  readonly provider: string;
  /** In the words of PerfView: `DiskIO/Read`. */
  readonly event: string;
  count: number;
}

/** Name of a profiler's sample, and of those among them that find a processor idle: PerfView leaves them out. */
const SAMPLE = "Windows Kernel/PerfInfo/Sample";

/** How many events there are of each kind. */
export class EventCounts implements Collector {
  readonly #counts = new Map<string, EventCount>();

  /** By name; those of one provider together. */
  get list(): readonly EventCount[] {
    const order = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);
    return [...this.#counts.values()].sort((a, b) => order(a.provider, b.provider) || order(a.event, b.event));
  }

  get total(): number {
    let total = 0;
    for (const { count } of this.#counts.values()) total += count;
    return total;
  }

  /** Of all events of a name: `Windows Kernel/DiskIO/Read`. */
  of(name: string): number {
    return this.#counts.get(name)?.count ?? 0;
  }

  readonly handlerOf = (kind: EventKind, layout: EventLayout | undefined): EventHandler => {
    const { provider, event } = nameOfEvent(kind, layout);
    const count = this.#entry(provider, event);
    if (layout?.name !== SAMPLE) {
      return () => {
        count.count++;
      };
    }
    const idle = this.#entry(provider, `${event}/Idle`);
    return ({ view, start, end, pointerSize }) => {
      const flags = start + pointerSize + 6 < end ? view.getUint8(start + pointerSize + 6) : 0;
      const isIdle = view.getUint32(start + pointerSize, true) === 0 && (flags & 3) === 0;
      (isIdle ? idle : count).count++;
    };
  };

  #entry(provider: string, event: string): EventCount {
    const name = `${provider}/${event}`;
    let entry = this.#counts.get(name);
    if (!entry) {
      entry = { provider, event, count: 0 };
      this.#counts.set(name, entry);
    }
    return entry;
  }
}

/** Provider and event as PerfView names them; numbers where nothing tells what an event means. */
export function nameOfEvent(
  kind: EventKind,
  layout: EventLayout | undefined,
): { readonly provider: string; readonly event: string } {
  if (!layout) {
    const [provider, event] = nameOfKind(kind);
    return { provider, event };
  }
  const { name, provider } = layout;
  return {
    provider: provider.name,
    event: name.startsWith(`${provider.name}/`) ? name.slice(provider.name.length + 1) : name,
  };
}

function nameOfKind(kind: EventKind): [provider: string, event: string] {
  switch (kind.form) {
    case "kernel":
      return ["Windows Kernel", `Group(0x${(kind.hook >>> 8).toString(16)})/Opcode(${kind.hook & 0xff})`];
    case "classic":
      return [knownProviderName(kind.provider) ?? kind.provider, `Opcode(${kind.opcode})`];
    case "event":
      return [knownProviderName(kind.provider) ?? kind.provider, `EventID(${kind.id})`];
    case "wpp":
      return [kind.message, `Message(${kind.number})`];
    case "opaque":
      return ["Unknown", `Header(${kind.headerType})`];
  }
}
