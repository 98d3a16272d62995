import type { DefineCommands } from "@adk/cli-kit";
import { defineInfoCommands } from "./trace-info.ts";
import { defineTableCommands } from "./trace-tables.ts";

export const commands: DefineCommands = (trace) => {
  defineInfoCommands(trace);
  defineTableCommands(trace);
};
