import type { CompiledLayout } from "@adk/event-schema";
import { ColumnStore } from "./column-store.ts";
import type { Collector, EventHandler } from "./event-pass.ts";
import { addressOf, numberOf } from "./fields.ts";

export const DiskOperation = { READ: 0, WRITE: 1, FLUSH: 2 } as const;

const TRANSFER_COLUMNS = {
  /** Ticks when it was complete. */
  end: "f64",
  /** Ticks when it was asked for. */
  start: "f64",
  /** Ticks from which the disk worked at it: it serves one after the other. */
  serviceStart: "f64",
  offset: "f64",
  fileObject: "f64",
  size: "u32",
  thread: "u32",
  flags: "u32",
  disk: "u16",
  operation: "u8",
  /** Other requests to the disk that were under way when it was asked for, and when it was complete, as WPA counts them. */
  depthAtStart: "u16",
  depthAtEnd: "u16",
} as const;

/** Reads, writes and flushes of disks. */
export class DiskTransfers implements Collector {
  readonly transfers = new ColumnStore(TRANSFER_COLUMNS);
  /** Threads that asked for what is under way, by IRP: older versions of the events do not tell them at the end. */
  readonly #asked = new Map<number, number>();

  readonly handlers = {
    "Windows Kernel/DiskIO/Read": (layout: CompiledLayout) => this.#complete(layout, DiskOperation.READ),
    "Windows Kernel/DiskIO/Write": (layout: CompiledLayout) => this.#complete(layout, DiskOperation.WRITE),
    "Windows Kernel/DiskIO/FlushBuffers": (layout: CompiledLayout) => this.#complete(layout, DiskOperation.FLUSH),
    "Windows Kernel/DiskIO/ReadInit": (layout: CompiledLayout) => this.#ask(layout),
    "Windows Kernel/DiskIO/WriteInit": (layout: CompiledLayout) => this.#ask(layout),
    "Windows Kernel/DiskIO/FlushInit": (layout: CompiledLayout) => this.#ask(layout),
  };

  /** When the disks worked at each, and how many requests each had beside it. */
  readonly finish = (): void => {
    const { length, columns } = this.transfers;
    const byDisk = new Map<number, number[]>();
    for (let row = 0; row < length; row++) {
      const disk = columns.disk[row] as number;
      const rows = byDisk.get(disk);
      if (rows) rows.push(row);
      else byDisk.set(disk, [row]);
    }
    for (const rows of byDisk.values()) this.#serve(rows);
  };

  #serve(rows: number[]): void {
    const { columns } = this.transfers;
    const by = (column: Float64Array) =>
      [...rows].sort((a, b) => (column[a] as number) - (column[b] as number) || a - b);
    const [starts, ends] = [by(columns.start), by(columns.end)];
    let lastEnd = -Infinity;
    for (const row of ends) {
      columns.serviceStart[row] = Math.max(lastEnd, columns.start[row] as number);
      lastEnd = columns.end[row] as number;
    }
    let ended = 0;
    for (const [started, row] of starts.entries()) {
      while (ended < ends.length && (columns.end[ends[ended] as number] as number) <= (columns.start[row] as number))
        ended++;
      columns.depthAtStart[row] = started - ended;
    }
    let started = 0;
    for (const [done, row] of ends.entries()) {
      while (
        started < starts.length &&
        (columns.start[starts[started] as number] as number) < (columns.end[row] as number)
      )
        started++;
      columns.depthAtEnd[row] = Math.max(0, started - done - 1);
    }
  }

  #ask(layout: CompiledLayout): EventHandler {
    const [irp, thread] = [addressOf(layout, "Irp"), numberOf(layout, "IssuingThreadId", Number.NaN)];
    return (event) => {
      const issuer = thread(event);
      this.#asked.set(irp(event), Number.isNaN(issuer) ? event.threadId : issuer);
    };
  }

  #complete(layout: CompiledLayout, operation: number): EventHandler {
    const [disk, flags] = [numberOf(layout, "DiskNumber"), numberOf(layout, "IrpFlags")];
    const [size, offset] = [numberOf(layout, "TransferSize"), numberOf(layout, "ByteOffset")];
    const [fileObject, irp] = [addressOf(layout, "FileObject"), addressOf(layout, "Irp")];
    const elapsed = numberOf(layout, "HighResResponseTime");
    const thread = numberOf(layout, "IssuingThreadId", Number.NaN);
    return (event) => {
      const row = this.transfers.add();
      const { columns } = this.transfers;
      const issuer = thread(event);
      columns.end[row] = event.time;
      // In ticks of the performance counter.
      columns.start[row] = event.time - elapsed(event);
      columns.disk[row] = disk(event);
      columns.flags[row] = flags(event);
      columns.size[row] = size(event);
      columns.offset[row] = offset(event);
      columns.fileObject[row] = fileObject(event);
      columns.operation[row] = operation;
      columns.thread[row] = Number.isNaN(issuer) ? (this.#asked.get(irp(event)) ?? event.threadId) : issuer;
      this.#asked.delete(irp(event));
    };
  }
}
