import { formatAddress } from "../model/address.ts";
import { HardFaults } from "../model/hard-faults.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Pages that had to be read from files. */
export const hardFaultTable: TableDefinition = {
  name: "hardfault",
  title: "Hard Faults",
  summary: "pages that had to be read from files before a thread could go on",
  needs: [{ event: "Windows Kernel/Memory/HardFault", keyword: "HardFaults" }],
  collectors: [HardFaults],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "thread", label: "Thread ID", type: "number" },
    { key: "path", label: "Path Name", type: "text" },
    { key: "ioTime", label: "IO Time (µs)", type: "microseconds" },
    { key: "size", label: "Size (B)", type: "bytes" },
    { key: "offset", label: "Offset (B)", type: "number" },
    { key: "address", label: "Virtual Address", type: "address" },
    { key: "initTime", label: "Init Time (ms)", type: "milliseconds" },
    { key: "completeTime", label: "Complete Time (ms)", type: "milliseconds" },
  ],
  duration: "ioTime",
  *rows(analysis): Iterable<Row> {
    const { threads, files } = analysis.model;
    for (const rows = analysis.get(HardFaults).faults.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const [start, end] = [columns.start[row] as number, columns.end[row] as number];
      if (!analysis.includes(end)) continue;
      const thread = columns.thread[row] as number;
      const process = threads.processOf(thread, end);
      yield {
        process: process?.name ?? "",
        pid: process?.id ?? null,
        thread,
        path: files.nameOf(columns.fileObject[row] as number, end),
        ioTime: analysis.milliseconds(end - start) * 1000,
        size: columns.bytes[row] as number,
        offset: columns.offset[row] as number,
        address: formatAddress(columns.address[row] as number),
        initTime: analysis.milliseconds(start),
        completeTime: analysis.milliseconds(end),
      };
    }
  },
};
