import { NO_ID } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventCursor } from "./event-pass.ts";
import { numberOf } from "./fields.ts";

/**
 * Which thread an event is of: the one that its header names, else the one that ran on its processor. Many events of the kernel have
 * a header without identifiers; of these the thread is known only where context switches were recorded.
 */
export class RunningThreads implements Collector {
  readonly #running: number[] = [];

  readonly handlers = {
    "Windows Kernel/Thread/CSwitch": (layout: CompiledLayout) => {
      const newThread = numberOf(layout, "NewThreadId");
      return (event: EventCursor) => {
        this.#running[event.processor] = newThread(event);
      };
    },
  };

  /** @returns `NO_ID` where nothing tells it */
  threadOf({ threadId, processor }: EventCursor): number {
    return threadId === NO_ID ? (this.#running[processor] ?? NO_ID) : threadId;
  }
}
