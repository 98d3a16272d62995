import { NO_ID } from "@adk/etl";
import { GenericEvents } from "../model/generic-events.ts";
import type { Row, TableDefinition } from "./table.ts";

interface KindCount {
  readonly kind: number;
  count: number;
  readonly processes: Set<number>;
  readonly first: number;
  last: number;
}

/** How many events of each kind providers wrote. */
export const genericTable: TableDefinition = {
  name: "generic",
  title: "Generic Events",
  summary: "events of providers other than the kernel, by task and opcode: how many, when",
  needs: [],
  collectors: [GenericEvents],
  columns: [
    { key: "provider", label: "Provider Name", type: "text" },
    { key: "event", label: "Event Name", type: "text" },
    { key: "task", label: "Task Name", type: "text" },
    { key: "opcode", label: "Opcode Name", type: "text" },
    { key: "id", label: "Id", type: "number" },
    { key: "level", label: "Level", type: "text" },
    { key: "count", label: "Count", type: "number" },
    { key: "processes", label: "Processes", type: "number" },
    { key: "first", label: "First Time (ms)", type: "milliseconds" },
    { key: "last", label: "Last Time (ms)", type: "milliseconds" },
  ],
  *rows(analysis): Iterable<Row> {
    const { events, kinds } = analysis.get(GenericEvents);
    const counts = new Map<number, KindCount>();
    for (const rows = events.rows(); rows.next(); ) {
      const { columns, row } = rows;
      const time = columns.time[row] as number;
      if (!analysis.includes(time)) continue;
      const kind = columns.kind[row] as number;
      const count = counts.get(kind) ?? { kind, count: 0, processes: new Set(), first: time, last: time };
      counts.set(kind, count);
      count.count++;
      count.last = time;
      const process = columns.process[row] as number;
      if (process !== NO_ID) count.processes.add(process);
    }
    for (const { kind, count, processes, first, last } of [...counts.values()].sort((a, b) => b.count - a.count)) {
      const { id, ...names } = kinds[kind] as (typeof kinds)[number];
      yield {
        ...names,
        id: id ?? null,
        count,
        processes: processes.size,
        first: analysis.milliseconds(first),
        last: analysis.milliseconds(last),
      };
    }
  },
};
