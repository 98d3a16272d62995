import type { Groups } from "@adk/cli-kit";

export const groups: Groups = [
  {
    name: "trace",
    summary: "Read performance traces (ETL): what was slow and why, tables, stacks, reports, exports",
    load: () => import("./trace.ts"),
  },
];
