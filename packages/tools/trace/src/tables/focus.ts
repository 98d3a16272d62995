import type { Analysis } from "../analysis.ts";
import { FocusChanges } from "../model/focus-changes.ts";
import type { Row, TableDefinition } from "./table.ts";

/**
 * The process in focus. Only the change of it is known, not the window; before the first change it is the one that loses the focus then.
 */
export const focusTable: TableDefinition = {
  name: "focus",
  title: "Window in Focus",
  summary: "which process had the focus of the user, and when",
  needs: [{ event: "Microsoft-Windows-Win32k", keyword: "Microsoft-Windows-Win32k (a provider)" }],
  collectors: [FocusChanges],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "start", label: "Start Time (ms)", type: "milliseconds" },
    { key: "end", label: "End Time (ms)", type: "milliseconds" },
    { key: "duration", label: "Time In Focus (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const { all } = analysis.get(FocusChanges);
    const [first] = all;
    if (!first) return;
    yield* period(analysis, first.oldProcessId, 0, first.time);
    for (const [i, { newProcessId, time }] of all.entries()) {
      yield* period(analysis, newProcessId, time, all[i + 1]?.time ?? analysis.model.end);
    }
  },
};

/** Nothing while no process has the focus, or outside the range. */
function* period(analysis: Analysis, processId: number, from: number, to: number): Generator<Row> {
  const { range, model } = analysis;
  const [start, end] = [analysis.milliseconds(from), analysis.milliseconds(to)];
  if (processId === 0 || start > range.to || end < range.from) return;
  yield { process: model.processes.at(processId, from).name, pid: processId, start, end, duration: end - start };
}
