import type { DefineCommands } from "@adk/cli-kit";
import { defineIsoReadCommands } from "./iso-read.ts";

export const commands: DefineCommands = (iso) => {
  defineIsoReadCommands(iso);
};
