import type { DefineCommands } from "@adk/cli-kit";
import { defineBcdCommands } from "./media-bcd.ts";
import { defineMediaImageCommands } from "./media-image.ts";
import { defineWinPeCommands } from "./media-winpe.ts";

export const commands: DefineCommands = (media) => {
  defineMediaImageCommands(media);
  defineBcdCommands(media);
  defineWinPeCommands(media);
};
