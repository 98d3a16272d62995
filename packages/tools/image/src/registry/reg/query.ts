import { AdkError } from "@adk/core";
import { joinKeyPath, type KeyView, type Value } from "@adk/registry";
import { typeOf } from "../value-text.ts";
import type { RegHives, RegPlace } from "./hives.ts";
import type { RegCommandLine } from "./parse.ts";
import { regName, regTypeText, shownRegData } from "./value-line.ts";

/** Keys lie at most so deep below each other. */
const MAX_DEPTH = 512;

interface Query {
  readonly recursive: boolean;
  readonly verbose: boolean;
  readonly separator: string | undefined;
  /** The name that values must have. */
  readonly name: string | undefined;
  readonly types: readonly number[] | undefined;
  /** What `/f` looks for, and where. */
  readonly find: { matches(text: string): boolean; keys: boolean; names: boolean; data: boolean } | undefined;
  /** Whether it is a search, which ends with the number of what it found. */
  readonly isSearch: boolean;
}

/**
 * `reg query`, with reg.exe's layout: a key's path, its values with four spaces between the columns, a blank line; then the
 * paths of the subkeys.
 *
 * @returns the text, and how many matches a search had
 * @throws AdkError `REG_NOT_FOUND` where the key or the value is not there
 */
export async function regQuery(
  line: RegCommandLine,
  hives: RegHives,
): Promise<{ readonly text: string; readonly found: number | undefined }> {
  const name = line.words[0] as string;
  const query = queryOf(line);
  const roots = query.recursive || query.isSearch ? undefined : await hives.below(name);
  if (roots) return { text: ["", ...roots].join("\n"), found: undefined };
  const place = await hives.place(name);
  const { key } = place;
  if (!key) throw notFound();
  if (!query.isSearch) return { text: plainQuery(key, place, query), found: undefined };
  const lines = [""];
  let found = 0;
  for (const { view, below, depth } of keysOf(key, query.recursive)) {
    const path = joinKeyPath(place.display, below);
    const keyMatches = depth > 0 && query.find?.keys === true && query.find.matches(view.name);
    const values = view.values().filter((value) => isWanted(value, place.isSecret(below), query));
    if (keyMatches && values.length === 0) lines.push(path);
    if (values.length > 0) lines.push(path, ...valueLines(values, place.isSecret(below), query), "");
    found += values.length + (keyMatches ? 1 : 0);
  }
  lines.push(`End of search: ${found} match(es) found.`);
  return { text: lines.join("\n"), found };
}

/** As reg.exe says it. */
export function notFound(): AdkError {
  return new AdkError("REG_NOT_FOUND", "The system was unable to find the specified registry key or value.");
}

function plainQuery(key: KeyView, place: RegPlace, query: Query): string {
  if (query.name !== undefined) {
    const value = key.value(query.name);
    if (!value && query.name !== "") throw notFound();
    const shown = value
      ? valueLines([value], place.isSecret(""), query)
      : ["    (Default)    REG_SZ    (value not set)"];
    return ["", place.display, ...shown, ""].join("\n");
  }
  const lines = [""];
  for (const { view, below, depth } of keysOf(key, query.recursive)) {
    const values = view.values();
    if (depth > 0 || values.length > 0) {
      lines.push(joinKeyPath(place.display, below), ...valueLines(values, place.isSecret(below), query), "");
    }
  }
  if (!query.recursive) for (const { name } of key.subkeys()) lines.push(joinKeyPath(place.display, name));
  return lines.join("\n");
}

interface SeenKey {
  readonly view: KeyView;
  /** From the key that is asked for. */
  readonly below: string;
  readonly depth: number;
}

/** The key, and with `/s` all below it. */
function* keysOf(view: KeyView, recursive: boolean): Generator<SeenKey> {
  const pending: SeenKey[] = [{ view, below: "", depth: 0 }];
  for (let at = pending.pop(); at; at = pending.pop()) {
    yield at;
    if (!recursive || at.depth >= MAX_DEPTH) continue;
    const { below, depth } = at;
    const subkeys = at.view.subkeys().map((key) => {
      return { view: key, below: joinKeyPath(below, key.name), depth: depth + 1 };
    });
    pending.push(...subkeys.reverse());
  }
}

function valueLines(values: readonly Value[], secret: boolean, { verbose, separator }: Query): string[] {
  return values.map((value) => {
    const data = shownRegData(value, secret, separator);
    return `    ${regName(value.name)}    ${regTypeText(value.type, verbose)}    ${data}`;
  });
}

function isWanted(value: Value, secret: boolean, { name, types, find }: Query): boolean {
  if (types && !types.includes(value.type)) return false;
  if (name !== undefined && !value.isNamed(name)) return false;
  if (!find) return true;
  if (find.names && find.matches(regName(value.name))) return true;
  return find.data && !secret && find.matches(shownRegData(value, false));
}

function queryOf({ flags, values }: RegCommandLine): Query {
  const recursive = flags.has("s");
  const name = flags.has("ve") ? "" : values.get("v");
  const types = values.get("t")?.split(",").map(typeOf);
  const text = values.get("f");
  const everywhere = !flags.has("k") && !flags.has("d");
  const find =
    text === undefined
      ? undefined
      : {
          matches: finder(text, flags),
          keys: flags.has("k") || (everywhere && name === undefined),
          names: everywhere,
          data: flags.has("d") || (everywhere && name === undefined),
        };
  const isSearch = find !== undefined || types !== undefined || (recursive && name !== undefined);
  return { recursive, verbose: flags.has("z"), separator: values.get("se"), name, types, find, isSearch };
}

/** A part of the text, or with `/e` all of it; in any case, but with `/c`. `*` stands for anything. */
function finder(text: string, flags: ReadonlySet<string>): (text: string) => boolean {
  const parts = text.replace(/[\\^$.|?+()[\]{}]/g, "\\$&").replace(/\*+/g, ".*");
  const expression = new RegExp(flags.has("e") ? `^${parts}$` : parts, flags.has("c") ? "s" : "is");
  return (candidate) => expression.test(candidate);
}
