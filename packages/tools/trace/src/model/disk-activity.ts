import type { Analysis } from "../analysis.ts";
import { DiskTransfers } from "./disk-transfers.ts";

/** Milliseconds since the start of the trace. */
export interface IdlePeriod {
  readonly start: number;
  readonly end: number;
}

/** When a disk worked, and when not. */
export interface DiskActivity {
  readonly disk: number;
  /** Rows of its transfers in the order of their ends. */
  readonly rows: readonly number[];
  /** Milliseconds. */
  readonly busy: number;
  /** From the end of a transfer to when the disk began with the next one: neither before the first nor behind the last. */
  readonly idle: readonly IdlePeriod[];
}

/** Each disk with the transfers that ended in the range. @param isWanted row of the transfers */
export function diskActivities(analysis: Analysis, isWanted: (row: number) => boolean = () => true): DiskActivity[] {
  const byDisk = new Map<number, number[]>();
  for (const transfers = analysis.get(DiskTransfers).transfers.rows(); transfers.next(); ) {
    const { columns, row, number } = transfers;
    if (!analysis.includes(columns.end[row] as number) || !isWanted(number)) continue;
    const disk = columns.disk[row] as number;
    const rows = byDisk.get(disk);
    if (rows) rows.push(number);
    else byDisk.set(disk, [number]);
  }
  const ends = [...byDisk].sort(([a], [b]) => a - b);
  // Transfers come when they are complete.
  return ends.map(([disk, rows]) => ({ disk, rows, ...timesOf(analysis, rows) }));
}

function timesOf(analysis: Analysis, rows: readonly number[]): Pick<DiskActivity, "busy" | "idle"> {
  const { transfers } = analysis.get(DiskTransfers);
  const idle: IdlePeriod[] = [];
  let [busy, last] = [0, Number.NaN];
  for (const number of rows) {
    const { columns, row } = transfers.at(number);
    const start = analysis.milliseconds(columns.serviceStart[row] as number);
    const end = analysis.milliseconds(columns.end[row] as number);
    busy += end - Math.max(start, analysis.range.from);
    if (start > last) idle.push({ start: last, end: start });
    last = end;
  }
  return { busy, idle };
}
