import type { Command } from "@adk/cli-kit";

const actions = () => import("./actions/share.ts");

/** `share ...` and `configset ...`. */
export function addShareCommands(unattend: Command): void {
  const share = unattend.command("share").description("Make and fill distribution shares");
  share
    .command("create <directory>")
    .description("Make an empty share: $OEM$, Out-of-Box Drivers, Packages")
    .run(async (context, directory: string) => (await actions()).create(context, directory));
  share
    .command("add-driver <share> <source>")
    .description("Copy a directory with drivers (.inf) into a share")
    .option("--name <name>", "its name in the share (default: that of the directory)")
    .run(async (context, root: string, source: string, options: { name?: string }) =>
      (await actions()).addDriverTo(context, root, source, options),
    );
  share
    .command("add-package <share> <source>")
    .description("Copy a package (.cab, .msu, or an unpacked one) into a share")
    .run(async (context, root: string, source: string) => (await actions()).addPackageTo(context, root, source));
  share
    .command("add-oem <share> <source> <target>")
    .description("Copy a file or directory to where Setup puts it into Windows")
    .addHelpText(
      "after",
      "\nExample: adk unattend share add-oem share SetupComplete.cmd '$$/Setup/Scripts/SetupComplete.cmd'",
    )
    .run(async (context, root: string, source: string, target: string) =>
      (await actions()).addOemTo(context, root, source, target),
    );
  share
    .command("check <share>")
    .description("Tell what is wrong with a share. Exit code 1 if there are errors.")
    .run(async (context, root: string) => (await actions()).check(context, root));

  const set = unattend.command("configset").description("Make and check configuration sets");
  set
    .command("create <file> <directory>")
    .description("Copy an answer file with all that it names out of shares, and rewrite the paths")
    .option("--share <prefix=directory...>", "how the file calls a share, and where it is: '\\\\server\\share=DIR'")
    .addHelpText("after", "\nExample: adk unattend configset create unattend.xml set --share 'D:\\share=share'")
    .run(async (context, name: string, directory: string, options: { share?: string[] }) =>
      (await actions()).createSet(context, name, directory, options),
    );
  set
    .command("check <directory>")
    .description("Tell what a configuration set lacks. Exit code 1 if there are errors.")
    .run(async (context, directory: string) => (await actions()).checkSet(context, directory));
}
