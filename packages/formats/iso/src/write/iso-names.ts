import { AdkError } from "@adk/core";
import type { SourceNode } from "./source-tree.ts";

/** Rules for names: `1` 8.3 in capitals, `2` and `3` up to 31 characters, `4` ISO 9660:1999, `joliet` UCS-2. */
export type NameRule = 1 | 2 | 3 | 4 | "joliet";

/** Joliet says 64 characters; Windows and Linux read 103, and Windows' own discs need them. */
const JOLIET_LENGTH = 103;
const ENHANCED_LENGTH = 207;
const NOT_JOLIET = /[*/:;?\\]/;

/**
 * Names of the entries of one directory under a rule, each once. What a rule does not allow becomes `_`; where two names become
 * one, the later gets a number at its end. No version (`;1`) is added: Windows' boot code does not look for one.
 *
 * @param keepCase leave small letters in ISO 9660 names
 * @throws AdkError `ISO_NAME_TOO_LONG` for Joliet, whose names are not changed
 */
export function assignNames(nodes: readonly SourceNode[], rule: NameRule, keepCase = false): Map<SourceNode, string> {
  const names = new Map<SourceNode, string>();
  const taken = new Set<string>();
  for (const node of nodes) {
    const wanted =
      rule === "joliet" ? jolietName(node) : rule === 4 ? enhancedName(node.name) : plainName(node, rule, keepCase);
    let name = wanted;
    for (let number = 1; taken.has(name.toUpperCase()); number++) name = numbered(wanted, number, rule);
    taken.add(name.toUpperCase());
    names.set(node, name);
  }
  return names;
}

function jolietName({ name, path }: SourceNode): string {
  const printable = [...name].every((character) => character >= " ");
  if (name.length <= JOLIET_LENGTH && printable && !NOT_JOLIET.test(name)) return name;
  throw new AdkError("ISO_NAME_TOO_LONG", "Joliet cannot hold this name.", {
    kind: "usage",
    file: path,
    expected: `at most ${JOLIET_LENGTH} characters, none of * / : ; ? \\`,
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
  const room = 30 - (extension === "" ? 0 : Math.min(extension.length, 29));
  return joined(base.slice(0, Math.max(1, room)), extension.slice(0, 29));
}

function numbered(name: string, number: number, rule: NameRule): string {
  const dot = name.lastIndexOf(".");
  const [base, extension] = dot > 0 ? [name.slice(0, dot), name.slice(dot + 1)] : [name, ""];
  const end = `_${number}`;
  const most = rule === 1 ? 8 : base.length;
  return joined(base.slice(0, most - end.length) + end, extension);
}

function clean(text: string, keepCase: boolean): string {
  return (keepCase ? text : text.toUpperCase()).replaceAll(/[^A-Za-z0-9_]/g, "_") || "_";
}

function joined(base: string, extension: string): string {
  return extension === "" ? base : `${base}.${extension}`;
}
