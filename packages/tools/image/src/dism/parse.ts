import { type DismCommand, describeCommand, findCommand } from "./commands.ts";
import { findOption, type GlobalOptionName, type OptionName, REPEATABLE } from "./options.ts";
import type { Win32Error } from "./win32-errors.ts";
import { wrongUsage } from "./wrong-usage.ts";

/** A command line of DISM, taken apart. */
export interface DismCommandLine {
  readonly command: DismCommand | undefined;
  /** What stands behind the command: `/Set-TimeZone:<value>`. */
  readonly value: string;
  /** Values by the documented spelling; empty for an option that takes none. */
  readonly options: ReadonlyMap<OptionName, string>;
  /** All values of an option that may be given several times; `options` has the first. */
  readonly repeated: ReadonlyMap<OptionName, readonly string[]>;
  readonly globals: ReadonlyMap<GlobalOptionName, string>;
  readonly help: boolean;
  /** The first thing that is wrong. What could be read is there all the same: a log is wanted of failures too. */
  readonly problem: Win32Error | undefined;
}

/** `/Name`, `/Name:value` or `/Name=value`. */
interface Word {
  readonly name: string;
  /** With its colon, as DISM cites it. */
  readonly typed: string;
  readonly value: string | undefined;
}

/**
 * Takes a command line apart. Names in any case; values behind `:` or `=` (both are found in scripts that work), with or without
 * quotes. A value that stands apart is refused, as DISM does.
 */
export function parseDism(argv: readonly string[]): DismCommandLine {
  const parser = new Parser();
  for (const [at, text] of argv.entries()) parser.add(text, at === argv.length - 1);
  return parser.finish();
}

class Parser {
  #command: DismCommand | undefined;
  #value = "";
  readonly #options = new Map<OptionName, string>();
  readonly #repeated = new Map<OptionName, string[]>();
  readonly #globals = new Map<GlobalOptionName, string>();
  /** Options that are ours only if the command is none of those that are not done here. */
  readonly #unknown: Word[] = [];
  readonly #problems: Win32Error[] = [];
  #help = false;

  add(text: string, last: boolean): void {
    const word = splitWord(text);
    if (!word) this.#problems.push(wrongUsage.unknownWord(text));
    else if (word.name === "?" || word.name.toLowerCase() === "get-help") this.#addHelp(last);
    else if (findCommand(word.name)) this.#addCommand(word);
    else this.#addOption(word);
  }

  finish(): DismCommandLine {
    const [unknown] = this.#unknown;
    const isOurs = this.#command?.kind !== "other";
    const problem = this.#problems[0] ?? (unknown && isOurs ? wrongUsage.unknownOption(unknown.name) : undefined);
    return {
      command: this.#command,
      value: this.#value,
      options: this.#options,
      repeated: this.#repeated,
      globals: this.#globals,
      help: this.#help,
      problem: problem ?? this.#contextProblem(),
    };
  }

  #addHelp(last: boolean): void {
    this.#help = true;
    if (!last) this.#problems.push(wrongUsage.helpNotLast());
  }

  #addCommand(word: Word): void {
    const command = findCommand(word.name);
    if (this.#command) this.#problems.push(wrongUsage.invalid());
    else if (command && command.kind !== "other") {
      const { name, value } = describeCommand(command);
      if (value === undefined && word.value !== undefined) this.#problems.push(wrongUsage.noArgument(name));
      if (value !== undefined && !word.value) this.#problems.push(wrongUsage.missingArgument(word.typed));
      this.#value = word.value ?? "";
    }
    this.#command ??= command;
  }

  #addOption(word: Word): void {
    const option = findOption(word.name);
    if (!option) {
      this.#unknown.push(word);
      return;
    }
    const { name, takesValue, isGlobal } = option;
    if (takesValue && !word.value) this.#problems.push(wrongUsage.missingArgument(word.typed));
    if (!takesValue && word.value !== undefined) this.#problems.push(wrongUsage.noArgument(name));
    if (isGlobal) this.#set(this.#globals, name, word);
    else if (REPEATABLE.has(name)) this.#repeat(name, word);
    else this.#set(this.#options, name, word);
  }

  #repeat(name: OptionName, { value = "" }: Word): void {
    const values = this.#repeated.get(name) ?? [];
    this.#repeated.set(name, [...values, value]);
    if (values.length === 0) this.#options.set(name, value);
  }

  #set<Name extends string>(options: Map<Name, string>, name: Name, { value = "" }: Word): void {
    if (options.has(name)) this.#problems.push(wrongUsage.duplicate(name));
    else options.set(name, value);
  }

  /** Options that are known and cannot be used together, or have values that they cannot have. */
  #contextProblem(): Win32Error | undefined {
    const globals = this.#globals;
    const level = globals.get("LogLevel");
    if (level !== undefined && !/^[1-4]$/.test(level)) return wrongUsage.logLevel();
    const format = globals.get("Format");
    if (format !== undefined && !/^(table|list)$/i.test(format)) return wrongUsage.badArgument(format, "Format");
    const hasImage = globals.has("Image") || globals.has("WinDir");
    if (hasImage && globals.has("Online")) return wrongUsage.imageAndOnline();
    const kind = this.#command?.kind;
    if ((kind === "imaging" || kind === "mount") && (hasImage || globals.has("Online"))) return wrongUsage.image();
    return undefined;
  }
}

function splitWord(text: string): Word | undefined {
  const match = /^\/([^:=]+)(?:([:=])(.*))?$/s.exec(text);
  if (!match) return undefined;
  const [, name = "", separator = "", value] = match;
  return { name, typed: `/${name}${separator}`, value: value === undefined ? undefined : unquote(value) };
}

function unquote(value: string): string {
  return /^"(.*)"$/s.exec(value)?.[1] ?? value;
}
