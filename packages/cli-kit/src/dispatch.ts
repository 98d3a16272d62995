import { type AdkError, suggest } from "@adk/core";
import { CommanderError } from "commander";
import { rootCommand, type Session } from "./command.ts";
import { createContext, type RunningContext } from "./context.ts";
import { errorDocument, printError, toAdkError, usageError, withHint } from "./errors.ts";
import { type ExitCode, exitCodeOf, exitCodes } from "./exit-codes.ts";
import {
  type CommandLine,
  GLOBAL_OPTIONS,
  PROGRESS_MODES,
  splitCommandLine,
  takeGlobalOptions,
} from "./global-options.ts";
import type { CommandGroup, DropIn, Program } from "./group.ts";
import type { Host } from "./host.ts";
import { toJson } from "./json.ts";
import { OutputStream } from "./output-stream.ts";
import { versionText } from "./version.ts";

export interface Streams {
  stdout: OutputStream;
  stderr: OutputStream;
}

/** Runs the command that a command line names; every failure ends as an exit code. */
export async function dispatch(program: Program, line: CommandLine, host: Host, streams: Streams): Promise<number> {
  const { options, command = "" } = line;
  const entry = program.groups.find(({ name, aliases }) => name === command || aliases?.includes(command));
  const args = entry && "replaces" in entry ? line.rest : takeGlobalOptions(options, line.rest);
  const mode = PROGRESS_MODES.find((name) => name === options.progress);
  const context = createContext(host, streams, options, mode ?? "none");
  try {
    if (options.version) context.stdout.text(versionText(program, options.json));
    if (options.version) return exitCodes.done;
    if (mode === undefined) throw progressError(program, options.progress);
    if (entry === undefined) throw unknownCommand(program, command);
    const code = await ("replaces" in entry
      ? runDropIn(program, entry, args, options.help, context)
      : runGroup(program, entry, options.help ? [...args, "--help"] : args, context));
    const failure = await streams.stdout.flush();
    if (failure) throw failure;
    return code;
  } catch (thrown) {
    return tellError(thrown, program, context);
  } finally {
    context.endProgress();
    await Promise.all([streams.stdout.flush(), streams.stderr.flush()]);
  }
}

/** `adk help dism` is ours to answer; every option after the name is the drop-in's. */
async function runDropIn(
  program: Program,
  entry: DropIn,
  argv: readonly string[],
  help: boolean,
  context: RunningContext,
): Promise<number> {
  if (help) {
    context.stdout.line(`Usage: ${program.name} ${entry.name} <command line of ${entry.replaces}>\n\n${entry.summary}`);
    return exitCodes.done;
  }
  const { dropIn } = await entry.load();
  return dropIn(argv, context);
}

async function runGroup(
  program: Program,
  entry: CommandGroup,
  args: readonly string[],
  context: RunningContext,
): Promise<ExitCode> {
  const { commands } = await entry.load();
  const session: Session = { context, exitCode: exitCodes.done };
  const root = rootCommand(program.name, session);
  const called = args.find((argument) => !argument.startsWith("-"));
  await commands(root.command(entry.name).description(entry.summary), called);
  try {
    await root.parseAsync([entry.name, ...args], { from: "user" }).finally(() => context.answer());
  } catch (thrown) {
    // Wrong usage is an AdkError already; commander itself throws when it printed a help.
    if (!(thrown instanceof CommanderError)) throw thrown;
    if (thrown.code === "commander.helpDisplayed") return exitCodes.done;
    throw usageError("MISSING_COMMAND", "Which command?", `${program.name} ${entry.name}`);
  }
  if (context.json && !context.answered && !context.stdout.used) throw new Error("The command gave no result.");
  return session.exitCode;
}

function tellError(thrown: unknown, program: Program, context: RunningContext): ExitCode {
  const error = withHint(toAdkError(thrown, program.name, context.signal), program, context.cwd);
  // The reader of stdout had enough (`adk ... | head`): nothing is wrong.
  if (error.code === "OUTPUT_CLOSED") return exitCodes.done;
  context.endProgress();
  printError(error, program.name, Boolean(context.env.ADK_DEBUG), context.stderr);
  if (context.json && !context.stdout.used) context.stdout.text(`${toJson(errorDocument(error))}\n`);
  return exitCodeOf(error.kind);
}

/** Tells an error that was thrown outside of every command, in a callback; resolves with the exit code. */
export async function tellUncaught(thrown: unknown, program: Program, host: Host): Promise<ExitCode> {
  const streams = { stdout: new OutputStream(host.stdout), stderr: new OutputStream(host.stderr) };
  const code = tellError(thrown, program, createContext(host, streams, splitCommandLine([]).options, "none"));
  await streams.stderr.flush();
  return code;
}

function unknownCommand(program: Program, word: string): AdkError {
  if (word.startsWith("-")) {
    const flags = GLOBAL_OPTIONS.flatMap(([flags]) => /--[\w-]+/.exec(flags) ?? []);
    return usageError("UNKNOWN_OPTION", `Unknown option '${word}'.`, program.name, suggest(word, flags));
  }
  const names = program.groups.flatMap(({ name, aliases = [] }) => [name, ...aliases]);
  return usageError("UNKNOWN_COMMAND", `Unknown command '${word}'.`, program.name, suggest(word, names));
}

function progressError(program: Program, value: string | undefined): AdkError {
  if (value === undefined) {
    return usageError("OPTION_MISSING_ARGUMENT", "Option '--progress <mode>' argument missing.", program.name);
  }
  const message = `Option '--progress <mode>' argument '${value}' is invalid. Allowed choices are ${PROGRESS_MODES.join(", ")}.`;
  return usageError("INVALID_ARGUMENT", message, program.name, suggest(value, PROGRESS_MODES));
}
