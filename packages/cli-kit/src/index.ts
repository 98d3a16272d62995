/** What every command of the kit shares: options, exit codes, tables, progress, JSON. */

// What a command is made of.
export { type Command, wholeNumber } from "./command.ts";
export { commandModules } from "./command-modules.ts";
export type { Context, View } from "./context.ts";
export { usageError } from "./errors.ts";
export { type ExitCode, exitCodes } from "./exit-codes.ts";
// A package's list of groups, and what its modules export.
export type { CommandGroup, DefineCommands, DropIn, Groups, RunDropIn } from "./group.ts";
export { readInput } from "./input.ts";

// How a result is shown.
export { toJson } from "./json.ts";
export { type LazySchemas, lazySchemas } from "./lazy-schemas.ts";
export type { Cell, Column } from "./table.ts";
export type { Style, Terminal } from "./terminal.ts";
export { formatBytes, formatDuration } from "./text.ts";
