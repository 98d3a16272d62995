import { upcase } from "./upcase.ts";
import { matchSequence } from "./wildcard.ts";
import { splitPath } from "./windows-path.ts";

/**
 * Patterns for paths in volumes, matched as NTFS compares names: `*` any part of a name, `?` one code unit, `[a-c]` and
 * `[!a-c]` one of a set, and a name that is `**` any number of directories. A pattern counts from the root: `*.dll` is a file
 * in the root, `**` + `/*.dll` one anywhere. There is no escape, `\` parts names as `/` does; `[*]` means the star itself.
 */
export type PathMatcher = (path: string) => boolean;

type Piece =
  | { kind: "any" }
  | { kind: "one" }
  | { kind: "unit"; unit: number }
  | { kind: "set"; not: boolean; ranges: Range[] };
type Range = readonly [first: number, last: number];
/** A name of the pattern; `undefined` for `**`. */
type NamePattern = readonly Piece[] | undefined;

/** Prepares a pattern. No pattern is an error. A match takes at most (length of the path) x (length of the pattern) steps. */
export function globToMatcher(pattern: string): PathMatcher {
  const names = splitPath(pattern).map((name): NamePattern => (name === "**" ? undefined : parseName(upcase(name))));
  return (path) => {
    const pathNames = splitPath(path).map(upcase);
    const isStar = (i: number) => names[i] === undefined;
    return matchSequence(names.length, pathNames.length, isStar, (i, k) => matchName(names[i]!, pathNames[k]!));
  };
}

function matchName(pieces: readonly Piece[], name: string): boolean {
  const isStar = (i: number) => pieces[i]!.kind === "any";
  return matchSequence(pieces.length, name.length, isStar, (i, k) => matchUnit(pieces[i]!, name.charCodeAt(k)));
}

function matchUnit(piece: Piece, unit: number): boolean {
  switch (piece.kind) {
    case "unit":
      return piece.unit === unit;
    case "set":
      return piece.ranges.some(([first, last]) => unit >= first && unit <= last) !== piece.not;
    default:
      return true;
  }
}

function parseName(name: string): Piece[] {
  const pieces: Piece[] = [];
  for (let i = 0; i < name.length; i++) {
    const character = name[i];
    const set = character === "[" ? /^\[(!|\^)?(\]?[^\]]*)\]/s.exec(name.slice(i)) : null;
    if (character === "*") {
      if (pieces.at(-1)?.kind !== "any") pieces.push({ kind: "any" });
    } else if (character === "?") pieces.push({ kind: "one" });
    else if (set && set[2] !== "") {
      pieces.push({ kind: "set", not: set[1] !== undefined, ranges: parseRanges(set[2]!) });
      i += set[0].length - 1;
    } else pieces.push({ kind: "unit", unit: name.charCodeAt(i) });
  }
  return pieces;
}

function parseRanges(text: string): Range[] {
  const ranges: Range[] = [];
  for (let i = 0; i < text.length; i++) {
    const first = text.charCodeAt(i);
    const isRange = text[i + 1] === "-" && i + 2 < text.length;
    ranges.push([first, isRange ? text.charCodeAt(i + 2) : first]);
    if (isRange) i += 2;
  }
  return ranges;
}
