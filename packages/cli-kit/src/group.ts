import type { Command } from "./command.ts";
import type { Context } from "./context.ts";

/**
 * A group of commands (`adk wim ...`) as its package lists it: enough for the help of the umbrella, and how to get the
 * rest once the group is used. The module that `load` imports exports `commands`.
 */
export interface CommandGroup {
  name: string;
  aliases?: readonly string[];
  /** One line for `adk --help`, without a full stop. */
  summary: string;
  load: () => Promise<{ commands: DefineCommands }>;
}

/**
 * Adds the subcommands of a group to it - or arguments and an action, where the group is one command.
 *
 * @param called the name of the subcommand that will run, if one is named
 */
export type DefineCommands = (group: Command, called?: string) => void | Promise<void>;

/**
 * A command that takes the command line of another tool (`adk dism /Get-ImageInfo ...`): it gets what follows its name
 * untouched. The module that `load` imports exports `dropIn`.
 */
export interface DropIn {
  name: string;
  aliases?: readonly string[];
  summary: string;
  /** The tool whose command line it takes: `DISM.exe`. */
  replaces: string;
  load: () => Promise<{ dropIn: RunDropIn }>;
}

/** Runs the original's command line and returns the original's exit code. */
export type RunDropIn = (argv: readonly string[], context: Context) => Promise<number>;

/** What a tool package's `./cli` exports as `groups`. */
export type Groups = readonly (CommandGroup | DropIn)[];

/** A command line program: the umbrella `adk`, or the bin of one tool package. */
export interface Program {
  name: string;
  /** One or two sentences at the head of the help. */
  summary: string;
  /** The `package.json` that has the version; read only when it is asked for. */
  manifest: URL;
  groups: Groups;
  /** The command that tells what a file is (`adk inspect`): errors about a file of another kind name it. */
  recognise?: string;
  /** Command lines for the help, each with what it does. */
  examples?: readonly (readonly [command: string, does: string])[];
  /** Where the documentation is. */
  docs?: string;
}
