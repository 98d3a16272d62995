import type { DefineCommands } from "@adk/cli-kit";
import { defineDriverCommands } from "./image-drivers.ts";
import { definePlanCommand } from "./image-plan.ts";
import { defineReportCommands } from "./image-report.ts";
import { defineSessionCommands } from "./image-session.ts";
import { defineSettingsCommands } from "./image-settings.ts";

export const commands: DefineCommands = (image) => {
  defineReportCommands(image);
  defineDriverCommands(image);
  defineSettingsCommands(image);
  definePlanCommand(image);
  defineSessionCommands(image);
};
