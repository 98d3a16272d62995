import { AdkError } from "@adk/core";
import type { SourceNode } from "./source-tree.ts";

/** Rules for names: `1` 8.3 in capitals, `2` and `3` up to 31 characters, `4` ISO 9660:1999, `joliet` UCS-2. */
export type NameRule = 1 | 2 | 3 | 4 | "joliet";

export interface Naming {
  readonly rule: NameRule;
  /** Leave small letters in ISO 9660 names. */
  readonly keepCase?: boolean | undefined;
  /** Most characters of a Joliet name. Joliet says 64; Windows and Linux read 103 (default), and Windows' own discs need them. */
  readonly jolietLength?: 64 | 103 | undefined;
  /** Names of files end with a version. Not in ISO 9660:1999, which has none. */
  readonly versions?: boolean | undefined;
}

const ENHANCED_LENGTH = 207;
/** Characters of a name of level 2 and 3, without the dot. */
const PLAIN_LENGTH = 30;
const NOT_JOLIET = /[*/:;?\\]/;

/**
 * Names of the entries of one directory under a rule, each once, without a version. What a rule does not allow becomes `_`; where
 * two names become one, the later gets a number at its end. Names that differ in case alone are the same to Windows.
 *
 * @throws AdkError `ISO_NAME_TOO_LONG` for Joliet, whose names are not changed
 */
export function assignNames(nodes: readonly SourceNode[], naming: Naming): Map<SourceNode, string> {
  const names = new Map<SourceNode, string>();
  const taken = new Set<string>();
  /** The number that was given last to a name that was there already. */
  const numbers = new Map<string, number>();
  for (const node of nodes) {
    const wanted = wantedName(node, naming);
    let name = wanted;
    const key = wanted.toUpperCase();
    if (taken.has(key)) {
      let number = numbers.get(key) ?? 0;
      do name = numbered(wanted, ++number, naming);
      while (taken.has(name.toUpperCase()));
      numbers.set(key, number);
    }
    taken.add(name.toUpperCase());
    names.set(node, name);
  }
  return names;
}

/** A name as its record has it. A version goes behind a dot, which ECMA-119 7.5.1 asks for where there is none. */
export function recordedName(name: string, isFile: boolean, { rule, versions }: Naming): string {
  if (!isFile || !versions || rule === 4) return name;
  return rule === "joliet" || name.includes(".") ? `${name};1` : `${name}.;1`;
}

function wantedName(node: SourceNode, { rule, keepCase = false, jolietLength = 103 }: Naming): string {
  if (rule === "joliet") return jolietName(node, jolietLength);
  return rule === 4 ? enhancedName(node.name) : plainName(node, rule, keepCase);
}

function jolietName({ name, path }: SourceNode, length: number): string {
  const printable = [...name].every((character) => character >= " ");
  if (name.length <= length && printable && !NOT_JOLIET.test(name)) return name;
  throw new AdkError("ISO_NAME_TOO_LONG", "Joliet cannot hold this name.", {
    kind: "usage",
    file: path,
    expected: `at most ${length} characters, none of * / : ; ? \\`,
    hint: "Use UDF, which holds every name of Windows.",
  });
}

function enhancedName(name: string): string {
  return name.replaceAll(/[^\x20-\x7e]|[/;]/g, "_").slice(0, ENHANCED_LENGTH);
}

/** Capital letters, digits and `_`, with one dot before the extension; directories have none. */
function plainName({ kind, name }: SourceNode, rule: 1 | 2 | 3, keepCase: boolean): string {
  const dot = kind === "directory" ? -1 : name.lastIndexOf(".");
  const base = clean(dot > 0 ? name.slice(0, dot) : name, keepCase);
  const extension = dot > 0 ? clean(name.slice(dot + 1), keepCase) : "";
  if (rule === 1) return joined(base.slice(0, 8), extension.slice(0, 3));
  const kept = extension.slice(0, PLAIN_LENGTH - 1);
  return joined(base.slice(0, PLAIN_LENGTH - kept.length), kept);
}

/** The number takes the place of the name's end where there is no room behind it. */
function numbered(name: string, number: number, { rule, jolietLength = 103 }: Naming): string {
  const dot = name.lastIndexOf(".");
  const [base, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, ""];
  const end = `_${number}`;
  const tail = extension === "" ? 0 : extension.length + 1;
  const most = {
    1: 8,
    2: PLAIN_LENGTH - extension.length,
    3: PLAIN_LENGTH - extension.length,
    4: ENHANCED_LENGTH - tail,
    joliet: jolietLength - tail,
  }[rule];
  const room = most - end.length;
  if (room > 0) return joined(base.slice(0, room) + end, extension);
  // An extension that leaves no room loses its end.
  return joined(end, extension.slice(0, extension.length + room));
}

function clean(text: string, keepCase: boolean): string {
  return (keepCase ? text : text.toUpperCase()).replaceAll(/[^A-Za-z0-9_]/g, "_") || "_";
}

function joined(base: string, extension: string): string {
  return extension === "" ? base : `${base}.${extension}`;
}
