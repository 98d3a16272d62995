import type { CompiledLayout } from "@adk/event-schema";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { numberOf } from "./fields.ts";

/** Processors of a group. */
const GROUP_SIZE = 64;

/** Frequencies that processors were set to: the power manager tells when it chooses another one. */
export class ProcessorFrequencies implements Collector {
  readonly changes = new ColumnStore({ time: "f64", processor: "u32", megahertz: "u32" });

  readonly handlers = {
    "Microsoft-Windows-Kernel-Processor-Power/ProcessorPerfStateChange": (layout: CompiledLayout): EventHandler => {
      const [speed, processor] = [numberOf(layout, "Speed"), processorOf(layout)];
      return (event) => {
        const row = this.changes.add();
        const { columns } = this.changes;
        columns.time[row] = event.time;
        columns.processor[row] = processor(event);
        columns.megahertz[row] = speed(event);
      };
    },
  };
}

/** Numbered through all groups; those of groups that are not full are numbered as if they were. */
function processorOf(layout: CompiledLayout): (event: Parameters<EventHandler>[0]) => number {
  const [group, number] = [numberOf(layout, "Group"), numberOf(layout, "Number")];
  return (event) => group(event) * GROUP_SIZE + number(event);
}
