import { resolve } from "node:path";
import type { Command } from "@adk/cli-kit";
import type { EditOptions } from "../servicing/edit-image.ts";
import { renderAdded } from "./image-drivers.ts";
import { editOptions } from "./image-session.ts";
import { sourceIn } from "./names.ts";

/** `apply-unattend`. */
export function defineUnattendCommand(image: Command): void {
  image
    .command("apply-unattend <image> <answer-file>")
    .description(
      "Put an answer file into an image, and add the drivers that its pass offlineServicing names. What of that pass takes Windows itself is told, not done.",
    )
    .withThreads()
    .withDryRun()
    .addHelpText("after", HELP)
    .run(async (context, name: string, file: string, options: EditOptions) => {
      // The catalogue of settings takes its time to load: other commands do without.
      const { applyUnattendResult, applyUnattendTo } = await import("../unattend/apply-unattend.ts");
      const path = resolve(context.cwd, file);
      const result = await applyUnattendTo(sourceIn(context, name), path, editOptions(context, options));
      context.output(result, { schema: applyUnattendResult, render: renderAdded });
    });
}

const HELP = `
An answer file with errors is refused. It goes to Windows\\Panther\\unattend.xml, where Setup reads its later passes.
Paths of drivers that are relative are seen from the answer file.
Example:
  adk image apply-unattend install.wim:6 unattend.xml --dry-run
`;
