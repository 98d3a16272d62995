/** How progress is shown: `auto` is a bar on a terminal and nothing elsewhere. */
export type ProgressMode = "auto" | "json" | "none";

export const PROGRESS_MODES: readonly ProgressMode[] = ["auto", "json", "none"];

/** The options that every command takes. */
export interface GlobalOptions {
  json: boolean;
  quiet: boolean;
  color: boolean;
  /** As it was given; `undefined` where the value is missing. Checked when the command runs. */
  progress: string | undefined;
  help: boolean;
  version: boolean;
}

/** What the help says of them. */
export const GLOBAL_OPTIONS: readonly (readonly [flags: string, description: string])[] = [
  ["--json", "print the result as one JSON document"],
  ["-q, --quiet", "no notes and no progress"],
  ["--no-color", "no colours (also: NO_COLOR, FORCE_COLOR)"],
  ["--progress <mode>", "auto (a bar on a terminal), json (lines on stderr) or none"],
  ["-V, --version", "print the version"],
];

/** A command line, taken apart as far as the program itself understands it. */
export interface CommandLine {
  options: GlobalOptions;
  /** The name of the group, or an option before it that the program does not know. */
  command: string | undefined;
  /** What follows the command, untouched. */
  rest: readonly string[];
}

/** Takes the global options before the command; those after it are the group's to take, a drop-in's grammar is its own. */
export function splitCommandLine(argv: readonly string[]): CommandLine {
  const options = { json: false, quiet: false, color: true, progress: "auto", help: false, version: false };
  let at = 0;
  for (let taken = take(options, argv, at); taken > 0; taken = take(options, argv, at)) at += taken;
  return { options, command: argv[at], rest: argv.slice(at + 1) };
}

/** Takes the global options out of the arguments of a command, up to `--`; `--help` stays, as each command answers its own. */
export function takeGlobalOptions(options: GlobalOptions, args: readonly string[]): string[] {
  const others: string[] = [];
  for (let at = 0; at < args.length; ) {
    const argument = args[at]!;
    if (argument === "--") return others.concat(args.slice(at));
    const taken = argument === "--help" || argument === "-h" ? 0 : take(options, args, at);
    if (taken === 0) others.push(argument);
    at += taken || 1;
  }
  return others;
}

/** Takes one global option at a position; returns how many arguments it was. */
function take(options: GlobalOptions, argv: readonly string[], at: number): number {
  const argument = argv[at];
  if (argument === "--json") options.json = true;
  else if (argument === "--quiet" || argument === "-q") options.quiet = true;
  else if (argument === "--no-color") options.color = false;
  else if (argument === "--help" || argument === "-h") options.help = true;
  else if (argument === "--version" || argument === "-V") options.version = true;
  else if (argument?.startsWith("--progress=")) options.progress = argument.slice("--progress=".length);
  else if (argument === "--progress") {
    options.progress = argv[at + 1];
    return 2;
  } else return 0;
  return 1;
}
