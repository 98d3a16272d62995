import type { DefineCommands } from "@adk/cli-kit";
import { defineDiskCreateCommand } from "./disk-create.ts";

export const commands: DefineCommands = (disk) => {
  defineDiskCreateCommand(disk);
};
