import type { DefineCommands } from "@adk/cli-kit";
import { defineIsoCreateCommand } from "./iso-create.ts";
import { defineIsoReadCommands } from "./iso-read.ts";

export const commands: DefineCommands = (iso) => {
  defineIsoCreateCommand(iso);
  defineIsoReadCommands(iso);
};
