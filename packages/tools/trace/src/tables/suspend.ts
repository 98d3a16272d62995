import { suspendsOf } from "../suspend/suspend.ts";
import { TaskEvents } from "../transitions/task-events.ts";
import type { Row, TableDefinition } from "./table.ts";
import { TRANSITION_COLUMNS, transitionRow } from "./transition-columns.ts";

/** Sleeps of the system, and what going there and waking were made of. */
export const suspendTable: TableDefinition = {
  name: "suspend",
  title: "Suspend and Resume Phases",
  summary: "sleep and hibernation: phases, programs, services, devices and drivers",
  needs: [{ event: "Microsoft-Windows-Kernel-Power", keyword: "Microsoft-Windows-Kernel-Power (a provider)" }],
  collectors: [TaskEvents],
  columns: TRANSITION_COLUMNS,
  *rows(analysis): Iterable<Row> {
    for (const { rows } of suspendsOf(analysis)) yield* rows.map(transitionRow);
  },
};
