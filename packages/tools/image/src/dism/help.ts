import { type DismCommand, type ImagingCommand, type ImagingVerb, imagingCommands, windowsOnly } from "./commands.ts";
import { findOption, type OptionName } from "./options.ts";

const GLOBAL = `  /LogPath:<file>        - Adds a log to this file.
  /LogLevel:<1-4>        - 1 errors, 2 and warnings, 3 and information, 4 everything.
  /Quiet                 - Prints nothing but errors.
  /English, /NoRestart, /ScratchDir:<directory>, /Format:{Table | List}
                         - Accepted; they change nothing here.
`;

/** What /? prints: of a command, or of all. */
export function renderHelp(command: DismCommand | undefined): string {
  if (command?.kind === "imaging") return commandHelp(imagingCommands[command.verb]);
  if (command) return `/${command.name} is not done here. ${command.instead}\n`;
  const verbs = Object.keys(imagingCommands) as ImagingVerb[];
  const lines = verbs.map((verb) => {
    const { name, summary } = imagingCommands[verb];
    return `  ${`/${name}`.padEnd(22)} - ${summary}\n`;
  });
  return `adk dism [options] /<command> [/<argument>:<value> ...]

WIM COMMANDS:

${lines.join("")}
OPTIONS:

${GLOBAL}
For more information about a command and its arguments, specify it before /?.
  Example:
    adk dism /Apply-Image /?
`;
}

function commandHelp({ name, alias, summary, required, optional }: ImagingCommand): string {
  const parts = [
    `/${name}`,
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
