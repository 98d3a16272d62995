import type { Groups } from "@adk/cli-kit";

export const groups: Groups = [
  {
    name: "unattend",
    summary: "Check, edit, explain and write answer files (unattend.xml)",
    load: () => import("./unattend.ts"),
  },
];
