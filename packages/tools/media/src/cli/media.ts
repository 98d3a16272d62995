import { commandModules } from "@adk/cli-kit";

export const commands = commandModules({
  "iso usb": async () => (await import("./media-image.ts")).defineMediaImageCommands,
  bcd: async () => (await import("./media-bcd.ts")).defineBcdCommands,
  "winpe pxe": async () => (await import("./media-winpe.ts")).defineWinPeCommands,
});
