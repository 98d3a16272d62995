import { processOf } from "../model/attribution.ts";
import { FileOperations } from "../model/file-operations.ts";
import { ntStatusName } from "../nt-status.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Every operation on a file. */
export const fileIoTable: TableDefinition = {
  name: "fileio",
  title: "File I/O",
  summary: "files that were opened, read, written, listed ...: process, path, duration, result",
  needs: [{ event: "Windows Kernel/FileIO/OperationEnd", keyword: "FileIO" }],
  collectors: [FileOperations],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "thread", label: "Thread ID", type: "number" },
    { key: "operation", label: "Event Type", type: "text" },
    { key: "path", label: "File Path", type: "text" },
    { key: "target", label: "New Name or Pattern", type: "text" },
    { key: "size", label: "Size (B)", type: "bytes" },
    { key: "offset", label: "Offset (B)", type: "number" },
    { key: "information", label: "Information", type: "number" },
    { key: "infoClass", label: "Info Class", type: "number" },
    { key: "duration", label: "Duration (µs)", type: "microseconds" },
    { key: "status", label: "Error Code", type: "text" },
    { key: "start", label: "Start (ms)", type: "milliseconds" },
    { key: "end", label: "End (ms)", type: "milliseconds" },
  ],
  duration: "duration",
  *rows(analysis): Iterable<Row> {
    const collected = analysis.get(FileOperations);
    for (const rows = collected.operations.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const [start, end] = [columns.start[row] as number, columns.end[row] as number];
      if (!analysis.includes(start)) continue;
      const thread = columns.thread[row] as number;
      const process = processOf(analysis.model, thread, columns.process[row] as number, start);
      const { files } = analysis.model;
      const operation = collected.nameOf(columns.operation[row] as number);
      const transfers = operation === "Read" || operation === "Write";
      const ended = !Number.isNaN(end);
      yield {
        process: process?.name ?? "",
        pid: process?.id ?? null,
        thread,
        operation,
        path:
          files.nameOf(columns.fileKey[row] as number, start) || files.nameOf(columns.fileObject[row] as number, start),
        target: collected.targetOf(rows.number),
        size: transfers || operation.startsWith("Dir") ? (columns.size[row] as number) : null,
        offset: transfers ? (columns.offset[row] as number) : null,
        information: ended ? (columns.information[row] as number) : null,
        infoClass: transfers ? null : (columns.infoClass[row] as number),
        duration: ended ? analysis.milliseconds(end - start) * 1000 : null,
        status: ended ? ntStatusName(columns.status[row] as number) : "",
        start: analysis.milliseconds(start),
        end: ended ? analysis.milliseconds(end) : null,
      };
    }
  },
};
