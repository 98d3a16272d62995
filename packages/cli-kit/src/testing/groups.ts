import type { Groups } from "../group.ts";

export const groups: Groups = [
  { name: "demo", aliases: ["d"], summary: "Commands for tests", load: () => import("./demo.ts") },
  { name: "single", summary: "A group that is one command", load: () => import("./single.ts") },
  {
    name: "original",
    summary: "The original's command line",
    replaces: "ORIGINAL.EXE",
    load: () => import("./original.ts"),
  },
  {
    name: "broken",
    summary: "A group that cannot be loaded",
    load: async () => {
      throw new Error("no such module");
    },
  },
];
