import { compareNames, equalNames } from "@adk/core";
import { joinKeyPath, type KeyView, type Value } from "@adk/registry";
import type { RegHives, RegPlace } from "./hives.ts";
import type { RegCommandLine } from "./parse.ts";
import { notFound } from "./query.ts";
import { regName, regTypeText, shownRegData } from "./value-line.ts";

/** A line of `reg compare`: what is only in the first key, only in the second, or in both. */
type Sign = "<" | ">" | "=";

/**
 * `reg compare`: the values of two keys, with `/s` also of those below. The layout of its lines is as far as published
 * examples show it.
 *
 * @throws AdkError `REG_NOT_FOUND`
 */
export async function regCompare(
  line: RegCommandLine,
  hives: RegHives,
): Promise<{ readonly text: string; readonly equal: boolean }> {
  const { flags, values } = line;
  const one = await hives.place(line.words[0] as string);
  const other = await hives.place(line.words[1] as string);
  if (!one.key || !other.key) throw notFound();
  const name = flags.has("ve") ? "" : values.get("v");
  const comparison = new Comparison(one, other, name, flags.has("s"));
  comparison.keys(one.key, other.key, "");
  const shown = comparison.lines.filter(([sign]) => {
    return flags.has("oa") || (flags.has("os") ? sign === "=" : !flags.has("on") && sign !== "=");
  });
  const { equal } = comparison;
  const lines = [
    ...shown.map(([sign, text]) => `${sign} ${text}`),
    `Result Compared:  ${equal ? "Identical" : "Different"}`,
  ];
  return { text: lines.join("\n"), equal };
}

class Comparison {
  readonly lines: [sign: Sign, text: string][] = [];
  equal = true;
  readonly #one: RegPlace;
  readonly #other: RegPlace;
  readonly #name: string | undefined;
  readonly #recursive: boolean;

  constructor(one: RegPlace, other: RegPlace, name: string | undefined, recursive: boolean) {
    this.#one = one;
    this.#other = other;
    this.#name = name;
    this.#recursive = recursive;
  }

  keys(one: KeyView, other: KeyView, below: string): void {
    for (const name of this.#names(one.values(), other.values())) {
      this.#value(one.value(name), other.value(name), below);
    }
    if (!this.#recursive) return;
    for (const name of this.#names(one.subkeys(), other.subkeys())) {
      const [left, right] = [one.subkey(name), other.subkey(name)];
      const path = joinKeyPath(below, name);
      if (left && right) this.keys(left, right, path);
      else if (left) this.#tell("<", `Key:  ${joinKeyPath(this.#one.display, path)}`);
      else this.#tell(">", `Key:  ${joinKeyPath(this.#other.display, path)}`);
    }
  }

  #value(one: Value | undefined, other: Value | undefined, below: string): void {
    if (this.#name !== undefined && !(one ?? other)?.isNamed(this.#name)) return;
    const same = one !== undefined && other !== undefined && sameContent(one, other);
    if (one) this.#tell(same ? "=" : "<", this.#valueText(one, this.#one, below));
    if (other && !same) this.#tell(">", this.#valueText(other, this.#other, below));
  }

  #valueText(value: Value, place: RegPlace, below: string): string {
    const data = shownRegData(value, place.isSecret(below));
    return `Value:  ${joinKeyPath(place.display, below)}  ${regName(value.name)}  ${regTypeText(value.type, false)}  ${data}`;
  }

  #tell(sign: Sign, text: string): void {
    if (sign !== "=") this.equal = false;
    this.lines.push([sign, text]);
  }

  /** Of both, each once. */
  #names(one: readonly { name: string }[], other: readonly { name: string }[]): string[] {
    const all = [...one, ...other].map(({ name }) => name).sort(compareNames);
    return all.filter((name, i) => i === 0 || !equalNames(name, all[i - 1] as string));
  }
}

function sameContent(one: Value, other: Value): boolean {
  const [a, b] = [one, other].map((value) => value.hive.attempt(() => value.data()));
  return one.type === other.type && a !== undefined && b !== undefined && Buffer.compare(a, b) === 0;
}
