import type { DefineCommands } from "@adk/cli-kit";
import { addCatalogCommands } from "./catalog.ts";
import { addEditCommands } from "./edit.ts";
import { addExplainCommands } from "./explain.ts";
import { addReviewCommands } from "./review.ts";
import { addSecretCommands } from "./secrets.ts";
import { addShareCommands } from "./share.ts";
import { addValidateCommands } from "./validate.ts";
import { addWriteCommands } from "./write.ts";

export const commands: DefineCommands = (unattend) => {
  addValidateCommands(unattend);
  addEditCommands(unattend);
  addWriteCommands(unattend);
  addExplainCommands(unattend);
  addReviewCommands(unattend);
  addSecretCommands(unattend);
  addCatalogCommands(unattend);
  addShareCommands(unattend);
};
