import type { DefineCommands } from "@adk/cli-kit";
import { defineBcdCommands } from "./media-bcd.ts";
import { defineWinPeCommands } from "./media-winpe.ts";

export const commands: DefineCommands = (media) => {
  defineBcdCommands(media);
  defineWinPeCommands(media);
};
