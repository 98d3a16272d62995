import type { EventKind } from "@adk/etl";
import type { EventLayout } from "@adk/event-schema";
import { type EventName, eventNameOf } from "./model/event-names.ts";
import type { Collector, EventHandler } from "./model/event-pass.ts";
import { isIdleSample } from "./model/sampled-profile.ts";

export interface EventCount extends EventName {
  count: number;
}

/** Name of a profiler's sample, and of those among them that find a processor idle: PerfView leaves them out. */
const SAMPLE = "Windows Kernel/PerfInfo/Sample";

/** How many events there are of each kind. */
export class EventCounts implements Collector {
  readonly #counts = new Map<string, EventCount>();
  readonly #providerName: (guid: string) => string | undefined;

  /** @param providerName of providers whose events nothing describes */
  constructor(providerName: (guid: string) => string | undefined) {
    this.#providerName = providerName;
  }

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
    const { provider, event } = eventNameOf(kind, layout, this.#providerName);
    const count = this.#entry(provider, event);
    if (layout?.name !== SAMPLE) {
      return () => {
        count.count++;
      };
    }
    const idle = this.#entry(provider, `${event}/Idle`);
    return ({ view, start, end, pointerSize }) => {
      const flags = start + pointerSize + 6 < end ? view.getUint8(start + pointerSize + 6) : 0;
      (isIdleSample(view.getUint32(start + pointerSize, true), flags) ? idle : count).count++;
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
