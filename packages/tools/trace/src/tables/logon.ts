import { BOOT_COLLECTORS } from "../boot/boot-phases.ts";
import { logonsOf } from "../logon/logon.ts";
import type { Row, TableDefinition } from "./table.ts";
import { TRANSITION_COLUMNS, transitionRow } from "./transition-columns.ts";

/** Logons of users, and what they were made of. */
export const logonTable: TableDefinition = {
  name: "logon",
  title: "Logon Phases",
  summary: "logons: authentication, subscribers, profile, group policy, userinit, shell",
  needs: [{ event: "Microsoft-Windows-Winlogon", keyword: "Microsoft-Windows-Winlogon (a provider)" }],
  collectors: BOOT_COLLECTORS,
  columns: TRANSITION_COLUMNS,
  *rows(analysis): Iterable<Row> {
    for (const { rows } of logonsOf(analysis)) yield* rows.map(transitionRow);
  },
};
