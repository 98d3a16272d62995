import type { DefineCommands } from "@adk/cli-kit";
import { defineSessionCommands } from "./image-session.ts";

export const commands: DefineCommands = (image) => {
  defineSessionCommands(image);
};
