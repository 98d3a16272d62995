import type { Command } from "@adk/cli-kit";
import { PASSWORD_ELEMENTS } from "../passwords/hidden-password.ts";
import type { EncodeOptions, RewriteOptions } from "./actions/secrets.ts";
import { withEditOptions } from "./edit-options.ts";

const actions = () => import("./actions/secrets.ts");

/** `secrets`, `hide`, `reveal`, `encode-password`. */
export function addSecretCommands(unattend: Command): void {
  unattend
    .command("secrets <files...>")
    .description(
      "List passwords and keys, masked. Exit code 1 if one is readable, or hidden so that Setup cannot read it.",
    )
    .option("--show", "show them; whoever sees the screen then knows them")
    .run(async (context, names: string[], options: { show?: boolean }) =>
      (await actions()).secrets(context, names, options),
    );

  withEditOptions(unattend.command("hide <file>"))
    .description("Hide readable passwords as Setup expects them: encoded, not encrypted")
    .run(async (context, name: string, options: RewriteOptions) =>
      (await actions()).rewrite(context, name, "hide", options),
    );

  withEditOptions(unattend.command("reveal <file>"))
    .description("Make hidden passwords readable")
    .run(async (context, name: string, options: RewriteOptions) =>
      (await actions()).rewrite(context, name, "reveal", options),
    );

  const encode = unattend.command("encode-password");
  encode
    .description("Encode one password, from standard input or the environment, as it stands in an answer file")
    .addOption(
      encode
        .createOption("--element <name>", "the element that will hold it")
        .choices([...PASSWORD_ELEMENTS])
        .default("Password"),
    )
    .option("--env <name>", "the environment variable with the password (default: standard input)")
    .addHelpText("after", "\nExample: adk unattend encode-password --element AdministratorPassword < password.txt")
    .run(async (context, options: EncodeOptions) => (await actions()).encode(context, options));
}
