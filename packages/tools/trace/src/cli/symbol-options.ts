import type { Command, Context } from "@adk/cli-kit";
import type { StackProfileOptions } from "../stacks/stack-profile.ts";
import type { SymbolOptions } from "../symbols/symbolizer.ts";
import { type AnalysisOptions, withAnalysisOptions } from "./open.ts";

export interface SymbolFlags extends AnalysisOptions {
  readonly symbols?: string;
  readonly images?: string;
  readonly network?: boolean;
  readonly process?: string;
}

const SYMBOLS = ["--symbols <path>", "where symbols are: directories, stores, srv*cache*https://..."] as const;
const IMAGES = [
  "--images <source>",
  "where executables are, for names of what they export: a directory, install.wim:6",
] as const;
const NETWORK = ["--network", "ask the servers that the path names"] as const;
/** The default of `--symbols`. */
const SYMBOL_PATH = "_NT_SYMBOL_PATH";

/** For every command that names functions. */
export function withSymbolPath(command: Command): Command {
  return withAnalysisOptions(command)
    .addOption(command.createOption(...SYMBOLS).env(SYMBOL_PATH))
    .option(...IMAGES)
    .option(...NETWORK);
}

/** For commands that name functions where they are asked to only. */
export function withFunctionOptions(command: Command): Command {
  return command
    .option(SYMBOLS[0], `name functions too; ${SYMBOLS[1]} (default with the other two: ${SYMBOL_PATH})`)
    .option(...IMAGES)
    .option(...NETWORK);
}

/** For commands that print events: texts of WPP messages are in databases too. */
export function withMessageSymbols(command: Command): Command {
  return command.addOption(command.createOption(...SYMBOLS).env(SYMBOL_PATH)).option(...NETWORK);
}

/** For commands that have nothing to name: the options are refused, not unknown. */
export function withoutFunctionOptions(command: Command): Command {
  for (const [flags, description] of [SYMBOLS, IMAGES, NETWORK]) {
    command.addOption(command.createOption(flags, description).hideHelp());
  }
  return command;
}

/** What functions are to be named by; undefined where nobody asks for them. */
export function functionOptions(
  { env }: Context,
  { symbols, images, network }: SymbolFlags,
): SymbolOptions | undefined {
  if (symbols === undefined && images === undefined && !network) return undefined;
  return { symbolPath: symbols ?? env[SYMBOL_PATH], images, network };
}

/** For those that may tell of one process only. */
export function withSymbolOptions(command: Command): Command {
  return withSymbolPath(command).option("--process <name>", "only of a process, by its name or identifier");
}

export function profileOptions({ symbols, images, network, process }: SymbolFlags): StackProfileOptions {
  // Digits are an identifier.
  const wanted = process !== undefined && /^\d+$/.test(process) ? Number(process) : process;
  return { symbolPath: symbols, images, network, process: wanted };
}
