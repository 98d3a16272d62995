import type { Groups } from "@adk/cli-kit";

export const groups: Groups = [
  { name: "build", summary: "Build an image from a declarative manifest", load: () => import("./build.ts") },
];
