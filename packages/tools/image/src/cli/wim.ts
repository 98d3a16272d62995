import type { DefineCommands } from "@adk/cli-kit";
import { defineChangeCommands } from "./wim-change.ts";
import { defineDiffCommand } from "./wim-diff.ts";
import { defineDirCommand } from "./wim-dir.ts";
import { defineExtractCommands } from "./wim-extract.ts";
import { defineInfoCommand } from "./wim-info.ts";
import { defineRecoverCommand } from "./wim-recover.ts";
import { defineSetCommands } from "./wim-sets.ts";
import { defineVerifyCommand } from "./wim-verify.ts";
import { defineWriteCommands } from "./wim-write.ts";

export const commands: DefineCommands = (wim) => {
  defineInfoCommand(wim);
  defineDirCommand(wim);
  defineDiffCommand(wim);
  defineVerifyCommand(wim);
  defineWriteCommands(wim);
  defineChangeCommands(wim);
  defineExtractCommands(wim);
  defineSetCommands(wim);
  defineRecoverCommand(wim);
};
