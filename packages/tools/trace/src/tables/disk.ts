import { IO_PRIORITY, ioPriority, valueName } from "@adk/event-schema";
import { DiskTransfers } from "../model/disk-transfers.ts";
import type { Row, TableDefinition } from "./table.ts";

/** By `DiskOperation`. */
export const DISK_OPERATIONS = ["Read", "Write", "Flush"] as const;

/** Every read, write and flush of a disk. */
export const diskTable: TableDefinition = {
  name: "disk",
  title: "Disk Usage",
  summary: "reads and writes of disks by process and file, with their times",
  needs: [{ event: "Windows Kernel/DiskIO", keyword: "DiskIO" }],
  collectors: [DiskTransfers],
  columns: [
    { key: "disk", label: "Disk", type: "number" },
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "thread", label: "Thread ID", type: "number" },
    { key: "path", label: "Path Name", type: "text" },
    { key: "operation", label: "IO Type", type: "text" },
    { key: "priority", label: "Priority", type: "text" },
    { key: "serviceTime", label: "Disk Service Time (µs)", type: "microseconds" },
    { key: "ioTime", label: "IO Time (µs)", type: "microseconds" },
    { key: "size", label: "Size (B)", type: "bytes" },
    { key: "offset", label: "Min Offset (B)", type: "number" },
    { key: "initTime", label: "Init Time (ms)", type: "milliseconds" },
    { key: "completeTime", label: "Complete Time (ms)", type: "milliseconds" },
    { key: "queueDepthInit", label: "QD/I", type: "number" },
    { key: "queueDepthComplete", label: "QD/C", type: "number" },
  ],
  duration: "ioTime",
  *rows(analysis): Iterable<Row> {
    const { threads, files } = analysis.model;
    for (const rows = analysis.get(DiskTransfers).transfers.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const [start, end] = [columns.start[row] as number, columns.end[row] as number];
      if (!analysis.includes(end)) continue;
      const thread = columns.thread[row] as number;
      const process = threads.processOf(thread, end);
      yield {
        disk: columns.disk[row] as number,
        process: process?.name ?? "",
        pid: process?.id ?? null,
        thread,
        path: files.nameOf(columns.fileObject[row] as number, end),
        operation: DISK_OPERATIONS[columns.operation[row] as number] ?? "",
        priority: valueName(IO_PRIORITY, ioPriority(columns.flags[row] as number)),
        serviceTime: analysis.milliseconds(end - (columns.serviceStart[row] as number)) * 1000,
        ioTime: analysis.milliseconds(end - start) * 1000,
        size: columns.size[row] as number,
        offset: columns.offset[row] as number,
        initTime: analysis.milliseconds(start),
        completeTime: analysis.milliseconds(end),
        queueDepthInit: columns.depthAtStart[row] as number,
        queueDepthComplete: columns.depthAtEnd[row] as number,
      };
    }
  },
};
