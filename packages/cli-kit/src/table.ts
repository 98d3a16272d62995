import { textWidth, truncate, visible } from "./text.ts";

/** What a cell shows; `undefined` shows nothing. */
export type Cell = string | number | bigint | boolean | undefined;

export interface Column {
  title: string;
  /** Columns of numbers are at the right without being told. */
  align?: "left" | "right";
  /**
   * Where the column may be cut when the table is wider than the terminal: `"middle"` for paths. Where no column says so,
   * the last one is cut at its end.
   */
  truncate?: "end" | "middle";
}

const GAP = "  ";
/** A column is not cut below this width. */
const LEAST_WIDTH = 8;

/**
 * Lays out a table: the line of titles, then a line for each row.
 *
 * @param terminalWidth columns to fit into; `undefined` for no bound
 */
export function layOutTable(
  columns: readonly Column[],
  rows: Iterable<readonly Cell[]>,
  terminalWidth: number | undefined,
): string[] {
  const titles = columns.map((column) => shown(column.title));
  const lines = [titles];
  const widths = titles.map(({ width }) => width);
  const right = columns.map((column) => column.align !== "left");
  for (const row of rows) {
    const line: Shown[] = [];
    for (const [index, column] of columns.entries()) {
      const cell = row[index];
      const text = cell === undefined ? EMPTY : shown(String(cell));
      if (text.width > widths[index]!) widths[index] = text.width;
      if (column.align === undefined && cell !== undefined && typeof cell !== "number" && typeof cell !== "bigint") {
        right[index] = false;
      }
      line.push(text);
    }
    lines.push(line);
  }
  if (lines.length === 1) right.fill(false);
  if (terminalWidth !== undefined) shrink(columns, widths, terminalWidth);

  return lines.map((line) => {
    let result = "";
    for (const [index, cell] of line.entries()) {
      const width = widths[index]!;
      const fitted = cell.width <= width ? cell : shown(truncate(cell.text, width, columns[index]!.truncate));
      const space = " ".repeat(width - fitted.width);
      if (index > 0) result += GAP;
      result += right[index] ? space + fitted.text : fitted.text + space;
    }
    return result.trimEnd();
  });
}

/** A text as it is shown, with the columns that it takes. */
interface Shown {
  readonly text: string;
  readonly width: number;
}

const EMPTY: Shown = { text: "", width: 0 };

function shown(raw: string): Shown {
  const text = visible(raw);
  return { text, width: textWidth(text) };
}

/** Narrows the widest of the columns that may be cut, until the table fits or all are at their least. */
function shrink(columns: readonly Column[], widths: number[], terminalWidth: number): void {
  const named = [...columns.keys()].filter((index) => columns[index]!.truncate !== undefined);
  const flexible = named.length > 0 ? named : [columns.length - 1];
  let excess = widths.reduce((sum, width) => sum + width, GAP.length * (columns.length - 1)) - terminalWidth;
  for (; excess > 0; excess--) {
    const widest = flexible.reduce((best, index) => (widths[index]! > widths[best]! ? index : best));
    if (widths[widest]! <= LEAST_WIDTH) return;
    widths[widest]!--;
  }
}

/** Lays out labels and values as two columns; facts that are not known are left out. */
export function layOutFacts(facts: Readonly<Record<string, Cell>>): string[] {
  const known = Object.entries(facts).filter(([, value]) => value !== undefined);
  const labels = known.map(([label]) => `${visible(label)}:`);
  const width = Math.max(0, ...labels.map(textWidth));
  return known.map(([, value], index) => {
    const label = labels[index]!;
    return `${label}${" ".repeat(width - textWidth(label))}${GAP}${visible(String(value))}`;
  });
}
