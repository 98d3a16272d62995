import type { DefineCommands } from "@adk/cli-kit";
import { defineCompareCommand } from "./trace-compare.ts";
import { defineEventCommand } from "./trace-events.ts";
import { defineInfoCommands } from "./trace-info.ts";
import { defineSliceCommand } from "./trace-slice.ts";
import { defineTableCommands } from "./trace-tables.ts";

export const commands: DefineCommands = (trace) => {
  defineInfoCommands(trace);
  defineEventCommand(trace);
  defineTableCommands(trace);
  defineCompareCommand(trace);
  defineSliceCommand(trace);
};
