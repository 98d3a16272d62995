import { AdkError } from "@adk/core";

/** What reg.exe does with keys. */
export type RegVerb = "query" | "add" | "delete" | "copy" | "compare" | "export" | "import";

/** Options that stand alone, and those whose value is the next word. */
interface Grammar {
  readonly words: number;
  readonly flags: readonly string[];
  readonly valued: readonly string[];
}

const VIEW = ["reg:32", "reg:64"];

/** [reg.exe /?, each operation's help] */
const GRAMMARS: Readonly<Record<RegVerb, Grammar>> = {
  query: { words: 1, flags: ["ve", "s", "k", "d", "c", "e", "z", ...VIEW], valued: ["v", "f", "t", "se"] },
  add: { words: 1, flags: ["ve", "f", ...VIEW], valued: ["v", "t", "s", "d"] },
  delete: { words: 1, flags: ["ve", "va", "f", ...VIEW], valued: ["v"] },
  copy: { words: 2, flags: ["s", "f", ...VIEW], valued: [] },
  compare: { words: 2, flags: ["ve", "oa", "od", "os", "on", "s", ...VIEW], valued: ["v"] },
  export: { words: 2, flags: ["y", ...VIEW], valued: [] },
  import: { words: 1, flags: [...VIEW], valued: [] },
};

const REFUSED: Readonly<Record<string, string>> = {
  save: "use: adk reg export, or copy the hive file.",
  restore: "use: adk reg import.",
  load: "nothing has to be loaded: name the hive file with /hive:HKLM\\NAME=FILE, or as FILE|\\Key.",
  unload: "nothing is loaded: each command opens its hive and closes it.",
  flags: "virtualization flags are not changed.",
};

/** A command line of reg.exe, taken apart. */
export interface RegCommandLine {
  readonly verb: RegVerb;
  readonly words: readonly string[];
  readonly flags: ReadonlySet<string>;
  readonly values: ReadonlyMap<string, string>;
  readonly hives: RegHiveOptions;
}

/** Where the keys are; the part of the grammar that reg.exe has not. */
export interface RegHiveOptions {
  /** `/image:SOURCE`: a Windows whose hives the roots of the registry are. */
  readonly image: string | undefined;
  /** `/user:NAME`: whose HKEY_CURRENT_USER is. */
  readonly user: string | undefined;
  /** `/hive:KEY=FILE`: a hive file and the key that stands for its root. */
  readonly hives: readonly (readonly [root: string, file: string])[];
  readonly ignoreLogs: boolean;
}

export type RegRequest =
  | { readonly kind: "help"; readonly verb: RegVerb | undefined }
  | ({ readonly kind: "command" } & RegCommandLine);

/**
 * Takes a command line apart: `verb word ... /option [value] ...`, options in any case, with `/` or `-`.
 *
 * @throws AdkError of kind `usage`, and `REG_OPERATION_REFUSED` for what only a running Windows can do
 */
export function parseReg(argv: readonly string[]): RegRequest {
  const [first = "/?", ...rest] = argv;
  if (isHelp(first)) return { kind: "help", verb: undefined };
  const verb = first.toLowerCase() as RegVerb;
  const refused = REFUSED[verb];
  if (refused) {
    throw new AdkError("REG_OPERATION_REFUSED", `REG ${verb.toUpperCase()} is not done here: ${refused}`, {
      kind: "unsupported",
    });
  }
  const grammar = Object.hasOwn(GRAMMARS, verb) ? GRAMMARS[verb] : undefined;
  if (!grammar) throw invalid(`Invalid operation "${first}".`);
  if (rest.some(isHelp)) return { kind: "help", verb };
  return { kind: "command", ...parseOptions(verb, grammar, rest) };
}

function parseOptions(verb: RegVerb, grammar: Grammar, argv: readonly string[]): RegCommandLine {
  const words: string[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string>();
  const hives: [string, string][] = [];
  let image: string | undefined;
  let user: string | undefined;
  let ignoreLogs = false;
  for (let at = 0; at < argv.length; at++) {
    const text = argv[at] as string;
    // A key begins with neither sign; a path of this host may begin with / and names no option.
    const option = /^[/-]/.test(text) ? text.slice(1) : undefined;
    const name = option?.toLowerCase();
    const ours = option === undefined ? undefined : /^(image|user|hive):(.+)$/is.exec(option);
    if (ours) {
      const value = ours[2] as string;
      if (name?.startsWith("image")) image = value;
      else if (name?.startsWith("user")) user = value;
      else hives.push(hiveOption(value));
    } else if (name === "ignorelogs") ignoreLogs = true;
    else if (name !== undefined && grammar.valued.includes(name)) {
      const value = argv[++at];
      if (value === undefined || values.has(name)) throw invalid(`Invalid syntax at "${text}".`, verb);
      values.set(name, value);
    } else if (name !== undefined && grammar.flags.includes(name)) {
      if (flags.has(name)) throw invalid(`"${text}" is there twice.`, verb);
      flags.add(name);
    } else if (name !== undefined && words.length >= grammar.words) throw invalid(`Invalid option "${text}".`, verb);
    else words.push(text);
  }
  if (words.length !== grammar.words) throw invalid("Invalid syntax.", verb);
  checkTogether(verb, flags, values);
  return { verb, words, flags, values, hives: { image, user, hives, ignoreLogs } };
}

/** What reg.exe does not take together. */
function checkTogether(verb: RegVerb, flags: ReadonlySet<string>, values: ReadonlyMap<string, string>): void {
  const given = (names: readonly string[]) => names.filter((name) => flags.has(name) || values.has(name));
  for (const names of [["v", "ve", "va"], VIEW, ["oa", "od", "os", "on"]]) {
    const both = given(names);
    if (both.length > 1) throw invalid(`/${both[0]} and /${both[1]} do not go together.`, verb);
  }
}

function hiveOption(text: string): [root: string, file: string] {
  const at = text.indexOf("=");
  if (at > 0 && at < text.length - 1) return [text.slice(0, at), text.slice(at + 1)];
  throw invalid(`/hive: takes KEY=FILE, not "${text}".`);
}

function isHelp(text: string): boolean {
  return /^[/-](\?|h|help)$/i.test(text);
}

function invalid(message: string, verb?: RegVerb): AdkError {
  const help = verb === undefined ? "REG /?" : `REG ${verb.toUpperCase()} /?`;
  return new AdkError("REG_INVALID_SYNTAX", message, { kind: "usage", hint: `Type "${help}" for usage.` });
}
