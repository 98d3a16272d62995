import type { TransitionRow } from "../transitions/transition-rows.ts";
import type { Row, TableColumn } from "./table.ts";

/** Columns of logons, shutdowns and sleeps. */
export const TRANSITION_COLUMNS: readonly TableColumn[] = [
  { key: "kind", label: "Kind", type: "text" },
  { key: "name", label: "Name", type: "text" },
  { key: "detail", label: "Detail", type: "text" },
  { key: "session", label: "Session", type: "number" },
  { key: "process", label: "Process", type: "text" },
  { key: "pid", label: "Process ID", type: "number" },
  { key: "start", label: "Start Time (ms)", type: "milliseconds" },
  { key: "end", label: "End Time (ms)", type: "milliseconds" },
  { key: "duration", label: "Duration (ms)", type: "milliseconds" },
  { key: "source", label: "Source", type: "text" },
];

export function transitionRow({ kind, name, detail, session, process, start, end, source }: TransitionRow): Row {
  return {
    kind,
    name,
    detail,
    session: session ?? null,
    process: process?.name ?? "",
    pid: process?.id ?? null,
    start: start ?? null,
    end: end ?? null,
    duration: start === undefined || end === undefined ? null : end - start,
    source,
  };
}
