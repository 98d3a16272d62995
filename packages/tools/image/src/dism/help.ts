import { type DismCommand, describeCommand, imagingCommands, windowsOnly } from "./commands.ts";
import { mountCommands } from "./mount-commands.ts";
import { findOption, type OptionName } from "./options.ts";
import { type ServicingCommand, servicingCommands } from "./servicing-commands.ts";

const GLOBAL = `  /LogPath:<file>        - Adds a log to this file.
  /LogLevel:<1-4>        - 1 errors, 2 and warnings, 3 and information, 4 everything.
  /Quiet                 - Prints nothing but errors.
  /Format:{Table | List} - How lists are laid out.
  /English, /NoRestart, /ScratchDir:<directory>
                         - Accepted; they change nothing here.
`;

/** What /? prints: of a command, or of all. */
export function renderHelp(command: DismCommand | undefined): string {
  if (command?.kind === "other") return `/${command.name} is not done here. ${command.instead}\n`;
  if (command) return commandHelp(describeCommand(command));
  return `adk dism [options] /<command> [/<argument>:<value> ...]

WIM COMMANDS:

${listed(imagingCommands)}
SESSIONS OF EDITS:

${listed(mountCommands)}
IMAGE SERVICING COMMANDS, which take /Image:<directory, session or file.wim:index>:

${listed(servicingCommands)}
OPTIONS:

${GLOBAL}
For more information about a command and its arguments, specify it before /?.
  Example:
    adk dism /Apply-Image /?
`;
}

function listed(commands: Readonly<Record<string, { name: string; summary: string }>>): string {
  return Object.values(commands)
    .map(({ name, summary }) => `  ${`/${name}`.padEnd(32)} - ${summary}\n`)
    .join("");
}

function commandHelp(command: ServicingCommand & { readonly alias?: string }): string {
  const { name, alias, value, summary, required, optional } = command;
  const parts = [
    value === undefined ? `/${name}` : `/${name}:<${value}>`,
    ...required.map(usage),
    ...optional.map(usage).flatMap((text) => (text ? [`[${text}]`] : [])),
  ];
  const other = alias === undefined ? "" : `\n  Its name in Windows 7, /${alias} /WimFile:<value>, is accepted too.\n`;
  return `${parts.join(" ")}\n\n  ${summary}\n${other}`;
}

/** Empty where all of a group is refused. */
function usage(group: OptionName | readonly OptionName[]): string {
  const names = ([group].flat() as OptionName[]).filter((name) => !windowsOnly[name]);
  const texts = names.map((name) => `/${name}${findOption(name)?.takesValue ? ":<value>" : ""}`);
  return texts.length > 1 ? `{${texts.join(" | ")}}` : texts.join("");
}
