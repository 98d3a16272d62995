import { AdkError, suggest } from "@adk/core";
import { VERBS, type VerbSyntax, type Words } from "./syntax.ts";

/** A command line of bcdedit. */
export interface BcdEditCommand {
  /** Lower case, without the slash: `enum`, `set`; empty for none. */
  readonly verb: string;
  /** What stands behind it, without switches. */
  readonly args: readonly string[];
  /** The verb's switches, lower case, with what stands behind them. */
  readonly switches: ReadonlyMap<string, readonly string[]>;
  /** The file after `/store`. */
  readonly store: string | undefined;
  /** `/v`: GUIDs in place of names. */
  readonly verbose: boolean;
  /** `/?`: the verb or topic that is asked for, empty for all. */
  readonly help: string | undefined;
}

/** Switches of every verb. */
const COMMON: Readonly<Record<string, Words>> = { store: "one", v: "none", "?": "none", help: "none" };

/**
 * @param argv words; switches begin with `/` or `-`, in any case
 * @throws AdkError `BCDEDIT_BAD_SWITCH`, `BCDEDIT_BAD_COMMAND`
 */
export function parseBcdEdit(argv: readonly string[]): BcdEditCommand {
  const switches = new Map<string, string[]>();
  const args: string[] = [];
  const words = [...argv];
  let verb = "";
  let syntax: VerbSyntax | undefined;
  let current = args;
  const isKnown = (name: string): boolean => {
    return Object.hasOwn(COMMON, name) || Object.hasOwn(syntax?.switches ?? {}, name) || Object.hasOwn(VERBS, name);
  };
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    const name = /^[/-](\?|[a-z]+)$/i.exec(word)?.[1]?.toLowerCase();
    if (name === undefined || (syntax?.takes === "values" && !isKnown(name))) {
      current.push(word);
      continue;
    }
    const takes = COMMON[name] ?? syntax?.switches?.[name];
    if (takes !== undefined) {
      const values: string[] = takes === "one" ? words.splice(0, 1) : [];
      if (takes === "one" && values.length === 0) throw badCommand(word, "Something must stand behind it.");
      switches.set(name, values);
      current = takes === "rest" ? values : args;
    } else if (Object.hasOwn(VERBS, name) && verb === "") {
      verb = name;
      syntax = VERBS[name];
      current = args;
      if (syntax?.takes === "file" && words.length > 0 && !/^[/-](\?|store|v|clean)$/i.test(words[0] ?? "")) {
        args.push(...words.splice(0, 1));
      }
    } else if (switches.has("?") || switches.has("help")) {
      args.push(word);
    } else {
      throw badSwitch(word, verb, syntax);
    }
  }
  const asked = switches.has("?") || switches.has("help");
  return {
    verb,
    args,
    switches,
    store: switches.get("store")?.[0],
    verbose: switches.has("v"),
    help: asked ? (verb === "" ? (args[0] ?? "") : verb) : undefined,
  };
}

function badSwitch(word: string, verb: string, syntax: VerbSyntax | undefined): AdkError {
  const name = word.slice(1).toLowerCase();
  const known = verb === "" ? Object.keys(VERBS) : Object.keys({ ...syntax?.switches, ...COMMON });
  const near = suggest(name, known);
  return new AdkError("BCDEDIT_BAD_SWITCH", `Invalid command line switch: ${word}`, {
    kind: "usage",
    hint: near && `Did you mean /${near}?`,
  });
}

export function badCommand(found: string, hint?: string): AdkError {
  return new AdkError("BCDEDIT_BAD_COMMAND", "The specified command is not valid.", { kind: "usage", found, hint });
}
