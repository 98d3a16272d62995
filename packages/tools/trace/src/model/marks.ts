import type { CompiledLayout } from "@adk/event-schema";
import type { Collector, EventCursor } from "./event-pass.ts";
import { textOf } from "./fields.ts";

export interface TraceMark {
  /** Ticks. */
  readonly time: number;
  readonly processId: number;
  readonly threadId: number;
  readonly text: string;
}

/** Marks that someone put into a trace while it was recorded. */
export class Marks implements Collector {
  readonly all: TraceMark[] = [];

  readonly handlers = {
    "Windows Kernel/PerfInfo/Mark": (layout: CompiledLayout) => {
      const text = textOf(layout, "Message");
      return (event: EventCursor) => {
        const { time, processId, threadId } = event;
        this.all.push({ time, processId, threadId, text: text(event) });
      };
    },
  };
}
