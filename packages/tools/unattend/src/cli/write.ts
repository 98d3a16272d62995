import type { Command } from "@adk/cli-kit";
import { PRESETS } from "../manifest/presets.ts";
import type { NewOptions, ToManifestOptions, WriteOptions } from "./actions/write.ts";

// Manifests bring YAML and a large schema with them: they are loaded when a command needs them.
const actions = () => import("./actions/write.ts");

/** `new`, `from-manifest`, `to-manifest`, `manifest-schema`. */
export function addWriteCommands(unattend: Command): void {
  const list = PRESETS.map(({ name, summary }) => `  ${name.padEnd(15)} ${summary}`).join("\n");
  const create = unattend.command("new");
  create
    .description("Write an answer file from a preset")
    .addOption(create.createOption("--preset <name>", "where to begin").choices(PRESETS.map(({ name }) => name)))
    .option("-o, --output <file>", "the file to write (default: standard output)")
    .option("--manifest", "write the manifest of the preset, to be changed, in place of the answer file")
    .withForce()
    .withDryRun("check the file and write nothing")
    .addHelpText("after", `\nPresets:\n${list}\n\nExample: adk unattend new --preset uefi -o Autounattend.xml`)
    .run(async (context, options: NewOptions) => (await actions()).newFile(context, options));

  unattend
    .command("from-manifest <manifest>")
    .description("Write an answer file from a manifest (unattend.yaml)")
    .option("-o, --output <file>", "the file to write (default: standard output)")
    .withForce()
    .withDryRun("check the file and write nothing")
    .addHelpText("after", FROM_HELP)
    .run(async (context, name: string, options: WriteOptions) =>
      (await actions()).writeFromManifest(context, name, options),
    );

  unattend
    .command("to-manifest <file>")
    .description("Write the manifest of an answer file")
    .option("-o, --output <manifest>", "the file to write (default: standard output)")
    .option("--with-secrets", "write passwords and keys as they are, in place of names of environment variables")
    .withForce()
    .run(async (context, name: string, options: ToManifestOptions) =>
      (await actions()).writeToManifest(context, name, options),
    );

  unattend
    .command("manifest-schema")
    .description("Write the JSON Schema of a manifest, for editors")
    .run(async (context) => (await actions()).writeSchema(context));
}

const FROM_HELP = `
The file is checked for the Windows that the manifest names as its target; one with errors is not written.
Secrets are given by { env: NAME } or { file: PATH }, never on the command line.

Example: adk unattend from-manifest unattend.yaml -o Autounattend.xml`;
