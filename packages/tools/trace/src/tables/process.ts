import type { Analysis } from "../analysis.ts";
import { formatStatus } from "../format-status.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Processes and when they lived. */
export const processTable: TableDefinition = {
  name: "process",
  title: "Processes",
  summary: "lifetime, parent, session, exit code, command line",
  needs: [{ event: "Windows Kernel/Process", keyword: "ProcessThread" }],
  collectors: [],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "parentPid", label: "Parent Process ID", type: "number" },
    { key: "session", label: "Session", type: "number" },
    { key: "start", label: "Start Time (ms)", type: "milliseconds" },
    { key: "end", label: "End Time (ms)", type: "milliseconds" },
    { key: "duration", label: "Duration (ms)", type: "milliseconds" },
    { key: "exitCode", label: "Exit Code", type: "status" },
    { key: "user", label: "User SID", type: "text" },
    { key: "package", label: "Package", type: "text" },
    { key: "commandLine", label: "Command Line", type: "text" },
  ],
  *rows(analysis): Iterable<Row> {
    const { model, range } = analysis;
    for (const process of model.processes.all) {
      const [start, end] = [timeOf(analysis, process.start), timeOf(analysis, process.end)];
      if ((start ?? 0) > range.to || (end ?? Infinity) < range.from) continue;
      yield {
        process: process.name,
        pid: process.id,
        parentPid: process.parentId ?? null,
        session: process.sessionId ?? null,
        start,
        end,
        duration: (end ?? model.duration) - (start ?? 0),
        exitCode: process.exitCode === undefined ? null : formatStatus(process.exitCode),
        user: process.user,
        package: process.packageFullName,
        commandLine: process.commandLine,
      };
    }
  },
};

/** Nothing for what was there before the trace, or after it. */
export function timeOf(analysis: Analysis, ticks: number): number | null {
  return Number.isFinite(ticks) ? analysis.milliseconds(ticks) : null;
}
