import type { TraceClock } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";
import { RawTime } from "./raw-time.ts";

const FAULT_COLUMNS = {
  /** Ticks. */
  start: "f64",
  end: "f64",
  address: "f64",
  fileObject: "f64",
  offset: "f64",
  thread: "u32",
  bytes: "u32",
} as const;

/** Pages that had to be read from a file before a thread could go on. */
export class HardFaults implements Collector {
  readonly faults: EventColumns<typeof FAULT_COLUMNS>;
  readonly #rawTime: RawTime;

  readonly handlers = {
    "Windows Kernel/Memory/HardFault": (layout: CompiledLayout) => this.#fault(layout),
  };

  constructor({ clock, memory }: { readonly clock: TraceClock; readonly memory: ColumnMemory }) {
    this.faults = new EventColumns(FAULT_COLUMNS, memory);
    this.#rawTime = new RawTime(clock);
  }

  #fault(layout: CompiledLayout): EventHandler {
    const initial = layout.field("InitialTime").offset ?? 0;
    const [address, fileObject] = [addressOf(layout, "VirtualAddress"), addressOf(layout, "FileObject")];
    const [offset, bytes, thread] = [
      numberOf(layout, "ReadOffset"),
      numberOf(layout, "ByteCount"),
      numberOf(layout, "TThreadId"),
    ];
    return (event) => {
      if (event.start + initial + 8 > event.end) return;
      const row = this.faults.add();
      const { tail } = this.faults;
      tail.start[row] = this.#rawTime.ticksAt(event.view, event.start + initial);
      tail.end[row] = event.time;
      tail.address[row] = address(event);
      tail.fileObject[row] = fileObject(event);
      tail.offset[row] = offset(event);
      tail.bytes[row] = bytes(event);
      tail.thread[row] = thread(event);
    };
  }
}
