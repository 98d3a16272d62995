import type { Command } from "@adk/cli-kit";

const actions = () => import("./actions/catalog.ts");

/** `catalog dump`, `catalog info`, `catalog diff`, `catalog copy`. */
export function addCatalogCommands(unattend: Command): void {
  const catalog = unattend.command("catalog").description("Read, compare and write catalogues of images (.clg)");

  catalog
    .command("dump [file]")
    .description("All settings of a catalogue file, or of the one that the kit ships")
    .run(async (context, name?: string) => (await actions()).dump(context, name));

  catalog
    .command("info <file>")
    .description("What a catalogue is of: image, components, packages and features")
    .run(async (context, name: string) => (await actions()).info(context, name));

  catalog
    .command("diff <before> [after]")
    .description(
      "How the settings of two catalogues differ (default: from the one that the kit ships). Exit code 1 if they do.",
    )
    .run(async (context, before: string, after?: string) => (await actions()).diff(context, before, after));

  catalog
    .command("copy <file> <target>")
    .description("Read a catalogue and write it anew: the same bytes, if it is whole")
    .withForce()
    .run(async (context, name: string, target: string, options: { force?: boolean }) =>
      (await actions()).copy(context, name, target, options),
    );
}
