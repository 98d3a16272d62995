import { type Command, wholeNumber } from "@adk/cli-kit";
import type { ConvertOptions, EditCommandOptions, FormatOptions } from "./actions/edit.ts";
import { withEditOptions } from "./edit-options.ts";

const actions = () => import("./actions/edit.ts");

const CATALOG = ["--catalog <file>", "take settings from the catalogue of an image (.clg)"] as const;

/** `get`, `set`, `add`, `rm`, `fmt`, `diff`, `merge`, `convert`. */
export function addEditCommands(unattend: Command): void {
  addValueCommands(unattend);
  addFileCommands(unattend);
}

function addValueCommands(unattend: Command): void {
  unattend
    .command("get <file> <path>")
    .description("Print the value of a setting. Exit code 1 if it is not there.")
    .addHelpText("after", PATH_HELP)
    .run(async (context, name: string, path: string) => (await actions()).get(context, name, path));

  withEditOptions(unattend.command("set <file> <path> <value>"))
    .description(
      "Give a setting a value; what is missing on the way is created. A value of - is read from standard input.",
    )
    .option(...CATALOG)
    .addHelpText("after", PATH_HELP)
    .run(async (context, name: string, path: string, value: string, options: EditCommandOptions) =>
      (await actions()).set(context, name, path, value, options),
    );

  withEditOptions(unattend.command("add <file> <path> <values...>"))
    .description("Add an item to a list, its values as NAME=VALUE")
    .option(...CATALOG)
    .addHelpText("after", ADD_HELP)
    .run(async (context, name: string, path: string, values: string[], options: EditCommandOptions) =>
      (await actions()).add(context, name, path, values, options),
    );

  withEditOptions(unattend.command("rm <file> <path>"))
    .description("Take a setting away, with the groups that would be left empty")
    .run(async (context, name: string, path: string, options: EditCommandOptions) =>
      (await actions()).remove(context, name, path, options),
    );
}

function addFileCommands(unattend: Command): void {
  withEditOptions(unattend.command("fmt <file>"))
    .description("Put each element on a line of its own, indented; values and comments stay")
    .option("--indent <n>", "spaces of one level (default: as the file has it)", wholeNumber(1, 16))
    .run(async (context, name: string, options: FormatOptions) => (await actions()).format(context, name, options));

  unattend
    .command("diff <before> <after>")
    .description("Tell in which settings two answer files differ. Exit code 1 if they do.")
    .run(async (context, before: string, after: string) => (await actions()).diff(context, before, after));

  withEditOptions(unattend.command("merge <base> <overlay>"))
    .description("Put the values of one file over those of another")
    .option(...CATALOG)
    .run(async (context, base: string, overlay: string, options: EditCommandOptions) =>
      (await actions()).merge(context, base, overlay, options),
    );

  const convert = withEditOptions(unattend.command("convert <file>"));
  convert
    .description("Make a file fit another Windows version or architecture")
    .option("--target <windows>", "take out what this version does not have: win11-24h2, server2022")
    .addOption(
      convert.createOption("--arch <architecture>", "for this architecture").choices(["x86", "amd64", "arm64"]),
    )
    .option(...CATALOG)
    .addHelpText("after", "\n  adk unattend convert old.xml --target win11-24h2 --arch arm64 -o new.xml")
    .run(async (context, name: string, options: ConvertOptions) => (await actions()).convert(context, name, options));
}

const PATH_HELP = `
A path is PASS/COMPONENT[@ARCHITECTURE]/SETTING/..., items of lists by their key, place or a value:
  adk unattend get unattend.xml oobeSystem/Microsoft-Windows-Shell-Setup/TimeZone
  adk unattend set unattend.xml 'specialize/Microsoft-Windows-Shell-Setup/ComputerName' 'WEB-01'
  adk unattend get unattend.xml 'oobeSystem/Microsoft-Windows-Shell-Setup/UserAccounts/LocalAccounts/LocalAccount[Ann]/Group'
  adk unattend get unattend.xml 'windowsPE/Microsoft-Windows-Setup/DiskConfiguration/Disk[#1]/WillWipeDisk'`;

const ADD_HELP = `
An Order that is not given is the next one.
  adk unattend add unattend.xml oobeSystem/Microsoft-Windows-Shell-Setup/FirstLogonCommands/SynchronousCommand \\
    'CommandLine=cmd /c echo done' Description=Done`;
