import type { Command } from "@adk/cli-kit";
import { RELEASES } from "../facts/releases.ts";
import type { ValidateCommandOptions } from "./actions/validate.ts";

const actions = () => import("./actions/validate.ts");

/** `validate`, `rules`. */
export function addValidateCommands(unattend: Command): void {
  const command = unattend.command("validate <files...>");
  command
    .description("Tell all that is wrong with answer files, by line. Exit code 1 if there are errors.")
    .option("--target <windows>", "the Windows version that they are for: win11-24h2, server2022")
    .option("--catalog <file>", "check against the catalogue of an image (.clg) in place of the built-in one")
    .option("--template", "placeholders, as {{ x }} or %X%, may stand for values")
    .option("--fix", "make the repairs that are safe; a copy stays as FILE.bak")
    .addOption(
      command.createOption("--least <severity>", "what to tell").choices(["info", "warning", "error"]).default("info"),
    )
    .option("--sarif <file>", "write the findings as SARIF as well")
    .withForce("overwrite the SARIF file")
    .withDryRun("with --fix: tell what would be left, and change nothing")
    .addHelpText("after", HELP)
    .run(async (context, names: string[], options: ValidateCommandOptions) =>
      (await actions()).validateFiles(context, names, options),
    );

  unattend
    .command("rules [rule]")
    .description("List what validate looks for, or explain one rule")
    .run(async (context, id?: string) => (await actions()).listRules(context, id));
}

const HELP = `
  adk unattend validate Autounattend.xml --target win11-24h2
  adk unattend validate templates/*.xml --template --json
  adk unattend validate unattend.xml --catalog install.clg --fix

Versions: ${RELEASES.map(({ id }) => id).join(", ")}.
A comment before an element keeps a finding about it from being told: <!-- adk-ignore disk-wiped-other: both disks are empty -->
or, anywhere in <unattend>, for the whole file: <!-- adk-ignore-file plain-password -->`;
