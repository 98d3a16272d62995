import { commandModules, type DefineCommands } from "@adk/cli-kit";

const HELP = `
A hive is a file (its .LOG1 and .LOG2 beside it are used), or for reading one in an image or another source:
  adk registry ls SYSTEM 'CurrentControlSet\\Control'
  adk registry get 'install.wim:6!/Windows/System32/config/SOFTWARE' 'Microsoft\\Windows NT\\CurrentVersion' ProductName
Keys are written from the root of the hive. CurrentControlSet means the set that the hive says is current.`;

const defineModules = commandModules({
  "info ls get search": async () => (await import("./registry-read.ts")).defineReadCommands,
  "set delete import": async () => (await import("./registry-edit.ts")).defineEditCommands,
  export: async () => (await import("./registry-export.ts")).defineExportCommand,
  diff: async () => (await import("./registry-diff.ts")).defineDiffCommand,
  "check compact recover": async () => (await import("./registry-check.ts")).defineCheckCommands,
});

export const commands: DefineCommands = (registry, called) => {
  registry.addHelpText("after", HELP);
  return defineModules(registry, called);
};
