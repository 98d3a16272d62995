import { commandModules } from "@adk/cli-kit";

export const commands = commandModules({
  create: async () => (await import("./iso-create.ts")).defineIsoCreateCommand,
  "info ls extract verify": async () => (await import("./iso-read.ts")).defineIsoReadCommands,
});
