import type { DefineCommands } from "@adk/cli-kit";
import { defineDirCommand } from "./wim-dir.ts";
import { defineExtractCommands } from "./wim-extract.ts";
import { defineInfoCommand } from "./wim-info.ts";
import { defineSetCommands } from "./wim-sets.ts";
import { defineVerifyCommand } from "./wim-verify.ts";
import { defineWriteCommands } from "./wim-write.ts";

export const commands: DefineCommands = (wim) => {
  defineInfoCommand(wim);
  defineDirCommand(wim);
  defineVerifyCommand(wim);
  defineWriteCommands(wim);
  defineExtractCommands(wim);
  defineSetCommands(wim);
};
