import type { CompiledLayout } from "@adk/event-schema";
import type { ColumnMemory } from "./column-memory.ts";
import { EventColumns } from "./event-columns.ts";
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
  readonly transfers: EventColumns<typeof TRANSFER_COLUMNS>;
  /** Ticks until which each disk worked. */
  readonly #lastEnds: number[] = [];
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

  constructor({ memory }: { readonly memory: ColumnMemory }) {
    this.transfers = new EventColumns(TRANSFER_COLUMNS, memory);
  }

  /** How many requests each had beside it. */
  readonly finish = (): void => {
    const { length } = this.transfers;
    const [disks, starts, ends] = [new Uint16Array(length), new Float64Array(length), new Float64Array(length)];
    const byDisk = new Map<number, number>();
    for (const rows = this.transfers.rows(); rows.next(); ) {
      const { columns, row, number } = rows;
      const disk = columns.disk[row] as number;
      disks[number] = disk;
      starts[number] = columns.start[row] as number;
      ends[number] = columns.end[row] as number;
      byDisk.set(disk, (byDisk.get(disk) ?? 0) + 1);
    }
    const depths = { atStart: new Uint16Array(length), atEnd: new Uint16Array(length) };
    for (const [disk, count] of byDisk) countDepths(rowsOf(disks, disk, count), starts, ends, depths);
    this.transfers.fill("depthAtStart", depths.atStart);
    this.transfers.fill("depthAtEnd", depths.atEnd);
  };

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
      const { tail } = this.transfers;
      const issuer = thread(event);
      // In ticks of the performance counter.
      const start = event.time - elapsed(event);
      tail.end[row] = event.time;
      tail.start[row] = start;
      tail.disk[row] = disk(event);
      const own = tail.disk[row] as number;
      // Where times run back, what ends before another ended was served in no time.
      const last = this.#lastEnds[own] ?? -Infinity;
      tail.serviceStart[row] = Math.min(Math.max(last, start), event.time);
      this.#lastEnds[own] = Math.max(last, event.time);
      tail.flags[row] = flags(event);
      tail.size[row] = size(event);
      tail.offset[row] = offset(event);
      tail.fileObject[row] = fileObject(event);
      tail.operation[row] = operation;
      tail.thread[row] = Number.isNaN(issuer) ? (this.#asked.get(irp(event)) ?? event.threadId) : issuer;
      this.#asked.delete(irp(event));
    };
  }
}

function rowsOf(disks: Uint16Array, disk: number, count: number): Uint32Array {
  const rows = new Uint32Array(count);
  let found = 0;
  for (let row = 0; row < disks.length; row++) if (disks[row] === disk) rows[found++] = row;
  return rows;
}

/** @param byEnd rows of a disk; transfers come when they are complete, so these are in the order of their ends */
function countDepths(
  byEnd: Uint32Array,
  starts: Float64Array,
  ends: Float64Array,
  depths: { readonly atStart: Uint16Array; readonly atEnd: Uint16Array },
): void {
  const byStart = byEnd.slice().sort((a, b) => (starts[a] as number) - (starts[b] as number) || a - b);
  let ended = 0;
  for (const [started, row] of byStart.entries()) {
    while (ended < byEnd.length && (ends[byEnd[ended] as number] as number) <= (starts[row] as number)) ended++;
    depths.atStart[row] = started - ended;
  }
  let started = 0;
  for (const [done, row] of byEnd.entries()) {
    while (started < byStart.length && (starts[byStart[started] as number] as number) < (ends[row] as number))
      started++;
    depths.atEnd[row] = Math.max(0, started - done - 1);
  }
}
