import { commandModules } from "@adk/cli-kit";

export const commands = commandModules({
  info: async () => (await import("./wim-info.ts")).defineInfoCommand,
  dir: async () => (await import("./wim-dir.ts")).defineDirCommand,
  diff: async () => (await import("./wim-diff.ts")).defineDiffCommand,
  verify: async () => (await import("./wim-verify.ts")).defineVerifyCommand,
  "capture append export": async () => (await import("./wim-write.ts")).defineWriteCommands,
  "update set": async () => (await import("./wim-change.ts")).defineChangeCommands,
  "apply extract": async () => (await import("./wim-extract.ts")).defineExtractCommands,
  "split join delete optimize": async () => (await import("./wim-sets.ts")).defineSetCommands,
  recover: async () => (await import("./wim-recover.ts")).defineRecoverCommand,
});
