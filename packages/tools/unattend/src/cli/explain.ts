import type { Command } from "@adk/cli-kit";
import { PASSES } from "../catalog/passes.ts";
import type { FindOptions } from "./actions/find.ts";

const actions = () => import("./actions/explain.ts");

/** `timeline`, `simulate-disk`, `explain`, `find`, `list`. */
export function addExplainCommands(unattend: Command): void {
  unattend
    .command("timeline <file>")
    .description("Show what runs in which pass and boot, in order, as which user, and where its log goes")
    .run(async (context, name: string) => (await actions()).timeline(context, name));

  unattend
    .command("simulate-disk <file>")
    .description("Show the partition tables that Setup would make. Exit code 1 if it would stumble.")
    .run(async (context, name: string) => (await actions()).simulateDisk(context, name));

  unattend
    .command("explain <setting>")
    .description("Tell what a setting means, its passes, values and versions, and where its value ends up")
    .option("--catalog <file>", "take it from the catalogue of an image (.clg)")
    .addHelpText("after", "\nExamples:\n  adk unattend explain OOBE/HideEULAPage\n  adk unattend explain TimeZone")
    .run(async (context, setting: string, options: { catalog?: string }) =>
      (await actions()).explain(context, setting, options),
    );

  const find = unattend.command("find");
  find
    .description("Tell which answer file Setup would take from a set of drives, and why. Exit code 1 if none.")
    .addOption(find.createOption("--pass <pass>", "the pass that begins").choices(PASSES).default("windowsPE"))
    .option("--drive <letter=source...>", "a fixed drive: C=DIR, C=install.wim:1")
    .option("--removable <letter=source...>", "a removable drive that can be written: E=DIR")
    .option("--read-only <letter=source...>", "a removable read-only drive: D=DIR")
    .option("--windows <letter>", "the drive with the installed Windows")
    .option("--setup <letter>", "the drive that setup.exe runs from")
    .option("--in-windows", "Setup was started in a running Windows, not in Windows PE")
    .option("--registry <path>", "HKLM\\System\\Setup\\UnattendFile: E:\\my.xml")
    .addHelpText(
      "after",
      "\nExample: adk unattend find --pass windowsPE --read-only D=iso --removable E=stick --setup D",
    )
    .run(async (context, options: FindOptions) => (await import("./actions/find.ts")).find(context, options));

  unattend
    .command("list <what>")
    .description("List what settings can be: presets, keys, locales, keyboards, time-zones, releases, geo-ids")
    .run(async (context, what: string) => (await actions()).list(context, what));
}
