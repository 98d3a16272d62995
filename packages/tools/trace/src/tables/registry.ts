import { NO_ID } from "@adk/etl";
import { processOf } from "../model/attribution.ts";
import { RegistryOperations } from "../model/registry-operations.ts";
import { ntStatusName } from "../nt-status.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Every operation on the registry. */
export const registryTable: TableDefinition = {
  name: "registry",
  title: "Registry",
  summary: "keys and values of the registry that were opened, read, written: process, name, duration, result",
  needs: [{ event: "Windows Kernel/Registry", keyword: "Registry" }],
  collectors: [RegistryOperations],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "thread", label: "Thread ID", type: "number" },
    { key: "operation", label: "Operation", type: "text" },
    { key: "path", label: "Key Path", type: "text" },
    { key: "value", label: "Value Name", type: "text" },
    { key: "status", label: "Status", type: "text" },
    { key: "duration", label: "Elapsed Time (µs)", type: "microseconds" },
    { key: "time", label: "Time (ms)", type: "milliseconds" },
  ],
  duration: "duration",
  *rows(analysis): Iterable<Row> {
    const registry = analysis.get(RegistryOperations);
    for (const rows = registry.operations.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const [start, end] = [columns.start[row] as number, columns.end[row] as number];
      if (!analysis.includes(end)) continue;
      const thread = columns.thread[row] as number;
      const process = processOf(analysis.model, thread, columns.process[row] as number, end);
      yield {
        process: process?.name ?? "",
        pid: process?.id ?? null,
        thread: thread === NO_ID ? null : thread,
        operation: registry.operationOf(columns, row),
        path: registry.keyOf(columns, row),
        value: registry.valueOf(columns, row),
        status: ntStatusName(columns.status[row] as number),
        duration: Number.isNaN(start) ? null : analysis.milliseconds(end - start) * 1000,
        time: analysis.milliseconds(end),
      };
    }
  },
};
