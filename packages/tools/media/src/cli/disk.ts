import type { DefineCommands } from "@adk/cli-kit";
import { defineDiskCreateCommand } from "./disk-create.ts";
import { defineDiskReadCommands } from "./disk-read.ts";

export const commands: DefineCommands = (disk) => {
  defineDiskCreateCommand(disk);
  defineDiskReadCommands(disk);
};
