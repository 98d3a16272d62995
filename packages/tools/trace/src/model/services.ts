import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventCursor } from "./event-pass.ts";
import { numberOf, textOf } from "./fields.ts";

export interface TraceService {
  readonly name: string;
  readonly displayName: string;
  readonly processId: number;
  /** SERVICE_STOPPED (1) to SERVICE_PAUSED (7). */
  readonly state: number;
  /** By which threads tell that they work for it. */
  readonly subProcessTag: number;
}

/** Services that ran when the trace was made. */
export class Services implements Collector {
  readonly all: TraceService[] = [];
  readonly #byTag = new Map<string, TraceService>();

  readonly handlers = {
    "Windows Kernel/SystemConfig/Services": (layout: CompiledLayout) => {
      const [processId, state] = [numberOf(layout, "ProcessId"), numberOf(layout, "ServiceState")];
      const tag = numberOf(layout, "SubProcessTag");
      const [name, displayName] = [textOf(layout, "ServiceName"), textOf(layout, "DisplayName")];
      return (event: EventCursor) =>
        this.#add({
          name: name(event),
          displayName: displayName(event),
          processId: processId(event),
          state: state(event),
          subProcessTag: tag(event),
        });
    },
  };

  /** The service that a thread of a process works for. */
  ofThread(processId: number, subProcessTag: number): TraceService | undefined {
    return subProcessTag === 0 ? undefined : this.#byTag.get(`${processId} ${subProcessTag}`);
  }

  #add(service: TraceService): void {
    const key = `${service.processId} ${service.subProcessTag}`;
    // Rundowns at the start and at the end tell the same.
    if (this.all.some(({ name, processId }) => name === service.name && processId === service.processId)) return;
    this.all.push(service);
    if (service.subProcessTag !== 0) this.#byTag.set(key, service);
  }
}
