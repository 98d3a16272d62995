import type { DefineCommands } from "@adk/cli-kit";
import { defineCheckCommands } from "./registry-check.ts";
import { defineDiffCommand } from "./registry-diff.ts";
import { defineEditCommands } from "./registry-edit.ts";
import { defineExportCommand } from "./registry-export.ts";
import { defineReadCommands } from "./registry-read.ts";

export const commands: DefineCommands = (registry) => {
  registry.addHelpText(
    "after",
    `
A hive is a file (its .LOG1 and .LOG2 beside it are used), or for reading one in an image or another source:
  adk registry ls SYSTEM 'CurrentControlSet\\Control'
  adk registry get 'install.wim:6!/Windows/System32/config/SOFTWARE' 'Microsoft\\Windows NT\\CurrentVersion' ProductName
Keys are written from the root of the hive. CurrentControlSet means the set that the hive says is current.`,
  );
  defineReadCommands(registry);
  defineEditCommands(registry);
  defineExportCommand(registry);
  defineDiffCommand(registry);
  defineCheckCommands(registry);
};
