import { AdkError } from "@adk/core";

/** The options of a command line by their names in small letters, with the value that is glued to each; empty for none. */
export type GivenOptions = ReadonlyMap<string, string>;

/** Names and values; the first that fits is meant, so that names which begin like others come before them. */
const PATTERNS: readonly RegExp[] = [
  /^(bootdata|maxsize):(.*)$/is,
  /^(udfver)(102|150|200)$/i,
  /^(o[cis]?|u[12efstv]|j[12p]|y[56dlw]|w[1-4]|nt?|[acdeghkmqrx])$/i,
  /^(ur|js|yo)(.+)$/is,
  /^(p)([0-9a-f]{1,2})$/i,
  /^([bt])(.+)$/is,
  /^(l)(.*)$/is,
];

/**
 * Takes a command line apart into options and paths. An option begins with `-` or, where no such path is there, with `/`.
 *
 * @param isPath whether a word that begins with a slash is a path of this host
 * @throws AdkError `OSCDIMG_BAD_OPTION`
 */
export function splitWords(
  argv: readonly string[],
  isPath: (word: string) => boolean,
): { options: GivenOptions; paths: string[] } {
  const options = new Map<string, string>();
  const paths: string[] = [];
  for (const word of argv) {
    // Windows makes a quote of the end of "C:\\media\\".
    const bare = word.replace(/^"(.*)"$/s, "$1").replace(/^([^"]*)"$/s, "$1");
    const isOption = /^-./.test(bare) || (/^\/[^/]+$/.test(bare) && matchOption(bare) !== undefined && !isPath(bare));
    if (!isOption) {
      paths.push(bare);
      continue;
    }
    const match = matchOption(bare);
    if (!match) throw badOption(word);
    options.set((match[1] as string).toLowerCase(), match[2] ?? "");
  }
  return { options, paths };
}

function matchOption(word: string): RegExpExecArray | undefined {
  for (const pattern of PATTERNS) {
    const match = pattern.exec(word.slice(1));
    if (match) return match;
  }
  return undefined;
}

const ISO = ["d", "n", "nt"];
const JOLIET = ["j1", "j2", "js"];
const UDF = ["u1", "u2", "ur", "ue", "uf", "us", "udfver", "yl"];
const VIDEO = ["uv", "ut"];

/** Options of which none of the one side goes with any of the other. */
const EXCLUSIONS: readonly (readonly [readonly string[], readonly string[]])[] = [
  [ISO, [...JOLIET, ...UDF]],
  [["d"], ["nt"]],
  [["j1"], ["j2"]],
  [["u1"], ["u2"]],
  [["j2"], ["u1", "u2"]],
  [VIDEO, [...ISO, ...JOLIET, ...UDF]],
  [["b", "e", "p"], ["bootdata"]],
  [["m"], ["maxsize"]],
];

/** Options that are there for another. */
const NEEDS: readonly (readonly [name: string, ...needed: string[]])[] = [
  ["ur", "u2"],
  ["ue", "u2"],
  ["uf", "u2"],
  ["us", "u2"],
  ["yl", "u1", "u2"],
  ["js", "j2"],
  ["ut", "uv"],
  ["e", "b"],
  ["p", "b"],
  ["os", "o", "oc", "oi"],
];

/** @throws AdkError `OSCDIMG_BAD_OPTION` for options that exclude each other, or one without the one that it belongs to */
export function checkTogether(options: GivenOptions): void {
  for (const [one, other] of EXCLUSIONS) {
    const a = one.find((name) => options.has(name));
    const b = other.find((name) => options.has(name));
    if (a !== undefined && b !== undefined) throw wrong(`The options -${a} and -${b} cannot be used together.`);
  }
  for (const [name, ...needed] of NEEDS) {
    if (options.has(name) && !needed.some((each) => options.has(each))) {
      throw wrong(`The option -${name} is used with -${needed.join(" or -")} only.`);
    }
  }
}

function wrong(message: string): AdkError {
  return new AdkError("OSCDIMG_BAD_OPTION", message, { kind: "usage" });
}

export function badOption(word: string): AdkError {
  return new AdkError("OSCDIMG_BAD_OPTION", "This option is not known, or has a value that it cannot have.", {
    kind: "usage",
    found: word,
  });
}
