import type { Command } from "@adk/cli-kit";
import type { HtmlOptions, LogOptions } from "./actions/review.ts";

const actions = () => import("./actions/review.ts");

/** `html`, `logs`. */
export function addReviewCommands(unattend: Command): void {
  unattend
    .command("html <file>")
    .description("Write a page for review: findings, timeline, disks, settings; secrets are masked")
    .requiredOption("-o, --output <page>", "the HTML file to write")
    .option("--target <windows>", "check it for this Windows: win11-24h2, server2022")
    .withForce()
    .run(async (context, name: string, options: HtmlOptions) => (await actions()).html(context, name, options));

  unattend
    .command("logs <logs...>")
    .description("Read logs of Setup and tell what they say about an answer file. Exit code 1 if there are problems.")
    .option("--answer-file <file>", "the answer file, to tell the line that caused a problem")
    .option("--all", "tell of errors that are not known too")
    .addHelpText(
      "after",
      "\nLogs: setupact.log, setuperr.log of Panther, UnattendGC and Sysprep.\nExample: adk unattend logs setupact.log --answer-file Autounattend.xml",
    )
    .run(async (context, names: string[], options: LogOptions) => (await actions()).logs(context, names, options));
}
