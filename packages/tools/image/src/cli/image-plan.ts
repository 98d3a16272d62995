import { resolve } from "node:path";
import { type Command, exitCodes, type Terminal, usageError } from "@adk/cli-kit";
import { type EditOptions, editImage } from "../servicing/edit-image.ts";
import { leaveToFirstStart } from "../servicing/first-start.ts";
import {
  PLANNED_ACTIONS,
  type PlannedAction,
  planServicing,
  type ServicingPlan,
  servicingPlan,
} from "../servicing/plan.ts";
import { withSource } from "../windows/report-source.ts";
import { sourceIn } from "./names.ts";

/** `plan`: what needs Windows' own servicing, and how to leave it to the first start. */
export function definePlanCommand(image: Command): void {
  image
    .command("plan <image> <action> [subject]")
    .description(
      `Tell what an action of Windows' own servicing would need, and the step that does it at the first start: ${PLANNED_ACTIONS.join(", ")}. Exit code 5, as nothing is done, unless the step is put into the image.`,
    )
    .option("--first-start", "put the payload and the step into the image, called by SetupComplete.cmd")
    .withThreads()
    .addHelpText("after", HELP)
    .run(async (context, name: string, action: string, subject: string | undefined, options: Options) => {
      if (!isAction(action)) {
        throw usageError("UNKNOWN_ACTION", `"${action}" is none of ${PLANNED_ACTIONS.join(", ")}.`, "adk image plan");
      }
      if (subject === undefined && action !== "cleanup") {
        throw usageError("NO_SUBJECT", `${action} of what? A file or a name is missing.`, "adk image plan");
      }
      const source = sourceIn(context, name);
      const what = action === "add-package" ? resolve(context.cwd, subject ?? "") : (subject ?? "");
      const { plan, step } = await withSource(source, (volume) => planServicing(name, volume, action, what));
      const { signal, onProgress } = context;
      if (options.firstStart) {
        const { threads } = options;
        await editImage(source, (session) => leaveToFirstStart(session, step, session.time), {
          threads,
          signal,
          onProgress,
        });
      }
      context.output({ ...plan, staged: options.firstStart ?? false }, { schema: servicingPlan, render });
      return options.firstStart ? exitCodes.done : exitCodes.unsupported;
    });
}

interface Options extends EditOptions {
  firstStart?: boolean;
}

const HELP = `
Windows' servicing stack does not run here, so nothing of this is done in the image itself.
Examples:
  adk image plan install.wim:6 enable-feature TelnetClient
  adk image plan install.wim:6 add-package windows10.0-kb5034123-x64.msu --first-start
`;

function isAction(text: string): text is PlannedAction {
  return (PLANNED_ACTIONS as readonly string[]).includes(text);
}

function render({ facts, applicable, reasons, commands, unattend, staged }: ServicingPlan, out: Terminal): void {
  out.facts({ ...facts, Applicable: applicable });
  for (const reason of reasons) out.line(`- ${reason}`);
  out.line(staged ? "Put into the image, for its first start:" : "Only Windows can do this. At its first start:");
  for (const command of commands) out.line(`  ${command}`);
  if (unattend !== undefined) out.line(`In an answer file:\n  ${unattend}`);
}
