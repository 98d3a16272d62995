import type { DefineCommands } from "@adk/cli-kit";
import { definePlanCommand } from "./image-plan.ts";
import { defineReportCommands } from "./image-report.ts";
import { defineSessionCommands } from "./image-session.ts";
import { defineSettingsCommands } from "./image-settings.ts";

export const commands: DefineCommands = (image) => {
  defineReportCommands(image);
  defineSettingsCommands(image);
  definePlanCommand(image);
  defineSessionCommands(image);
};
