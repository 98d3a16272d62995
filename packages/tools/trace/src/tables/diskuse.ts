import { IO_PRIORITY, ioPriority, valueName } from "@adk/event-schema";
import { diskActivities } from "../model/disk-activity.ts";
import { DiskOperation, DiskTransfers } from "../model/disk-transfers.ts";
import { DISK_OPERATIONS } from "./disk.ts";
import type { Row, TableDefinition } from "./table.ts";

const NEEDS = [{ event: "Windows Kernel/DiskIO", keyword: "DiskIO" }] as const;

/** How busy each disk was. */
export const diskUseTable: TableDefinition = {
  name: "diskuse",
  title: "Disk Activity",
  summary: "how busy each disk was, how many requests it had at once, and how long it was idle",
  needs: NEEDS,
  collectors: [DiskTransfers],
  columns: [
    { key: "disk", label: "Disk", type: "number" },
    { key: "reads", label: "Reads", type: "number" },
    { key: "readBytes", label: "Read (B)", type: "bytes" },
    { key: "writes", label: "Writes", type: "number" },
    { key: "writtenBytes", label: "Written (B)", type: "bytes" },
    { key: "flushes", label: "Flushes", type: "number" },
    { key: "busy", label: "Disk Service Time (ms)", type: "milliseconds" },
    { key: "percent", label: "% Busy", type: "percent" },
    { key: "queueDepth", label: "Queue Depth Avg", type: "number" },
    { key: "deepest", label: "Queue Depth Max", type: "number" },
    { key: "idle", label: "Idle (ms)", type: "milliseconds" },
    { key: "idlePeriods", label: "Idle Periods", type: "number" },
    { key: "longestIdle", label: "Idle Max (ms)", type: "milliseconds" },
    { key: "longestIdleAt", label: "Start of Idle Max (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const { transfers } = analysis.get(DiskTransfers);
    const from = Math.max(0, analysis.range.from);
    const { duration } = analysis;
    for (const { disk, rows, busy, idle } of diskActivities(analysis)) {
      const counts = [0, 0, 0];
      const bytes = [0, 0, 0];
      let [waited, deepest] = [0, 0];
      for (const number of rows) {
        const { columns, row } = transfers.at(number);
        const operation = columns.operation[row] as number;
        counts[operation]!++;
        bytes[operation]! += columns.size[row] as number;
        waited += analysis.milliseconds((columns.end[row] as number) - (columns.start[row] as number));
        deepest = Math.max(deepest, (columns.depthAtStart[row] as number) + 1);
      }
      const [first, last] = [rows[0] as number, rows.at(-1) as number];
      const periods = [
        { start: from, end: Math.max(from, analysis.milliseconds(transfers.get("serviceStart", first))) },
        ...idle,
        { start: analysis.milliseconds(transfers.get("end", last)), end: from + duration },
      ].filter(({ start, end }) => end > start);
      const longest = periods.reduce((most, each) => (each.end - each.start > most.end - most.start ? each : most), {
        start: 0,
        end: 0,
      });
      yield {
        disk,
        reads: counts[DiskOperation.READ] as number,
        readBytes: bytes[DiskOperation.READ] as number,
        writes: counts[DiskOperation.WRITE] as number,
        writtenBytes: bytes[DiskOperation.WRITE] as number,
        flushes: counts[DiskOperation.FLUSH] as number,
        busy,
        percent: duration > 0 ? (100 * busy) / duration : 0,
        queueDepth: duration > 0 ? thousandths(waited / duration) : 0,
        deepest,
        idle: periods.reduce((sum, { start, end }) => sum + end - start, 0),
        idlePeriods: periods.length,
        longestIdle: longest.end - longest.start,
        longestIdleAt: longest.end > longest.start ? longest.start : null,
      };
    }
  },
};

/** What was asked of the disks with which priority. */
export const diskPriorityTable: TableDefinition = {
  name: "diskpriority",
  title: "Disk Usage by Priority",
  summary: "reads and writes of disks by their priority, and how long these took",
  needs: NEEDS,
  collectors: [DiskTransfers],
  columns: [
    { key: "disk", label: "Disk", type: "number" },
    { key: "priority", label: "Priority", type: "text" },
    { key: "operation", label: "IO Type", type: "text" },
    { key: "count", label: "Count", type: "number" },
    { key: "size", label: "Size (B)", type: "bytes" },
    { key: "serviceTime", label: "Disk Service Time (ms)", type: "milliseconds" },
    { key: "average", label: "IO Time Avg (µs)", type: "microseconds" },
    { key: "longest", label: "IO Time Max (µs)", type: "microseconds" },
    { key: "queueDepth", label: "QD/I Avg", type: "number" },
  ],
  *rows(analysis): Iterable<Row> {
    const { transfers } = analysis.get(DiskTransfers);
    for (const { disk, rows } of diskActivities(analysis)) {
      const byPriority = new Map<
        number,
        { count: number; size: number; service: number; io: number; longest: number; depth: number }
      >();
      for (const number of rows) {
        const { columns, row } = transfers.at(number);
        const end = columns.end[row] as number;
        const key =
          ioPriority(columns.flags[row] as number) * DISK_OPERATIONS.length + (columns.operation[row] as number);
        const sums = byPriority.get(key) ?? { count: 0, size: 0, service: 0, io: 0, longest: 0, depth: 0 };
        byPriority.set(key, sums);
        const ioTime = analysis.milliseconds(end - (columns.start[row] as number)) * 1000;
        sums.count++;
        sums.size += columns.size[row] as number;
        sums.service += analysis.milliseconds(end - (columns.serviceStart[row] as number));
        sums.io += ioTime;
        sums.longest = Math.max(sums.longest, ioTime);
        sums.depth += columns.depthAtStart[row] as number;
      }
      for (const [key, { count, size, service, io, longest, depth }] of [...byPriority].sort(([a], [b]) => b - a)) {
        yield {
          disk,
          priority: valueName(IO_PRIORITY, Math.floor(key / DISK_OPERATIONS.length)),
          operation: DISK_OPERATIONS[key % DISK_OPERATIONS.length] ?? "",
          count,
          size,
          serviceTime: service,
          average: io / count,
          longest,
          queueDepth: thousandths(depth / count),
        };
      }
    }
  },
};

/** More digits say nothing of a depth. */
function thousandths(value: number): number {
  return Math.round(value * 1000) / 1000;
}
