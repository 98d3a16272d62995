import { suggest } from "@adk/core";
import * as commander from "commander";
import type { Context } from "./context.ts";
import { usageError } from "./errors.ts";
import { type ExitCode, exitCodes } from "./exit-codes.ts";
import { GLOBAL_OPTIONS } from "./global-options.ts";
import { keepHeapSmall } from "./small-heap.ts";

/** What a command needs besides its definition, and what its action leaves. */
export interface Session {
  context: Context;
  exitCode: ExitCode;
}

/** An action: context, arguments, then the options. It returns an exit code, or nothing for 0. */
export type Action<Inputs extends unknown[]> = (
  context: Context,
  ...inputs: Inputs
) => Promise<ExitCode | undefined> | Promise<void>;

/** A command of commander with the options, errors and exit codes of the kit. */
export class Command extends commander.Command {
  readonly #session: Session;
  #isLong = false;

  constructor(name: string, session: Session) {
    super(name);
    this.#session = session;
    const { stdout, stderr } = session.context;
    this.exitOverride()
      .helpCommand(false)
      .helpOption("-h, --help", "show this help")
      .configureHelp({
        showGlobalOptions: true,
        styleTitle: (text) => stdout.style("bold", text),
        subcommandDescription: (command) => command.summary() || command.description(),
      })
      .configureOutput({
        writeOut: (text) => stdout.text(text),
        writeErr: (text) => stderr.text(text),
        getOutHelpWidth: () => stdout.columns ?? 100,
        getErrHelpWidth: () => stderr.columns ?? 100,
        getOutHasColors: () => stdout.color,
        getErrHasColors: () => stderr.color,
      });
  }

  override createCommand(name = ""): Command {
    return new Command(name, this.#session);
  }

  /** The action of this command. */
  run<Inputs extends unknown[]>(action: Action<Inputs>): this {
    return this.action(async (...inputs) => {
      // commander appends the command itself to arguments and options.
      const given = inputs.slice(0, -1) as Inputs;
      if (this.#isLong) keepHeapSmall();
      this.#session.exitCode = (await action(this.#session.context, ...given)) ?? exitCodes.done;
    });
  }

  /** `--threads <n>`: how many threads work; the operation chooses where it is not given. */
  withThreads(): this {
    this.#isLong = true;
    return this.option(
      "--threads <n>",
      "threads to work with (default: as many as the machine has)",
      wholeNumber(1, 1024),
    );
  }

  /** `--force`: what is there may be overwritten. */
  withForce(description = "overwrite what is there"): this {
    return this.option("--force", description);
  }

  /** `--dry-run`: nothing is changed. */
  withDryRun(description = "show what would be done and change nothing"): this {
    return this.option("--dry-run", description);
  }

  /** The command as it is typed: `adk wim info`. */
  get path(): string {
    return this.parent instanceof Command ? `${this.parent.path} ${this.name()}` : this.name();
  }

  /** Where commander reports wrong usage; the message may carry its suggestion on a second line. */
  override error(message: string, options?: commander.ErrorOptions): never {
    const [text = "", extra] = message.replace(/^error: /, "").split("\n");
    const code = (options?.code ?? "error").replace("commander.", "").replace(/[A-Z]/g, "_$&").toUpperCase();
    const [, value, choices] = /'([^']*)' is invalid.* Allowed choices are (.*)\.$/.exec(text) ?? [];
    const nearest = value === undefined ? undefined : suggest(value, choices!.split(", "));
    throw usageError(code, sentence(text), this.path, nearest ?? /^\(Did you mean (.*)\?\)$/.exec(extra ?? "")?.[1]);
  }
}

/** The root of a command line that has one group. */
export function rootCommand(name: string, session: Session): Command {
  const root = new Command(name, session);
  // For the help and for suggestions; they are taken out of the arguments before commander sees these.
  for (const [flags, description] of GLOBAL_OPTIONS) root.option(flags, description);
  return root;
}

function sentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

/** Parses a whole number of an option or argument, in decimal or with `0x`. */
export function wholeNumber(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = /^(\d+|0x[\da-f]+)$/i.test(text) ? Number(text) : Number.NaN;
    if (value >= least && value <= most) return value;
    throw new commander.InvalidArgumentError(`Expected a whole number from ${least} to ${most}.`);
  };
}
