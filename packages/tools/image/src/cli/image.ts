import { commandModules } from "@adk/cli-kit";

export const commands = commandModules({
  "*": async () => (await import("./image-report.ts")).defineReportCommands,
  "drivers add-driver remove-driver export-driver": async () =>
    (await import("./image-drivers.ts")).defineDriverCommands,
  "set import-reg remove-appx": async () => (await import("./image-settings.ts")).defineSettingsCommands,
  "apply-unattend": async () => (await import("./image-unattend.ts")).defineUnattendCommand,
  plan: async () => (await import("./image-plan.ts")).definePlanCommand,
  "open changes commit discard put remove": async () => (await import("./image-session.ts")).defineSessionCommands,
});
