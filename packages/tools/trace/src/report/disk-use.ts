import type { Analysis } from "../analysis.ts";
import { DiskTransfers } from "../model/disk-transfers.ts";
import { BINS, type TimeBins } from "./time-bins.ts";

export interface TransferTotal {
  readonly name: string;
  count: number;
  bytes: number;
  /** Milliseconds that disks worked at it. */
  service: number;
}

export interface SlowTransfer {
  readonly process: string;
  readonly path: string;
  readonly operation: string;
  /** Milliseconds from when it was asked for until it was complete. */
  readonly elapsed: number;
  readonly from: number;
  readonly to: number;
}

/** What the disks did. */
export interface DiskUse {
  /** Heaviest first, by what disks worked at them. */
  readonly disks: readonly TransferTotal[];
  readonly processes: readonly TransferTotal[];
  readonly files: readonly TransferTotal[];
  readonly slowest: SlowTransfer;
  /** Milliseconds of service by part of the time: of reads, writes, flushes. */
  readonly bins: readonly Float64Array[];
}

const DISK_OPERATIONS = ["Read", "Write", "Flush"] as const;

/** Undefined where the trace tells of no transfer. */
export function diskUse(analysis: Analysis, time: TimeBins): DiskUse | undefined {
  const { threads, files: names } = analysis.model;
  const [disks, processes, files] = [new Totals(), new Totals(), new Totals()];
  const bins = DISK_OPERATIONS.map(() => new Float64Array(BINS));
  let slowest = -1;
  let longest = Number.NEGATIVE_INFINITY;
  const { transfers } = analysis.get(DiskTransfers);
  for (const rows = transfers.rows(); rows.next(); ) {
    const { columns, row } = rows;
    const [start, end] = [columns.start[row] as number, columns.end[row] as number];
    if (!analysis.includes(end)) continue;
    if (end - start > longest) [slowest, longest] = [rows.number, end - start];
    const from = analysis.milliseconds(columns.serviceStart[row] as number);
    const to = analysis.milliseconds(end);
    const bytes = columns.size[row] as number;
    const process = threads.processOf(columns.thread[row] as number, end)?.name;
    disks.add(`Disk ${columns.disk[row]}`, bytes, to - from);
    processes.add(process || "?", bytes, to - from);
    files.add(names.nameOf(columns.fileObject[row] as number, end) || "?", bytes, to - from);
    const own = bins[columns.operation[row] as number];
    if (own) time.addSpan(own, from, to);
  }
  if (slowest < 0) return undefined;
  const [start, end] = [transfers.get("start", slowest), transfers.get("end", slowest)];
  return {
    disks: disks.sorted,
    processes: processes.sorted,
    files: files.sorted,
    slowest: {
      process: threads.processOf(transfers.get("thread", slowest), end)?.name || "?",
      path: names.nameOf(transfers.get("fileObject", slowest), end) || "?",
      operation: DISK_OPERATIONS[transfers.get("operation", slowest)] ?? "Transfer",
      elapsed: analysis.milliseconds(end - start),
      from: analysis.milliseconds(start),
      to: analysis.milliseconds(end),
    },
    bins,
  };
}

class Totals {
  readonly #byName = new Map<string, TransferTotal>();

  add(name: string, bytes: number, service: number): void {
    let total = this.#byName.get(name);
    if (!total) {
      total = { name, count: 0, bytes: 0, service: 0 };
      this.#byName.set(name, total);
    }
    total.count++;
    total.bytes += bytes;
    total.service += service;
  }

  get sorted(): TransferTotal[] {
    return [...this.#byName.values()].sort((a, b) => b.service - a.service);
  }
}
