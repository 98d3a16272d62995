import { NO_ID } from "@adk/etl";
import { processOf } from "../model/attribution.ts";
import { Marks } from "../model/marks.ts";
import type { Row, TableDefinition } from "./table.ts";

export const marksTable: TableDefinition = {
  name: "marks",
  title: "Marks",
  summary: "marks that were put into the trace while it was recorded",
  // A trace without marks lacks nothing.
  needs: [],
  collectors: [Marks],
  columns: [
    { key: "time", label: "Time (ms)", type: "milliseconds" },
    { key: "text", label: "Label", type: "text" },
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "thread", label: "Thread ID", type: "number" },
  ],
  *rows(analysis): Iterable<Row> {
    for (const { time, processId, threadId, text } of analysis.get(Marks).all) {
      if (!analysis.includes(time)) continue;
      const process = processOf(analysis.model, threadId, processId, time);
      yield {
        time: analysis.milliseconds(time),
        text,
        process: process?.name ?? "",
        pid: process?.id ?? null,
        thread: threadId === NO_ID ? null : threadId,
      };
    }
  },
};
