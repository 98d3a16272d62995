import type { DefineCommands } from "@adk/cli-kit";
import { defineCompareCommand } from "./trace-compare.ts";
import { defineEventCommand } from "./trace-events.ts";
import { defineExportCommand } from "./trace-export.ts";
import { defineInfoCommands } from "./trace-info.ts";
import { definePdbCommand } from "./trace-pdb.ts";
import { defineReportCommand } from "./trace-report.ts";
import { defineSliceCommand } from "./trace-slice.ts";
import { defineStackCommand } from "./trace-stack.ts";
import { defineSymbolCommand } from "./trace-symbols.ts";
import { defineTableCommands } from "./trace-tables.ts";
import { defineTagCommand } from "./trace-tags.ts";
import { defineWprpCommands } from "./trace-wprp.ts";

export const commands: DefineCommands = (trace) => {
  defineInfoCommands(trace);
  defineEventCommand(trace);
  defineTableCommands(trace);
  defineCompareCommand(trace);
  defineSliceCommand(trace);
  defineExportCommand(trace);
  defineStackCommand(trace);
  definePdbCommand(trace);
  defineSymbolCommand(trace);
  defineReportCommand(trace);
  defineTagCommand(trace);
  defineWprpCommands(trace);
};
