import { commandModules } from "@adk/cli-kit";

export const commands = commandModules({
  "create-usb": async () => (await import("./disk-create.ts")).defineDiskCreateCommand,
  "info ls extract convert": async () => (await import("./disk-read.ts")).defineDiskReadCommands,
});
