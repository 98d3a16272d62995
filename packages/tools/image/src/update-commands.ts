import { AdkError } from "@adk/core";

/** A command of `adk wim update`. An `add` names its source: a file or directory of the host, or an image. */
export type WimUpdateCommand =
  | { readonly kind: "add"; readonly source: string; readonly target: string }
  | {
      readonly kind: "delete";
      readonly path: string;
      readonly recursive?: boolean | undefined;
      readonly force?: boolean | undefined;
    }
  | { readonly kind: "rename"; readonly from: string; readonly to: string; readonly force?: boolean | undefined };

/** Options and the number of operands of each command. */
const SYNTAX = {
  add: { options: [], usage: "add SOURCE TARGET" },
  delete: { options: ["--force", "--recursive"], usage: "delete [--force] [--recursive] PATH" },
  rename: { options: ["--force"], usage: "rename [--force] FROM TO" },
} as const;

/**
 * Reads a command file: one command a line, words parted by spaces, in double or single quotes where they hold some. A line
 * that begins with `#` is a comment. It is the syntax of wimlib's update command files; `rename --force` is ours.
 *
 * @throws AdkError `UPDATE_BAD_COMMAND` with the line
 */
export function parseUpdateCommands(text: string, file?: string): WimUpdateCommand[] {
  const commands: WimUpdateCommand[] = [];
  for (const [i, line] of text
    .replace(/^\uFEFF/, "")
    .split(/\r?\n/)
    .entries()) {
    if (/^\s*(#|$)/.test(line)) continue;
    const refuse = (message: string, expected?: string) =>
      new AdkError("UPDATE_BAD_COMMAND", `Line ${i + 1}: ${message}`, {
        kind: "usage",
        file,
        expected,
        found: line.trim(),
      });
    const words = splitWords(line);
    if (!words) throw refuse("a quote is not closed, or stands inside a word.");
    commands.push(parseCommand(words, refuse));
  }
  return commands;
}

function parseCommand(
  [kind = "", ...words]: readonly string[],
  refuse: (message: string, expected?: string) => AdkError,
): WimUpdateCommand {
  if (!isCommand(kind)) throw refuse(`there is no command "${kind}".`, Object.keys(SYNTAX).join(", "));
  const { options, usage } = SYNTAX[kind];
  const given = new Set<string>();
  while (words[0]?.startsWith("--")) {
    const option = words.shift() as string;
    if (!options.some((each) => each === option)) throw refuse(`${kind} has no option ${option}.`, usage);
    given.add(option);
  }
  const [first = "", second = ""] = words;
  if (words.length !== (kind === "delete" ? 1 : 2) || words.includes("")) {
    throw refuse("the command is not complete, or has too much.", usage);
  }
  const force = given.has("--force");
  if (kind === "add") return { kind, source: first, target: second };
  if (kind === "delete") return { kind, path: first, recursive: given.has("--recursive"), force };
  return { kind, from: first, to: second, force };
}

function isCommand(name: string): name is keyof typeof SYNTAX {
  return Object.hasOwn(SYNTAX, name);
}

/** The words of a line without their quotes; undefined where a quote is not closed. */
function splitWords(line: string): string[] | undefined {
  const words: string[] = [];
  let rest = line.trim();
  while (rest !== "") {
    const [taken = "", double, single, plain = ""] =
      /^(?:"([^"]*)"|'([^']*)'|([^\s"'][^\s]*))(?=\s|$)/.exec(rest) ?? [];
    if (taken === "") return undefined;
    words.push(double ?? single ?? plain);
    rest = rest.slice(taken.length).trimStart();
  }
  return words;
}
