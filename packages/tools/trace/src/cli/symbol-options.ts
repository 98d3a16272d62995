import type { Command } from "@adk/cli-kit";
import type { StackProfileOptions } from "../stacks/stack-profile.ts";
import { type TraceOptions, withTraceOptions } from "./open.ts";

export interface SymbolFlags extends TraceOptions {
  readonly symbols?: string;
  readonly images?: string;
  readonly network?: boolean;
  readonly process?: string;
}

/** For every command that names functions. */
export function withSymbolPath(command: Command): Command {
  return withTraceOptions(command)
    .addOption(
      command
        .createOption("--symbols <path>", "where symbols are: directories, stores, srv*cache*https://...")
        .env("_NT_SYMBOL_PATH"),
    )
    .option("--images <source>", "where executables are, for names of what they export: a directory, install.wim:6")
    .option("--network", "ask the servers that the path names");
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
