import type { EventKind } from "@adk/etl";
import type { EventLayout } from "@adk/event-schema";
import type { Collector, EventHandler } from "./event-pass.ts";
import { numberOf } from "./fields.ts";
import type { TraceModel } from "./trace-model.ts";

export interface FocusChange {
  /** Ticks. */
  readonly time: number;
  readonly oldProcessId: number;
  /** 0 if no process has the focus. */
  readonly newProcessId: number;
}

/** Which process the user worked with: the window manager tells when another one gets the focus. */
export class FocusChanges implements Collector {
  readonly all: FocusChange[] = [];
  readonly #model: TraceModel;

  constructor(model: TraceModel) {
    this.#model = model;
  }

  readonly handlerOf = (_: EventKind, layout: EventLayout | undefined): EventHandler | undefined => {
    if (layout?.provider.name !== "Microsoft-Windows-Win32k" || layout.task.trim() !== "FocusedProcessChange") return;
    // Its fields are of 32 bits, so the size of pointers is no matter.
    const compiled = this.#model.schemas.compiled(layout, 8);
    const [oldProcess, newProcess] = [numberOf(compiled, "OldProcessId"), numberOf(compiled, "NewProcessId")];
    return (event) => {
      this.all.push({ time: event.time, oldProcessId: oldProcess(event), newProcessId: newProcess(event) });
    };
  };
}
