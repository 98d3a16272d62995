import type { DefineCommands } from "@adk/cli-kit";
import { defineExtractCommands } from "./wim-extract.ts";
import { defineReadCommands } from "./wim-read.ts";
import { defineWriteCommands } from "./wim-write.ts";

export const commands: DefineCommands = (wim) => {
  defineReadCommands(wim);
  defineWriteCommands(wim);
  defineExtractCommands(wim);
};
