import type { Groups } from "@adk/cli-kit";

export const groups: Groups = [
  {
    name: "trace",
    summary: "Read performance traces (ETL): what was slow and why, tables, stacks, reports, exports",
    load: () => import("./trace.ts"),
  },
  {
    name: "xperf",
    summary: "xperf's command line: dump, reports and merge of traces",
    replaces: "xperf.exe",
    load: () => import("./xperf.ts"),
  },
  {
    name: "wpaexporter",
    summary: "wpaexporter's command line: the tables of a profile of WPA as CSV",
    replaces: "wpaexporter.exe",
    load: () => import("./wpaexporter.ts"),
  },
];
