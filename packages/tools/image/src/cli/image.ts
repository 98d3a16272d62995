import type { DefineCommands } from "@adk/cli-kit";
import { defineDriverCommands } from "./image-drivers.ts";
import { definePlanCommand } from "./image-plan.ts";
import { defineReportCommands } from "./image-report.ts";
import { defineSessionCommands } from "./image-session.ts";
import { defineSettingsCommands } from "./image-settings.ts";
import { defineUnattendCommand } from "./image-unattend.ts";

export const commands: DefineCommands = (image) => {
  defineReportCommands(image);
  defineDriverCommands(image);
  defineSettingsCommands(image);
  defineUnattendCommand(image);
  definePlanCommand(image);
  defineSessionCommands(image);
};
