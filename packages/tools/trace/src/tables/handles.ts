import { ObjectHandles } from "../model/object-handles.ts";
import type { Row, TableDefinition } from "./table.ts";

/** Handles of processes over all of the trace: what is outstanding at its end cannot be told of a part of it. */
export const handlesTable: TableDefinition = {
  name: "handles",
  title: "Handles",
  summary: "handles of processes by type of object: created, closed, and not closed",
  needs: [
    { event: "Windows Kernel/Object/CreateHandle", keyword: "Handle" },
    { event: "Windows Kernel/Object/HandleDCStart", keyword: "Handle" },
  ],
  collectors: [ObjectHandles],
  columns: [
    { key: "process", label: "Process", type: "text" },
    { key: "pid", label: "Process ID", type: "number" },
    { key: "type", label: "Handle Type", type: "text" },
    { key: "before", label: "At Start", type: "number" },
    { key: "created", label: "Created", type: "number" },
    { key: "closed", label: "Closed", type: "number" },
    { key: "growth", label: "Growth", type: "number" },
    { key: "outstanding", label: "Outstanding", type: "number" },
    { key: "most", label: "Outstanding Max", type: "number" },
  ],
  *rows(analysis): Iterable<Row> {
    const { uses, typeNames } = analysis.get(ObjectHandles);
    const growthOf = ({ created, closed }: (typeof uses)[number]) => created - closed;
    for (const use of [...uses].sort((a, b) => growthOf(b) - growthOf(a) || b.created - a.created)) {
      const { process, type, before, created, closed, open, most } = use;
      yield {
        process: process?.name ?? "",
        pid: process?.id ?? null,
        type: typeNames.get(type) ?? `Type ${type}`,
        before,
        created,
        closed,
        growth: growthOf(use),
        outstanding: open,
        most,
      };
    }
  },
};
