import { shutdownOf } from "../shutdown/shutdown.ts";
import { TaskEvents } from "../transitions/task-events.ts";
import type { Row, TableDefinition } from "./table.ts";
import { TRANSITION_COLUMNS, transitionRow } from "./transition-columns.ts";

/** A shutdown, and what it was made of. */
export const shutdownTable: TableDefinition = {
  name: "shutdown",
  title: "Shutdown Phases",
  summary: "a shutdown: sessions with their programs and services, kernel, devices",
  needs: [
    { event: "Microsoft-Windows-Wininit", keyword: "Microsoft-Windows-Wininit (a provider)" },
    { event: "Microsoft-Windows-Kernel-Power", keyword: "Microsoft-Windows-Kernel-Power (a provider)" },
  ],
  collectors: [TaskEvents],
  columns: TRANSITION_COLUMNS,
  *rows(analysis): Iterable<Row> {
    yield* (shutdownOf(analysis)?.rows ?? []).map(transitionRow);
  },
};
