import type { Groups } from "@adk/cli-kit";

export const groups: Groups = [
  {
    name: "wim",
    summary: "Examine, verify, capture, apply and export WIM and ESD files",
    load: () => import("./wim.ts"),
  },
];
