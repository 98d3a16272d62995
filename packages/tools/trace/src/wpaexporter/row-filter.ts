import { AdkError } from "@adk/core";
import type { Row } from "../tables/table.ts";
import type { WpaColumn } from "./wpa-columns.ts";

export type RowFilter = (row: Row) => boolean;
type Operator = (value: string | number | null, wanted: string) => boolean;

const textOf = (value: string | number | null) => String(value ?? "").toLowerCase();
const compare = (value: string | number | null, wanted: string) => Number(value) - Number(wanted.replaceAll(",", ""));
const OPERATORS: Readonly<Record<string, Operator>> = {
  ":=": (value, wanted) =>
    typeof value === "number" ? compare(value, wanted) === 0 : textOf(value) === textOf(wanted),
  ":<>": (value, wanted) => textOf(value) !== textOf(wanted),
  ":~=": (value, wanted) => textOf(value).includes(textOf(wanted)),
  ":~!": (value, wanted) => !textOf(value).includes(textOf(wanted)),
  ":~<": (value, wanted) => textOf(value).startsWith(textOf(wanted)),
  ":~>": (value, wanted) => textOf(value).endsWith(textOf(wanted)),
  ":>=": (value, wanted) => compare(value, wanted) >= 0,
  ":<=": (value, wanted) => compare(value, wanted) <= 0,
  ":>": (value, wanted) => compare(value, wanted) > 0,
  ":<": (value, wanted) => compare(value, wanted) < 0,
};

/** Parentheses within each other that a filter may have. */
const MOST_DEPTH = 100;

/**
 * Reads a filter of WPA: `[Process]:="System (4)" AND Size:>0`. Conditions side by side must all hold.
 *
 * @throws AdkError `WPA_BAD_FILTER`, `WPA_FILTER_COLUMN` where it names a column that our table does not have
 */
export function parseFilter(text: string, columnOf: (name: string) => WpaColumn | undefined): RowFilter {
  const tokens =
    text.match(
      /\(|\)|\[[^\]]*\]|"(?:[^"\\]|\\.)*"|:(?:<>|~=|~!|~<|~>|>=|<=|=|>|<|\*)|\b(?:AND|OR|NOT)\b|[^\s()[\]":]+/g,
    ) ?? [];
  let at = 0;
  const bad = () => new AdkError("WPA_BAD_FILTER", "The filter of the profile cannot be read.", { found: text });

  function any(depth: number): RowFilter {
    if (depth > MOST_DEPTH) throw bad();
    const parts = [all(depth)];
    while (tokens[at] === "OR") {
      at++;
      parts.push(all(depth));
    }
    return (row) => parts.some((part) => part(row));
  }

  function all(depth: number): RowFilter {
    const parts = [one(depth)];
    while (at < tokens.length && tokens[at] !== "OR" && tokens[at] !== ")") {
      if (tokens[at] === "AND") at++;
      parts.push(one(depth));
    }
    return (row) => parts.every((part) => part(row));
  }

  function one(depth: number): RowFilter {
    const token = tokens[at++];
    if (token === "NOT") {
      const inner = one(depth + 1);
      return (row) => !inner(row);
    }
    if (token === "(") {
      const inner = any(depth + 1);
      if (tokens[at++] !== ")") throw bad();
      return inner;
    }
    const [sign = "", wanted] = [tokens[at++], tokens[at++]];
    const isOperator = sign === ":*" || Object.hasOwn(OPERATORS, sign);
    if (token === undefined || !isOperator || wanted === undefined || depth > MOST_DEPTH) throw bad();
    const name = token.replace(/^\[(.*)\]$/, "$1");
    const column = columnOf(name);
    if (!column) {
      throw new AdkError("WPA_FILTER_COLUMN", "The filter names a column that there is not.", { found: name });
    }
    const quoted = wanted.replace(/^"(.*)"$/s, "$1");
    if (sign === ":*") return patternFilter(column, quoted, bad);
    const operator = OPERATORS[sign] as Operator;
    const plain = quoted.replaceAll(/\\(.)/g, "$1");
    return (row) => operator(column.value(row), plain);
  }

  const filter = any(0);
  if (at !== tokens.length) throw bad();
  return filter;
}

/** `[Provider Name]:*"Multi-.*|Chrome.*"`: a regular expression. */
function patternFilter(column: WpaColumn, source: string, bad: () => AdkError): RowFilter {
  let pattern: RegExp;
  try {
    pattern = new RegExp(source.replaceAll('\\"', '"'), "i");
  } catch {
    throw bad();
  }
  return (row) => pattern.test(String(column.value(row) ?? ""));
}
