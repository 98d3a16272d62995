import type { DefineCommands } from "@adk/cli-kit";
import { defineBcdCommands } from "./media-bcd.ts";

export const commands: DefineCommands = (media) => {
  defineBcdCommands(media);
};
