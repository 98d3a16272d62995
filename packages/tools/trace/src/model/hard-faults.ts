import type { TraceClock } from "@adk/etl";
import type { CompiledLayout } from "@adk/event-schema";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";
import { RawTime } from "./raw-time.ts";

/** Pages that had to be read from a file before a thread could go on. */
export class HardFaults implements Collector {
  readonly faults = new ColumnStore({
    /** Ticks. */
    start: "f64",
    end: "f64",
    address: "f64",
    fileObject: "f64",
    offset: "f64",
    thread: "u32",
    bytes: "u32",
  });
  readonly #rawTime: RawTime;

  readonly handlers = {
    "Windows Kernel/Memory/HardFault": (layout: CompiledLayout) => this.#fault(layout),
  };

  constructor({ clock }: { readonly clock: TraceClock }) {
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
      const { columns } = this.faults;
      columns.start[row] = this.#rawTime.ticksAt(event.view, event.start + initial);
      columns.end[row] = event.time;
      columns.address[row] = address(event);
      columns.fileObject[row] = fileObject(event);
      columns.offset[row] = offset(event);
      columns.bytes[row] = bytes(event);
      columns.thread[row] = thread(event);
    };
  }
}
